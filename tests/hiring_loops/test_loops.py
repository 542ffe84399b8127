"""A loop is booked whole or not at all: one of many wins, holds lapse, a repeat changes nothing, nothing is orphaned."""

import asyncio
import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa

from connectors.model import Ref
from hiring import (
    candidates,
    claims,
    interviewer_rules,
    interviews,
    loop_records,
    loop_visits,
    loops,
)
from hiring.claims import Claim
from hiring.claims_table import claims as rows
from hiring.errors import AlreadyDone, NotAllowed, Taken
from hiring.interviewer_rules import Rules
from hiring.interviews_table import interviews as interview_rows
from hiring.loop_records import Loop, Session
from hiring.loop_times import Suggested
from hiring.loops import Wanted
from tests.firm import ADA, BEN, CHEN, MAYA, ROSA, TEAM, TOM, Firm

pytestmark = pytest.mark.anyio
SESSIONS = (
    Session("Pair programming", 60, (BEN,)),
    Session("System design", 45, (CHEN,), focus="An API for a library"),
    Session("Talk with the manager", 30, (MAYA,), room="Turing"),
)


async def suggested(office: Firm, wanted: Wanted) -> tuple[Ref, Suggested]:
    ref, rosa = await office.ada(), await office.actor(ROSA)
    profile = await candidates.profile(office.services, rosa, ref)
    return ref, await loops.suggest(office.services, rosa, profile, wanted)


async def holders(office: Firm) -> list[str]:
    async with office.services.store.read() as conn:
        found = await conn.execute(sa.select(rows.c.holder).order_by(rows.c.resource, rows.c.cell))
        return [row.holder for row in found]


async def count(office: Firm, table: sa.Table) -> int:
    async with office.services.store.read() as conn:
        found = await conn.execute(sa.select(sa.func.count()).select_from(table))
        return int(found.scalar_one())


async def test_of_many_bookings_that_overlap_exactly_one_wins_and_leaves_no_part_of_another(
    office: Firm,
) -> None:
    wanted = Wanted(SESSIONS)
    ref, found = await suggested(office, wanted)
    rosa = await office.actor(ROSA)
    times = found.options[0].times
    later = tuple((a + timedelta(minutes=30), b + timedelta(minutes=30)) for a, b in times)

    async def tries(number: int) -> Loop | None:
        if number % 3 == 2:  # the same people in another order, half an hour later
            turned = Wanted(tuple(reversed(SESSIONS)))
            slots = tuple(reversed(later))
            turn = loops.book(office.services, rosa, ref, turned, slots, key=f"n{number}")
        else:
            turn = loops.book(office.services, rosa, ref, wanted, times, key=f"n{number}")
        try:
            return await turn
        except Taken:
            return None

    won = [loop for loop in await asyncio.gather(*(tries(n) for n in range(12))) if loop]
    assert len(won) == 1
    assert won[0].state == "booked"
    assert await count(office, interview_rows) == 3
    sessions = {i.id for i in await loop_records.interviews_of(office.services, won[0].id)}
    assert set(await holders(office)) == sessions
    assert (
        await count(office, rows) == 12 + 9 + 6 + 6 + 27
    )  # Maya's room with her, and Ada for all of it


async def test_a_candidate_is_never_in_two_interviews_at_once(office: Firm) -> None:
    first = Wanted((Session("Pair programming", 60, (BEN,)),))
    second = Wanted((Session("Talk with the manager", 60, (MAYA,)),))
    ref, found = await suggested(office, second)
    times = found.options[0].times
    rosa = await office.actor(ROSA)
    await loops.book(office.services, rosa, ref, second, times, key="one")
    _, now = await suggested(office, first)
    assert now.options
    for option in now.options:
        assert option.end <= times[0][0] or option.start >= times[0][1]
    with pytest.raises(Taken):
        await loops.book(office.services, rosa, ref, first, times, key="two")


async def test_candidates_on_many_links_for_the_same_times_never_share_one(office: Firm) -> None:
    wanted = Wanted(SESSIONS[:2])
    ref, found = await suggested(office, wanted)
    rosa = await office.actor(ROSA)
    first = found.options[0]
    other = next(o for o in found.options if o.start.date() != first.start.date())
    offered = [
        await loops.offer(office.services, rosa, ref, wanted, (first, other), key=f"link {n}")
        for n in range(6)
    ]

    async def visits(loop: Loop, choice: int) -> Loop | None:
        try:
            return await loop_visits.pick(office.services, loop.id, loop.options[choice].times)
        except (Taken, AlreadyDone):
            return None

    tries = [(loop, n) for loop in offered for n in (0, 1)]
    won = [w for w in await asyncio.gather(*(visits(loop, n) for loop, n in tries)) if w]
    assert len({w.id for w in won}) == len(won) == 2
    stand = [i for w in won for i in await loop_records.interviews_of(office.services, w.id)]
    assert len(stand) == 4
    for a, b in itertools.combinations(stand, 2):
        assert not set(a.users) & set(b.users) or a.end <= b.start or b.end <= a.start
    loser = next(loop for loop in offered if loop.id not in {w.id for w in won})
    fresh = await loop_visits.choices(office.services, loser)
    assert fresh, "a lost race offers fresh times at once"
    assert (await loop_visits.pick(office.services, loser.id, fresh[0].times)).state == "booked"


