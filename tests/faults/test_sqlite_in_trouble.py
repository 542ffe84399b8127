"""Another program holds SQLite, or the disk is full: nothing is acknowledged that was not stored, and it is said why."""

import asyncio
import contextlib
import resource
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.faults.load import Load, load, send

pytestmark = pytest.mark.anyio


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Another writer, who does not let go."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def posts(here: Load, text: str) -> tuple[int, float]:
    """A signed slash command: the status of the ack, and after how many seconds it came."""
    begun = time.monotonic()
    status, _ = await here.front.command(text)
    return status, time.monotonic() - begun


def stored(database: Path) -> int:
    with contextlib.closing(sqlite3.connect(database)) as db:
        return int(db.execute("select count(*) from deliveries").fetchone()[0])


async def test_a_delivery_waits_for_another_writer_as_long_as_slack_waits_for_us(
    tmp_path: Path,
) -> None:
    async with load(tmp_path) as here:
        with held(tmp_path / "callsheet.db"):
            waiting = asyncio.create_task(posts(here, "help"))
            await asyncio.sleep(1)
            assert not waiting.done()
        status, seconds = await waiting
        assert status == 200
        assert seconds < 3


async def test_what_another_writer_kept_out_is_refused_in_time_and_not_done_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = tmp_path / "callsheet.db"
    async with load(tmp_path) as here:
        await posts(here, "help")
        before = stored(database)
        with held(database):
            answers = await asyncio.gather(*(posts(here, f"help {n}") for n in range(5)))
            assert {status for status, _ in answers} == {503}
            assert max(seconds for _, seconds in answers) < 3
            assert await here.ready() == 503
        assert await here.ready() == 200
        assert "held by another program for too long" in caplog.text
        assert "Traceback" not in caplog.text
        assert stored(database) - before == 1, "only the look of /readyz was written down"
        status, _ = await posts(here, "help")
        assert status == 200


@contextmanager
def no_more_growth(folder: Path) -> Iterator[Callable[[], None]]:
    """No file of this process may grow; gives what makes room again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))

    def room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    try:
        yield room
    finally:
        room()


@contextmanager
def no_more_space(folder: Path) -> Iterator[Callable[[], None]]:
    """The rest of the small disk is filled; gives what makes room again."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    try:
        yield lambda: ballast.unlink(missing_ok=True)
    finally:
        ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of a few megabytes, where we may mount one."""
    place = folder / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", place], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@contextmanager
def any_disk(folder: Path) -> Iterator[Path]:
    yield folder


Disk = Callable[[Path], AbstractContextManager[Path]]
Full = Callable[[Path], AbstractContextManager[Callable[[], None]]]


@pytest.mark.parametrize(
    ("disk", "full"),
    [(any_disk, no_more_growth), (small_disk, no_more_space)],
    ids=["a limit of the process", "a small disk"],
)
async def test_a_full_disk_refuses_deliveries_says_so_and_goes_on_when_there_is_room(
    disk: Disk, full: Full, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with disk(tmp_path) as folder:
        async with load(folder) as here:
            await here.becomes(200)
            acked, refused = [], 0
            with full(folder) as make_room:
                for number in range(400):
                    status, _ = await posts(here, f"help {number} {'x' * 900}")
                    refused += status == 503
                    if refused:
                        break
                assert refused, "the disk was never full"
                assert await here.ready() == 503
                for number in range(3):
                    assert (await posts(here, f"help again {number}"))[0] == 503
                make_room()
                assert await here.ready() == 200
            assert "the disk is full or failing" in caplog.text
            async with here.under_load(senders=2):
                await asyncio.sleep(0.5)
            acked = list(here.acked)
            await here.settles()
            assert set(acked) == set(here.arrived()), "it goes on by itself"


async def test_jobs_that_meet_a_locked_database_are_done_afterwards(tmp_path: Path) -> None:
    async with load(tmp_path) as here:
        names = [f"j{number}" for number in range(20)]
        for name in names:
            await here.front.parts.inbox.accept(f"event:{name}", send, args={"name": name})
        with held(tmp_path / "callsheet.db"):
            await asyncio.sleep(4)
        await here.settles()
        assert set(names) == set(here.arrived())
        assert await here.ready() == 200
