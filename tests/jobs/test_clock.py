"""What is due later follows our own clock; replicas share it out, and a beat of many clocks is one job."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.worker import Worker
from hiring.tables import timers
from scheduling.ticker import BEATS, Beat
from tests.jobs.conftest import Bench

pytestmark = pytest.mark.anyio


async def _put(bench: Bench, made: Any, key: str, after: timedelta, **args: Any) -> None:
    services = bench.firm.services
    async with services.store.begin() as tx:
        at = services.clock.now() + after
        await services.jobs.later(tx, made, key=key, at=at, **args)


async def _note(bench: Bench) -> Any:
    async def note(services: Any, *, n: int) -> None:
        bench.ran.append(str(n))

    return bench.job("t.note", note)


async def test_a_timer_runs_when_our_clock_gets_there_and_not_before(bench: Bench) -> None:
    made = await _note(bench)
    await _put(bench, made, "soon", timedelta(hours=1), n=1)
    await _put(bench, made, "later", timedelta(hours=3), n=2)
    async with bench.firm.at_work():
        await bench.settles()
        assert bench.ran == []
        await bench.firm.waits(hours=2)
        assert bench.ran == ["1"]
        await bench.firm.waits(hours=2)
    assert bench.ran == ["1", "2"]


async def test_the_same_key_moves_a_timer_and_a_cancelled_one_is_gone(bench: Bench) -> None:
    made, services = await _note(bench), bench.firm.services
    await _put(bench, made, "a", timedelta(hours=1), n=1)
    await _put(bench, made, "a", timedelta(hours=5), n=2)
    await _put(bench, made, "b", timedelta(hours=1), n=3)
    async with services.store.begin() as tx:
        await services.jobs.cancel(tx, "b")
    async with bench.firm.at_work():
        await bench.firm.waits(hours=2)
        assert bench.ran == []
        await bench.firm.waits(hours=4)
    assert bench.ran == ["2"]


async def test_a_crowd_of_timers_due_at_once_is_shared_by_replicas_and_runs_once_each(
    bench: Bench,
) -> None:
    made, services = await _note(bench), bench.firm.services
    due = services.clock.now()
    rows = [
        {
            "key": f"k{n}",
            "due_at": due,
            "job": made.name,
            "args": services.seal.close_json({"n": n}),
        }
        for n in range(1_200)
    ]
    async with services.store.begin() as tx:
        await tx.execute(sa.insert(timers), rows)
    moved = await asyncio.gather(*(services.jobs.run_due(services) for _ in range(3)))
    assert sum(moved) == 1_200
    assert await services.jobs.unfinished() == 1_200


async def test_a_shared_beat_of_many_replicas_is_one_job(bench: Bench) -> None:
    replicas = [Worker(bench.firm.parts) for _ in range(3)]
    beat = next(beat for beat in BEATS if beat.name == "retention")
    slot = beat.slot(datetime(2026, 11, 25, 3, 17, 0, 4, UTC))
    for replica in replicas:
        await replica.on_beat(beat, slot)
    assert await bench.firm.services.jobs.unfinished() == 1


def test_replicas_name_the_same_slot_whatever_their_clocks_say_within_it() -> None:
    beat = Beat("x", seconds=60)
    slots = {beat.slot(datetime(2026, 11, 25, 3, 17, second, tzinfo=UTC)) for second in (0, 31, 59)}
    assert slots == {datetime(2026, 11, 25, 3, 17, tzinfo=UTC)}
