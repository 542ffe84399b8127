"""How fast a request of Slack is acknowledged, with everything committed before: ours beside a bare Bolt in both its modes."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import SECRET, Figures, Kind, drive, sink
from benchmarks.table import Row, row, show

ROOT = Path(__file__).parents[1]
CONNECTIONS = (1, 8, 32)
KINDS: tuple[Kind, ...] = ("command", "button")
NAMES = {"command": "/hire help (once-only row)", "button": "button (once-only row and job)"}


def main(words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(_all(Path(folder)))
    show("ack", rows, "--json" in words)


async def _all(folder: Path) -> list[Row]:
    server, answers = await sink()
    figures: dict[tuple[str, Kind, int], Figures] = {}
    with ours(folder, answers) as port:
        await _measure(figures, "ours", port, answers)
    for mode in ("default", "before-response"):
        with bolt(mode) as port:
            await _measure(figures, mode, port, answers)
    server.close()
    rows = []
    for kind in KINDS:
        for n in CONNECTIONS:
            mine = figures["ours", kind, n]
            for mode in ("default", "before-response"):
                peer, name = figures[mode, kind, n], f"Bolt {mode}"
                case = f"{NAMES[kind]}, {n} conn"
                rows += [
                    row(f"{case}, p50", mine.p50, peer.p50, name, "ms"),
                    row(f"{case}, p99", mine.p99, peer.p99, name, "ms"),
                    row(f"{case}, rate", mine.rate, peer.rate, name, "req/s"),
                ]
            rows.append(row(f"{NAMES[kind]}, {n} conn, errors", mine.errors, None, "", "count"))
    rows.append(
        row(
            "floor: plain enqueue_in_transaction, one per transaction",
            floor(folder),
            None,
            "",
            "req/s",
        )
    )
    return rows


async def _measure(
    figures: dict[tuple[str, Kind, int], Figures], name: str, port: int, answers: str
) -> None:
    slow = name == "default"
    for kind in KINDS:
        await drive(port, kind, 4, 100, answers)
        for n in CONNECTIONS:
            count = min(n * 150, 3_000) if slow else 3_000
            figures[name, kind, n] = await drive(port, kind, n, count, answers)
            await asyncio.sleep(1)


@contextmanager
def ours(folder: Path, slack: str) -> Iterator[int]:
    """`serve` as it is run for a real Slack, one process, on SQLite."""
    from hiring.secrets import new_key

    environment = {
        **os.environ, "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-bench", "CALLSHEET_SLACK_API_URL": slack,
        "CALLSHEET_SECRET_KEYS": new_key(), "CALLSHEET_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'ack.db'}",
        "CALLSHEET_PUBLIC_URL": "http://127.0.0.1", "CALLSHEET_VAR": str(folder), "CALLSHEET_LOG_LEVEL": "error",
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    port = free_port()
    with running([sys.executable, "-m", "bot", "serve", "--port", str(port)], port, environment):
        yield port


@contextmanager
def bolt(mode: str) -> Iterator[int]:
    port = free_port()
    with running(
        [sys.executable, "-m", "benchmarks.bolt", str(port), mode], port, dict(os.environ)
    ):
        yield port


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(15)


def floor(folder: Path) -> float:
    """The engine's own call, in its own transaction each time."""
    import sqlalchemy as sa
    from dbos import DBOSClient

    url = f"sqlite:///{folder / 'ack.db'}"
    client, engine = DBOSClient(system_database_url=url), sa.create_engine(url)
    count, started = 300, time.perf_counter()
    for n in range(count):
        with engine.begin() as conn:
            options = {"workflow_name": "floor", "queue_name": "floor", "workflow_id": f"floor-{n}"}
            client.enqueue_in_transaction(conn, options, n)  # type: ignore[arg-type]  # a TypedDict by shape
    return count / (time.perf_counter() - started)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
