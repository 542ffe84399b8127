"""She moves two sessions of a loop at once: they never lie over each other."""

import asyncio

import pytest

from hiring import loop_records, loop_visits, loops
from hiring.errors import Taken
from hiring.loops import Wanted
from tests.firm import ROSA, Firm
from tests.hiring_loops.test_loops import SESSIONS, suggested

pytestmark = pytest.mark.anyio


async def test_two_interviews_of_a_loop_that_she_moves_at_once_never_lie_over_each_other(
    office: Firm,
) -> None:
    wanted = Wanted(SESSIONS[:2])
    ref, found = await suggested(office, wanted)
    services, rosa = office.services, await office.actor(ROSA)
    late = max(found.options, key=lambda option: option.start)
    loop = await loops.book(services, rosa, ref, wanted, late.times, key="two")
    standing = await loop_records.interviews_of(services, loop.id)
    first, second = [await loop_visits.other_times(services, standing, i.id) for i in standing]
    a, b = next((a, b) for a in first[::-1] for b in second[::-1] if a[0] < b[1] and b[0] < a[1])
    done = await asyncio.gather(
        loop_visits.move_one(services, loop.id, standing[0].id, a),
        loop_visits.move_one(services, loop.id, standing[1].id, b),
        return_exceptions=True,
    )
    assert sorted(type(d) for d in done if d) == [Taken]
    one, other = await loop_records.interviews_of(services, loop.id)
    assert one.end <= other.start
