"""`./dev torture`: the long form. `python -m tests.torture [--database postgresql] [--story book] [--every 1]`."""

import argparse
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.conftest import binaries, cluster
from tests.torture.stories import STORIES
from tests.torture.sweep import Outcome, sweep
from tests.torture.world import World
from tests.torture.zygote import Zygote


def main() -> int:
    words = argparse.ArgumentParser(prog="./dev torture", description=__doc__)
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--story", action="append", choices=list(STORIES))
    words.add_argument("--every", type=int, default=1, help="only every n-th boundary")
    words.add_argument("--at", type=int, action="append", help="only these boundaries")
    words.add_argument("--keep", action="store_true", help="leave the folder with its logs")
    args = words.parse_args()
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="callsheet-torture-"))
        server = ""
        if args.database == "postgresql":
            programs = binaries()
            if programs is None:
                print("PostgreSQL is not installed; on Debian: apt install postgresql")
                return 1
            server = f"postgresql+psycopg://{stack.enter_context(cluster(programs))}"
        zygote = Zygote()
        stack.callback(zygote.close)
        world = World(zygote, folder, server)
        stack.callback(world.close)
        print(f"in {folder}" if args.keep else "", flush=True)
        for outcome in sweep(
            world, lambda _, n: args.at or range(1, n + 1, args.every), args.story
        ):
            outcomes.append(outcome)
            show(outcome)
    return report(outcomes, args.database)


def show(outcome: Outcome) -> None:
    mark = "ok  " if outcome.good else "BAD "
    doubt = f" in doubt {outcome.verdict.in_doubt}" if outcome.verdict.in_doubt else ""
    print(
        f"{mark}{outcome.story} {outcome.number} ({outcome.seconds:.1f} s): {outcome.point}{doubt} {outcome.trouble}"
    )
    for name in ("lost", "twice"):
        for row in getattr(outcome.verdict, name):
            print(f"     {name}: {row[:300]}")
    sys.stdout.flush()


def report(outcomes: list[Outcome], database: str) -> int:
    by_story = Counter(o.story for o in outcomes)
    bad = [o for o in outcomes if not o.good]
    doubt = sum(o.verdict.in_doubt for o in outcomes)
    print(f"\n{database}: {len(outcomes)} kills ({', '.join(f'{n} {k}' for k, n in by_story.items())}); "
          f"bad {len(bad)}, in doubt {doubt}")  # fmt: skip
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
