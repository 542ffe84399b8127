"""Jobs of one partition keep their order, a person who waits is not kept waiting, and a worker's death loses nothing."""

import asyncio
import time
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.errors import TryLater
from hiring.tables import leases
from tests.jobs.conftest import Bench

pytestmark = pytest.mark.anyio


async def test_jobs_of_one_partition_run_as_they_were_written(bench: Bench) -> None:
    async def note(services: Any, *, n: int) -> None:
        await asyncio.sleep(0.01 if n % 2 else 0)
        bench.ran.append(str(n))

    made = bench.job("t.note", note, order="card:one")
    async with bench.firm.services.store.begin() as tx:
        for n in range(6):
            await bench.firm.services.jobs.enqueue(tx, made, key=f"note:{n}", n=n)
    async with bench.firm.at_work():
        await bench.settles()
    assert bench.ran == ["0", "1", "2", "3", "4", "5"]


async def test_a_job_that_is_tried_again_keeps_its_place_and_others_go_on(bench: Bench) -> None:
    tried: list[int] = []

    async def note(services: Any, *, who: str, n: int) -> None:
        if who == "ada" and n == 0 and len(tried) < 2:
            tried.append(n)
            raise TryLater("not yet")
        bench.ran.append(f"{who}{n}")

    made = bench.job("t.note", note, order="mail:{who}")
    for n in range(3):
        for who in ("ada", "bob"):
            await bench.writes(made, f"{who}:{n}", who=who, n=n)
    async with bench.firm.at_work():
        await bench.settles()
    assert [r for r in bench.ran if r.startswith("ada")] == ["ada0", "ada1", "ada2"]
    assert [r for r in bench.ran if r.startswith("bob")] == ["bob0", "bob1", "bob2"]
    assert bench.ran.index("bob2") < bench.ran.index("ada0")
    assert len(tried) == 2


async def test_a_person_who_waits_goes_before_work_that_fills_its_own_lane(bench: Bench) -> None:
    gate = asyncio.Event()

    async def slow(services: Any, *, n: int) -> None:
        await gate.wait()
        bench.ran.append(f"slow{n}")

    async def press(services: Any) -> None:
        bench.ran.append("press")
        gate.set()

    crowd, button = bench.job("t.slow", slow), bench.job("t.press", press, lane="now")
    async with bench.firm.at_work():
        for n in range(40):
            await bench.writes(crowd, f"slow:{n}", n=n)
        await bench.writes(button, "press")
        await bench.settles()
    assert bench.ran[0] == "press"
    assert len(bench.ran) == 41


async def test_a_job_waiting_for_its_next_try_holds_up_nobody(bench: Bench) -> None:
    async def fail(services: Any, *, n: int) -> None:
        if not bench.ran:
            raise TryLater("down")

    async def press(services: Any) -> None:
        bench.ran.append("press")

    failing, good = bench.job("t.fail", fail), bench.job("t.press", press)
    async with bench.firm.at_work():
        for n in range(60):
            await bench.writes(failing, f"fail:{n}", n=n)
        await bench.writes(good, "press", priority=7)
        await bench.settles()
    assert bench.ran == ["press"]


async def test_bulk_work_of_one_account_runs_one_at_a_time(bench: Bench) -> None:
    now, most = 0, 0

    async def page(services: Any, *, account: str, n: int) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        bench.ran.append(str(n))

    made = bench.job("t.page", page, lane="bulk", order="{account}")
    for n in range(6):
        await bench.writes(made, f"page:{n}", account="acc_1", n=n)
    async with bench.firm.at_work():
        await bench.settles()
    assert len(bench.ran) == 6
    assert most == 1


async def test_the_same_key_runs_once(bench: Bench) -> None:
    async def note(services: Any) -> None:
        bench.ran.append("once")

    made = bench.job("t.note", note)
    async with bench.firm.at_work():
        for _ in range(3):
            await bench.writes(made, "same")
        await bench.settles()
        await bench.writes(made, "same")
        await bench.settles()
    assert bench.ran == ["once"]


async def test_a_job_of_a_transaction_that_was_rolled_back_never_runs(bench: Bench) -> None:
    async def note(services: Any) -> None:
        bench.ran.append("never")

    made = bench.job("t.note", note)

    async def change() -> None:
        async with bench.firm.services.store.begin() as tx:
            await bench.firm.services.jobs.enqueue(tx, made, key="gone")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change()
    async with bench.firm.at_work():
        await bench.settles()
    assert bench.ran == []


