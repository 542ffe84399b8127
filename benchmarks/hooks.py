"""A storm of webhooks on one `serve` process: ten thousand in a minute, each signed and its own; and how fast one is a notice.

`--seconds N` makes it shorter at the same rate. The deliveries are about a thousand candidacies, so that some queue behind each other.
"""

import asyncio
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.ack import ROOT, free_port, running
from benchmarks.table import Row, row, show

RATE = 10_000 / 60
CONNECTIONS = 16
SECRET = "hook-secret-of-the-benchmark"
PEOPLE = 1_000


def main(words: list[str]) -> None:
    seconds = int(words[words.index("--seconds") + 1]) if "--seconds" in words else 60
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(_storm(Path(folder), seconds))
    show("hooks", rows, "--json" in words)


async def _storm(folder: Path, seconds: int) -> list[Row]:
    environment = _environment(folder)
    _callsheet(environment, "migrate")
    account = await asyncio.to_thread(_connect, folder, environment)
    port = free_port()
    with running([sys.executable, "-m", "bot", "serve", "--port", str(port)], port, environment):
        await _send(port, account, 200, rate=50.0)  # warm
        times, errors = await _send(port, account, int(RATE * seconds), rate=RATE)
    times.sort()
    stored, doubled = _stored(folder)
    wanted = 200 + int(RATE * seconds)
    return [
        row("accepted, p50", times[len(times) // 2] * 1_000, None, "", "ms"),
        row("accepted, p99", times[int(len(times) * 0.99)] * 1_000, None, "", "ms"),
        row("rate", len(times) / seconds, None, "", "webhooks/s"),
        row("not accepted", errors, None, "", "count"),
        row("stored", stored, wanted, "sent", "count"),
        row("stored twice", doubled, None, "", "count"),
    ]


def _environment(folder: Path) -> dict[str, str]:
    from hiring.secrets import new_key

    return {
        **os.environ, "SLACK_SIGNING_SECRET": "s" * 32, "SLACK_BOT_TOKEN": "xoxb-bench", "CALLSHEET_SECRET_KEYS": new_key(),
        "CALLSHEET_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'hooks.db'}", "CALLSHEET_VAR": str(folder),
        "CALLSHEET_PUBLIC_URL": "http://127.0.0.1", "CALLSHEET_LOG_LEVEL": "error",
    }  # fmt: skip


def _connect(folder: Path, environment: dict[str, str]) -> str:
    """A Greenhouse account at the local stand-in; gives its id."""
    from bot.workspace import company
    from bot.workspace.ats import stand_ins
    from bot.workspace.clock import WorkspaceClock
    from bot.workspace.store import Store
    from tests.serving import serve

    store = Store(folder / "workspace.db")
    company.seed(store, WorkspaceClock(store), ["greenhouse"])
    secret = folder / "secret"
    secret.write_text(SECRET)
    with serve(stand_ins()["greenhouse"].create(store, WorkspaceClock(store))) as url:
        told = _callsheet(
            environment, "accounts", "add", "greenhouse", "--name", "G", "--set", "client_id=x",
            "--secret", f"client_secret=@{secret}", "--secret", f"webhook_secret=@{secret}", "--base-url", url, "--json",
        )  # fmt: skip
    return str(json.loads(told.splitlines()[-1])["id"])


def _callsheet(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "bot", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


async def _send(port: int, account: str, count: int, rate: float) -> tuple[list[float], int]:
    """Send at a steady rate over kept connections; seconds each took from when it was due, and how many failed."""
    begun, times, errors, numbers = time.perf_counter(), list[float](), 0, iter(range(count))

    async def one() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(_delivery(account, number, count))
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(x[15:]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length:")), 0)  # fmt: skip
            await reader.readexactly(length)
            times.append(time.perf_counter() - due)
            errors += b" 200 " not in head[:16]
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return times, errors


def _delivery(account: str, number: int, count: int) -> bytes:
    about = {"id": 500_000 + number % PEOPLE, "candidate": {"id": 700_000 + number % PEOPLE}}
    told = {"action": "candidate_stage_change", "payload": {"application": about}}
    body = json.dumps(told).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST /hooks/{account} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Signature: sha256 {signature}\r\nGreenhouse-Event-ID: {count}-{number}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _stored(folder: Path) -> tuple[int, int]:
    """How many deliveries are written down, and how many jobs there are beyond one each."""
    import sqlite3

    with closing(sqlite3.connect(folder / "hooks.db")) as conn:
        kept = conn.execute("select count(*) from deliveries where key like 'hook:%'").fetchone()[0]
        jobs = conn.execute("select count(*) from workflow_status where queue_name like 'callsheet%'").fetchone()[0]  # fmt: skip
    return kept, max(0, jobs - kept - 1)  # and the account's first walk
