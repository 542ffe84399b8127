"""What the bot makes of a Slack that misbehaves: which error it becomes, and how often the thing was done."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.replies import SlackReply
from bot.slack_client import Clients, ask
from commands.router import Gesture
from connectors.errors import TryLater
from tests.workspace import kit
from tests.workspace.office import HIRING, ROSA, TOKEN, Office, office

pytestmark = pytest.mark.anyio


class OneToken:
    async def token(self, team: str, enterprise: str = "") -> str | None:
        return TOKEN


@pytest.fixture
async def town(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


@pytest.fixture
async def clients(town: Office) -> AsyncIterator[Clients]:
    made = Clients(town.slack.base_url, OneToken())
    yield made
    await made.close()


async def said(town: Office, text: str) -> int:
    return (await town.person().texts()).count(text)


@pytest.mark.parametrize("mode", ["down", "broken", "limited", "lost", "dropped"])
async def test_every_failure_of_a_post_is_worth_another_try_and_none_posts_twice(
    town: Office, clients: Clients, mode: str
) -> None:
    client = await clients.of("T0BRIGHT1")
    await town.fails("slack", mode, only="chat.postMessage", times=1)
    with pytest.raises(TryLater):
        await ask(client.chat_postMessage, channel=HIRING, text="so")
    assert await said(town, "so") == (1 if mode == "lost" else 0)


async def test_how_long_slack_wants_us_to_wait_is_passed_on(town: Office, clients: Clients) -> None:
    client = await clients.of("T0BRIGHT1")
    await town.fails("slack", "limited", times=1, seconds=30)
    with pytest.raises(TryLater) as limited:
        await ask(client.chat_postMessage, channel=HIRING, text="so")
    assert limited.value.after == timedelta(seconds=30)


async def test_a_patient_client_waits_a_rate_limit_out(town: Office, clients: Clients) -> None:
    client = await clients.of("T0BRIGHT1", patient=True)
    await town.fails("slack", "limited", times=1, seconds=1)
    await ask(client.chat_postMessage, channel=HIRING, text="so")
    assert await said(town, "so") == 1


@pytest.mark.parametrize("mode", ["lost", "dropped"])
async def test_a_question_is_simply_asked_again(town: Office, clients: Clients, mode: str) -> None:
    client = await clients.of("T0BRIGHT1")
    await town.fails("slack", mode, only="users.info", times=1)
    answer = await ask(client.users_info, user="U0ROSA001")
    assert answer["user"]["name"] == "rosa"


@pytest.mark.parametrize(("mode", "shown"), [("down", 0), ("dropped", 0), ("lost", 1)])
async def test_an_answer_to_a_response_url_fails_in_the_same_way(
    town: Office, clients: Clients, mode: str, shown: int
) -> None:
    await town.person().does("command", channel=HIRING, command="/hire", text="")
    url: Any = town.app.last.fields["response_url"]
    await town.fails("slack", mode, only="/response/", times=1)
    with pytest.raises(TryLater):
        await clients.post(url, {"text": "so"})
    assert await said(town, "so") == shown


async def test_a_used_up_response_url_says_no(town: Office, clients: Clients) -> None:
    await town.person().does("command", channel=HIRING, command="/hire", text="")
    url: Any = town.app.last.fields["response_url"]
    answers = [await clients.post(url, {"text": "so"}) for _ in range(6)]
    assert answers == [True] * 5 + [False]


async def test_an_older_home_tab_never_replaces_a_newer_one(town: Office, clients: Clients) -> None:
    opened = Gesture("event", "T0BRIGHT1", ROSA, "app_home_opened")
    await SlackReply(clients, opened).home(kit.home())
    client = await clients.of("T0BRIGHT1")
    seen = (await ask(client.views_publish, user_id=ROSA, view=kit.home()))["view"]
    late = replace(opened, view_hash=str(seen["hash"]))
    await SlackReply(clients, late).home(kit.home(callback_id="newer"))
    await SlackReply(clients, late).home(kit.home(callback_id="older"))
    found = (await town.person(ROSA).sees("home"))["view"]
    assert found["callback_id"] == "newer"
