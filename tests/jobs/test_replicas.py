"""Real worker processes on one PostgreSQL: a killed one's work is taken up by another, a stopped one hands its work back."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import wiring
from bot.wiring import Parts
from hiring.job_list import _registered, registered
from hiring.secrets import new_key
from tests.bot.conftest import settings
from tests.conftest import fresh_database, migrate
from tests.flows.conftest import ROOT
from tests.jobs.replica import register

pytestmark = pytest.mark.anyio


class Office:
    """Where jobs are written, and the workers that may run them."""

    def __init__(self, parts: Parts, words: list[str], out: Path) -> None:
        self.parts, self.words, self.out = parts, words, out

    async def writes(self, seconds: float) -> None:
        services = self.parts.services
        async with services.store.begin() as tx:
            await services.jobs.enqueue(tx, registered("t.hold"), key="one", seconds=seconds)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.replica", *self.words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def said(self, word: str) -> list[int]:
        """Who noted this word, in order."""
        lines = self.out.read_text().splitlines()
        return [int(line.split()[1]) for line in lines if line.startswith(word)]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    url = fresh_database("postgresql", request, tmp_path)
    migrate(url)
    key, out = new_key(), tmp_path / "said"
    out.touch()
    register(out)
    async with wiring.parts(settings(tmp_path, database_url=url, secret_keys=key)) as parts:
        yield Office(parts, [str(tmp_path), url, key, str(out)], out)
    _registered.pop("t.hold", None)


async def until(look: Callable[[], object], seconds: float) -> float:
    """Wait for something to become true; gives how many seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if look():
            return time.monotonic() - began
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain")


async def test_a_killed_workers_job_is_done_by_another_within_fifteen_seconds(
    office: Office,
) -> None:
    with office.worker() as first:
        await office.writes(seconds=60)
        await until(lambda: office.said("began"), 30)
        with office.worker() as second:
            os.kill(first.pid, signal.SIGKILL)
            took = await until(lambda: office.said("ended"), 30)
            assert office.said("began") == [first.pid, second.pid]
            assert office.said("ended") == [second.pid]
            assert took < 15


async def test_a_worker_that_is_told_to_stop_finishes_what_it_has_begun(office: Office) -> None:
    with office.worker() as only:
        await office.writes(seconds=2)
        await until(lambda: office.said("began"), 30)
        os.kill(only.pid, signal.SIGTERM)
        assert await asyncio.to_thread(only.wait, 20) == 0
    assert office.said("ended") == [only.pid]


async def test_what_takes_too_long_is_handed_to_another_at_the_stop(office: Office) -> None:
    with office.worker() as first:
        await office.writes(seconds=120)
        await until(lambda: office.said("began"), 30)
        with office.worker() as second:
            began = time.monotonic()
            os.kill(first.pid, signal.SIGTERM)
            await asyncio.to_thread(first.wait, 30)
            assert time.monotonic() - began < 14
            await until(lambda: office.said("ended"), 15)
            assert office.said("ended") == [second.pid]
