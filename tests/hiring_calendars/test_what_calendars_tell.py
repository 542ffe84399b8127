"""Replies, moves and deletions in the calendar, and busy times that appear later, reach the interview and its recruiter."""

from datetime import datetime, timedelta

import pytest

import commands
from hiring import calendar_changes, calendar_watch, conflicts, connecting, interviews
from hiring.interview_records import Interview, get
from tests.firm import BEN, CHEN, ROSA, TEAM
from tests.hiring_calendars.conftest import Office

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


async def reads(office: Office) -> None:
    services = office.firm.services
    account = await services.accounts.get(office.vendor)
    await calendar_watch.read(services, account=account.id)
    await office.firm.settles()


async def booked(office: Office) -> Interview:
    made = await office.book()
    await office.firm.settles()
    return made


def shown(office: Office) -> list[str]:
    """The conflicts that the recruiter was shown, in the order they came up."""
    return list(dict.fromkeys(s for u, kind, s in office.firm.desk.shown if kind == "conflict"))


async def test_an_answer_in_the_calendar_is_told_at_once_and_counts(office: Office) -> None:
    firm = office.firm
    async with firm.at_work():
        account = await firm.services.accounts.get(office.vendor)
        await calendar_watch.keep_channel(firm.services, account=account.id)
        made = await booked(office)
        await office.answers(BEN, "declined", comment="On a train.")
        await until(office, made.id, BEN, "declined")
        now = await get(firm.services, made.id)
    assert now.seat(CHEN).standing == "needs-action"  # type: ignore[union-attr]  # on the panel
    assert any(kind == "open_seat" for _, kind, _ in firm.desk.shown)


async def until(office: Office, interview: str, user: str, answer: str) -> None:
    """Deliveries come from another process of their own."""
    for _ in range(200):
        await office.firm.settles()
        seat = (await get(office.firm.services, interview)).seat(user)
        if seat and seat.standing == answer:
            return
    raise AssertionError("the answer did not arrive")


async def test_a_calendar_without_a_channel_is_asked_and_each_answer_counts_once(
    office: Office,
) -> None:
    firm = office.firm
    async with firm.at_work():
        made = await booked(office)
        await office.answers(BEN, "accepted")
        await reads(office)
        seat = (await get(firm.services, made.id)).seat(BEN)
        assert seat
        assert seat.standing == "accepted"
        await reads(office)
        again = (await get(firm.services, made.id)).seat(BEN)
        assert again == seat
        _, slots = await office.free()
        await interviews.move(firm.services, await firm.actor(ROSA), made.id, slots[-1])
        await firm.settles()
        await reads(office)
        moved = (await get(firm.services, made.id)).seat(BEN)
    assert moved
    assert moved.standing == "needs-action", "another time asks everybody again"


async def test_an_event_moved_in_the_calendar_is_a_conflict_until_it_is_back(
    office: Office,
) -> None:
    firm = office.firm
    async with firm.at_work():
        made = await booked(office)
        await reads(office)
        (row,) = office.rows()
        later = datetime.fromisoformat(row["start"]) + timedelta(hours=3)
        version = firm.store.next_id("calendar_version")
        elsewhere = {
            "start": later.isoformat(),
            "end": (later + HOUR).isoformat(),
            "version": version,
        }
        key = f"{row['address']}:{row['uid']}"
        firm.store.put("calendar_event", key, row | elsewhere)
        await reads(office)
        await reads(office)
        (conflict,) = shown(office)
        found = await conflicts.read(firm.services, conflict)
        assert (found.what, found.current) == ("moved", True)
        assert found.slot
        assert found.slot[0] == later
        back = {"version": firm.store.next_id("calendar_version")}
        firm.store.put("calendar_event", key, row | back)
        await reads(office)
        with pytest.raises(conflicts.NotFound):
            await conflicts.read(firm.services, conflict)
    assert (await get(firm.services, made.id)).state == "scheduled"


async def test_a_deleted_event_is_a_conflict_and_a_move_invites_anew(office: Office) -> None:
    firm = office.firm
    async with firm.at_work():
        made = await booked(office)
        await reads(office)
        account = await firm.services.accounts.calendar(
            (await firm.services.accounts.get(office.vendor)).id
        )
        event = await account.event("", office.rows()[0]["id"])
        await account.cancel_event("", event.id)
        await reads(office)
        (conflict,) = shown(office)
        rosa = await firm.actor(ROSA)
        await conflicts.ignore(firm.services, rosa, conflict)
        await conflicts.ignore(firm.services, rosa, conflict)
        assert (await conflicts.read(firm.services, conflict)).ignored_by == ROSA
        _, slots = await office.free()
        await interviews.move(firm.services, rosa, made.id, slots[-1])
        await firm.settles()
    assert len(office.rows()) == 1
    assert not (await conflicts.read(firm.services, conflict)).current


async def test_something_else_in_the_time_of_an_interview_is_shown_once(office: Office) -> None:
    firm = office.firm
    async with firm.at_work():
        made = await booked(office)
        await calendar_changes.overlaps(firm.services)
        await firm.settles()
        assert not shown(office), "the interview itself is no conflict"
        office.busy(CHEN, made.start + timedelta(minutes=15), timedelta(minutes=30))
        await calendar_changes.overlaps(firm.services)
        await calendar_changes.overlaps(firm.services)
        await firm.settles()
    (conflict,) = shown(office)
    found = await conflicts.read(firm.services, conflict)
    assert (found.what, found.who) == ("busy", CHEN)
    drawn = await commands.load().cards["conflict"](firm.services, TEAM, ROSA, conflict)
    press = next(b for b in drawn.blocks[-1]["elements"] if b["action_id"] == "swap.open")
    assert press["value"] == f"{made.id}:{CHEN}:{made.sequence}"


async def test_a_channel_is_renewed_before_it_ends_and_stopped_with_its_account(
    office: Office,
) -> None:
    firm = office.firm
    services = firm.services
    account = await services.accounts.get(office.vendor)
    async with firm.at_work():
        await calendar_watch.hourly(services)
        await firm.settles()
        (first,) = firm.store.all("calendar_channel")
        await calendar_watch.keep_channel(services, account=account.id)
        assert firm.store.all("calendar_channel") == [first], "long before its end"
        await calendar_watch.keep_channel(services, account=account.id, soon=True)
        (second,) = firm.store.all("calendar_channel")
        assert second["until"] >= first["until"]
        await connecting.remove(services, account.id)
    assert not firm.store.all("calendar_channel")
