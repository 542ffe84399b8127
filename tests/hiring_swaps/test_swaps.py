"""Somebody cannot make it: who is asked, in which order, who takes it, and what everybody hears."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest
import sqlalchemy as sa

from connectors.model import Ref
from hiring import (
    candidates,
    claims,
    ids,
    interview_answers,
    interviewer_rules,
    interviews,
    invite_mail,
    pool_ledger,
    swap_flow,
    swap_records,
    swaps,
)
from hiring.errors import AlreadyDone, NotAllowed, Refused
from hiring.interview_changes import Wish
from hiring.interview_records import Interview, get
from hiring.interviewer_rules import Rules
from hiring.swap_records import Swap
from hiring.tables import audit as audited
from hiring.tables import timers
from tests.firm import BEN, CHEN, MAYA, ROSA, TEAM, TOM, Firm

pytestmark = pytest.mark.anyio
DANA, SAM = "U0DANA001", "U0SAM0001"
NORA = "nora@mailbox.example"
ALWAYS = {"days": (0, 1, 2, 3, 4, 5, 6), "begins": 0, "ends": 1_440}  # no hours in the way


async def skilled(office: Firm, *users: str, **more: Any) -> None:
    rosa = await office.actor(ROSA)
    for user in users:
        wanted = Rules(user, ("pairing",), **(ALWAYS | more))
        await interviewer_rules.settle(office.services, rosa, wanted)


async def booked(office: Firm, *users: str, ref: Ref | None = None) -> Interview:
    """An interview on one of the coming days, at a time at which everybody is free."""
    rosa = await office.actor(ROSA)
    ref = ref or await office.newcomer("Nora", "Quill", NORA)
    profile = await candidates.profile(office.services, rosa, ref)
    wish = Wish("Pair programming", 45, users or (BEN,), location="https://meet.example/x")
    everybody = replace(wish, users=(BEN, CHEN, DANA, SAM, MAYA))
    found = await interviews.times(office.services, rosa, profile, everybody)
    made = await interviews.book(
        office.services, rosa, ref, wish, found.slots[-1], key=ids.new("key")
    )
    await office.settles()
    return made


def seat(interview: Interview, user: str = BEN) -> str:
    return f"{interview.id}:{user}:{interview.sequence}"


async def says_no(office: Firm, interview: Interview, user: str = BEN) -> None:
    actor = await office.actor(user)
    await interview_answers.answer(office.services, actor, interview.id, "declined", "I am ill")
    await office.settles()


async def swap_of(office: Firm, interview: Interview) -> Swap:
    found = await swap_records.find(office.services, seat(interview))
    assert found
    return found


def asked(office: Firm) -> list[str]:
    """Everybody who was shown the question, in that order."""
    return list(dict.fromkeys(user for user, kind, _ in office.desk.shown if kind == "swap_ask"))


def by_itself(office: Firm, when: Literal["at once", "after 10 minutes"]) -> Firm:
    """The same company with another policy."""
    company = replace(office.services.company, swaps=when)
    services = replace(office.services, company=company)
    return replace(office, parts=replace(office.parts, services=services))


def invites(office: Firm, name: str) -> list[tuple[str, int]]:
    mails = [m for m in office.mails(f"{name}@brightwater.example") if m["calendar"]]
    return [(m["calendar"]["method"], m["calendar"]["sequence"]) for m in reversed(mails)]


async def test_a_no_asks_the_first_substitute_at_once_and_taking_it_tells_everybody_once(
    office: Firm,
) -> None:
    office = by_itself(office, "at once")
    await skilled(office, BEN, CHEN, DANA)
    interview = await booked(office, BEN, MAYA)
    await says_no(office, interview)
    found = await swap_of(office, interview)
    first, second = [ask.user for ask in found.asks]
    assert {first, second} == {CHEN, DANA}
    assert asked(office) == [first], "within the jobs of the no: no clock moved"
    with pytest.raises(NotAllowed):
        await swaps.take(office.services, await office.actor(second), found.id)
    for _ in range(2):
        await swaps.take(office.services, await office.actor(first), found.id)
        await office.settles()
    now = await get(office.services, interview.id)
    assert now.users == (first, MAYA)
    assert [s.standing for s in now.panel] == ["accepted", "needs-action"]
    assert (now.start, now.sequence) == (interview.start, 0)
    names = {CHEN: "chen", DANA: "dana"}
    assert invites(office, "ben") == [("REQUEST", 0), ("CANCEL", 1)]
    assert invites(office, names[first]) == [("REQUEST", 0)]
    assert invites(office, "maya") == [("REQUEST", 0), ("REQUEST", 0)], "no SEQUENCE was raised"
    assert len([m for m in office.mails(NORA) if m["calendar"]]) == 1, "nothing of hers changed"
    told = [user for user, text in office.desk.said.values() if "takes" in text]
    assert sorted(told) == sorted([BEN, ROSA])
    ats = await office.services.accounts.ats(now.application.account)
    seat_of_theirs = now.seat(first)
    assert seat_of_theirs
    assert seat_of_theirs.ats_user
    (ours,) = [i for i in await ats.interviews(now.application.id) if i.ref.id == now.remote_id]
    assert [s.user for s in ours.panel].count(seat_of_theirs.ats_user) == 1
    assert len(ours.panel) == 2


async def test_a_no_that_came_by_mail_asks_within_the_minute(office: Firm) -> None:
    office = by_itself(office, "at once")
    await skilled(office, BEN, CHEN)
    interview = await booked(office)
    began, ben = time.monotonic(), "ben@brightwater.example"
    await invite_mail.hear(
        office.services, about=f"{interview.id}-i", kind="reply", said="declined", sequence=0,
        stamp=office.services.clock.now().isoformat(), attendee=ben, sender=ben, forged=False,
        note="A train", start="", end="", told="mail-1",
    )  # fmt: skip
    await office.settles()
    assert asked(office) == [CHEN]
    assert time.monotonic() - began < 60
    assert ("open_seat", seat(interview)) in [(k, s) for _, k, s in office.desk.shown]


async def test_ten_clicks_at_once_have_one_winner_and_nobody_is_booked_twice(office: Firm) -> None:
    await skilled(office, BEN, CHEN, DANA, SAM, MAYA, TOM)
    interview = await booked(office)
    rosa = await office.actor(ROSA)
    found = await swaps.start(office.services, rosa, seat(interview), "all")
    await office.settles()
    people = [await office.actor(user) for user in asked(office)]
    assert len(people) == 5
    results = await asyncio.gather(
        *(swaps.take(office.services, actor, found.id) for actor in people * 2),
        return_exceptions=True,
    )
    late = [r for r in results if isinstance(r, AlreadyDone)]
    assert len(late) == 8, "the winner's own second click changes nothing"
    await office.settles()
    now = await get(office.services, interview.id)
    (winner,) = now.users
    name = (await office.actor(winner)).person.name
    assert {refused.sentence for refused in late} == {f"{name} was faster and takes it. Thank you!"}
    everybody = [claims.person(TEAM, actor.user) for actor in people] + [claims.person(TEAM, BEN)]
    held = await claims.held(office.services, everybody, (now.start, now.end))
    assert [who for who, times in held.items() if times] == [claims.person(TEAM, winner)]


async def test_each_is_asked_after_the_other_and_then_the_recruiter_hears_that_nobody_takes_it(
    office: Firm,
) -> None:
    await skilled(office, BEN, CHEN, DANA, SAM)
    interview = await booked(office, BEN, MAYA)
    rosa = await office.actor(ROSA)
    ranked = (await swap_flow.look(office.services, seat(interview))).fitting
    order = [r.user for r in ranked]
    found = await swaps.start(office.services, rosa, seat(interview), "one", minutes=20)
    await office.settles()
    assert asked(office) == order[:1], "the preview is what happens"
    await office.waits(minutes=19)
    assert asked(office) == order[:1]
    await office.waits(minutes=2)
    assert asked(office) == order[:2]
    await swaps.decline(office.services, await office.actor(order[1]), found.id)
    await office.settles()
    assert asked(office) == order[:3], "who cannot makes nobody wait"
    await office.waits(minutes=21)
    assert (await swap_of(office, interview)).state == "nobody"
    told = [text for user, text in office.desk.said.values() if user == ROSA and "Nobody" in text]
    assert len(told) == 1
    with pytest.raises(NotAllowed):
        await swaps.drop(office.services, await office.actor(TOM), seat(interview))
    late = await office.actor(order[0])
    await swaps.take(office.services, late, found.id)
    assert order[0] in (await get(office.services, interview.id)).users, "the seat was still open"
    async with office.services.store.read() as conn:
        left = [row.key for row in await conn.execute(sa.select(timers.c.key))]
    assert [key for key in left if key.startswith("swap-")] == []


async def test_the_recruiter_may_act_first_and_a_second_yes_ends_what_the_no_began(
    office: Firm,
) -> None:
    office = by_itself(office, "after 10 minutes")
    await skilled(office, BEN, CHEN)
    interview = await booked(office)
    await says_no(office, interview)
    await office.waits(minutes=9)
    assert asked(office) == []
    await office.waits(minutes=2)
    assert asked(office) == [CHEN]
    ben = await office.actor(BEN)
    await interview_answers.answer(office.services, ben, interview.id, "accepted")
    await office.settles()
    found = await swap_of(office, interview)
    assert (found.state, found.why) == ("ended", "who had said no comes after all")
    with pytest.raises(AlreadyDone, match="AlreadyDone"):
        await swaps.take(office.services, await office.actor(CHEN), found.id)
    assert (await get(office.services, interview.id)).users == (BEN,)


async def test_an_interview_that_moves_ends_the_search_for_its_old_time(office: Firm) -> None:
    await skilled(office, BEN, CHEN)
    interview = await booked(office)
    rosa = await office.actor(ROSA)
    found = await swaps.start(office.services, rosa, seat(interview), "one")
    await office.settles()
    slot = (interview.start + timedelta(days=1), interview.end + timedelta(days=1))
    await interviews.move(office.services, rosa, interview.id, slot)
    await office.settles()
    assert (await swap_of(office, interview)).why == "the interview moved"
    with pytest.raises(AlreadyDone):
        await swaps.take(office.services, await office.actor(CHEN), found.id)
    with pytest.raises(AlreadyDone):
        await swaps.start(office.services, rosa, seat(interview), "one")
    assert (await get(office.services, interview.id)).users == (BEN,)


async def test_who_is_ranked_how_and_why_is_kept_and_comes_out_the_same_again(
    office: Firm,
) -> None:
    await skilled(office, BEN, CHEN, DANA, SAM)
    await skilled(office, MAYA, per_week=1)
    interview = await booked(office)
    rosa = await office.actor(ROSA)
    busy = await office.newcomer("Olga", "Busy")
    wish, slot = Wish("Talk", 30, (CHEN,)), (interview.start, interview.end)
    await interviews.book(office.services, rosa, busy, wish, slot, key="chen")
    day = timedelta(days=1)
    near = (interview.start + 2 * day, interview.end + 2 * day)
    await interviews.book(office.services, rosa, busy, replace(wish, users=(DANA,)), near, key="d")
    await interviewer_rules.pause(
        office.services, await office.actor(SAM), SAM, (slot[0] - day, slot[1] + day)
    )
    first, again = [await swap_flow.look(office.services, seat(interview)) for _ in range(2)]
    assert first == again
    rows = {ranked.user: ranked for ranked in first.people}
    assert rows[CHEN].against == ("is busy then",)
    assert rows[SAM].against == ("takes a pause",)
    assert rows[DANA].because[0] == "has the skill pairing, too"
    assert [r.user for r in first.fitting] == [MAYA, DANA], "Dana has one interview more"
    found = await swaps.start(office.services, rosa, seat(interview), "one")
    assert [row["user"] for row in found.pick] == [ranked.user for ranked in first.people]
    async with office.services.store.read() as conn:
        query = sa.select(audited.c.detail).where(audited.c.action == "swap.began")
        (detail,) = (await conn.execute(query)).scalars()
    assert f"{MAYA} {DANA}" in str(detail)


async def test_a_swap_works_minutes_before_the_start(office: Firm) -> None:
    await skilled(office, BEN, CHEN, DANA)
    interview = await booked(office)
    rosa = await office.actor(ROSA)
    ahead = interview.start - office.services.clock.now() - timedelta(minutes=6)
    await office.waits(seconds=ahead.total_seconds())
    found = await swaps.start(office.services, rosa, seat(interview), "one")
    await office.settles()
    await office.waits(minutes=3, seconds=5)
    assert len(asked(office)) == 2, "the time is shared, so that both are asked before the start"
    taker = asked(office)[1]
    await swaps.take(office.services, await office.actor(taker), found.id)
    assert (await get(office.services, interview.id)).users == (taker,)


async def test_a_seat_can_be_dropped_but_not_the_last_one(office: Firm) -> None:
    interview = await booked(office, BEN, MAYA)
    await says_no(office, interview)
    rosa = await office.actor(ROSA)
    for _ in range(2):
        await swaps.drop(office.services, rosa, seat(interview))
    await office.settles()
    assert (await get(office.services, interview.id)).users == (MAYA,)
    assert invites(office, "ben") == [("REQUEST", 0), ("CANCEL", 1)]
    with pytest.raises(Refused, match="Refused"):
        await swaps.drop(office.services, rosa, seat(interview, MAYA))


async def test_a_pool_shows_who_interviews_how_much(office: Firm) -> None:
    await skilled(office, BEN, CHEN)
    rosa = await office.actor(ROSA)
    await booked(office)
    found = await pool_ledger.of(office.services, rosa, " Pairing ")
    assert [(s.person, s.interviews, s.fair) for s in found.ledger.shares] == [
        (BEN, 1, 0.5), (CHEN, 0, 0.5),
    ]  # fmt: skip
    with pytest.raises(Refused, match="Refused"):
        await pool_ledger.of(office.services, rosa, "juggling")
    with pytest.raises(NotAllowed):
        await pool_ledger.of(office.services, await office.actor(BEN), "pairing")
