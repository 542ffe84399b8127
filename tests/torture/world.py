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
from tests.bot.town import TOKEN
from tests.flows.person import Mailbox, Person
from tests.ports import free_port
from tests.torture.storm import Storm
from tests.torture.zygote import Zygote, alive

T = TypeVar("T")
NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)
PORTS = ("page", "greenhouse", "lever", "calendar", "smtp", "bot")
PATIENCE = 120.0  # seconds until the world has to be at rest
PRESS_AGAIN = 1.5  # seconds after which a person presses again once the bot was killed
PRESS_AGAIN_ON_A_CALM_DAY = 8.0


class Stuck(AssertionError):
    """Something never happened."""


class Given(Exception):
    """A person waits no longer."""


class World:
    """Everything but the flow. `database` is a folder's SQLite file, or a PostgreSQL server to make databases on."""

    def __init__(
        self,
        zygote: Zygote,
        folder: Path,
        server: str = "",
        plant: str = "",
        storm: Storm | None = None,
    ) -> None:
        self.zygote, self.folder, self.server, self.plant = zygote, folder, server, plant
        folder.mkdir(parents=True, exist_ok=True)
        self.ports = {name: free_port() for name in PORTS}
        self.storm = storm
        if storm:
            storm.beyond = self.url("bot")
        self.var = folder / "var"
        self.kept = folder / "kept"
        self.key = new_key()
        self.bot = self.workspace = 0
        self.later = timedelta()
        self.ahead = timedelta()  # how far the bot's clock is ahead of the real one
        self.http = httpx.Client(base_url=self.url("page"), timeout=20)
        self.restarts = 0
        self.revived = self.pressed = 0.0

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def door(self) -> str:
        """Where Slack and the ATS deliver to: the bot, or the storm before it."""
        return self.storm.url if self.storm else self.url("bot")

    @property
    def database(self) -> str:
        return (
            f"{self.server}/{self.name}"
            if self.server
            else f"sqlite+aiosqlite:///{self.var}/bot.db"
        )

    @property
    def name(self) -> str:
        """What its database is called on a server that other worlds use too."""
        return self.folder.name

    def person(self, user: str) -> Person:
        return Person(self.http, user)

    def mailbox(self, address: str) -> Mailbox:
        return Mailbox(self.http, address)

    def build(self) -> None:
        """A fresh company with the bot connected to its ATS; built once and kept."""
        if not (self.kept / "fresh").exists():
            shutil.rmtree(self.var, ignore_errors=True)
            self.var.mkdir(parents=True)
            if self.server:
                self._sql(f"DROP DATABASE IF EXISTS {self.name}", f"CREATE DATABASE {self.name}")
            app = manifest.build(commands.load(), url=self.url("bot"))
            (self.folder / "manifest.json").write_text(json.dumps(app))
            self.start_workspace()
            self.run("migrate")
            self.connect()
            self.keep("fresh")
        self.put_back("fresh")

    def connect(self) -> None:
        """Connect the ATS, and tell it where its webhooks go."""
        (self.folder / "secret").write_text(SECRET)
        self.run(
            "accounts", "add", "greenhouse", "--name", "Greenhouse", "--set", "client_id=brightwater",
            "--set", "client_secret=s3cret-enough", "--secret", f"webhook_secret=@{self.folder / 'secret'}",
            "--base-url", self.url("greenhouse"),
        )  # fmt: skip
        account = self.read("SELECT id FROM accounts")
        url = f"{self.door}/hooks/{account}"
        wish = {"vendor": "greenhouse", "url": url, "secret": SECRET}
        self.http.post("/client/webhooks", json=wish).raise_for_status()

    def keep(self, name: str) -> None:
        """Stop everything and keep its state under a name."""
        self.stop()
        place = self.kept / name
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.var, place)
        if self.server:
            kept = f"{self.name}_{name}"
            self._sql(
                f"DROP DATABASE IF EXISTS {kept}", f"CREATE DATABASE {kept} TEMPLATE {self.name}"
            )

    def put_back(self, name: str, tap: list[str] | None = None) -> None:
        """The kept state, running again, with the bot's boundaries watched."""
        self.stop()
        self.restarts = 0
        shutil.rmtree(self.var, ignore_errors=True)
        shutil.copytree(self.kept / name, self.var)
        if self.server:
            self._sql(
                f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
                f"CREATE DATABASE {self.name} TEMPLATE {self.name}_{name}",
            )
        self.start_workspace()
        self.set_clock()
        self.start_bot(tap)

    def set_clock(self) -> None:
        """Noon of the story, whatever day it is; a bot that is revived finds it run on."""
        self.ahead = NOON + self.later - datetime.now(UTC)
        self.write(
            "DELETE FROM clock_offset",
            f"INSERT INTO clock_offset (id, seconds) VALUES ('clock', {self.ahead.total_seconds()})",
        )

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
        words += ["--manifest", str(self.folder / "manifest.json")]
        words += ["--app-url", self.door]
        words += ["--signing-secret", SECRET, "--bot-token", TOKEN]
        words += ["--fixed-clock", (NOON + self.later).isoformat()]
        self.workspace = self.zygote.fork("workspace", words, self.folder / "workspace.log")
        self.wait(
            lambda: self.http.get("/client/boot").status_code == 200, "the workspace", awake=False
        )

    def start_bot(self, tap: list[str] | None = None) -> None:
        words = ["serve", "--with-worker", "--port", str(self.ports["bot"])]
        self.bot = self.zygote.fork(
            "bot", words, self.folder / "bot.log", self.environment, tap, self.plant
        )
        ready = f"{self.url('bot')}/readyz"
        self.wait(
            lambda: not alive(self.bot) or self.http.get(ready).status_code == 200,
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
            self.write("UPDATE leases SET seen_at = 0")  # as if its lease had run out meanwhile
            self.start_bot()
            self.revived = time.monotonic()

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
            time.sleep(0.04)
        raise Stuck(f"waited {seconds:.0f} s in vain for {what}")

    def insist(self, gesture: Callable[[], Any], done: Callable[[], Any], what: str) -> None:
        """What a person does whose press goes nowhere, as when the bot was killed: looks, and presses again."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.revive()
            with contextlib.suppress(httpx.HTTPError, AssertionError):
                gesture()
            self.pressed = time.monotonic()
            with contextlib.suppress(Given):
                self.wait(lambda: done() or self._waits_on(), what)
                return
        raise Stuck(f"pressed and pressed, but never: {what}")

    def _waits_on(self) -> None:
        """Raises Given once a person has waited long enough."""
        patience = PRESS_AGAIN if self.restarts else PRESS_AGAIN_ON_A_CALM_DAY
        if time.monotonic() - max(self.pressed, self.revived) > patience:
            raise Given

    def try_again(self) -> None:
        """Nothing here waits for a person to press it."""

    def rest(self) -> None:
        """Wait until nothing is queued, running or due."""
        calm = 0

        def quiet() -> bool:
            nonlocal calm
            calm = calm + 1 if not self.read(self._unfinished()) else 0
            return calm > 6 and not self.hooks() and not (self.storm and self.storm.under_way)

        self.wait(quiet, "the work to be done")

    def hooks(self) -> int:
        """How many webhooks the ATS is still trying to deliver."""
        return int(self.http.get("/client/deliveries").json()["hooks_under_way"])

    def _unfinished(self) -> str:
        """Counts what the engine has not finished and what is due by the bot's clock."""
        now = (datetime.now(UTC) + self.ahead).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return UNFINISHED.format(schema="dbos." if self.server else "", now=now)

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

    def _sql(self, *statements: str) -> None:
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