async def test_the_same_key_books_once_and_everybody_hears_of_every_session(office: Firm) -> None:
    wanted = Wanted(SESSIONS)
    ref, found = await suggested(office, wanted)
    rosa = await office.actor(ROSA)
    async with office.at_work():
        one, two = [
            await loops.book(
                office.services, rosa, ref, wanted, found.options[0].times, key="delivery"
            )
            for _ in range(2)
        ]
        await office.settles()
    assert one.id == two.id
    invites = [m for m in office.mails(ADA) if m["calendar"]]
    assert len(invites) == 3
    assert len({m["calendar"]["uid"] for m in invites}) == 3
    ats = await office.services.accounts.ats(ref.account)
    ours = {i.id for i in await loop_records.interviews_of(office.services, one.id)}
    assert ours <= {i.external_id for i in await ats.interviews(ref.id)}
    assert (ROSA, "loop", one.id) in office.desk.shown
    assert not [s for s in office.desk.shown if s[:2] == (ROSA, "interview")]


async def test_a_hold_keeps_others_out_until_it_lapses_or_becomes_the_booking(office: Firm) -> None:
    wanted = Wanted(SESSIONS)
    ref, found = await suggested(office, wanted)
    rosa, times = await office.actor(ROSA), found.options[0].times
    soon = office.services.clock.now() + timedelta(hours=1)
    async with office.at_work():
        held = await loops.hold(office.services, rosa, ref, wanted, times, soon, key="hold")
        assert held.state == "held"
        again = await loops.hold(office.services, rosa, ref, wanted, times, soon, key="hold")
        assert again == held
        with pytest.raises(Taken):
            await loops.book(office.services, rosa, ref, wanted, times, key="other")
        _, others = await suggested(office, wanted)
        assert times not in [o.times for o in others.options]
        booked = await loops.confirm(office.services, rosa, held.id)
        assert booked == await loops.confirm(office.services, rosa, held.id)
        await loop_visits.cancel(office.services, held.id, "The job is on hold", by=ROSA)
        assert await holders(office) == []

        held = await loops.hold(office.services, rosa, ref, wanted, times, soon, key="hold again")
        await office.waits(hours=2)
        assert (await loop_records.get(office.services, held.id)).state == "draft"
        with pytest.raises(AlreadyDone):
            await loops.confirm(office.services, rosa, held.id)
    assert await holders(office) == []


async def test_a_lapsed_hold_is_swept_by_whoever_wants_the_time_even_if_no_worker_ran(
    office: Firm,
) -> None:
    services, at = office.services, office.services.clock.now() + timedelta(days=1)
    slot = (at, at + timedelta(hours=1))
    async with services.store.begin() as tx:
        mine = Claim(claims.person(TEAM, BEN), slot, "lop_1:0")
        await claims.take(tx, services, [mine], until=at - timedelta(hours=20))
    theirs = Claim(claims.person(TEAM, BEN), slot, "int_2")
    with pytest.raises(Taken):
        async with services.store.begin() as tx:
            await claims.take(tx, services, [theirs])
    await services.clock.move(services.store, by=timedelta(hours=5))
    assert (await claims.held(services, [mine.resource], slot))[mine.resource] == []
    async with services.store.begin() as tx:
        await claims.take(tx, services, [theirs])
    assert set(await holders(office)) == {"int_2"}


async def test_a_loop_moves_as_one_and_is_not_in_its_own_way(office: Firm) -> None:
    wanted = Wanted(SESSIONS)
    ref, found = await suggested(office, wanted)
    rosa = await office.actor(ROSA)
    booked = await loops.book(office.services, rosa, ref, wanted, found.options[0].times, key="k")
    before = await loop_records.interviews_of(office.services, booked.id)
    later = (await loop_visits.choices(office.services, booked))[-1].times
    await loop_visits.move(office.services, booked.id, later)
    assert await loop_visits.move(office.services, booked.id, later)
    after = await loop_records.interviews_of(office.services, booked.id)
    assert [i.id for i in before] == [i.id for i in after]
    assert {i.sequence for i in after} == {1}
    assert set(await holders(office)) == {i.id for i in after}
    one = await interviews.cancel(office.services, rosa, after[0].id, "Ben is ill")
    assert one.state == "cancelled"
    assert {i.id for i in after[1:]} == set(await holders(office))
    assert len((await loop_visits.choices(office.services, booked))[0].sittings) == 2


async def test_after_the_cut_off_the_candidate_changes_nothing_alone(office: Firm) -> None:
    wanted = Wanted(SESSIONS, cut_off=48)
    ref, found = await suggested(office, wanted)
    rosa, option = await office.actor(ROSA), min(found.options, key=lambda o: o.start)
    booked = await loops.book(office.services, rosa, ref, wanted, option.times, key="k")
    await office.services.clock.move(
        office.services.store, by=option.start - office.services.clock.now() - timedelta(hours=40)
    )
    with pytest.raises(AlreadyDone, match="AlreadyDone"):
        await loop_visits.cancel(office.services, booked.id, "I am ill")
    await loop_visits.cancel(office.services, booked.id, "She called", by=ROSA)
    assert await loop_records.interviews_of(office.services, booked.id) == []


async def test_only_those_who_hire_for_the_job_may(office: Firm) -> None:
    wanted = Wanted(SESSIONS)
    ref, found = await suggested(office, wanted)
    for user in (BEN, TOM):
        actor = await office.actor(user)
        with pytest.raises(NotAllowed):
            await loops.book(office.services, actor, ref, wanted, found.options[0].times, key=user)
        with pytest.raises(NotAllowed):
            await interviewer_rules.settle(office.services, actor, Rules(ROSA))
