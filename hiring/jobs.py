"""Durable jobs: the one file that knows the engine (DBOS, in our own database). At least once, keyed by us."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, Serializer
from dbos._dbos import _get_dbos_instance
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import job_doubts
from hiring.job_list import (
    LANES,
    USUAL,
    Job,
    NewJob,
    Outcome,
    find,
    job,
    registered,
    trouble,
    went_through,
)
from hiring.job_rows import APP, LEASE, VERSION, WORKFLOW, Rows, progress_of
from hiring.keys import Keys
from hiring.store import Store
from hiring.tables import leases
from hiring.timers import Timers

if TYPE_CHECKING:
    from hiring.services import Services

T = TypeVar("T")
log = logging.getLogger(__name__)
logging.getLogger("dbos").setLevel(logging.ERROR)
__all__ = ["Job", "Jobs", "NewJob", "find", "job", "registered"]
PATIENT = 3  # attempts after which whoever asked is told that it is still being tried
LONGEST = 300.0  # seconds between two attempts
_FAILED = "callsheet.failed"


class _Sealed(Serializer):
    """Arguments and results lie sealed in the engine's tables."""

    def __init__(self, seal: Keys) -> None:
        self._seal = seal

    def serialize(self, data: Any) -> str:
        """JSON; an error is kept as its class and text, since the engine notes down how a workflow failed."""
        if isinstance(data, BaseException):
            data = {_FAILED: f"{type(data).__name__}: {data}"}
        return self._seal.close_json(data)

    def deserialize(self, serialized_data: str) -> Any:
        data = self._seal.open_json(serialized_data)
        return RuntimeError(data[_FAILED]) if isinstance(data, dict) and _FAILED in data else data

    def name(self) -> str:
        return "callsheet_sealed_json"


