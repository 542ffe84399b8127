"""A warm process that forks bots and workspaces: starting one costs a fork instead of its imports."""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
WARM = (
    "bot.production", "bot.workspace.__main__", "bot.cli.run", "bot.cli.accounts", "bot.cli.care", "bot.pages.interview",
    "bot.pages.offer", "connectors.ats.greenhouse", "pyhanko.sign.signers", "pyhanko.sign.validation", "typst", "typer.core",
    "typer.main", "httpcore", "anyio._backends._asyncio", "uvicorn.protocols.http.httptools_impl", "uvicorn.lifespan.off",
    "sqlalchemy.dialects.sqlite.aiosqlite", "sqlalchemy.dialects.postgresql.psycopg", "stringprep",
)  # fmt: skip
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class Zygote:
    """Started once; `fork` gives the number of a new process that runs one command line."""

    def __init__(self) -> None:
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("CALLSHEET_", "SLACK_"))
        }
        self._lock = threading.Lock()
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.zygote"], cwd=ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def fork(
        self,
        program: str,
        words: list[str],
        out: Path,
        env: dict[str, str] | None = None,
        tap: list[str] | None = None,
        plant: str = "",
    ) -> int:
        """`program` is `bot` or `workspace`; `tap` is the journal, the arming file and the boundary to strike at.

        `plant` names a module that a bot loads besides its own.
        """
        order = {"program": program, "words": words, "out": str(out), "env": env or {}, "tap": tap}
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with self._lock:
            self._child.stdin.write(json.dumps(order | {"plant": plant}) + "\n")
            self._child.stdin.flush()
            return int(self._child.stdout.readline())

    def close(self) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(10)


def alive(pid: int) -> bool:
    """Whether the process runs; the zygote leaves no zombies behind."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    for name in WARM:
        importlib.import_module(name)
    importlib.import_module("commands").load()
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            become(json.loads(line))
        print(pid, flush=True)


def become(order: dict[str, Any]) -> None:
    """The child: its own streams, its own environment, then the command line as if it had been typed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    out = os.open(order["out"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for here, there in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(here, there)
    os.environ.update(order["env"])
    if order["tap"]:
        from tests.torture.tap import Tap

        journal, armed, strike = order["tap"]
        tap = Tap(Path(journal), Path(armed), strike)
        tap.watch_commits()
        tap.watch_effects()
    if order["plant"]:
        importlib.import_module(order["plant"])
    os._exit(run(order["program"], order["words"]))


def run(program: str, words: list[str]) -> int:
    if program == "workspace":
        from bot.workspace.__main__ import main as workspace

        sys.argv = ["workspace", *words]
        workspace()
        return 0
    from bot import cli

    return cli.code(words)


if __name__ == "__main__":
    main()
