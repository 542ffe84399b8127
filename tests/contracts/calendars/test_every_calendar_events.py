"""Events as every calendar takes them: once for each key, never over somebody else's change, with everybody's replies."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.contract import Event, Guest
from connectors.errors import Conflict, Gone, InDoubt
from tests.contracts.calendars.office import (
    BEN,
    CHEN,
    HOUR,
    ROOM,
    ROSA,
    TEN,
    Office,
    around,
    draft,
)

pytestmark = [pytest.mark.anyio, pytest.mark.needs("events")]


def answers(event: Event) -> dict[str, str]:
    return {reply.guest.email: reply.answer for reply in event.replies}


async def test_an_event_is_read_as_it_was_written(office: Office) -> None:
    made = await office.calendar.create_event(ROSA, draft())
    found = await office.calendar.event(ROSA, made.id)
    assert (found.id, found.uid, found.version) == (made.id, made.uid, made.version)
    assert found.id
    assert found.uid
    assert found.version
    assert (found.title, found.text, found.location) == ("Interview: Ada Lovelace", "Bring the kit.\nRoom is booked.", "Lighthouse")  # fmt: skip
    assert (found.start, found.end, found.key) == (TEN, TEN + HOUR, "interview-7/1")
    assert answers(found) == {BEN: "needs_action", CHEN: "needs_action"}
    assert [reply.guest.optional for reply in found.replies] == [False, True]
    assert found.holds(draft())


@pytest.mark.needs("invites")
async def test_it_takes_the_time_of_everybody_invited(office: Office) -> None:
    await office.calendar.create_event("", draft())
    found = await office.calendar.busy([ROSA, BEN, CHEN], around(TEN))
    assert [one.times for one in found] == [((TEN, TEN + HOUR),)] * 3


async def test_the_same_key_makes_one_event(office: Office) -> None:
    first = await office.calendar.create_event(ROSA, draft())
    again = await office.calendar.create_event(ROSA, draft())
    assert (again.id, again.uid) == (first.id, first.uid)
    assert len(office.rows()) == 1
    other = await office.calendar.create_event(ROSA, draft("interview-7/2"))
    assert other.id != first.id


async def test_an_answer_that_is_lost_makes_no_second_event(office: Office) -> None:
    office.gate.lose = True
    with pytest.raises(InDoubt):
        await office.calendar.create_event(ROSA, draft())
    made = await office.calendar.create_event(ROSA, draft())
    assert [row["id"] for row in office.rows()] == [made.id]


async def test_a_key_that_was_cancelled_is_used_up(office: Office) -> None:
    if not office.kit.used_up:
        pytest.skip("a cancelled event leaves no trace")
    made = await office.calendar.create_event(ROSA, draft())
    await office.calendar.cancel_event(ROSA, made.id)
    with pytest.raises(Conflict):
        await office.calendar.create_event(ROSA, draft())
    assert office.rows() == []


async def test_a_key_whose_event_was_moved_is_used_up(office: Office) -> None:
    made = await office.calendar.create_event(ROSA, draft())
    await office.calendar.update_event(ROSA, made.id, draft(start=TEN + HOUR))
    with pytest.raises(Conflict):
        await office.calendar.create_event(ROSA, draft())


async def test_other_words_leave_the_replies_and_another_time_asks_again(office: Office) -> None:
    made = await office.calendar.create_event(ROSA, draft())
    await office.answers(made.uid, BEN, "accepted")
    worded = await office.calendar.update_event(ROSA, made.id, draft(title="Panel: Ada Lovelace"))
    assert (worded.title, worded.key) == ("Panel: Ada Lovelace", "interview-7/1")
    assert answers(worded)[BEN] == "accepted"
    moved = await office.calendar.update_event(ROSA, made.id, draft(start=TEN + 3 * HOUR))
    assert (moved.start, moved.uid) == (TEN + 3 * HOUR, made.uid)
    assert answers(moved)[BEN] == "needs_action"


async def test_a_guest_may_be_replaced(office: Office) -> None:
    made = await office.calendar.create_event(ROSA, draft())
    swapped = draft(guests=(Guest(CHEN, "Chen Wei"), Guest(ROOM, "Lighthouse", resource=True)))
    found = await office.calendar.update_event(ROSA, made.id, swapped)
    assert {reply.guest.email for reply in found.replies} == {CHEN, ROOM}
    assert [r.guest.resource for r in found.replies if r.guest.email == ROOM] == [True]
    (ben,) = await office.calendar.busy([BEN], around(TEN))
    assert ben.times == ()


async def test_somebody_elses_change_is_not_written_over(office: Office) -> None:
    made = await office.calendar.create_event(ROSA, draft())
    theirs = await office.calendar.update_event(
        ROSA, made.id, draft(title="Theirs"), version=made.version
    )
    assert theirs.version != made.version
    with pytest.raises(Conflict):
        await office.calendar.update_event(ROSA, made.id, draft(title="Ours"), version=made.version)
    assert (await office.calendar.event(ROSA, made.id)).title == "Theirs"


async def test_a_change_whose_answer_was_lost_may_be_made_again(office: Office) -> None:
    made = await office.calendar.create_event(ROSA, draft())
    wish = draft(start=TEN + HOUR)
    office.gate.lose = True
    with pytest.raises(InDoubt):
        await office.calendar.update_event(ROSA, made.id, wish, version=made.version)
    found = await office.calendar.update_event(ROSA, made.id, wish, version=made.version)
    assert found.holds(wish)
    assert len(office.rows()) == 1


async def test_cancelling_is_done_once_however_often_it_is_asked(office: Office) -> None:
    made = await office.calendar.create_event(ROSA, draft())
    office.gate.lose = True
    with pytest.raises(InDoubt):
        await office.calendar.cancel_event(ROSA, made.id)
    await office.calendar.cancel_event(ROSA, made.id)
    assert office.rows() == office.rows(BEN) == []
    with pytest.raises(Gone):
        await office.calendar.event(ROSA, made.id)
    with pytest.raises(Gone):
        await office.calendar.update_event(ROSA, made.id, draft(title="Too late"))
    await office.calendar.cancel_event(ROSA, "neverwas")


async def test_a_version_that_is_old_cancels_nothing(office: Office) -> None:
    made = await office.calendar.create_event(ROSA, draft())
    await office.calendar.update_event(ROSA, made.id, draft(title="Theirs"))
    with pytest.raises(Conflict):
        await office.calendar.cancel_event(ROSA, made.id, version=made.version)
    assert len(office.rows()) == 1


@pytest.mark.needs("responses")
async def test_every_reply_is_told(office: Office) -> None:
    guests = tuple(Guest(email) for email in (BEN, CHEN, ROOM))
    made = await office.calendar.create_event(ROSA, draft(guests=guests))
    await office.answers(made.uid, BEN, "declined", comment="On a plane")
    await office.answers(made.uid, CHEN, "tentative")
    await office.answers(made.uid, ROOM, "accepted")
    found = await office.calendar.event(ROSA, made.id)
    assert answers(found) == {BEN: "declined", CHEN: "tentative", ROOM: "accepted"}
    assert found.version != made.version


@pytest.mark.needs("proposals")
async def test_a_proposed_time_is_told(office: Office) -> None:
    made = await office.calendar.create_event(ROSA, draft())
    wish = (TEN + timedelta(days=1), TEN + timedelta(days=1, hours=1))
    proposed = [at.isoformat() for at in wish]
    await office.answers(made.uid, BEN, "declined", proposed=proposed)
    found = await office.calendar.event(ROSA, made.id)
    assert {reply.guest.email: reply.proposed for reply in found.replies} == {BEN: wish, CHEN: None}


@pytest.mark.needs("links")
async def test_a_meeting_link_is_there_when_the_event_is_read_again(office: Office) -> None:
    made = await office.calendar.create_event(ROSA, draft(link=True))
    assert made.link in ("pending", "ready")
    found = await office.calendar.event(ROSA, made.id)
    assert found.link == "ready"
    assert found.join.startswith("https://")
    moved = await office.calendar.update_event(ROSA, made.id, draft(link=True, start=TEN + HOUR))
    assert moved.join == found.join
    assert (await office.calendar.create_event(ROSA, draft("other"))).link == "none"


async def test_an_event_that_must_not_mail_does_not(office: Office) -> None:
    quiet = draft(invite=False)
    made = await office.calendar.create_event(ROSA, quiet)
    if office.able("silent"):
        assert set(answers(made)) == {BEN, CHEN}
        assert {row.get("mailed") for row in office.rows()} <= {"none", None}
    else:
        assert made.replies == ()
        assert office.rows(BEN) == []
    again = await office.calendar.update_event(ROSA, made.id, replace(quiet, title="Quiet"))
    assert (again.title, len(again.replies)) == ("Quiet", len(made.replies))


@pytest.mark.needs("rooms")
async def test_rooms_are_listed_and_other_things_are_not(office: Office) -> None:
    (room,) = await office.calendar.rooms()
    assert (room.name, room.email, room.capacity) == ("Lighthouse", ROOM, 8)
    assert (room.building, room.floor, room.features) == ("Harbour", "2", ("screen",))
