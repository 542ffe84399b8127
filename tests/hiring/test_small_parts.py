"""Clock, health, retention and ids: what is kept over a restart, what is forgotten, what counts as alive."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from hiring import health, ids, retention
from hiring.clock import Clock
from hiring.metadata import metadata
from hiring.store import Store
from hiring.tables import deliveries, leases
from tests.firm import Firm

pytestmark = pytest.mark.anyio


async def test_a_moved_clock_goes_on_and_survives_a_restart(office: Firm) -> None:
    store, clock = office.services.store, office.services.clock
    at = datetime(2031, 3, 30, 1, 30, tzinfo=UTC)
    assert await clock.move(store, at=at) >= at
    await clock.move(store, by=timedelta(hours=2))
    later = Clock()
    await later.load(store)
    assert timedelta() <= later.now() - (at + timedelta(hours=2)) < timedelta(seconds=20)


async def test_a_clock_that_was_never_moved_is_the_real_one(database_url: str) -> None:
    store, clock = Store(database_url), Clock()
    await clock.load(store)
    assert clock.offset == timedelta()
    assert clock.now().tzinfo is UTC
    await store.close()


async def test_the_database_answers_and_a_missing_one_is_told(office: Firm) -> None:
    assert await health.trouble(office.services) == ""
    gone = Store("postgresql+psycopg://nobody@127.0.0.1:9/none")
    from dataclasses import replace

    assert await health.trouble(replace(office.services, store=gone))
    await gone.close()


async def test_the_last_sign_of_life_of_any_worker_counts(office: Firm) -> None:
    assert await health.worker_silence(office.services) is None
    async with office.services.store.begin() as tx:
        for name, ago in (("old", 90), ("new", 30)):
            await tx.execute(leases.insert().values(executor=name, seen_at=time.time() - ago))
    silence = await health.worker_silence(office.services)
    assert silence is not None
    assert 29 < silence < 60


async def test_a_working_worker_gives_signs_and_one_that_ended_in_order_leaves_none(
    office: Firm,
) -> None:
    async with office.at_work():
        silence = await health.worker_silence(office.services)
        assert silence is not None
        assert silence < 10
    assert await health.worker_silence(office.services) is None


async def test_only_old_deliveries_are_forgotten_and_nothing_else(office: Firm) -> None:
    async with office.services.store.begin() as tx:
        for name, days in (("older", 31), ("old", 30.1), ("young", 29.9), ("new", 0)):
            at = time.time() - days * 86_400
            await tx.execute(deliveries.insert().values(key=name, received_at=at))
    before = await counts(office)
    assert await retention.forget_old(office.services, 30) == 2
    assert await retention.forget_old(office.services, 30) == 0
    async with office.services.store.read() as conn:
        left = set((await conn.execute(sa.select(deliveries.c.key))).scalars())
    assert left == {"young", "new"}
    assert (await counts(office)) == before | {"deliveries": 2}


async def counts(office: Firm) -> dict[str, int]:
    async with office.services.store.read() as conn:
        return {
            name: (await conn.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            for name, table in metadata.tables.items()
        }


def test_ids_never_repeat_and_sort_by_time() -> None:
    made = [ids.new("off") for _ in range(2_000)]
    assert len(set(made)) == len(made)
    heads = [id[:13] for id in made]
    assert heads == sorted(heads)
    assert all(id.startswith("off_") and len(id) <= 40 for id in made)
