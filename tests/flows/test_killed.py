"""The bot is killed with SIGKILL in the middle of its work and started again: all of it gets done, none of it twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

import commands
from hiring.secrets import new_key
from tests.bot.conftest import SECRET
from tests.bot.town import ROOT, TOKEN, Town, town
from tests.flows.person import Mailbox, blocks_of, until, words
from tests.flows.test_the_story import ADA, ROSA


class World:
    """The workspace, and a bot that can be killed and started again."""

    def __init__(self, place: Town, environment: dict[str, str]) -> None:
        self.place = place
        self.environment = environment
        self.bot: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        port = str(self.place.bot_port)
        self.bot = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", "--with-worker", "--port", port],
            cwd=ROOT,
            env=self.environment,
        )
        url = f"http://127.0.0.1:{port}/readyz"

        def ready() -> bool:
            try:
                return httpx.get(url).status_code == 200
            except httpx.HTTPError:
                return False

        until(ready, "the bot to be ready", 30)

    def kill(self) -> None:
        assert self.bot is not None
        self.bot.send_signal(signal.SIGKILL)
        self.bot.wait()

    def mails(self, address: str) -> list[dict[str, object]]:
        return Mailbox(self.place.http, address).mails()

    def interviews(self) -> list[object]:
        return list(
            self.place.http.get("/client/ats/candidate/greenhouse/3001").json()["interviews"]
        )


@contextmanager
def world(var: Path, database: str) -> Iterator[World]:
    with town(var, commands.load()) as place:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("CALLSHEET_", "SLACK_"))} | {
            "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": TOKEN, "CALLSHEET_SLACK_API_URL": place.places["slack_api"],
            "CALLSHEET_SMTP_URL": place.places["smtp"], "CALLSHEET_MAIL_FROM": "hiring@brightwater.example",
            "CALLSHEET_DATABASE_URL": database, "CALLSHEET_SECRET_KEYS": new_key(), "CALLSHEET_VAR": str(var),
            "CALLSHEET_PUBLIC_URL": f"http://127.0.0.1:{place.bot_port}", "CALLSHEET_LOG_LEVEL": "error",
        }  # fmt: skip
        made = World(place, environment)
        made.run("migrate")
        made.run(
            "accounts", "add", "greenhouse", "--name", "Greenhouse", "--set", "client_id=brightwater", "--set", "client_secret=s3cret-enough",
            "--base-url", place.places["greenhouse"],
        )  # fmt: skip
        made.start()
        try:
            yield made
        finally:
            made.kill()


MOMENTS: dict[str, Callable[[World], object]] = {
    "the answer": lambda w: True,
    "the first mail": lambda w: w.mails(ADA) or w.mails("ben@brightwater.example"),
    "the ATS to have it": lambda w: w.interviews(),
}


def test_a_booking_survives_being_killed_again_and_again(tmp_path: Path) -> None:
    with world(tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'callsheet.db'}") as here:
        rosa = here.place.person(ROSA)
        rosa.types("/hire schedule ada")
        rosa.modal("Schedule")
        assert rosa.submits()["ok"]
        for moment, reached in MOMENTS.items():
            until(lambda: reached(here), moment, 40)  # noqa: B023 - asked at once
            here.kill()
            here.start()
        everybody = (ADA, "ben@brightwater.example", "chen@brightwater.example")
        until(
            lambda: all(here.mails(a) for a in everybody) and here.interviews(),
            "everybody's invite and the ATS's record",
            40,
        )
        rosa.hears("Technical interview with Ada Lovelace")
        until(
            lambda: here.place.http.get("/client/deliveries").status_code == 200 and _quiet(here),
            "the work to be done",
            30,
        )
        for address in everybody:
            assert len(here.mails(address)) == 1, f"{address} got it twice"
        assert len(here.interviews()) == 1
        cards = [
            m
            for m in rosa.messages(rosa.dm())
            if "Technical interview with Ada" in words(blocks_of(m))
        ]
        most = 1 + len(MOMENTS)
        assert 1 <= len(cards) <= most, "Slack cannot tell a repeated post; a crash may repeat one"


def _quiet(here: World) -> bool:
    """Nothing is queued or running any more."""
    from sqlalchemy import create_engine, text

    url = here.environment["CALLSHEET_DATABASE_URL"]
    schema = "" if url.startswith("sqlite") else "dbos."
    engine = create_engine(url.replace("+aiosqlite", ""))
    with engine.connect() as conn:
        left = conn.execute(
            text(
                f"select count(*) from {schema}workflow_status where status in ('ENQUEUED', 'PENDING')"
            )
        ).scalar()
    engine.dispose()
    return left == 0
