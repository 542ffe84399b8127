"""Durable jobs: how many a second, how soon one starts, and ten thousand reminders due at once; beside plain DBOS."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import postgres
from benchmarks.job_worker import OURS, PLAIN, QUEUE, parts, register
from benchmarks.table import Row, row, show

ROOT = Path(__file__).parents[1]
JOBS, WAKES, REMINDERS = 600, 50, 10_000
Write = Callable[[str], Awaitable[None]]


class Ears(asyncio.DatagramProtocol):
    """Hears of each job that ran, and when."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.heard.setdefault(data.decode(), time.time())

    async def all(self, names: list[str], seconds: float = 180) -> None:
        for _ in range(int(seconds / 0.02)):
            if all(name in self.heard for name in names):
                return
            await asyncio.sleep(0.02)
        raise SystemExit(f"{sum(n not in self.heard for n in names)} jobs did not run")


def main(words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, postgres.maybe() as server:
        rows = asyncio.run(_all(Path(folder), server))
    show("jobs", rows, "--json" in words)


async def _all(folder: Path, server: str | None) -> list[Row]:
    loop = asyncio.get_running_loop()
    door, ears = await loop.create_datagram_endpoint(Ears, local_addr=("127.0.0.1", 0))
    sock: socket.socket = door.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_000_000)
    port = int(sock.getsockname()[1])
    register(port)
    rows: list[Row] = []
    for kind in ("SQLite", "PostgreSQL") if server else ("SQLite",):
        for workers in (1, 2, 4):
            place = postgres.fresh(kind, server, folder)
            figures = {}
            for who in (PLAIN, OURS):
                async with _writer(who, place.url(who), folder) as write:
                    with _workers(who, place.url(who), folder, port, workers):
                        figures[who] = await _rate(ears, write), *await _wake(ears, write)
            case = f"{kind}, {workers} worker{'s' if workers > 1 else ''}"
            for name, n, unit in (
                ("enqueue + run", 0, "jobs/s"),
                ("wake-up p50", 1, "ms"),
                ("wake-up p99", 2, "ms"),
            ):
                rows.append(
                    row(f"{case}, {name}", figures[OURS][n], figures[PLAIN][n], "DBOS", unit)
                )
        rows += await _reminders(
            kind, postgres.fresh(kind, server, folder).url(OURS), folder, ears, port
        )
    door.close()
    return rows


async def _rate(ears: Ears, write: Write) -> float:
    """Jobs a second, from the first one written to the last one run; eight writers, a transaction each."""
    names = [f"{time.time_ns()}-{n}" for n in range(JOBS)]
    started = time.time()
    todo = iter(names)

    async def one() -> None:
        for name in todo:
            await write(name)

    await asyncio.gather(*(one() for _ in range(8)))
    await ears.all(names)
    return JOBS / (max(ears.heard[n] for n in names) - started)


async def _wake(ears: Ears, write: Write) -> tuple[float, float]:
    """Milliseconds from the commit of a single job to its run: the median and the worst but one in a hundred."""
    waits = []
    for n in range(WAKES):
        name = f"wake-{time.time_ns()}"
        await write(name)
        done = time.time()
        await ears.all([name])
        waits.append(max(0.0, (ears.heard[name] - done) * 1_000))
        await asyncio.sleep(0.013 * (n % 5))
    return _at(waits, 0.5), _at(waits, 0.99)


async def _reminders(kind: str, url: str, folder: Path, ears: Ears, port: int) -> list[Row]:
    """Ten thousand reminders due in one minute, all at its first second, while people press buttons."""
    from hiring.job_list import registered
    from hiring.timers import timers

    async with parts(url, folder, KEY) as made:
        services = made.services
        names = [f"{kind}-remind-{n}" for n in range(REMINDERS)]
        due = datetime.now(UTC)
        sealed = {n: services.seal.close_json({"n": n}) for n in names}
        rows = [
            {"key": n, "due_at": due, "job": "bench.work", "args": sealed[n], "partition": None}
            for n in names
        ]
        async with services.store.begin() as tx:
            await tx.execute(timers.insert(), rows)
        presses = []
        with _workers(OURS, url, folder, port, 2):
            started = time.time()
            while not all(n in ears.heard for n in names):
                name = f"press-{time.time_ns()}"
                async with services.store.begin() as tx:
                    await services.jobs.enqueue(tx, registered("bench.press"), key=name, n=name)
                presses.append((name, time.time()))
                await asyncio.sleep(0.2)
                if time.time() - started > 300:
                    raise SystemExit("the reminders did not all run")
            await ears.all([name for name, _ in presses])
    late = [ears.heard[n] - started for n in names]
    waits = [(ears.heard[n] - at) * 1_000 for n, at in presses]
    case = f"{kind}, 2 workers, 10,000 reminders due at once"
    return [
        row(f"{case}: lateness p99", _at(late, 0.99), None, "", "s"),
        row(f"{case}: a person's job meanwhile, p99", _at(waits, 0.99), None, "", "ms"),
    ]


@asynccontextmanager
async def _writer(who: str, url: str, folder: Path) -> AsyncIterator[Write]:
    """Gives what writes one job in a transaction of its own."""
    if who == OURS:
        from hiring.job_list import registered

        async with parts(url, folder, KEY) as made:

            async def write(name: str) -> None:
                async with made.services.store.begin() as tx:
                    await made.services.jobs.enqueue(tx, registered("bench.work"), key=name, n=name)

            yield write
        return
    import sqlalchemy as sa
    from dbos import DBOSClient

    from hiring.store import Store

    client, store = DBOSClient(system_database_url=url), Store(postgres.driver(url))

    def enqueue(conn: sa.Connection, name: str) -> None:
        options = {"workflow_name": "work", "queue_name": QUEUE, "workflow_id": name}
        client.enqueue_in_transaction(conn, options, name)  # type: ignore[arg-type]  # a TypedDict by shape

    async def plain(name: str) -> None:
        async with store.begin() as tx:
            await tx.run_sync(enqueue, name)

    yield plain
    await store.close()


@contextmanager
def _workers(who: str, url: str, folder: Path, port: int, count: int) -> Iterator[None]:
    words = [sys.executable, "-m", "benchmarks.job_worker", who, url, str(folder), str(port), KEY]
    made = [
        subprocess.Popen(words, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE)
        for _ in range(count)
    ]
    try:
        for process in made:
            assert process.stdout is not None
            process.stdout.readline()
        time.sleep(1.5)
        yield
    finally:
        for process in made:
            process.kill()
            process.wait()


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _key() -> str:
    from hiring.secrets import new_key

    return new_key()


KEY = _key()
