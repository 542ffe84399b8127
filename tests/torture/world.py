"""One small world: a workspace and a bot on fixed ports, whose state can be kept and put back in a moment."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg

import commands
from bot import manifest
from hiring.secrets import new_key
from tests.bot.conftest import SECRET
from tests.bot.town import TOKEN, free_port
from tests.flows.person import Mailbox, Person
from tests.torture.zygote import Zygote, alive

T = TypeVar("T")
NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)
PORTS = ("page", "greenhouse", "lever", "calendar", "smtp", "bot")
PATIENCE = 45.0  # seconds until the world has to be at rest


class Stuck(AssertionError):
    """Something never happened."""


class World:
    """Everything but the flow. `database` is a folder's SQLite file, or a PostgreSQL server to make databases on."""

    def __init__(self, zygote: Zygote, folder: Path, server: str = "") -> None:
        self.zygote, self.folder, self.server = zygote, folder, server
        self.ports = {name: free_port() for name in PORTS}
        self.var = folder / "var"
        self.kept = folder / "kept"
        self.key = new_key()
        self.bot = self.workspace = 0
        self.later = timedelta()
        self.http = httpx.Client(base_url=self.url("page"), timeout=10)
        self.restarts = 0

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def database(self) -> str:
        return f"{self.server}/torture" if self.server else f"sqlite+aiosqlite:///{self.var}/bot.db"

    def person(self, user: str) -> Person:
        return Person(self.http, user)

    def mailbox(self, address: str) -> Mailbox:
        return Mailbox(self.http, address)

    def build(self) -> None:
        """A fresh company with the bot connected to its ATS; running afterwards."""
        shutil.rmtree(self.var, ignore_errors=True)
        self.var.mkdir(parents=True)
        if self.server:
            self._sql(["DROP DATABASE IF EXISTS torture", "CREATE DATABASE torture"])
        app = manifest.build(commands.load(), url=self.url("bot"))
        (self.folder / "manifest.json").write_text(json.dumps(app))
        self.start_workspace()
        self.run("migrate")
        self.run(
            "accounts", "add", "greenhouse", "--name", "Greenhouse", "--set", "client_id=brightwater",
            "--set", "client_secret=s3cret-enough", "--base-url", self.url("greenhouse"),
        )  # fmt: skip
        self.start_bot()

    def keep(self, name: str) -> None:
        """Stop everything and keep its state under a name."""
        self.stop()
        place = self.kept / name
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.var, place)
        if self.server:
            self._sql(
                [
                    f"DROP DATABASE IF EXISTS kept_{name}",
                    f"CREATE DATABASE kept_{name} TEMPLATE torture",
                ]
            )

    def put_back(self, name: str, tap: list[str] | None = None) -> None:
        """The kept state, running again, with the bot's boundaries watched."""
        self.stop()
        self.restarts = 0
        shutil.rmtree(self.var, ignore_errors=True)
        shutil.copytree(self.kept / name, self.var)
        if self.server:
            self._sql(
                [
                    "DROP DATABASE IF EXISTS torture WITH (FORCE)",
                    f"CREATE DATABASE torture TEMPLATE kept_{name}",
                ]
            )
        self.start_workspace()
        self.start_bot(tap)

    def start_workspace(self) -> None:
        words = [
            "--host",
            "127.0.0.1",
            "--port",
            str(self.ports["page"]),
            "--state",
            str(self.var / "workspace.db"),
        ]
        for name in ("greenhouse", "lever", "calendar", "smtp"):
            words += [f"--{name}-port", str(self.ports[name])]
        words += ["--manifest", str(self.folder / "manifest.json"), "--app-url", self.url("bot")]
        words += ["--signing-secret", SECRET, "--bot-token", TOKEN]
        words += ["--fixed-clock", (NOON + self.later).isoformat()]
        self.workspace = self.zygote.fork("workspace", words, self.folder / "workspace.log")
        self.wait(
            lambda: self.http.get("/client/boot").status_code == 200, "the workspace", awake=False
        )

    def start_bot(self, tap: list[str] | None = None) -> None:
        """With its clock at noon of the story, whatever day it is."""
        offset = (NOON + self.later - datetime.now(UTC)).total_seconds()
        self.write(
            "DELETE FROM clock_offset",
            f"INSERT INTO clock_offset (id, seconds) VALUES ('clock', {offset})",
        )
        words = ["serve", "--with-worker", "--port", str(self.ports["bot"])]
        self.bot = self.zygote.fork("bot", words, self.folder / "bot.log", self.environment, tap)
        ready = f"{self.url('bot')}/readyz"
        self.wait(
            lambda: not alive(self.bot) or httpx.get(ready).status_code == 200,
            "the bot",
            awake=False,
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": TOKEN, "CALLSHEET_SLACK_API_URL": f"{self.url('page')}/api/",
            "CALLSHEET_SMTP_URL": f"smtp://127.0.0.1:{self.ports['smtp']}", "CALLSHEET_MAIL_FROM": "hiring@brightwater.example",
            "CALLSHEET_DATABASE_URL": self.database, "CALLSHEET_SECRET_KEYS": self.key, "CALLSHEET_VAR": str(self.var),
            "CALLSHEET_PUBLIC_URL": self.url("bot"), "CALLSHEET_LOG_LEVEL": "warning",
        }  # fmt: skip

    def run(self, *words: str) -> None:
        pid = self.zygote.fork("bot", list(words), self.folder / "setup.log", self.environment)
        self.wait(lambda: not alive(pid), " ".join(words), awake=False)

    def stop(self) -> None:
        for pid in (self.bot, self.workspace):
            with contextlib.suppress(ProcessLookupError):
                if pid:
                    os.kill(pid, signal.SIGKILL)
        self.wait(
            lambda: not any(pid and alive(pid) for pid in (self.bot, self.workspace)),
            "the end",
            awake=False,
        )
        self.bot = self.workspace = 0

    def revive(self) -> None:
        """Start the bot again if it was killed, as a service manager would."""
        if not alive(self.bot):
            self.restarts += 1
            if self.restarts > 3:
                raise Stuck("the bot does not stay up: see bot.log")
            self.start_bot()

    def wait(
        self, look: Callable[[], T], what: str, *, awake: bool = True, seconds: float = PATIENCE
    ) -> T:
        """What `look` gives once it is something; the bot is revived meanwhile. Raises Stuck."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if awake:
                self.revive()
            with contextlib.suppress(httpx.HTTPError, StopIteration, KeyError):
                if found := look():
                    return found
            time.sleep(0.02)
        raise Stuck(f"waited {seconds:.0f} s in vain for {what}")

    def insist(self, gesture: Callable[[], Any], done: Callable[[], Any], what: str) -> None:
        """What a person does whose press goes nowhere: looks, and presses again."""
        for _ in range(12):
            self.revive()
            with contextlib.suppress(httpx.HTTPError, AssertionError):
                gesture()
            with contextlib.suppress(Stuck):
                self.wait(done, what, seconds=2.5)
                return
        raise Stuck(f"pressed and pressed, but never: {what}")

    def rest(self) -> None:
        """Wait until nothing is queued, running or due."""
        calm = 0

        def quiet() -> bool:
            nonlocal calm
            calm = (
                calm + 1
                if not self.read(UNFINISHED.format(schema="dbos." if self.server else ""))
                else 0
            )
            return calm > 8

        self.wait(quiet, "the work to be done")

    def read(self, query: str) -> Any:
        """The first value of a query on the bot's database."""
        if self.server:
            with psycopg.connect(self._plain) as conn:
                return conn.execute(query.encode()).fetchone()[0]  # type: ignore[index]
        with contextlib.closing(sqlite3.connect(self.var / "bot.db", timeout=30)) as db:
            return db.execute(query).fetchone()[0]

    def write(self, *statements: str) -> None:
        if self.server:
            with psycopg.connect(self._plain) as conn:
                for statement in statements:
                    conn.execute(statement.encode())
            return
        with contextlib.closing(sqlite3.connect(self.var / "bot.db", timeout=30)) as db, db:
            for statement in statements:
                db.execute(statement)

    @property
    def _plain(self) -> str:
        return self.database.replace("+psycopg", "")

    def _sql(self, statements: list[str]) -> None:
        with psycopg.connect(
            f"{self.server}/postgres".replace("+psycopg", ""), autocommit=True
        ) as conn:
            for statement in statements:
                conn.execute(statement.encode())

    def close(self) -> None:
        self.stop()
        self.http.close()


UNFINISHED = """
    SELECT (SELECT count(*) FROM {schema}workflow_status WHERE status IN ('ENQUEUED', 'PENDING', 'DELAYED'))
        + (SELECT count(*) FROM timers WHERE due_at <= '{now}')
"""