async def test_the_jobs_of_a_dead_worker_are_taken_up_once(bench: Bench) -> None:
    """A worker of another process had two jobs under way when its lease ran out."""

    async def note(services: Any, *, n: int) -> None:
        bench.ran.append(str(n))

    made = bench.job("t.note", note, order="card:{n}")
    services = bench.firm.services
    table = "workflow_status" if services.store.is_sqlite else "dbos.workflow_status"
    for n in range(2):
        await bench.writes(made, f"note:{n}", n=n)
    async with services.store.begin() as tx:
        await tx.execute(leases.insert().values(executor="w-dead", seen_at=time.time() - 11))
        await tx.execute(leases.insert().values(executor="w-alive", seen_at=time.time()))
        await tx.execute(
            sa.text(
                f"UPDATE {table} SET status = 'PENDING', executor_id = 'w-dead', owner_xid = 'x'"
            )
        )
    assert await services.jobs.resume_dead() == 2
    assert await services.jobs.resume_dead() == 0
    async with bench.firm.at_work():
        await bench.settles()
    assert sorted(bench.ran) == ["0", "1"]


async def test_a_job_of_a_newer_release_waits_for_a_worker_that_knows_it(bench: Bench) -> None:
    async def note(services: Any) -> None:
        bench.ran.append("known")

    made = bench.job("t.newer", note)
    await bench.writes(made, "newer")
    from hiring.job_list import _registered

    _registered.pop("t.newer")
    async with bench.firm.at_work():
        await _until_delayed(bench)
        bench.job("t.newer", note)
        await _hasten(bench)
        await bench.settles()
    assert bench.ran == ["known"]


async def test_a_row_of_the_previous_release_runs_in_this_one(bench: Bench) -> None:
    """0.1.0 wrote name, key and arguments, and nothing of the tries."""

    async def note(services: Any, *, n: int) -> None:
        bench.ran.append(str(n))

    made = bench.job("t.note", note)
    await bench.writes(made, "old", n=7)
    services = bench.firm.services
    seal = services.seal.close_json({"args": ["t.note", "old", {"n": 7}], "kwargs": {}})
    table = "workflow_input" if services.store.is_sqlite else "dbos.workflow_input"
    async with services.store.begin() as tx:
        await tx.execute(sa.text(f"UPDATE {table} SET inputs = :sealed"), {"sealed": seal})
    async with bench.firm.at_work():
        await bench.settles()
    assert bench.ran == ["7"]


async def test_finished_jobs_are_forgotten_and_others_stay(bench: Bench) -> None:
    async def note(services: Any) -> None:
        bench.ran.append("x")

    made = bench.job("t.note", note)
    jobs = bench.firm.services.jobs
    async with bench.firm.at_work():
        await bench.writes(made, "a")
        await bench.settles()
    await bench.writes(made, "b")
    assert await jobs.forget(time.time() - 60) == 0
    assert await jobs.forget(time.time() + 60) == 1
    assert await jobs.unfinished() == 1


async def _until_delayed(bench: Bench) -> None:
    for _ in range(500):
        if await _delayed(bench):
            return
        await asyncio.sleep(0.02)


async def _delayed(bench: Bench) -> int:
    table = "workflow_status" if bench.firm.services.store.is_sqlite else "dbos.workflow_status"
    async with bench.firm.services.store.read() as conn:
        query = sa.text(f"SELECT count(*) FROM {table} WHERE status = 'DELAYED'")
        return int((await conn.execute(query)).scalar_one())


async def _hasten(bench: Bench) -> None:
    table = "workflow_status" if bench.firm.services.store.is_sqlite else "dbos.workflow_status"
    async with bench.firm.services.store.begin() as tx:
        await tx.execute(
            sa.text(f"UPDATE {table} SET delay_until_epoch_ms = 1 WHERE status = 'DELAYED'")
        )


async def test_work_begins_beside_transactions_that_wait_for_the_same_loop(bench: Bench) -> None:
    async def note(services: Any, *, n: int) -> None:
        bench.ran.append(str(n))

    made = bench.job("t.note", note)

    async def write(n: int) -> None:
        async with bench.firm.services.store.begin() as tx:
            await asyncio.sleep(0.01)
            await bench.firm.services.jobs.enqueue(tx, made, key=f"note:{n}", n=n)

    writing = [asyncio.create_task(write(n)) for n in range(20)]
    await asyncio.sleep(0)
    async with bench.firm.at_work():
        await asyncio.gather(*writing)
        await bench.settles()
    assert sorted(bench.ran, key=int) == [str(n) for n in range(20)]
