"""Panels are invited by the connected calendar: once, with changes and cancellations, whatever is lost on the way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.contract import Busy, BusyTime
from hiring import calendar_events, interviews, optional_seats
from hiring.errors import Taken
from tests.firm import ADA, BEN, CHEN, ROSA
from tests.hiring_calendars.conftest import MAIL, Doc, Office, with_company
from tests.serving import Gate

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


def at(event: Doc) -> datetime:
    return datetime.fromisoformat(event["start"]).astimezone(UTC)


async def test_the_calendar_invites_the_panel_and_mail_the_candidate(office: Office) -> None:
    async with office.firm.at_work():
        booked = await office.book()
        await office.firm.settles()
    (event,) = office.rows()
    assert {guest["email"] for guest in event["guests"]} == {MAIL[BEN], MAIL[CHEN]}
    assert office.rows(BEN), "it stands in an interviewer's own calendar"
    assert not office.invites(BEN)
    assert [m for m in office.firm.mails(ADA) if m.get("calendar")]
    kept = await calendar_events.of(office.firm.services, booked.id)
    assert kept
    assert (kept.event, kept.uid) == (event["id"], event["uid"])


async def test_who_is_optional_is_a_guest_who_need_not_come_and_may_be_booked_beside_it(
    office: Office,
) -> None:
    firm = office.firm
    rosa, ada = await firm.actor(ROSA), await firm.ada()
    wish, slots = await office.free(BEN)
    slot = slots[-1]
    async with firm.at_work():
        booked = await interviews.book(
            firm.services, rosa, ada, replace(wish, optional=(CHEN,)), slot, key="one"
        )
        await firm.settles()
        (event,) = office.rows()
        guests = {guest["email"]: guest["optional"] for guest in event["guests"]}
        assert guests == {MAIL[BEN]: False, MAIL[CHEN]: True}
        events = await optional_seats.events(firm.services, booked.team, [BEN, CHEN], slot)
        assert events == {BEN: frozenset(), CHEN: frozenset({event["id"]})}
        both = (BusyTime(*slot, event=event["id"]), BusyTime(*slot, event="another"))
        left = optional_seats.without(Busy(MAIL[CHEN], True, both), events[CHEN])
        assert [time.event for time in left.taken] == ["another"]
        await interviews.move(firm.services, rosa, booked.id, slots[-2])
        await firm.settles()
        (event,) = office.rows()
        assert {g["email"]: g["optional"] for g in event["guests"]} == guests


async def test_a_move_and_a_cancellation_change_the_same_event(office: Office) -> None:
    firm = office.firm
    async with firm.at_work():
        booked = await office.book()
        await firm.settles()
        _, slots = await office.free()
        rosa = await firm.actor(ROSA)
        moved = await interviews.move(firm.services, rosa, booked.id, slots[-1])
        await firm.settles()
        (event,) = office.rows()
        assert at(event) == moved.start
        await interviews.cancel(firm.services, rosa, booked.id, "The job is filled.")
        await firm.settles()
    assert not office.rows()
    assert not office.rows(BEN)
    assert not office.invites(BEN)


async def test_a_lost_answer_makes_no_second_event(office: Office) -> None:
    async with office.firm.at_work():
        office.gate.lose = True
        await office.book()
        await office.firm.settles()
    assert len(office.rows()) == 1


async def test_moved_while_the_first_answer_was_lost_it_is_still_one_event(office: Office) -> None:
    firm = office.firm
    booked = await office.book()
    office.gate.lose = True
    async with firm.at_work():
        await firm.settles()
        _, slots = await office.free()
        await interviews.move(firm.services, await firm.actor(ROSA), booked.id, slots[-1])
        await firm.settles()
    (event,) = office.rows()
    assert at(event) == slots[-1][0]


async def test_a_reply_that_changed_the_event_meanwhile_does_not_stop_a_move(
    office: Office,
) -> None:
    firm = office.firm
    async with firm.at_work():
        booked = await office.book()
        await firm.settles()
        await office.answers(BEN, "accepted")
        _, slots = await office.free()
        await interviews.move(firm.services, await firm.actor(ROSA), booked.id, slots[-1])
        await firm.settles()
    (event,) = office.rows()
    assert at(event) == slots[-1][0]


async def test_who_was_invited_by_mail_stays_invited_by_mail(office: Office) -> None:
    firm = office.firm
    account = await firm.services.accounts.get(office.vendor)
    plain = {k: v for k, v in account.config.items() if k != "organizer"}
    await firm.services.accounts.change(account, plain, account.secrets, actor="test")
    async with firm.at_work():
        booked = await office.book()
        await firm.settles()
        assert len(office.invites(BEN)) == 1
        account = await firm.services.accounts.get(office.vendor)
        config = {**plain, "organizer": MAIL[ROSA]}
        await firm.services.accounts.change(account, config, account.secrets, actor="test")
        _, slots = await office.free()
        await interviews.move(firm.services, await firm.actor(ROSA), booked.id, slots[-1])
        await firm.settles()
    assert not office.rows()
    assert len(office.invites(BEN)) == 2


async def test_an_interview_does_not_block_its_own_move_by_half_an_hour(office: Office) -> None:
    firm = office.firm
    async with firm.at_work():
        _, slots = await office.free()
        pair = next((a, b) for a in slots for b in slots if b[0] - a[0] == timedelta(minutes=30))
        booked = await office.book(slot=pair[0])
        await firm.settles()
        moved = await interviews.move(firm.services, await firm.actor(ROSA), booked.id, pair[1])
    assert moved.start == pair[1][0]


async def test_a_time_that_filled_up_meanwhile_is_refused_and_nothing_is_booked(
    office: Office,
) -> None:
    wish, slots = await office.free()
    office.busy(CHEN, slots[0][0], HOUR)
    with pytest.raises(Taken) as said:
        await office.book(slot=slots[0])
    assert "Chen" in said.value.sentence
    assert not office.rows()
    assert slots[0] not in (await office.free(*wish.users))[1]


async def test_the_calendars_own_link_is_in_the_candidates_invite(office: Office) -> None:
    await with_company(office, meetings="calendar")
    async with office.firm.at_work():
        await office.book()
        await office.firm.settles()
    (mail,) = [m for m in office.firm.mails(ADA) if m.get("calendar")]
    assert "https://" in str(mail["calendar"]["location"])
    assert "the link follows" not in str(mail)


async def test_zooms_link_is_made_once_moved_and_taken_away(zoomed: Gate, office: Office) -> None:
    firm = office.firm
    async with firm.at_work():
        zoomed.lose = True
        booked = await office.book()
        await firm.settles()
        (meeting,) = firm.store.all("zoom_meeting")
        (mail,) = [m for m in firm.mails(ADA) if m.get("calendar")]
        assert meeting["join_url"] in str(mail["calendar"]["location"])
        assert meeting["join_url"] in office.rows()[0]["location"]
        _, slots = await office.free()
        rosa = await firm.actor(ROSA)
        await interviews.move(firm.services, rosa, booked.id, slots[-1])
        await firm.settles()
        (moved,) = firm.store.all("zoom_meeting")
        assert moved["id"] == meeting["id"]
        await interviews.cancel(firm.services, rosa, booked.id, "The job is filled.")
        await firm.settles()
    assert not firm.store.all("zoom_meeting")
