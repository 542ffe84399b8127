"""The install page: a state that only we can make, good once, in the browser that asked."""

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot import serving
from bot.install import States
from bot.manifest import SCOPES
from commands.router import Gesture, Router
from tests.bot.conftest import Front, bot

pytestmark = pytest.mark.anyio


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Front]:
    given = {"bot_token": "", "client_id": "1.2", "client_secret": "hush"}
    async with bot(tmp_path, Router(), **given) as front:
        yield front


async def test_the_page_sends_to_slack_with_our_scopes_and_a_state(door: Front) -> None:
    async with door.http.get(door.url + "/slack/install") as answer:
        text, cookie = await answer.text(), answer.headers["set-cookie"]
    address = next(part for part in text.split('"') if "/oauth/v2/authorize?" in part)
    asked = parse_qs(urlsplit(unescape(address)).query)
    assert asked["client_id"] == ["1.2"]
    assert set(asked["scope"][0].split(",")) == set(SCOPES)
    assert asked["state"][0] in cookie
    assert "hush" not in text


async def test_a_state_from_elsewhere_is_refused(door: Front) -> None:
    path = door.url + "/slack/oauth_redirect?code=1&state=made-up"
    async with door.http.get(path) as answer:
        assert answer.status == 400
    headers = {"cookie": "slack-app-oauth-state=made-up"}
    async with door.http.get(path, headers=headers) as answer:
        assert answer.status == 401


async def test_a_state_is_good_once(door: Front) -> None:
    states = States(door.parts.services.seal, door.parts.inbox)
    state = await states.async_issue()
    assert await states.async_consume(state)
    assert not await states.async_consume(state)
    assert not await states.async_consume(state + "x")


async def test_a_removed_app_loses_its_token_at_once(door: Front) -> None:
    parts = door.parts
    await parts.installations.save(enterprise="", team="T0BRIGHT1", token="xoxb-1")
    assert await parts.tokens.token("T0BRIGHT1") == "xoxb-1"
    gone = Gesture("event", "T0BRIGHT1", "", "app_uninstalled")
    await serving.housekeeping(parts)["app_uninstalled"](gone)
    assert await parts.tokens.token("T0BRIGHT1") is None
