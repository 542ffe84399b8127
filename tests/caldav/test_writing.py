"""Interviews written into a real Radicale: once each, changed only as read, quiet towards the guests; and what changed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import EventDraft, Guest
from connectors.errors import Conflict, Gone, MissingPermission, Rejected
from connectors.http import Pool
from tests.caldav.conftest import connected
from tests.radicales import Radicale, at, vcalendar, vevent

pytestmark = pytest.mark.anyio
WEEK = (at(5, 0), at(12, 0))
DRAFT = EventDraft(
    "interview-7/1", "interview-7@callsheet.example", "Interview, round 1; “Zoë”", at(6, 9), at(6, 10), "Europe/Berlin",
    "Bring\nthe kit", "Room Ada", (Guest("tom@firm.example", "Tom, who asks"), Guest("ada-room@firm.example", resource=True)),
)  # fmt: skip


async def test_an_interview_is_written_whole_and_the_server_is_kept_quiet(
    server: Radicale, pool: Pool
) -> None:
    server.calendar("maya")
    dav = connected(pool, server.url)
    made = await dav.create_event("", DRAFT)
    assert made.holds(DRAFT)
    assert (made.uid, made.key, made.text) == (DRAFT.uid, DRAFT.key, DRAFT.text)
    assert [(r.guest.name, r.guest.resource, r.answer) for r in made.replies] == [
        ("Tom, who asks", False, "needs_action"), ("ada-room@firm.example", True, "needs_action"),
    ]  # fmt: skip
    kept = server.text(made.id)
    assert kept.count("SCHEDULE-AGENT=CLIENT") == 2
    assert "ORGANIZER:mailto:maya@firm.example" in kept
    assert "METHOD" not in kept
    (busy,) = await dav.busy(["maya@firm.example"], WEEK)
    assert [(one.start, one.event) for one in busy.taken] == [(at(6, 9), made.id)]


async def test_the_same_key_is_the_same_event(server: Radicale, pool: Pool) -> None:
    server.calendar("maya")
    dav = connected(pool, server.url)
    assert await dav.create_event("", DRAFT) == await dav.create_event("", DRAFT)
    with pytest.raises(Conflict):
        await dav.create_event("", replace(DRAFT, start=at(6, 8)))


async def test_a_move_raises_the_sequence_asks_again_and_keeps_what_others_added(
    server: Radicale, pool: Pool
) -> None:
    server.calendar("maya")
    dav = connected(pool, server.url)
    made = await dav.create_event("", DRAFT)
    by_hand = server.text(made.id).replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED", 1)
    by_hand = by_hand.replace("END:VEVENT", "CATEGORIES:Hiring\r\nEND:VEVENT")
    assert server.ask("PUT", made.id, "maya", by_hand).status_code in (201, 204)
    renamed = await dav.update_event("", made.id, replace(DRAFT, title="Second round"))
    assert [reply.answer for reply in renamed.replies] == ["accepted", "needs_action"]
    later = replace(DRAFT, title="Second round", start=at(7, 9), end=at(7, 10))
    moved = await dav.update_event("", made.id, later, version=renamed.version)
    assert {reply.answer for reply in moved.replies} == {"needs_action"}
    assert (moved.id, moved.uid, moved.key, moved.start) == (made.id, DRAFT.uid, DRAFT.key, at(7, 9))  # fmt: skip
    assert "SEQUENCE:2" in server.text(made.id)
    assert "CATEGORIES:Hiring" in server.text(made.id)


async def test_what_was_changed_meanwhile_is_not_written_over(server: Radicale, pool: Pool) -> None:
    server.calendar("maya")
    dav = connected(pool, server.url)
    made = await dav.create_event("", DRAFT)
    server.ask("PUT", made.id, "maya", server.text(made.id).replace("Room Ada", "Room Bea"))
    moved = replace(DRAFT, start=at(6, 14), end=at(6, 15))
    with pytest.raises(Conflict):
        await dav.update_event("", made.id, moved, version=made.version)
    with pytest.raises(Conflict):
        await dav.cancel_event("", made.id, version=made.version)
    assert (await dav.event("", made.id)).location == "Room Bea"


async def test_a_repeated_change_whose_first_answer_was_lost_is_no_conflict(
    server: Radicale, pool: Pool
) -> None:
    server.calendar("maya")
    dav = connected(pool, server.url)
    made = await dav.create_event("", DRAFT)
    moved = replace(DRAFT, start=at(6, 14), end=at(6, 15))
    once = await dav.update_event("", made.id, moved, version=made.version)
    assert await dav.update_event("", made.id, moved, version=made.version) == once


async def test_cancelled_twice_is_cancelled(server: Radicale, pool: Pool) -> None:
    server.calendar("maya")
    dav = connected(pool, server.url)
    made = await dav.create_event("", DRAFT)
    await dav.cancel_event("", made.id, version=made.version)
    await dav.cancel_event("", made.id)
    with pytest.raises(Gone):
        await dav.event("", made.id)
    (busy,) = await dav.busy(["maya@firm.example"], WEEK)
    assert (busy.known, busy.taken) == (True, ())


async def test_an_event_somebody_marked_as_cancelled_is_gone(server: Radicale, pool: Pool) -> None:
    url = server.put(server.calendar("maya"), "DTSTART:20261006T090000Z", "STATUS:CANCELLED")
    with pytest.raises(Gone):
        await connected(pool, server.url).event("", url)


async def test_only_a_calendar_that_may_be_written_is_written(server: Radicale, pool: Pool) -> None:
    server.calendar("lena")
    people = "lena@firm.example = /lena/work/"
    dav = connected(pool, server.url, "callsheet", people=people)
    with pytest.raises(MissingPermission):
        await dav.create_event("lena@firm.example", DRAFT)
    with pytest.raises(Rejected):
        await dav.create_event("ida@firm.example", DRAFT)


async def test_changes_tell_what_is_new_answered_and_gone(server: Radicale, pool: Pool) -> None:
    calendar = server.calendar("maya")
    dav = connected(pool, server.url)
    made = await dav.create_event("", DRAFT)
    server.put(calendar, "DTSTART:20261106T090000Z", "DURATION:PT1H", uid="later")
    first = await dav.changes("", None, WEEK)
    assert (first.anew, [event.id for event in first.events]) == (True, [made.id])
    assert (await dav.changes("", first.position, WEEK)).events == ()
    answered = server.text(made.id).replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=DECLINED", 1)
    server.ask("PUT", made.id, "maya", answered)
    new = server.put(calendar, "DTSTART:20261008T090000Z", "DURATION:PT1H")
    second = await dav.changes("", first.position, WEEK)
    assert {event.id for event in second.events} == {made.id, new}
    (mine,) = [event for event in second.events if event.id == made.id]
    assert [reply.answer for reply in mine.replies] == ["declined", "needs_action"]
    assert not second.anew
    await dav.cancel_event("", made.id)
    third = await dav.changes("", second.position, WEEK)
    assert (third.removed, third.events) == ((made.id,), ())


@pytest.mark.parametrize("position", ["rubbish", '["x"]', "{}"])
async def test_a_position_nobody_knows_starts_anew(
    server: Radicale, pool: Pool, position: str
) -> None:
    server.put(server.calendar("maya"), "DTSTART:20261006T090000Z", "DURATION:PT1H")
    told = await connected(pool, server.url).changes("", position, WEEK)
    assert (told.anew, len(told.events)) == (True, 1)


async def test_a_sync_token_the_server_forgot_starts_anew(server: Radicale, pool: Pool) -> None:
    calendar = server.calendar("maya")
    dav = connected(pool, server.url)
    first = await dav.changes("", None, WEEK)
    server.empty()
    server.calendar("maya")
    server.put(calendar, "DTSTART:20261006T090000Z", "DURATION:PT1H")
    stale = first.position.replace("/sync/", "/sync/0")
    told = await dav.changes("", stale, WEEK)
    assert (told.anew, len(told.events)) == (True, 1)


async def test_many_changes_are_fetched_in_parts_and_a_damaged_one_hides_no_other(
    server: Radicale, pool: Pool
) -> None:
    calendar = server.calendar("maya")
    dav = connected(pool, server.url)
    first = await dav.changes("", None, WEEK)
    many = [vevent("DTSTART:20261006T090000Z", "DURATION:PT1H", uid=f"many-{n}") for n in range(60)]
    for number, part in enumerate(many):
        server.ask("PUT", f"{calendar}many-{number}.ics", "maya", vcalendar(part))
    mars = "DTSTART;TZID=Mars/Olympus:20261006T120000"
    server.put(calendar, mars, "DURATION:PT1H")
    assert len((await dav.changes("", first.position, WEEK)).events) == 60
    (busy,) = await dav.busy(["maya@firm.example"], (WEEK[0], WEEK[0] + timedelta(days=3)))
    assert (busy.known, busy.taken) == (False, ())
