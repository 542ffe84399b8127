"""PostgreSQL is torn away under load and comes back: every part recovers by itself, nothing is lost, nothing doubled."""

import asyncio
import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hiring import issues
from tests.conftest import WANTED, binaries, cluster
from tests.faults.load import load, sent

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif("postgresql" not in WANTED, reason="PostgreSQL is left out"),
]


class Server:
    """A PostgreSQL of our own that can be stopped in the middle of everything."""

    def __init__(self, programs: Path, address: str) -> None:
        self.address = address
        self._user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self._ctl = str(programs / "pg_ctl")
        with psycopg.connect(f"postgresql://{address}/postgres", autocommit=True) as conn:
            conn.execute("create database load")
            row = conn.execute("show data_directory").fetchone()
            assert row is not None
            self._data = str(row[0])
        words = shlex.split((Path(self._data) / "postmaster.opts").read_text())
        self._options = shlex.join(words[words.index(self._data) + 1 :])

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{self.address}/load"

    async def stop(self) -> None:
        await self._run("-m", "immediate", "stop")

    async def start(self) -> None:
        await self._run("-o", self._options, "start")

    async def restart(self) -> None:
        await self._run("-m", "immediate", "restart")

    async def _run(self, *words: str) -> None:
        command = [*self._user, self._ctl, "-D", self._data, "-w", *words]
        await asyncio.to_thread(
            subprocess.run, command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed; on Debian: apt install postgresql")
    with cluster(programs) as address:
        yield Server(programs, address)


async def test_everything_recovers_by_itself(server: Server, tmp_path: Path) -> None:
    async with load(tmp_path, server.url) as here:
        await here.becomes(200)
        timers = [f"t{number}" for number in range(20)]
        for number, name in enumerate(timers):
            await here.timer(name, after=0.2 * number)
        async with here.under_load():
            await asyncio.sleep(1)
            await server.restart()
            await asyncio.sleep(1)
            await server.stop()
            await here.becomes(503)
            await asyncio.sleep(1)
            await server.start()
            await here.becomes(200)
            before = len(here.acked)
            await asyncio.sleep(1)
        assert len(here.acked) > before, "deliveries are taken again"
        await here.settles()
        arrived = here.arrived()
        assert set(here.acked) | set(timers) == set(arrived), "what was acknowledged was done"
        assert max(arrived.values()) == 1
        again = sum(times - 1 for times in sent.values())
        assert again <= 40, f"{again} mails left twice: only what was under way may"
        assert not await issues.listing(here.services)
        await asyncio.sleep(3)  # a heartbeat of the worker
        assert await here.ready() == 200
