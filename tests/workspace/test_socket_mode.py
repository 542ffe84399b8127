"""Socket Mode: who may dial, what comes over a socket, what an ack does, and how sockets end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.app import Workspace
from bot.workspace.store import Store
from tests.workspace import kit
from tests.workspace.dialling import SOCKET_MODE, Line, Socket, dialling
from tests.workspace.office import APP_TOKEN, HIRING, MANIFEST, ROSA, TOKEN, Office, until

pytestmark = pytest.mark.anyio


@pytest.fixture
async def line(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Line]:
    async with dialling(tmp_path) as found:
        yield found


@pytest.fixture
async def hasty(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Line]:
    """A workspace that does not wait long for an ack."""
    async with dialling(tmp_path, patience=0.3) as found:
        yield found


# ---- who may dial


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), (TOKEN, "not_allowed_token_type"), ("xoxp-1", "not_allowed_token_type"), ("xapp-other", "invalid_auth")],
)  # fmt: skip
async def test_only_the_apps_own_token_opens_a_socket(line: Line, token: str, error: str) -> None:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = await line.town.http.post("/api/apps.connections.open", headers=headers)
    assert answer.json() == {"ok": False, "error": error}


async def test_an_app_token_opens_nothing_else(line: Line) -> None:
    slack = AsyncWebClient(APP_TOKEN, base_url=line.town.slack.base_url)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await slack.auth_test()


async def test_hello_says_which_app_and_how_many_sockets(line: Line) -> None:
    await line.opens()
    hello = await (await line.dials()).next()
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 2
    assert hello["connection_info"] == {"app_id": "A0CALLSHT"}


async def test_an_address_is_good_once_and_for_thirty_seconds(line: Line) -> None:
    url = await line.address()
    await line.dials(url)
    old = await line.address()
    line.town.seconds.at += 31
    for address in (url, old):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await line.dials(address)
        assert refused.value.status == 408


async def test_the_eleventh_socket_is_turned_away_until_one_closes(line: Line) -> None:
    sockets = [await line.opens() for _ in range(10)]
    eleventh = await line.dials()
    told = await eleventh.next()
    assert (told["type"], told["reason"]) == ("disconnect", "too_many_websockets")
    await eleventh.ends()
    assert len(await line.sockets()) == 10
    await sockets[0].ws.close()
    await until(lambda: fewer(line, 10), "room")
    await line.opens()


async def fewer(line: Line, count: int) -> bool:
    return len(await line.sockets()) < count


async def test_an_app_that_does_not_use_socket_mode_is_turned_away(tmp_path: Path) -> None:
    async with dialling(tmp_path, MANIFEST) as line:
        assert (await (await line.dials()).next())["reason"] == "link_disabled"
        await line.town.person().does("command", channel=HIRING, command="/hire", text="")
        assert line.town.app.last.path == "/commands"


@pytest.mark.parametrize(
    ("manifest", "url", "token", "by_socket"),
    [(MANIFEST, "http://app", "", False), (MANIFEST, "http://app", APP_TOKEN, False), (MANIFEST, "", APP_TOKEN, True),
     (SOCKET_MODE, "http://app", APP_TOKEN, True)],
)  # fmt: skip
def test_what_decides_how_the_app_is_told(
    tmp_path: Path, manifest: Any, url: str, token: str, by_socket: bool
) -> None:
    made = Workspace(Store(tmp_path / "w.db"), manifest, url, "secret", TOKEN, app_token=token)
    assert made.by_socket is by_socket


# ---- what comes over it


async def test_a_command_comes_as_an_envelope_and_its_ack_may_speak(line: Line) -> None:
    socket = await line.opens()
    typed = line.begins("command", channel=HIRING, command="/hire", text="find Ada")
    envelope = await socket.next()
    assert set(envelope) == {"envelope_id", "type", "payload", "accepts_response_payload"}
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert (envelope["payload"]["command"], envelope["payload"]["text"]) == ("/hire", "find Ada")
    await socket.acknowledges(envelope, {"text": "between us"})
    assert (await typed)["ok"]
    assert (await line.town.person().texts())[-1] == "between us"
    assert line.town.app.heard == []


async def pressed(line: Line, socket: Socket) -> Any:
    """Rosa presses a button; gives her gesture under way and the envelope."""
    blocks = [kit.actions(kit.button(action_id="press"))]
    await line.town.slack.chat_postMessage(channel=HIRING, text="a card", blocks=blocks)
    message = (await line.town.person().messages())[-1]
    place = {"type": "message", "channel_id": HIRING, "message_ts": message["ts"]}
    gesture = line.begins("action", container=place, action_id="press")
    return gesture, await socket.next()


async def test_a_press_is_acknowledged_and_takes_no_answer(line: Line) -> None:
    socket = await line.opens()
    gesture, envelope = await pressed(line, socket)
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("interactive", False)
    assert envelope["payload"]["type"] == "block_actions"
    before = await line.town.person().texts()
    await socket.acknowledges(envelope, {"text": "unheard"})
    assert (await gesture)["ok"]
    assert await line.town.person().texts() == before


async def opened(line: Line, socket: Socket, view: Any) -> Any:
    """A modal that the app opened for Rosa."""
    gesture = line.begins("shortcut", callback_id="find")
    envelope = await socket.next()
    trigger = envelope["payload"]["trigger_id"]
    made = (await line.town.slack.views_open(trigger_id=trigger, view=view))["view"]
    await socket.acknowledges(envelope)
    await gesture
    return made


async def test_a_submitted_modal_hears_of_its_errors_in_the_ack(line: Line) -> None:
    socket = await line.opens()
    view = await opened(line, socket, kit.modal(kit.field(kit.typed(action_id="t"), block_id="b")))
    values = {"b": {"t": {"type": "plain_text_input", "value": "so"}}}
    gesture = line.begins("submit", view_id=view["id"], values=values)
    envelope = await socket.next()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("interactive", True)
    await socket.acknowledges(envelope, {"response_action": "errors", "errors": {"b": "No."}})
    assert (await gesture)["errors"] == {"b": "No."}


async def test_a_picker_finds_its_options_in_the_ack(line: Line) -> None:
    socket = await line.opens()
    menu = {"type": "external_select", "action_id": "who", "min_query_length": 1}
    view = await opened(line, socket, kit.modal(kit.field(menu, block_id="candidate")))
    place = {"type": "view", "view_id": view["id"]}
    gesture = line.begins("options", container=place, action_id="who", value="ada")
    envelope = await socket.next()
    assert envelope["payload"]["type"] == "block_suggestion"
    assert envelope["accepts_response_payload"] is True
    await socket.acknowledges(envelope, {"options": kit.options(3)})
    assert len((await gesture)["options"]) == 3


async def test_an_event_says_which_attempt_it_is_and_why(hasty: Line) -> None:
    socket = await hasty.opens()
    await hasty.town.person().does("home")
    first, again = await socket.next(), await socket.next()
    assert first["type"] == again["type"] == "events_api"
    assert first["accepts_response_payload"] is False
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
    assert again["payload"] == first["payload"]
    assert again["envelope_id"] != first["envelope_id"]
    await until(lambda: tried_again(hasty), "the second try to fail")
    await hasty.town.waits(minutes=2)
    third = await socket.next()
    await socket.acknowledges(third)
    assert third["retry_attempt"] == 2
    await hasty.town.waits(hours=1)
    typed = hasty.begins("command", channel=HIRING, command="/hire", text="")
    assert (await socket.next())["type"] == "slash_commands"
    assert (await typed)["error"] == "operation_timeout"


async def tried_again(line: Line) -> bool:
    rows = (await line.town.person().sees("deliveries"))["deliveries"]
    return any(row.get("retry") == 1 for row in rows)


async def test_a_late_ack_is_nobodys(hasty: Line) -> None:
    socket = await hasty.opens()
    typed = hasty.begins("command", channel=HIRING, command="/hire", text="")
    envelope = await socket.next()
    assert (await typed)["message"] == "/hire failed with the error “operation_timeout”"
    await socket.acknowledges(envelope, {"text": "late"})
    for nonsense in ("", "[]", "{", '{"envelope_id": 3}'):
        await socket.ws.send_str(nonsense)
    assert await socket.answers()
    assert "late" not in await hasty.town.person().texts()


async def test_each_payload_goes_to_one_socket_and_they_take_turns(line: Line) -> None:
    seen: list[list[str]] = [[], []]

    async def serves(number: int, socket: Socket) -> None:
        while True:
            envelope = await socket.next()
            seen[number].append(envelope["payload"]["text"])
            await socket.acknowledges(envelope)

    serving = [asyncio.create_task(serves(n, await line.opens())) for n in range(2)]
    for text in ("a", "b", "c", "d"):
        command = {"channel": HIRING, "command": "/hire", "text": text}
        assert (await line.town.person().does("command", **command))["ok"]
    assert sorted(map(sorted, seen)) == [["a", "c"], ["b", "d"]]
    for task in serving:
        task.cancel()


async def test_without_a_socket_the_person_sees_that_the_app_failed(line: Line) -> None:
    answer = await line.town.person().does("command", channel=HIRING, command="/hire", text="")
    assert answer["error"] == "dispatch_failed"


# ---- how sockets end


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_socket_that_is_recycled_gets_nothing_new_but_its_ack_still_counts(
    line: Line, reason: str
) -> None:
    old = await line.opens()
    typed = line.begins("command", channel=HIRING, command="/hire", text="")
    envelope = await old.next()
    told = await line.sockets(do=reason)
    assert told[0]["state"] == "leaving"
    assert (await old.next())["reason"] == reason
    new = await line.opens()
    await old.acknowledges(envelope)
    assert (await typed)["ok"]
    for _ in range(2):
        typed = line.begins("command", channel=HIRING, command="/hire", text="")
        await new.acknowledges(await new.next())
        assert (await typed)["ok"]
    await old.ws.close()


async def test_a_silent_socket_stays_open_delivers_nothing_and_answers_no_ping(hasty: Line) -> None:
    socket = await hasty.opens()
    assert await socket.answers()
    assert (await hasty.sockets(do="silence"))[0]["state"] == "silent"
    answer = await hasty.town.person().does("command", channel=HIRING, command="/hire", text="")
    assert answer["error"] == "operation_timeout"
    assert not await socket.answers(seconds=0.2)
    assert not socket.ws.closed
    assert len(await hasty.sockets()) == 1


async def test_a_socket_can_break_without_a_word(line: Line) -> None:
    socket = await line.opens()
    await line.sockets(do="cut")
    await socket.ends()


async def test_turning_socket_mode_off_ends_every_socket(line: Line) -> None:
    socket = await line.opens()
    await line.sockets(do="link_disabled")
    assert (await socket.next())["reason"] == "link_disabled"
    await socket.ends()


async def test_only_what_a_socket_can_do_is_asked_of_it(line: Line) -> None:
    answer = await line.town.http.post("/client/sockets", json={"do": "dance"})
    assert answer.status_code == 400


async def test_slacks_own_client_understands_all_of_it(line: Line) -> None:
    heard: list[SocketModeRequest] = []
    web = AsyncWebClient(base_url=line.town.slack.base_url)
    client = SocketModeClient(app_token=APP_TOKEN, web_client=web, ping_interval=0.5)

    async def hear(client: Any, request: SocketModeRequest) -> None:
        heard.append(request)
        said = SocketModeResponse(request.envelope_id, {"text": f"heard {len(heard)}"})
        await client.send_socket_mode_response(said)

    client.socket_mode_request_listeners.append(hear)
    await client.connect()
    try:
        rosa: Any = line.town.person(ROSA)
        await rosa.does("command", channel=HIRING, command="/hire", text="one")
        before = await line.sockets(do="refresh_requested")

        async def replaced() -> bool:
            return [s["id"] for s in await line.sockets()] != [s["id"] for s in before]

        await until(replaced, "the client to dial again")
        await until(client.is_connected, "the client to be connected")
        await rosa.does("command", channel=HIRING, command="/hire", text="two")
        assert [request.payload["text"] for request in heard] == ["one", "two"]
        assert (await rosa.texts())[-2:] == ["heard 1", "heard 2"]
        assert await client.is_connected()
    finally:
        await client.close()


async def test_over_http_nothing_changes_for_an_app_with_an_app_token(shared: Office) -> None:
    await shared.person().does("command", channel=HIRING, command="/hire", text="")
    assert shared.app.last.path == "/commands"
