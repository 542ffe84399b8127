"""What an app's answers show: to a command at once, later by response_url, and nothing when it stays silent."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response, StreamingResponse

from bot.workspace.slack.parcels import PATIENCE
from tests.workspace import kit
from tests.workspace.office import BEN, GENERAL, HIRING, ROSA, Office, office

pytestmark = pytest.mark.anyio


async def typed(town: Office, channel: str = HIRING) -> str:
    """Rosa types a command; gives its response_url."""
    await town.person().does("command", channel=channel, command="/hire", text="")
    return str(town.app.last.fields["response_url"])


async def pressed(town: Office, message: dict[str, Any]) -> str:
    await town.person().presses(message)
    return str(town.app.last.fields["response_url"])


async def card(town: Office) -> dict[str, Any]:
    blocks = [kit.actions(kit.button(action_id="press"))]
    await town.slack.chat_postMessage(channel=HIRING, text="a card", blocks=blocks)
    return (await town.person().messages())[-1]


async def test_a_command_is_answered_to_the_asker_alone(town: Office) -> None:
    town.app.answers({"text": "between us"})
    await typed(town)
    assert (await town.person(ROSA).texts())[-1] == "between us"
    assert "between us" not in await town.person(BEN).texts()


async def test_a_command_may_be_answered_in_plain_words(town: Office) -> None:
    town.app.answers("plain words")
    await typed(town)
    assert (await town.person().texts())[-1] == "plain words"


async def test_a_command_is_answered_in_the_channel_only_on_purpose(town: Office) -> None:
    town.app.answers({"text": "for all", "response_type": "in_channel"})
    await typed(town)
    assert (await town.person(BEN).texts())[-1] == "for all"


async def test_an_answer_slack_cannot_show_is_an_error_the_person_sees(town: Office) -> None:
    town.app.answers({"text": "so", "blocks": [{"type": "hologram"}]})
    answer = await town.person().does("command", channel=HIRING, command="/hire", text="")
    assert answer["error"] == "invalid_blocks"
    assert answer["message"] == "/hire failed with the error “invalid_blocks”"


async def test_a_response_url_is_ephemeral_by_default(town: Office) -> None:
    answer = await town.http.post(await typed(town), json={"text": "between us"})
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert (await town.person(ROSA).texts())[-1] == "between us"
    assert "between us" not in await town.person(BEN).texts()


async def test_a_response_url_speaks_in_the_channel_when_told(town: Office) -> None:
    said = {"text": "for all", "response_type": "in_channel"}
    await town.http.post(await typed(town), json=said)
    assert (await town.person(BEN).texts())[-1] == "for all"


async def test_a_response_url_works_where_the_app_is_no_member(town: Office) -> None:
    said = {"text": "for all", "response_type": "in_channel"}
    await town.http.post(await typed(town, GENERAL), json=said)
    assert (await town.person(BEN).texts(GENERAL))[-1] == "for all"


async def test_a_response_url_replaces_the_message_that_was_pressed(town: Office) -> None:
    message = await card(town)
    said = {"text": "done", "replace_original": True}
    await town.http.post(await pressed(town, message), json=said)
    now = (await town.person(BEN).messages())[-1]
    assert (now["ts"], now["text"], now["blocks"]) == (message["ts"], "done", [])


async def test_a_response_url_deletes_the_message_that_was_pressed(town: Office) -> None:
    message = await card(town)
    await town.http.post(await pressed(town, message), json={"delete_original": True})
    assert message["ts"] not in [m["ts"] for m in await town.person().messages()]


async def test_an_ephemeral_message_is_replaced_and_deleted_too(town: Office) -> None:
    blocks = [kit.actions(kit.button(action_id="press"))]
    await town.slack.chat_postEphemeral(channel=HIRING, user=ROSA, text="psst", blocks=blocks)
    message = (await town.person().messages())[-1]
    url = await pressed(town, message)
    assert town.app.last.fields["container"]["is_ephemeral"] is True
    await town.http.post(url, json={"text": "well", "blocks": blocks, "replace_original": True})
    assert (await town.person().texts())[-1] == "well"
    await town.http.post(url, json={"delete_original": True})
    assert "well" not in await town.person().texts()
    assert "well" not in await town.person(BEN).texts()


async def test_without_being_told_a_press_is_answered_beside_the_message(town: Office) -> None:
    message = await card(town)
    await town.http.post(await pressed(town, message), json={"text": "beside"})
    assert (await town.person().texts())[-2:] == ["a card", "beside"]


async def test_a_response_url_may_say_more_than_a_message(town: Office) -> None:
    long = [kit.section(text=kit.mrkdwn(2_900)) for _ in range(5)]
    answer = await town.http.post(await typed(town), json={"text": "long", "blocks": long})
    assert answer.status_code == 200


@pytest.mark.parametrize("body", [b"[]", b"{", b"null", b'{"text": ""}', b'{"text": "x", "blocks": [{}]}'])  # fmt: skip
async def test_a_response_url_refuses_what_cannot_be_shown(town: Office, body: bytes) -> None:
    before = await town.person().messages()
    answer = await town.http.post(await typed(town), content=body)
    assert answer.status_code == 400
    assert await town.person().messages() == before


async def test_a_made_up_response_url_leads_nowhere(town: Office) -> None:
    assert (await town.http.post("/response/made-up", json={"text": "so"})).status_code == 404


def test_slack_waits_three_seconds() -> None:
    assert PATIENCE == 3.0


async def test_an_app_that_stays_silent_is_an_error_the_person_sees(tmp_path: Path) -> None:
    async with office(tmp_path, patience=0.05) as town:
        message, view = await card(town), await town.opens(kit.modal())
        menu = await town.opens(
            kit.modal(kit.actions({"type": "external_select", "action_id": "who"})), BEN
        )
        town.app.falls_silent()
        rosa, ben = town.person(), town.person(BEN)
        answer = await rosa.does("command", channel=HIRING, command="/hire", text="")
        assert answer["message"] == "/hire failed with the error “operation_timeout”"
        answer = await rosa.presses(message)
        assert answer["error"] == "operation_timeout"
        assert answer["message"] == "This app did not respond. Try again in a moment."
        answer = await rosa.submits(view)
        assert answer["message"] == "We had some trouble connecting. Try again?"
        assert [v["id"] for v in await rosa.modals()] == [view["id"]]
        place = {"type": "view", "view_id": menu["id"]}
        answer = await ben.does("options", container=place, action_id="who", value="ada")
        assert answer["error"] == "Results could not be loaded."
        assert (await rosa.does("home"))["ok"]
        log = (await rosa.sees("deliveries"))["deliveries"]
        assert {line["error"] for line in log[:5]} == {"operation_timeout"}


async def test_an_app_that_never_stops_answering_is_not_waited_for(tmp_path: Path) -> None:
    async with office(tmp_path, patience=0.1) as town:
        town.app.reply = endless
        answer = await town.person().does("command", channel=HIRING, command="/hire", text="")
        assert answer["error"] == "operation_timeout"


async def endless(fields: dict[str, Any]) -> Response:
    """Every byte comes at once, the last one never."""

    async def flow() -> AsyncIterator[str]:
        while True:
            yield " "
            await asyncio.sleep(0)

    return StreamingResponse(flow())


async def test_an_app_that_fails_is_an_error_the_person_sees(town: Office) -> None:
    message = await card(town)
    for status in (500, 404, 302, 201):
        town.app.answers(None, status)
        assert (await town.person().presses(message))["error"] == "dispatch_failed"


async def test_an_error_is_shown_on_the_open_page_of_that_person_alone(town: Office) -> None:
    message = await card(town)
    town.app.answers(None, 500)
    async with (
        town.http.stream("GET", "/client/events", params={"as": ROSA}) as hers,
        town.http.stream("GET", "/client/events", params={"as": BEN}) as his,
    ):
        lines, others = hers.aiter_lines(), his.aiter_lines()
        assert await anext(lines) == ": hello"
        assert await anext(others) == ": hello"
        await town.person().presses(message)
        assert '"type": "toast"' in await news(lines)
        await town.slack.chat_postMessage(channel=HIRING, text="next")
        assert '"text": "next"' in await news(others)


async def news(lines: Any) -> str:
    async for line in lines:
        if line.startswith("data: "):
            return str(line)
    raise AssertionError("the stream ended")


async def test_an_app_that_is_not_there_is_an_error_the_person_sees(tmp_path: Path) -> None:
    async with office(tmp_path, app_url="http://127.0.0.1:1") as town:
        answer = await town.person().does("command", channel=HIRING, command="/hire", text="")
        assert answer["message"] == "/hire failed with the error “dispatch_failed”"