class Jobs:
    """Writes jobs in the caller's transaction, and runs them where `start_worker` was called."""

    def __init__(self, store: Store, seal: Keys) -> None:
        self._store = store
        self._serializer = _Sealed(seal)
        self._rows = Rows(store, self._serializer.serialize, self._serializer.name())
        self._timers = Timers(store, seal, self._rows)
        self._lease: asyncio.Task[None] | None = None
        self.executor = ""
        self.doubting = False  # whether any job may have been done before the database was restored

    async def enqueue(
        self,
        tx: AsyncConnection,
        job: Job,
        *,
        key: str,
        partition: str | None = None,
        priority: int = USUAL,
        **args: Any,
    ) -> None:
        """Write a job in the caller's transaction: it runs only if that commits, and once per key.

        Jobs of one partition (by default the job's own `order`) run one after the other, as they were written.
        """
        new = NewJob(job, key, args, partition or job.partition(args), priority)
        await job_doubts.inherit(tx, key)
        await tx.run_sync(lambda conn: self.write_batch(conn, [new]))

    async def later(
        self,
        tx: AsyncConnection,
        job: Job,
        *,
        key: str,
        at: datetime,
        partition: str | None = None,
        **args: Any,
    ) -> None:
        """Run a job at a time of our clock. The same key moves it there."""
        place = partition or job.partition(args)
        await job_doubts.inherit(tx, job_doubts.timer_key(key, at), at)
        await self._timers.put(tx, job, key=key, at=at, partition=place, args=args)

    async def cancel(self, tx: AsyncConnection, key: str) -> None:
        """Forget a timer that is not due yet."""
        await self._timers.cancel(tx, key)

    def write_batch(self, conn: sa.Connection, batch: Sequence[NewJob]) -> None:
        """Write many jobs in one statement, on a plain connection."""
        self._rows.write(conn, batch)

    async def start_worker(self, services: "Services", *, polling: float = 0.05) -> None:
        """Run jobs in this process, on this event loop, until `stop_worker`. `polling` is in seconds."""
        self.doubting = await job_doubts.exist(self._store)
        self.executor = f"w{secrets.token_hex(6)}"
        await self._beat()  # before the first job: one without a lease counts as lost
        config: DBOSConfig = {
            "name": APP,
            "system_database_url": self._store.sync_url,
            "executor_id": self.executor,
            "application_version": VERSION,
            "serializer": self._serializer,
            "run_migrations": False,
            "log_level": "ERROR",
        }
        DBOS(config=config)
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=1_000)(self._workflow(services))
        await self._store.at_rest()
        DBOS.launch()  # here, not in a thread: jobs run on the loop that launches them
        _look_first(self._rows)
        for lane, name in LANES.items():
            await DBOS.register_queue_async(
                name,
                on_conflict="always_update",
                **{"polling_interval_sec": polling, **_LIMITS[lane]},
            )
        await self.resume_dead()
        self._lease = asyncio.create_task(self._keep_lease())

    async def stop_worker(self, grace: int = 7) -> None:
        """Finish what is under way within `grace` seconds; the rest is taken up by another worker, or the next start."""
        if self._lease is None:
            return
        self._lease.cancel()
        self._lease = None
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=grace)
        asyncio.get_running_loop().set_default_executor(
            ThreadPoolExecutor()
        )  # the engine shut down its own
        async with self._store.begin() as tx:
            await tx.execute(leases.delete().where(leases.c.executor == self.executor))

    async def run_due(self, services: "Services") -> int:
        """Turn timers that are due by our clock into jobs; gives how many."""
        return await self._timers.run_due(services.clock.now())

    async def unfinished(self) -> int:
        """How many jobs are queued, running or waiting for another try."""
        return await self._rows.unfinished()

    async def forget(self, before: float) -> int:
        """Delete finished jobs last touched before that moment (epoch seconds); gives how many."""
        return await self._rows.forget(before)

    async def settle(self, services: "Services", timeout: float = 15.0) -> bool:
        """Wait until nothing is due, queued or running; False when `timeout` seconds passed first."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            await self.run_due(services)
            due = await self._timers.any_due(services.clock.now())
            if not due and not await self.unfinished():
                return True
            await asyncio.sleep(0.02)
        return False

    async def resume_dead(self) -> int:
        """Take up the jobs of workers whose lease ran out (killed, or gone with their machine)."""
        return await self._rows.resume_lost()

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(LEASE / 4)
            try:
                await self._beat()
                await self.resume_dead()
            except (sa.exc.SQLAlchemyError, OSError):
                log.warning("the worker's heartbeat could not be written; trying again")

    async def _beat(self) -> None:
        async with self._store.begin() as tx:
            await tx.execute(leases.delete().where(leases.c.executor == self.executor))
            await tx.execute(leases.insert().values(executor=self.executor, seen_at=time.time()))
            await tx.execute(leases.delete().where(leases.c.seen_at < time.time() - 3_600))

    def _workflow(self, services: "Services") -> Callable[..., Awaitable[None]]:
        """The one workflow: one attempt. What is not done is written down anew: another try later, or an issue."""

        async def run(
            name: str, key: str, args: dict[str, Any], progress: Mapping[str, Any] | None = None
        ) -> None:
            new = NewJob(find(name), key, args, **progress_of(progress))
            if new.partition and new.lane == "ordered":
                wait = await insist(self._rows.behind, new.partition, new.since)
                if wait:
                    await insist(self._again, replace(new, aside=new.aside + 1, delay=wait))
                    return
            outcome = await job_doubts.attempt(services, new)
            await insist(self._conclude, services, new, outcome)

        return run

    async def _conclude(self, services: "Services", new: NewJob, outcome: Outcome) -> None:
        if outcome.done:
            if new.tries > PATIENT or new.key.startswith("retry:"):
                await went_through(services, new.job.name, new.key)
        elif outcome.after is None or new.tries >= new.job.attempts:
            await trouble(services, new, outcome, "in_doubt" if outcome.doubt else "open")
        else:
            wait = max(outcome.after, min(2.0 ** (new.tries - 2), LONGEST))
            await self._again(replace(new, tries=new.tries + 1, aside=0, delay=wait))
            if new.tries == PATIENT:
                await trouble(services, new, outcome, "retrying")

    async def _again(self, new: NewJob) -> None:
        async with self._store.begin() as tx:
            await tx.run_sync(lambda conn: self.write_batch(conn, [new]))


async def insist(call: Callable[..., Awaitable[T]], *args: Any) -> T:
    """Repeat until our database takes it: what is decided about a job must not be lost while the database is away."""
    wait = 0.1
    while True:
        try:
            return await call(*args)
        except (sa.exc.DBAPIError, OSError):
            log.warning("the database does not answer; trying again")
            await asyncio.sleep(wait)
            wait = min(wait * 2, 5.0)


def _look_first(rows: Rows) -> None:
    """Let the engine's threads look whether a queue holds anything before they try to take from it.

    A try costs some milliseconds, many times a second in each lane. Were the engine to call its scopes otherwise one
    day, it would only cost that again.
    """
    engine = _get_dbos_instance()._sys_db
    scopes = engine.dequeue_scopes

    def worth(queue_name: str) -> list[str | None]:
        return scopes(queue_name) if rows.anything(queue_name) else []

    engine.dequeue_scopes = worth  # type: ignore[method-assign]  # of this one instance


_LIMITS: dict[str, dict[str, Any]] = {
    "now": {"worker_concurrency": 16},
    "free": {"worker_concurrency": 16},
    "ordered": {"worker_concurrency": 16, "partition_concurrency": 1},
    "bulk": {"worker_concurrency": 4, "partition_concurrency": 1, "polling_interval_sec": 0.5},
}


def migrate_engine(sync_url: str) -> None:
    """Bring up the engine's own tables beside ours."""
    from dbos import run_dbos_database_migrations

    run_dbos_database_migrations(sync_url)
