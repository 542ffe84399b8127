"""A rotation that is killed anywhere goes on at the next start, and not one row is lost."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from hiring.keys import Keys
from hiring.keys_table import data_keys
from hiring.secrets import Seal, new_key
from hiring.store import Store
from hiring.tables import timers
from tests.conftest import migrate

ROOT = Path(__file__).parents[2]
ROWS = 3_000


def start(database: str, var: Path, keys: str, *words: str) -> "subprocess.Popen[str]":
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CALLSHEET_", "SLACK_"))}
    clean |= {
        "CALLSHEET_DATABASE_URL": database,
        "CALLSHEET_VAR": str(var),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "keys", "rotate", *words], cwd=var, env=clean | {"CALLSHEET_SECRET_KEYS": keys},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def state(engine: sa.Engine) -> tuple[str, int]:
    """The instance's current data key, and how many rows it seals."""
    current = sa.select(data_keys.c.id).where(
        data_keys.c.owner == "", data_keys.c.purpose == "rows", data_keys.c.state == "current"
    )
    with engine.connect() as conn:
        key = str(conn.execute(current).scalar())
        like = sa.select(sa.func.count()).where(timers.c.args.like(f"{key}:%"))
        return key, conn.execute(like.select_from(timers)).scalar_one()


def test_killed_three_times_it_goes_on_and_renews_once(database_url: str, tmp_path: Path) -> None:
    migrate(database_url)
    old, new = new_key(), new_key()
    before, engine = Seal([old]), sa.create_engine(database_url.replace("+aiosqlite", ""))
    due = datetime(2030, 1, 1, tzinfo=UTC)
    with engine.begin() as conn:
        conn.execute(
            timers.insert(),
            [
                {"key": f"t{n:05}", "due_at": due, "job": "nothing", "args": before.close_json({"n": n})}
                for n in range(ROWS)
            ],
        )  # fmt: skip
    store = Store(database_url)
    asyncio.run(Keys(store, before).prepare())
    store.sync_engine.dispose()
    keys, renewed = f"{new},{old}", set()
    for share in (0, 0.2, 0.6):
        process = start(database_url, tmp_path, keys, "--renew")
        first, _ = state(engine)
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            key, sealed = state(engine)
            if (share == 0 and key != first) or sealed > share * ROWS > 0:
                break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        key, sealed = state(engine)
        renewed.add(key)
        assert sealed < ROWS
        _all_open(database_url, keys)
    done = start(database_url, tmp_path, keys, "--renew", "--json")
    told, wrong = done.communicate(timeout=120)
    assert done.returncode == 0, wrong
    assert '"only_first": true' in told
    key, sealed = state(engine)
    assert (renewed, sealed) == ({key}, ROWS)
    _all_open(database_url, new)
    engine.dispose()


def _all_open(database_url: str, keys: str) -> None:
    """Every row still says what it said."""
    store = Store(database_url)
    seal = Keys(store, Seal(keys.split(",")))
    with store.sync_engine.connect() as conn:
        rows = conn.execute(sa.select(timers.c.key, timers.c.args)).all()
    assert len(rows) == ROWS
    assert all(seal.open_json(row.args) == {"n": int(row.key[1:])} for row in rows)
    store.sync_engine.dispose()
