"""Answers to invites by button and link, other times, reminders with a moved clock, and what goes wrong on the day."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.model import Ref
from hiring import (
    briefs,
    candidate_events,
    candidates,
    feedback_flow,
    ids,
    interview_answers,
    interviews,
    links,
    proposals,
    reminders,
    troubles,
)
from hiring.answers_table import proposals as proposed
from hiring.answers_table import troubles as wrong
from hiring.errors import AlreadyDone, NotAllowed, Refused, Unreachable
from hiring.interview_changes import Wish
from hiring.interview_records import Interview, get
from hiring.tables import timers
from tests.firm import BEN, CHEN, MAYA, ROSA, TOM, Firm, firm

pytestmark = pytest.mark.anyio
NORA = "nora@mailbox.example"


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    async with firm(tmp_path, database_url) as made, made.at_work():
        yield made


async def nora(office: Firm) -> Ref:
    for address in ("ben@brightwater.example", "chen@brightwater.example"):
        office.nothing_on(address)  # so that an hour later suits them, too, whatever day it is
    return await office.newcomer("Nora", "Quill", NORA)


async def booked(office: Firm, ref: Ref, at: int = -1, *users: str) -> Interview:
    """An interview at one of the times that suit, the last of them unless told otherwise."""
    rosa = await office.actor(ROSA)
    profile = await candidates.profile(office.services, rosa, ref)
    wish = Wish("Pair programming", 45, users or (BEN, CHEN), location="https://meet.example/x")
    found = await interviews.times(office.services, rosa, profile, wish)
    made = await interviews.book(
        office.services, rosa, ref, wish, found.slots[at], key=ids.new("key")
    )
    await office.settles()
    return made


async def later(office: Firm, interview: Interview) -> Interview:
    rosa = await office.actor(ROSA)
    slot = (interview.start + timedelta(hours=1), interview.end + timedelta(hours=1))
    moved = await interviews.move(office.services, rosa, interview.id, slot)
    await office.settles()
    return moved


def shown(office: Firm, kind: str, user: str) -> list[str]:
    return list(dict.fromkeys(s for u, k, s in office.desk.shown if (u, k) == (user, kind)))


async def goes_to(office: Firm, moment: datetime) -> None:
    await office.waits(seconds=(moment - office.services.clock.now()).total_seconds())


async def test_a_no_shows_the_recruiter_an_open_seat_at_once_and_only_once(office: Firm) -> None:
    interview = await booked(office, await nora(office))
    ben = await office.actor(BEN)
    for _ in range(2):
        await interview_answers.answer(office.services, ben, interview.id, "declined", "I am ill")
        await office.settles()
    assert shown(office, "open_seat", ROSA) == [f"{interview.id}:{BEN}:0"]
    found = await interview_answers.open_seat(office.services, f"{interview.id}:{BEN}:0")
    assert (found.answer, found.reason, found.current) == ("declined", "I am ill", True)
    await interview_answers.answer(office.services, ben, interview.id, "accepted")
    found = await interview_answers.open_seat(office.services, f"{interview.id}:{BEN}:0")
    assert found.answer == "accepted"


async def test_a_move_asks_everybody_again_and_an_old_answer_counts_for_nothing(
    office: Firm,
) -> None:
    interview = await booked(office, await nora(office))
    ben = await office.actor(BEN)
    await interview_answers.answer(office.services, ben, interview.id, "accepted")
    moved = await later(office, interview)
    seat = moved.seat(BEN)
    assert seat
    assert (seat.answer, seat.stale, seat.standing) == ("accepted", True, "needs-action")
    stamp = office.services.clock.now() + timedelta(hours=1)
    async with office.services.store.begin() as tx:
        old = await interview_answers.note(
            tx, office.services, moved, seat, "declined", "", sequence=0, stamp=stamp, by=BEN
        )
    now = (await get(office.services, interview.id)).seat(BEN)
    assert old
    assert now
    assert (now.answer, now.stale) == ("declined", True)
    await office.settles()
    assert shown(office, "open_seat", ROSA) == [], "it was a no to the earlier time"
    async with office.services.store.begin() as tx:
        again = await interview_answers.note(
            tx, office.services, moved, now, "accepted", "", sequence=0, stamp=stamp, by=BEN
        )
    assert not again, "the same message once more"


async def test_only_the_panel_answers_and_only_while_there_is_something_to_answer(
    office: Firm,
) -> None:
    interview = await booked(office, await nora(office))
    with pytest.raises(NotAllowed):
        await interview_answers.answer(
            office.services, await office.actor(TOM), interview.id, "accepted"
        )
    with pytest.raises(NotAllowed):
        await briefs.read(office.services, interview.team, TOM, interview.id)
    await interviews.cancel(office.services, await office.actor(ROSA), interview.id, "Off")
    with pytest.raises(AlreadyDone):
        await interview_answers.answer(
            office.services, await office.actor(BEN), interview.id, "accepted"
        )


async def test_the_link_in_the_invite_is_the_interviewers_own(office: Firm) -> None:
    interview = await booked(office, await nora(office))
    (mail,) = [m for m in office.mails("ben@brightwater.example") if "Pair" in m["subject"]]
    address = next(word for word in mail["text"].split() if "/c/" in word)
    link = await links.read(office.services, address.rpartition("/")[2])
    assert (link.purpose, link.subject) == ("answer", f"{interview.id}:{BEN}")
    with pytest.raises(Refused, match="Refused"):
        await interview_answers.by_link(office.services, link.subject, {"act": "declined"})
    await interview_answers.by_link(
        office.services, link.subject, {"act": "declined", "reason": "A train"}
    )
    await office.settles()
    assert shown(office, "open_seat", ROSA) == [f"{interview.id}:{BEN}:0"]
    await interviews.cancel(office.services, await office.actor(ROSA), interview.id, "Off")
    with pytest.raises(Refused):
        await links.read(office.services, address.rpartition("/")[2])


async def test_another_time_is_taken_once_or_declined_and_told(office: Firm) -> None:
    ref = await nora(office)
    interview = await booked(office, ref)
    rosa, ben = await office.actor(ROSA), await office.actor(BEN)
    slots = [
        (interview.start + timedelta(hours=n), interview.end + timedelta(hours=n)) for n in (1, 2)
    ]
    for number in (0, 0, 1):
        await proposals.propose(
            office.services, ben, interview.id, slots[number], "Later", key=f"p{number}"
        )
    await office.settles()
    shown_twice = [
        await proposals.read(office.services, p) for p in shown(office, "proposal", ROSA)
    ]
    first, second = (p.id for p in sorted(shown_twice, key=lambda p: p.slot))
    for _ in range(2):
        await proposals.decline(office.services, rosa, first)
    await office.settles()
    told = [text for user, text in office.desk.said.values() if user == BEN]
    assert sum("the time you proposed does not work" in text for text in told) == 1
    with pytest.raises(AlreadyDone):
        await proposals.accept(office.services, rosa, first)
    with pytest.raises(NotAllowed):
        await proposals.accept(office.services, await office.actor(TOM), second)
    for _ in range(2):
        await proposals.accept(office.services, rosa, second)
    now = await get(office.services, interview.id)
    assert (now.start, now.sequence) == (slots[1][0], 1)
    async with office.services.store.read() as conn:
        rows = (await conn.execute(sa.select(proposed.c.state, proposed.c.note))).all()
    assert {row.state for row in rows} == {"accepted", "declined"}
    assert all("Later" not in row.note for row in rows), "what was written is sealed"


async def test_who_does_not_answer_is_asked_twice_and_then_the_recruiter_is_told(
    office: Firm,
) -> None:
    interview = await booked(office, await nora(office))
    chen = await office.actor(CHEN)
    await interview_answers.answer(office.services, chen, interview.id, "accepted")
    for _ in range(7):  # a weekend may lie in between
        await office.waits(days=1)
    assert shown(office, "rsvp", CHEN) == []
    assert shown(office, "rsvp", BEN) == [f"{interview.id}:{BEN}:0:{n}" for n in (0, 1)]
    assert shown(office, "open_seat", ROSA) == [f"{interview.id}:{BEN}:0"]


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
