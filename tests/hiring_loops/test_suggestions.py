"""What a suggested loop keeps to: skills, limits and rest, what the candidate answered, and what is said when nothing fits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hiring import (
    interviewer_rules,
    loop_records,
    loop_visits,
    loops,
)
from hiring.claims_table import claims as rows
from hiring.errors import Refused
from hiring.interviewer_rules import Rules
from hiring.loop_records import Session
from hiring.loops import Wanted
from tests.firm import BEN, CHEN, MAYA, ROSA, Firm
from tests.hiring_loops.test_loops import SESSIONS, count, suggested

pytestmark = pytest.mark.anyio


async def settled(office: Firm, *, tags: dict[str, Sequence[str]], **rest: int) -> None:
    for user, named in tags.items():
        await interviewer_rules.settle(
            office.services, await office.actor(ROSA), Rules(user, tuple(named), **rest)
        )


async def test_pools_take_who_has_least_to_do_within_limits_and_rest(office: Firm) -> None:
    await settled(office, tags={BEN: ["backend"], CHEN: ["backend"]}, per_day=1, rest=15)
    pooled = Wanted((Session("Pair programming", 60, tag="backend", seats=1),))
    both = Wanted((Session("Pair programming", 60, tag="backend", seats=2),))
    ref, found = await suggested(office, pooled)
    rosa = await office.actor(ROSA)
    first = found.options[0]
    booked = await loops.book(office.services, rosa, ref, pooled, first.times, key="k")
    (held,) = await loop_records.interviews_of(office.services, booked.id)
    (busy,) = held.users
    assert await count(office, rows) == 15 + 12  # an hour of both, and a quarter of an hour of rest
    _, more = await suggested(office, pooled)
    assert {u for o in more.options for s in o.sittings for u in s.users} >= {BEN, CHEN} - {busy}
    _, two = await suggested(office, both)
    assert all(o.start.date() != held.start.date() for o in two.options), "one a day is enough"
    with pytest.raises(Refused):
        await suggested(office, Wanted((Session("Pair programming", 60, tag="none", seats=1),)))


async def test_what_the_candidate_answers_feeds_the_next_suggestion_and_is_sealed(
    office: Firm,
) -> None:
    wanted = Wanted(SESSIONS[:2])
    ref, found = await suggested(office, wanted)
    rosa, last = await office.actor(ROSA), found.options[-1]
    asked = await loops.ask(office.services, rosa, ref, wanted, key="k")
    window = (last.start, last.end)
    await loop_visits.answer(office.services, asked.id, [window], "Mornings are hard")
    await loop_visits.tell_needs(office.services, asked.id, "A room without stairs", "German")
    wanted = replace(wanted, loop=asked.id)
    _, narrowed = await suggested(office, wanted)
    assert narrowed.options
    assert all(window[0] <= o.start and o.end <= window[1] for o in narrowed.options)
    with pytest.raises(Refused):
        await loop_visits.answer(office.services, asked.id, [], " ")
    async with office.services.store.read() as conn:
        stored = str((await conn.execute(sa.text("select * from candidate_answers"))).all())
    assert "stairs" not in stored
    assert "Mornings" not in stored
    booked = await loops.book(office.services, rosa, ref, wanted, last.times, key="k2")
    assert booked.id == asked.id


async def test_when_nothing_fits_it_says_what_relaxing_gives(office: Firm) -> None:
    away = (office.services.clock.now(), office.services.clock.now() + timedelta(days=30))
    await interviewer_rules.pause(office.services, await office.actor(MAYA), MAYA, away)
    _, found = await suggested(office, Wanted(SESSIONS))
    assert found.options == ()
    assert any(why.startswith("Maya Lindqvist is what stands in the way") for why in found.why_not)
