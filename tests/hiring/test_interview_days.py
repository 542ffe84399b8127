"""Reminders with a moved clock, the brief, what goes wrong on the day, and the day as one event."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hiring import (
    briefs,
    candidate_events,
    feedback_flow,
    interviews,
    reminders,
    troubles,
)
from hiring.answers_table import troubles as wrong
from hiring.errors import Refused, Unreachable
from hiring.interview_changes import Wish
from hiring.tables import timers
from tests.firm import BEN, CHEN, MAYA, ROSA, Firm, firm
from tests.hiring.interviewing import NORA, booked, goes_to, later, nora, shown

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    async with firm(tmp_path, database_url) as made, made.at_work():
        yield made


async def test_reminders_follow_the_interview_and_the_brief_comes_the_day_before(
    office: Firm,
) -> None:
    moved = await later(office, await booked(office, await nora(office)))
    rosa = await office.actor(ROSA)
    with pytest.raises(Refused):
        await reminders.change(office.services, rosa, moved.id, "soon")
    await reminders.change(office.services, rosa, moved.id, "2h")
    await goes_to(office, moved.start - timedelta(hours=3))
    assert shown(office, "brief", BEN) == [f"{moved.id}:{BEN}"]
    assert shown(office, "join", BEN) == []
    reminded = [m for m in office.mails(NORA) if m["subject"].startswith("Reminder")]
    assert reminded == []
    await goes_to(office, moved.start - timedelta(hours=1, minutes=30))
    reminded = [m for m in office.mails(NORA) if m["subject"].startswith("Reminder")]
    assert len(reminded) == 1
    await goes_to(office, moved.start - timedelta(minutes=9))
    assert shown(office, "join", BEN) == [f"{moved.id}:{BEN}:1"]
    assert len([m for m in office.mails(NORA) if m["subject"].startswith("Reminder")]) == 1


async def test_nobody_is_reminded_of_what_is_off(office: Firm) -> None:
    interview = await booked(office, await nora(office))
    await interviews.cancel(office.services, await office.actor(ROSA), interview.id, "Off")
    await office.settles()
    async with office.services.store.read() as conn:
        left = [row.key for row in await conn.execute(sa.select(timers.c.key))]
    assert [key for key in left if interview.id in key] == []


async def test_the_brief_says_who_covers_what_and_hides_scorecards_from_who_owes_one(
    office: Firm,
) -> None:
    ref = await nora(office)
    first, second = await booked(office, ref, -1, BEN), await booked(office, ref, -3, CHEN)
    gate = office.gates["greenhouse"]
    gate.lost = "/v3/scorecards"
    with pytest.raises(Unreachable):  # rather than half of it; the job comes again
        await briefs.read(office.services, first.team, BEN, first.id)
    gate.lost = ""
    found = await briefs.read(office.services, first.team, BEN, first.id)
    assert found.unread == ()
    assert [other.id for other in found.others] == [second.id]
    assert found.profile.candidate.name == "Nora Quill"
    assert found.focus
    assert found.said is None
    theirs = await booked(office, ref, -5, MAYA)
    assert (await briefs.read(office.services, theirs.team, MAYA, theirs.id)).said == ()


async def test_a_candidate_who_does_not_come_owes_nobody_a_scorecard_until_there_is_another_time(
    office: Firm,
) -> None:
    interview = await booked(office, await nora(office), 0)
    ben = await office.actor(BEN)
    with pytest.raises(Refused):
        await troubles.no_show(office.services, ben, interview.id, "Nobody came")
    await goes_to(office, interview.start + timedelta(minutes=10))
    for _ in range(2):
        await troubles.no_show(office.services, ben, interview.id, "Nobody came")
    await office.settles()
    (trouble,) = shown(office, "trouble", ROSA)
    found = await troubles.read(office.services, trouble)
    assert (found.what, found.reason, found.current) == ("no_show", "Nobody came", True)
    async with office.services.store.read() as conn:
        row = (await conn.execute(sa.select(wrong))).one()
    assert "Nobody" not in row.reason
    await office.waits(hours=2)
    assert await feedback_flow.tally(office.services, interview.id) == (0, 0)
    slot = (interview.start + timedelta(days=1), interview.end + timedelta(days=1))
    await interviews.move(office.services, await office.actor(ROSA), interview.id, slot)
    assert not (await troubles.read(office.services, trouble)).current
    await goes_to(office, slot[1] + timedelta(minutes=6))
    assert await feedback_flow.tally(office.services, interview.id) == (0, 2)


async def test_running_late_is_told_to_the_recruiter_and_the_candidate_once(office: Firm) -> None:
    interview = await booked(office, await nora(office), 0)
    ben = await office.actor(BEN)
    with pytest.raises(Refused):
        await troubles.late(office.services, ben, interview.id, 10, "")
    await goes_to(office, interview.start - timedelta(minutes=5))
    for _ in range(2):
        await troubles.late(office.services, ben, interview.id, 10, "A meeting runs over")
    await office.settles()
    (mail,) = [m for m in office.mails(NORA) if "late" in m["subject"]]
    assert "about 10 minutes" in mail["text"]
    assert "A meeting" not in mail["text"]
    assert len(shown(office, "trouble", ROSA)) == 1


async def test_a_day_is_one_event_for_the_candidate_whatever_happens_to_its_interviews(
    office: Firm,
) -> None:
    by_day = replace(office.services.company, candidate_events="day")
    services = replace(office.services, company=by_day)
    office = replace(office, parts=replace(office.parts, services=services))
    ref = await nora(office)
    first = await booked(office, ref, 0, BEN)
    rosa = await office.actor(ROSA)
    slot = (first.end, first.end + timedelta(minutes=30))
    wish = Wish("Talk", 30, (CHEN,))
    second = await interviews.book(services, rosa, ref, wish, slot, key="second")
    await office.settles()
    event = await candidate_events.of(services, second.id, ref)
    assert event
    assert (event.id, event.sessions) == (f"{first.id}-c", (first.id, second.id))
    await interviews.cancel(services, rosa, first.id, "Ben left")
    await office.settles()
    mails = [m["calendar"] for m in reversed(office.mails(NORA)) if m["calendar"]]
    assert [(m["method"], m["sequence"]) for m in mails] == [
        ("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2),
    ]  # fmt: skip
    assert len({m["uid"] for m in mails}) == 1
    assert datetime.fromisoformat(mails[-1]["start"]) == slot[0]
