"""`./dev bench [NAME] [--json]`: runs one benchmark, or lists them."""

import importlib
import pkgutil
import sys
from pathlib import Path

SHARED = {
    "__main__",
    "table",
    "load",
    "bolt",
    "postgres",
    "job_worker",
    "search_people",
    "search_peer",
    "search_worker",
    "sync_dlt",
    "sync_server",
    "sync_tap",
    "sync_worker",
}


def main(words: list[str]) -> int:
    names = [
        m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name not in SHARED
    ]
    chosen = [w for w in words if not w.startswith("-")]
    if not chosen or chosen[0] not in names:
        print(f"Name one of: {', '.join(names)}", file=sys.stderr)
        return 2 if chosen else 0
    module = importlib.import_module(f"benchmarks.{chosen[0]}")
    module.main([w for w in words if w != chosen[0]])
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
