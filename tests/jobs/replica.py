"""A worker process for tests: `python -m tests.jobs.replica VAR DATABASE KEY LOG`. Notes in LOG what its jobs do."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from bot import serving, wiring
from hiring.jobs import job
from tests.bot.conftest import settings


def register(out: Path) -> None:
    """One job that takes as long as it is told."""

    def note(word: str) -> int:
        """Write it down; gives how often anybody did."""
        with out.open("a") as file:
            file.write(f"{word} {os.getpid()}\n")
        return out.read_text().count(word)

    @job("t.hold")
    async def hold(services: Any, *, seconds: float) -> None:
        first = note("began") == 1
        await asyncio.sleep(seconds if first else 0)  # whoever takes it up need not wait as well
        note("ended")


async def work(var: str, database: str, key: str, out: str) -> None:
    register(Path(out))
    chosen = settings(Path(var), database_url=database, secret_keys=key)
    async with wiring.parts(chosen) as parts, serving.worker(parts):
        print("ready", flush=True)
        await serving.until_told()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
