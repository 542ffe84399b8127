"""Answers to invites by button and link, other times, and who is asked again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hiring import (
    briefs,
    interview_answers,
    interviews,
    links,
    proposals,
)
from hiring.answers_table import proposals as proposed
from hiring.errors import AlreadyDone, NotAllowed, Refused
from hiring.interview_records import get
from tests.firm import BEN, CHEN, ROSA, TOM, Firm, firm
from tests.hiring.interviewing import booked, later, nora, shown

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    async with firm(tmp_path, database_url) as made, made.at_work():
        yield made


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
