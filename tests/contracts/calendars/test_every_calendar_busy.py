"""Busy times as every calendar tells them: what cannot be read is named and never free."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.contracts.calendars.office import BEN, CHEN, DAY, HOUR, ROSA, STRANGER, TEN, Office

pytestmark = pytest.mark.anyio


async def test_a_meeting_takes_its_time_and_no_more(office: Office) -> None:
    office.meeting(BEN, TEN)
    rosa, ben = await office.calendar.busy([ROSA, BEN], DAY)
    assert (rosa.known, rosa.times) == (True, ())
    assert (ben.email, ben.known, ben.times) == (BEN, True, ((TEN, TEN + HOUR),))


async def test_somebody_who_cannot_be_read_is_named_and_the_others_are_not(office: Office) -> None:
    found = await office.calendar.busy([STRANGER, ROSA, BEN], DAY)
    assert [one.email for one in found] == [STRANGER, ROSA, BEN]
    assert [one.known for one in found] == [False, True, True]
    assert found[0].why
    assert not found[0].times


@pytest.mark.parametrize("mode", ["down", "broken", "limited", "dropped", "truncated"])
async def test_nobody_is_free_while_the_vendor_misbehaves(office: Office, mode: str) -> None:
    office.fails(mode, seconds=0)
    found = await office.calendar.busy([ROSA, BEN], DAY)
    assert [one.known for one in found] == [False, False]
    assert all(one.why and not one.times for one in found)


async def test_a_long_window_is_whole(office: Office) -> None:
    starts = [TEN + timedelta(days=days) for days in (0, 59, 60, 61, 148)]
    for start in starts:
        office.meeting(BEN, start)
    (found,) = await office.calendar.busy([BEN], (DAY[0], DAY[0] + timedelta(days=150)))
    assert sorted(set(found.times)) == [(start, start + HOUR) for start in starts]


async def test_many_people_are_asked_in_as_few_calls_as_there_may_be(office: Office) -> None:
    if office.kit.most == 1:
        pytest.skip("each calendar is asked apart")
    crowd = [f"p{number}@elsewhere.example" for number in range(office.kit.most + 5)]
    found = await office.calendar.busy([*crowd, BEN], DAY)
    assert [one.email for one in found] == [*crowd, BEN]
    assert [one.email for one in found if one.known] == [BEN]
    assert office.asked() == 2


@dataclass
class Meeting:
    """Lets no call about busy times through before two of them are here."""

    app: ASGIApp
    path: str
    here: int = 0
    met: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.path in scope["path"]:
            self.here += 1
            if self.here == 2:
                self.met.set()
            await asyncio.wait_for(self.met.wait(), 2)
        await self.app(scope, receive, send)


@pytest.fixture
async def parallel(office: Office) -> AsyncIterator[Office]:
    office.gate.app = Meeting(office.gate.app, office.kit.busy)
    return office


async def test_the_parts_of_a_question_are_asked_at_once(parallel: Office) -> None:
    if parallel.kit.most == 1:
        found = await parallel.calendar.busy([ROSA, BEN], DAY)
        assert [one.known for one in found] == [True, True]
        return
    window = (DAY[0], DAY[0] + timedelta(days=100))
    found = await parallel.calendar.busy([STRANGER], window)
    assert found[0].why == "no calendar that we may read"
    assert parallel.asked() == 2


@pytest.mark.needs("kinds")
async def test_kinds_are_told_apart(office: Office) -> None:
    office.meeting(BEN, TEN, tentative=True)
    office.meeting(BEN, TEN + HOUR, type="outOfOffice")
    office.meeting(BEN, TEN + 2 * HOUR)
    (found,) = await office.calendar.busy([BEN], DAY)
    assert [one.kind for one in found.taken] == ["tentative", "out_of_office", "busy"]


@pytest.mark.needs("kinds")
async def test_what_is_free_or_declined_takes_no_time(office: Office) -> None:
    declined = [{"email": BEN, "name": "", "optional": False, "resource": False, "answer": "declined"}]  # fmt: skip
    office.meeting(BEN, TEN, transparent=True)
    office.meeting(BEN, TEN, type="workingLocation")
    office.meeting(BEN, TEN, guests=declined)
    office.meeting(BEN, TEN, status="cancelled")
    (found,) = await office.calendar.busy([BEN], DAY)
    assert (found.known, found.taken) == (True, ())


@pytest.mark.needs("kinds")
async def test_a_whole_day_is_the_owners_day_even_when_clocks_change(office: Office) -> None:
    new_york = ZoneInfo("America/New_York")
    start = datetime(2027, 3, 14, tzinfo=new_york)  # a day of 23 hours
    end = datetime(2027, 3, 15, tzinfo=new_york)
    length = end.astimezone(UTC) - start.astimezone(UTC)
    office.meeting(CHEN, start.astimezone(UTC), length, all_day=True)
    window = (start.astimezone(UTC) - HOUR, end.astimezone(UTC) + HOUR)
    (found,) = await office.calendar.busy([CHEN], window)
    assert length == timedelta(hours=23)
    assert [(one.start, one.end, one.all_day) for one in found.taken] == [(start, end, True)]


@pytest.mark.needs("hours")
async def test_working_hours_come_with_a_zone_that_everybody_knows(office: Office) -> None:
    (found,) = await office.calendar.busy([CHEN], DAY)
    assert found.hours is not None
    assert found.hours.zone == "America/New_York"
    assert [day for day, _, _ in found.hours.days] == [0, 1, 2, 3, 4]
    assert {(start.hour, end.hour) for _, start, end in found.hours.days} == {(9, 17)}
