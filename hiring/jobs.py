"""Durable jobs: the one file that knows the engine (DBOS, in our own database). At least once, keyed by us."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, Serializer
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring.job_list import Job, NewJob, attempt, find, job, registered, trouble, went_through
from hiring.secrets import Seal
from hiring.store import Store
from hiring.tables import leases, timers

if TYPE_CHECKING:
    from hiring.services import Services

log = logging.getLogger(__name__)
logging.getLogger("dbos").setLevel(logging.ERROR)
__all__ = ["Job", "Jobs", "NewJob", "job", "registered"]
APP, QUEUE, VERSION, WORKFLOW = "callsheet", "callsheet", "1", "callsheet.job"
PATIENT = 3  # attempts after which whoever asked is told that it is still being tried
LEASE = 10.0  # seconds without a heartbeat after which a worker counts as dead


_COLUMNS = (
    "workflow_uuid", "priority", "created_at", "updated_at", "status", "name", "queue_name", "serialization",
    "recovery_attempts", "application_name",
)  # fmt: skip


_FAILED = "callsheet.failed"


class _Sealed(Serializer):
    """Arguments and results lie sealed in the engine's tables."""

    def __init__(self, seal: Seal) -> None:
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

    def __init__(self, store: Store, seal: Seal) -> None:
        self._store = store
        self._seal = seal
        self._serializer = _Sealed(seal)
        self._lease: asyncio.Task[None] | None = None
        self.executor = ""
        schema = None if store.is_sqlite else "dbos"
        self._status = _engine_table(
            "workflow_status", ("workflow_uuid", "status", "executor_id"), schema
        )
        self._statements: dict[tuple[int, bool], str] = {}

    async def enqueue(
        self,
        tx: AsyncConnection,
        job: Job,
        *,
        key: str,
        partition: str | None = None,
        priority: int = 5,
        **args: Any,
    ) -> None:
        """Write a job in the caller's transaction: it runs only if that commits, and once per key."""
        new = NewJob(job, key, args, partition, priority)
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
        await tx.execute(timers.delete().where(timers.c.key == key))
        await tx.execute(
            timers.insert().values(
                key=key,
                due_at=at,
                job=job.name,
                args=self._seal.close_json(args),
                partition=partition,
            )
        )

    async def cancel(self, tx: AsyncConnection, key: str) -> None:
        """Forget a timer that is not due yet."""
        await tx.execute(timers.delete().where(timers.c.key == key))

    def write_batch(self, conn: sa.Connection, batch: Sequence[NewJob]) -> None:
        """Insert jobs as the engine's own enqueue does, many in one statement; known keys are left alone."""
        now = int(time.time() * 1_000)
        rows: list[object] = []
        inputs: list[object] = []
        for new in batch:
            identity = hashlib.sha256(new.key.encode()).hexdigest()[:40]
            sealed = self._serializer.serialize(
                {"args": [new.job.name, new.key, dict(new.args)], "kwargs": {}}
            )
            rows += (identity, new.priority, now, now)
            inputs += (identity, sealed, now)
        conn.exec_driver_sql(self._statement(len(batch), status=True), tuple(rows))
        conn.exec_driver_sql(self._statement(len(batch), status=False), tuple(inputs))

    def _statement(self, rows: int, *, status: bool) -> str:
        """One INSERT for so many rows, in the engine's own columns; kept, since the same sizes come again and again."""
        known = self._statements.get((rows, status))
        if known is None:
            mark = "?" if self._store.is_sqlite else "%s"
            schema = "" if self._store.is_sqlite else "dbos."
            if status:
                fixed = (
                    f"'ENQUEUED', '{WORKFLOW}', '{QUEUE}', '{self._serializer.name()}', 0, '{APP}'"
                )
                value = f"({mark}, {mark}, {mark}, {mark}, {fixed})"
                into = f"{schema}workflow_status ({', '.join(_COLUMNS)})"
            else:
                value = f"({mark}, {mark}, {mark})"
                into = f"{schema}workflow_input (workflow_uuid, inputs, retention_timestamp)"
            values = ", ".join([value] * rows)
            known = f"INSERT INTO {into} VALUES {values} ON CONFLICT DO NOTHING"
            self._statements[rows, status] = known
        return known

    async def start_worker(self, services: "Services", *, polling: float = 0.05) -> None:
        """Run jobs in this process, on this event loop, until `stop_worker`."""
        self.executor = (
            f"w{hashlib.sha256(f'{time.time_ns()}{id(self)}'.encode()).hexdigest()[:12]}"
        )
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
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=1_000)(_workflow(services))
        DBOS.launch()  # here, not in a thread: jobs run on the loop that launches them
        await DBOS.register_queue_async(
            QUEUE, worker_concurrency=8, polling_interval_sec=polling, on_conflict="always_update"
        )
        await self._beat()
        await self.resume_dead()
        self._lease = asyncio.create_task(self._keep_lease())

    async def stop_worker(self, grace: int = 10) -> None:
        """Finish what is under way within `grace` seconds; the rest is taken up at the next start."""
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
        """Turn timers that are due by our clock into jobs, 200 in a transaction; gives how many."""
        moved = 0
        while True:
            async with self._store.begin() as tx:
                due = sa.select(timers).where(timers.c.due_at <= services.clock.now())
                rows = (
                    await tx.execute(
                        due.order_by(timers.c.due_at).limit(200).with_for_update(skip_locked=True)
                    )
                ).all()
                for row in rows:
                    key = f"timer:{row.key}:{row.due_at.isoformat()}"
                    args = self._seal.open_json(row.args)
                    await self.enqueue(
                        tx, registered(row.job), key=key, partition=row.partition, **args
                    )
                    await tx.execute(timers.delete().where(timers.c.key == row.key))
            moved += len(rows)
            if len(rows) < 200:
                return moved

    async def unfinished(self) -> int:
        """How many jobs are queued or running."""
        status = self._status
        query = sa.select(sa.func.count()).where(
            status.c.status.in_(("ENQUEUED", "PENDING", "DELAYED"))
        )
        async with self._store.read() as conn:
            return int((await conn.execute(query)).scalar_one())

    async def settle(self, services: "Services", timeout: float = 15.0) -> bool:
        """Wait until nothing is due, queued or running; False when `timeout` seconds passed first."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if not await self.run_due(services) and not await self.unfinished():
                return True
            await asyncio.sleep(0.02)
        return False

    async def resume_dead(self) -> int:
        """Take up the jobs of workers whose lease ran out (killed, or gone with their machine)."""
        status = self._status
        alive = sa.select(leases.c.executor).where(leases.c.seen_at > time.time() - LEASE)
        query = sa.select(status.c.workflow_uuid).where(
            status.c.status == "PENDING", status.c.executor_id.not_in(alive)
        )
        async with self._store.read() as conn:
            lost = [row[0] for row in await conn.execute(query)]
        for identity in lost:
            await DBOS.resume_workflow_async(identity, queue_name=QUEUE)
        return len(lost)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(LEASE / 4)
            try:
                await self._beat()
                await self.resume_dead()
            except sa.exc.SQLAlchemyError:
                log.warning("the worker's heartbeat could not be written; trying again")

    async def _beat(self) -> None:
        async with self._store.begin() as tx:
            await tx.execute(leases.delete().where(leases.c.executor == self.executor))
            await tx.execute(leases.insert().values(executor=self.executor, seen_at=time.time()))
            await tx.execute(leases.delete().where(leases.c.seen_at < time.time() - 3_600))


def _workflow(services: "Services") -> Callable[..., Awaitable[None]]:
    """The one workflow: attempts with durable waits between them, then an issue that a person can see."""

    async def run(name: str, key: str, args: dict[str, Any]) -> None:
        known = find(name)
        tries = 0
        while True:
            tries += 1
            outcome = await DBOS.run_step_async(
                {"name": "attempt"}, attempt, services, known, name, args
            )
            if outcome == "done":
                if tries > PATIENT or key.startswith("retry:"):
                    await DBOS.run_step_async(
                        {"name": "went through"}, insist, went_through, services, name, key
                    )
                return
            wait = cast(Mapping[str, Any], json.loads(outcome))
            sentence = str(wait["sentence"])
            if wait.get("after") is None or known is None or tries >= known.attempts:
                await DBOS.run_step_async(
                    {"name": "give up"},
                    insist,
                    trouble,
                    services,
                    name,
                    key,
                    args,
                    sentence,
                    "open",
                )
                return
            if tries == PATIENT:
                await DBOS.run_step_async(
                    {"name": "trouble"},
                    insist,
                    trouble,
                    services,
                    name,
                    key,
                    args,
                    sentence,
                    "retrying",
                )
            await DBOS.sleep_async(max(float(wait["after"]), min(2.0 ** (tries - 1), 300.0)))

    return run


async def insist(call: Callable[..., Awaitable[None]], *args: Any) -> None:
    """Repeat until our database takes it: what is decided about a job must not be lost while the database is away."""
    wait = 0.1
    while True:
        try:
            await call(*args)
            return
        except (sa.exc.DBAPIError, OSError):
            log.warning("the database does not answer; trying again")
            await asyncio.sleep(wait)
            wait = min(wait * 2, 5.0)


def _engine_table(name: str, columns: Sequence[str], schema: str | None) -> sa.Table:
    """The engine's own table, with the columns we write (pinned to its minor version in pyproject.toml)."""
    return sa.Table(name, sa.MetaData(), *(sa.Column(column) for column in columns), schema=schema)


def migrate_engine(sync_url: str) -> None:
    """Bring up the engine's own tables beside ours."""
    from dbos import run_dbos_database_migrations

    run_dbos_database_migrations(sync_url)
