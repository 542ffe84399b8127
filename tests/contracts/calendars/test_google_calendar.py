"""What only Google Calendar does: scopes apart, lists of events beside free/busy, sign-in, an id that is used up."""

from typing import Any

import pytest

from bot.workspace.calendars.book import Book
from bot.workspace.calendars.google import logins
from connectors.calendar.google import mapping
from connectors.contract import Account
from connectors.errors import Gone, Reconnect
from connectors.registry import make
from tests.contracts.calendars.office import BEN, DAY, HOUR, ROSA, SECRET, TEN, Door, Office, draft

pytestmark = pytest.mark.anyio


@pytest.fixture
def only(office: Office) -> Office:
    if office.calendar.vendor != "google":
        pytest.skip("this is about Google Calendar")
    return office


async def test_without_the_scope_for_events_busy_times_are_still_told(only: Office) -> None:
    only.store.put("calendar_scopes", "google", {"scopes": [logins.FREE_BUSY]})
    only.meeting(BEN, TEN, tentative=True)
    (found,) = await only.calendar.busy([BEN], DAY)
    assert [(one.start, one.kind) for one in found.taken] == [(TEN, "busy")]
    with pytest.raises(Reconnect):
        await only.calendar.create_event(ROSA, draft())
    findings = {one.what: one.ok for one in await only.calendar.check()}
    assert findings == {"Read busy times": True, "Write events": False, "List rooms": False}


async def test_focus_time_is_told_and_no_title_is_asked_for(only: Office) -> None:
    only.meeting(BEN, TEN, type="focusTime")
    (found,) = await only.calendar.busy([BEN], DAY)
    assert [one.kind for one in found.taken] == ["focus"]
    assert found.taken[0].event


@pytest.mark.parametrize("broken", [{"start": "soon"}, {"start": "2026-12-01"}])
async def test_a_list_that_cannot_be_read_is_asked_as_free_and_busy(
    only: Office, broken: dict[str, Any]
) -> None:
    row = {"id": "x", "status": "confirmed", "start": broken, "end": broken}
    with pytest.raises((KeyError, TypeError, ValueError)):
        mapping.taken(row, mapping.zone("Europe/Berlin"))


async def test_our_id_is_one_that_google_takes() -> None:
    ids = {mapping.event_id(f"interview-{number}/1") for number in range(50)}
    assert len(ids) == 50
    assert all(set(id) <= set("abcdefghijklmnopqrstuv0123456789") and 5 <= len(id) <= 1_024 for id in ids)  # fmt: skip


async def test_a_link_that_is_being_made_is_pending_and_may_fail() -> None:
    def read(status: str) -> Any:
        row = {
            "id": "x", "start": {"dateTime": TEN.isoformat()}, "end": {"dateTime": (TEN + HOUR).isoformat()},
            "conferenceData": {"createRequest": {"requestId": "r", "status": {"statusCode": status}}},
        }  # fmt: skip
        return mapping.event(row, ROSA).link

    assert [read(status) for status in ("pending", "failure")] == ["pending", "failed"]


async def test_the_first_delivery_of_a_channel_tells_of_no_change(only: Office, door: Door) -> None:
    channel = await only.calendar.watch(ROSA, door.url, SECRET)
    hello = only.kit.deliver(channel.id, SECRET)
    told = {**hello.headers, "x-goog-resource-state": "sync"}
    heard = only.calendar.receive(type(hello)(told), [channel])
    assert (heard.changed, heard.answer) == ((), "")


async def test_who_signed_in_uses_the_own_calendar_and_no_other(only: Office) -> None:
    book = Book(only.store, only.clock, "google", lambda channel, row, change: None)
    token = logins.signed_in(book, ROSA, f"{logins.FREE_BUSY} {logins.EVENTS}")
    account = Account("g-2", "google", "Rosa", {}, {"access_token": token}, only.url)
    mine = make(account, only.calendar.pool)
    assert isinstance(mine, type(only.calendar))
    assert all(finding.ok for finding in await mine.check())
    made = await mine.create_event("", draft())
    assert (await mine.event("", made.id)).organizer == ROSA
    (ben,) = await mine.busy([BEN], DAY)
    assert ben.times == ((TEN, TEN + HOUR),)
    with pytest.raises(Gone):
        await mine.event(BEN, made.id)
