"""Events that the app does not take come again: at once, after a minute, after five, and never a fourth time."""

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.responses import Response

from tests.workspace.office import HIRING, SECRET, Heard, Office, office, until

pytestmark = pytest.mark.anyio


def events(town: Office) -> list[Heard]:
    return [heard for heard in town.app.heard if heard.path == "/events"]


async def arrived(town: Office, count: int) -> Heard:
    """The newest event once there are this many."""
    await until(lambda: len(events(town)) >= count, f"{count} deliveries")
    assert len(events(town)) == count
    return events(town)[-1]


async def retried(town: Office) -> list[dict[str, Any]]:
    """The tries after the first of which the workspace knows how they ended."""
    rows = (await town.person().sees("deliveries"))["deliveries"]
    return [row for row in rows if row.get("retry")]


async def nothing_more(town: Office, count: int) -> None:
    """Something else goes there and back, and no further event has come meanwhile."""
    await town.person().does("command", channel=HIRING, command="/hire", text="")
    assert len(events(town)) == count


async def test_a_failed_event_comes_three_times_more_and_says_why(town: Office) -> None:
    town.app.answers(None, 500)
    await town.person().does("home")
    first = events(town)[0]
    assert "x-slack-retry-num" not in first.headers
    for number, seconds in ((1, 0), (2, 55), (3, 290)):
        if seconds:
            await town.waits(seconds=seconds)
            await nothing_more(town, number)
            await town.waits(seconds=10)
        again = await arrived(town, number + 1)
        assert again.headers["x-slack-retry-num"] == str(number)
        assert again.headers["x-slack-retry-reason"] == "http_error"
        assert again.fields == first.fields
        assert SignatureVerifier(SECRET).is_valid_request(again.body, again.headers)
    await town.waits(hours=2)
    await nothing_more(town, 4)


async def test_what_was_taken_the_second_time_does_not_come_a_third(town: Office) -> None:
    town.app.answers(None, 500)

    async def once(fields: dict[str, Any]) -> Response:
        town.app.answers(None)
        return Response(status_code=503)

    town.app.reply = once
    await town.person().does("home")
    await arrived(town, 2)
    await town.waits(hours=1)
    await nothing_more(town, 2)


@pytest.mark.parametrize("status", [201, 202, 204])
async def test_any_success_will_do_for_an_event(town: Office, status: int) -> None:
    town.app.answers(None, status)
    await town.person().does("home")
    await nothing_more(town, 1)


async def test_an_app_may_ask_not_to_be_told_again(town: Office) -> None:
    async def reply(fields: dict[str, Any]) -> Response:
        return Response(status_code=500, headers={"x-slack-no-retry": "1"})

    town.app.reply = reply
    await town.person().does("home")
    await town.waits(hours=1)
    await nothing_more(town, 1)


async def test_an_app_that_stays_silent_is_told_again_after_its_three_seconds(
    tmp_path: Path,
) -> None:
    async with office(tmp_path, patience=0.05) as town:
        town.app.falls_silent()
        await town.person().does("home")
        again = await arrived(town, 2)
        assert again.headers["x-slack-retry-reason"] == "http_timeout"


async def test_an_app_that_is_not_there_is_tried_again(tmp_path: Path) -> None:
    async with office(tmp_path, app_url="http://127.0.0.1:1") as town:
        await town.person().does("home")
        log = await until(lambda: retried(town), "a second try")
        assert [(row["retry"], row["reason"]) for row in log] == [(1, "connection_failed")]


async def test_an_event_follows_two_redirects_and_no_third(town: Office) -> None:
    left = 2

    async def reply(fields: dict[str, Any]) -> Response:
        nonlocal left
        left -= 1
        return Response(status_code=307 if left >= 0 else 200, headers={"location": "/events"})

    town.app.reply = reply
    await town.person().does("home")
    await nothing_more(town, 3)
    left = 3
    await town.person().does("home")
    again = await arrived(town, 7)
    assert again.headers["x-slack-retry-reason"] == "too_many_redirects"


async def test_commands_and_presses_are_never_sent_again(town: Office) -> None:
    town.app.answers(None, 500)
    await town.person().does("command", channel=HIRING, command="/hire", text="")
    await town.person().does("shortcut", callback_id="find")
    await town.waits(hours=1)
    assert [heard.path for heard in town.app.heard] == ["/commands", "/presses", "/demo/clock"]


async def test_what_is_owed_outlives_the_workspace(tmp_path: Path) -> None:
    async with office(tmp_path) as town:
        town.app.answers(None, 500)
        await town.person().does("home")
        event = (await arrived(town, 2)).fields["event_id"]
        await until(lambda: retried(town), "the second try being written down")
    async with office(tmp_path) as town:
        await town.waits(minutes=2)
        late = await arrived(town, 1)
        assert (late.fields["event_id"], late.headers["x-slack-retry-num"]) == (event, "2")
