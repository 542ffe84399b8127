"""A rate budget is one for all processes on a database; a vendor's pauses and counts are heard by all of them."""

import pytest

from connectors.budget import PATIENCE, Rate, in_background
from connectors.errors import TryLater
from connectors.limits import Told
from hiring.budgets import Shared
from hiring.store import Store
from tests.jobs.conftest import Bench

pytestmark = pytest.mark.anyio
RATE = Rate(10, 100.0)  # ten at once, then one in ten seconds


def _replicas(store: Store, count: int) -> list[Shared]:
    return [Shared(store, "acc_1", RATE) for _ in range(count)]


async def test_replicas_share_the_burst_and_then_have_to_wait(bench: Bench) -> None:
    replicas = _replicas(bench.firm.services.store, 3)
    for number in range(10):
        await replicas[number % 3].take()
    for replica in replicas:
        with pytest.raises(TryLater) as later:
            await replica.take()
        assert later.value.after is not None
        assert later.value.after.total_seconds() > PATIENCE


async def test_another_account_has_its_own_budget(bench: Bench) -> None:
    store = bench.firm.services.store
    mine, other = Shared(store, "acc_1", Rate(1, 60.0)), Shared(store, "acc_2", Rate(1, 60.0))
    await mine.take()
    await other.take()
    with pytest.raises(TryLater):
        await mine.take()


@pytest.mark.parametrize("rate", [RATE, None])
async def test_a_pause_that_one_replica_was_told_holds_for_all(
    bench: Bench, rate: Rate | None
) -> None:
    store = bench.firm.services.store
    told, other = Shared(store, "acc_1", rate), Shared(store, "acc_1", rate)
    await told.take()
    await told.pause(40)
    for replica in (told, other):
        with pytest.raises(TryLater) as later:
            await replica.take()
        assert later.value.after is not None
        assert 35 < later.value.after.total_seconds() < 55


@pytest.mark.parametrize("rate", [Rate(20, 60.0), None])
async def test_what_the_vendor_counts_slows_every_replica(bench: Bench, rate: Rate | None) -> None:
    store = bench.firm.services.store
    told, other = Shared(store, "acc_1", rate), Shared(store, "acc_1", rate)
    await told.take()
    await told.learn(Told(20, 2, 50))  # somebody else uses the same key
    await other.take()
    await told.take()
    for replica in (told, other):
        with pytest.raises(TryLater) as later:
            await replica.take()
        assert later.value.after is not None
        assert 45 < later.value.after.total_seconds() <= 50


async def test_a_person_on_one_replica_goes_before_the_background_of_another(bench: Bench) -> None:
    store = bench.firm.services.store
    backfill, person = Shared(store, "acc_1", RATE), Shared(store, "acc_1", RATE)
    with in_background():
        for _ in range(8):
            await backfill.take()
    await person.take()
    await person.take()
    with pytest.raises(TryLater):
        await person.take()
