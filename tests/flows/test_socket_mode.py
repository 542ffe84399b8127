"""A bot without a public address, as `serve --socket` runs it: the same product over websockets, whatever happens to them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

import commands
from hiring.secrets import new_key
from tests.bot.town import APP_TOKEN, TOKEN, Town, town
from tests.flows.person import Mailbox, Person, blocks_of, until, words
from tests.flows.test_the_story import ADA, ROSA
from tests.ports import free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Firm:
    """The workspace, and the bot's process beside it."""

    town: Town
    bot: subprocess.Popen[bytes]
    log: Path
    ready: str

    @property
    def rosa(self) -> Person:
        return self.town.person(ROSA)

    def lines(self, **wish: Any) -> list[dict[str, Any]]:
        """The workspace's sockets, after doing something to them if wished."""
        if wish:
            return list(self.rosa.ask("sockets", **wish)["sockets"])
        return list(self.rosa.look("sockets")["sockets"])

    def two_open(self, without: tuple[str, ...] = (), seconds: float = 45) -> list[str]:
        """The ids of two sockets in use, none of them among `without`."""

        def look() -> list[str] | None:
            rows = self.lines()
            fresh = [r["id"] for r in rows if r["state"] == "open" and r["id"] not in without]
            return fresh if len(fresh) == 2 else None

        return until(look, "two sockets", seconds)

    def finds(self, name: str) -> bool:
        """Whether Slack took the command; a person sees at once when it did not."""
        return bool(self.rosa.ask("say", channel="C0HIRING1", text=f"/hire find {name}")["ok"])


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    var = tmp_path_factory.mktemp("firm")
    port = free_port()
    with town(var, commands.load(), socket_mode=True) as place:
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("CALLSHEET_", "SLACK_"))
        } | {
            "CALLSHEET_VAR": str(var), "CALLSHEET_SECRET_KEYS": new_key(), "SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": APP_TOKEN,
            "CALLSHEET_SLACK_API_URL": place.places["slack_api"], "CALLSHEET_SMTP_URL": place.places["smtp"],
            "CALLSHEET_MAIL_FROM": "hiring@brightwater.example", "CALLSHEET_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip

        def run(*args: str) -> None:
            subprocess.run(
                [sys.executable, "-m", "bot", *args], cwd=ROOT, env=environment, check=True, capture_output=True
            )  # fmt: skip

        run("migrate")
        run(
            "accounts", "add", "greenhouse", "--name", "Greenhouse", "--set", "client_id=brightwater",
            "--set", "client_secret=s3cret-enough", "--base-url", place.places["greenhouse"],
        )  # fmt: skip
        log = var / "bot.log"
        with log.open("wb") as out:
            bot = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve", "--socket", "--with-worker", "--port", str(port)],
                cwd=ROOT, env=environment, stdout=out, stderr=out,
            )  # fmt: skip
        found = Firm(place, bot, log, f"http://127.0.0.1:{port}/readyz")
        try:
            found.two_open(seconds=90)  # a process starts in it
            yield found
        finally:
            bot.kill()
            bot.wait(10)


def test_a_candidate_is_found_a_message_is_sent_and_the_home_tab_drawn(firm: Firm) -> None:
    rosa, ada = firm.rosa, Mailbox(firm.town.http, ADA)
    assert firm.finds("ada")
    card = rosa.sees("Ada Lovelace")
    assert "Senior Backend Engineer" in words(blocks_of(card))
    rosa.types("/hire message ada")
    rosa.modal("Message")
    assert rosa.submits()["ok"]
    until(ada.mails, "the mail")
    rosa.ask("home")
    until(lambda: rosa.look("home")["view"], "the Home tab")
    rows = rosa.look("deliveries")["deliveries"]
    assert {row["status"] for row in rows} == {200}


def test_without_a_signing_secret_nobody_is_let_in_by_http(firm: Firm) -> None:
    address = firm.ready.replace("/readyz", "/slack/events")
    assert httpx.post(address, content=b"{}", timeout=10).status_code == 401


def test_recycling_every_socket_loses_no_command_and_doubles_no_mail(firm: Firm) -> None:
    rosa, ada = firm.rosa, Mailbox(firm.town.http, ADA)
    before, known = len(ada.mails()), firm.two_open()
    for number in range(6):
        if number % 2:
            firm.lines(do="refresh_requested")
        rosa.types("/hire message ada")
        rosa.modal("Message")
        assert rosa.submits()["ok"]
        rosa.no_modal()
    until(lambda: len(ada.mails()) == before + 6, "six mails", 40)
    firm.two_open(tuple(known))
    assert len({mail["message_id"] for mail in ada.mails()}) == len(ada.mails()) == before + 6


def test_a_socket_that_falls_silent_is_noticed_and_replaced(firm: Firm) -> None:
    silent, other = firm.two_open()
    firm.lines(do="silence", socket=silent)
    taken = [firm.finds("ada"), firm.finds("ada")]
    assert sorted(taken) == [False, True], "one went into the void, and its person was told"
    firm.two_open((silent,))
    assert httpx.get(firm.ready, timeout=10).json()["socket"]["open"] == 2
    assert firm.finds("ada")
    assert firm.finds("ada")
    assert other in firm.two_open()


def test_it_stops_when_asked_and_says_goodbye_to_slack(firm: Firm) -> None:
    firm.bot.send_signal(signal.SIGTERM)
    assert firm.bot.wait(15) == 0
    assert firm.lines() == []
    log = firm.log.read_text()
    assert "Traceback" not in log, log[-3_000:]
    assert ADA not in log
