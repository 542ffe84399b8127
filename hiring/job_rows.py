"""The engine's own rows, read and written in our transactions. Pinned to the engine's minor version in pyproject.toml."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring.job_list import LANES, USUAL, NewJob
from hiring.store import Store
from hiring.tables import leases

APP, VERSION, WORKFLOW = "callsheet", "1", "callsheet.job"
LEASE = 10.0  # seconds without a heartbeat after which a worker counts as dead
_WAITING = ("ENQUEUED", "PENDING", "DELAYED")
_OVER = ("SUCCESS", "ERROR", "CANCELLED")
_COLUMNS = (
    "workflow_uuid", "status", "priority", "created_at", "updated_at", "queue_name", "queue_partition_key",
    "delay_until_epoch_ms", "name", "serialization", "recovery_attempts", "application_name",
)  # fmt: skip
_ASKED = ("workflow_uuid", "status", "executor_id", "owner_xid", "queue_name", "queue_partition_key",
          "created_at", "updated_at", "started_at_epoch_ms", "recovery_attempts", "delay_until_epoch_ms")  # fmt: skip
SEALED = (  # what the engine keeps sealed: a table, its key, its columns
    ("workflow_status", ("workflow_uuid",), ("inputs", "output", "error")),
    ("workflow_input", ("workflow_uuid",), ("inputs",)),
    ("workflow_output", ("workflow_uuid",), ("output", "error")),
    ("operation_outputs", ("workflow_uuid", "function_id"), ("output", "error")),
)


class Rows:
    """`serialize` seals arguments as the engine will open them; `serializer` is the name it goes by there."""

    def __init__(self, store: Store, serialize: Callable[[Any], str], serializer: str) -> None:
        self._store = store
        self._serialize = serialize
        schema = None if store.is_sqlite else "dbos"
        meta = sa.MetaData()
        self._status = sa.Table(
            "workflow_status", meta, *(sa.Column(name) for name in _ASKED), schema=schema
        )
        self._belongings = [
            sa.Table(name, meta, sa.Column("workflow_uuid"), schema=schema)
            for name in ("workflow_input", "workflow_output", "operation_outputs")
        ]
        self._fixed = f"'{WORKFLOW}', '{serializer}', 0, '{APP}'"
        self._statements: dict[tuple[int, bool], str] = {}
        self._earlier = self._waiting_before()
        self._last = 0

    def write(self, conn: sa.Connection, batch: Sequence[NewJob]) -> None:
        """Insert jobs as the engine's own enqueue does, many in one statement; known keys are left alone."""
        now = int(time.time() * 1_000)
        rows: list[object] = []
        inputs: list[object] = []
        for new in batch:
            since = new.since or self._moment(now)
            due = now + int(new.delay * 1_000) if new.delay else None
            status = "DELAYED" if due else "ENQUEUED"
            identity = hashlib.sha256(new.identity.encode()).hexdigest()[:40]
            queue = LANES[new.lane]
            priority = (
                USUAL if new.partition else new.priority
            )  # within a partition only age counts
            rows += (identity, status, priority, since, now, queue, new.partition, due)
            called = [new.job.name, new.key, dict(new.args), new.progress(since)]
            inputs += (identity, self._serialize({"args": called, "kwargs": {}}), now)
        conn.exec_driver_sql(self._statement(len(batch), status=True), tuple(rows))
        conn.exec_driver_sql(self._statement(len(batch), status=False), tuple(inputs))

    def _moment(self, now: int) -> int:
        """Milliseconds that rise with every job of this process: the order within a partition."""
        self._last = max(self._last + 1, now)
        return self._last

    def _statement(self, rows: int, *, status: bool) -> str:
        """One INSERT for so many rows, in the engine's own columns; kept, since the same sizes come again and again."""
        known = self._statements.get((rows, status))
        if known is None:
            mark = "?" if self._store.is_sqlite else "%s"
            schema = "" if self._store.is_sqlite else "dbos."
            if status:
                value = f"({', '.join([mark] * 8)}, {self._fixed})"
                into = f"{schema}workflow_status ({', '.join(_COLUMNS)})"
            else:
                value = f"({mark}, {mark}, {mark})"
                into = f"{schema}workflow_input (workflow_uuid, inputs, retention_timestamp)"
            values = ", ".join([value] * rows)
            known = f"INSERT INTO {into} VALUES {values} ON CONFLICT DO NOTHING"
            self._statements[rows, status] = known
        return known

    def anything(self, queue: str) -> bool:
        """Whether jobs wait in a queue. Cheap, on a plain connection: the engine's threads ask many times a second."""
        schema, mark = ("", "?") if self._store.is_sqlite else ("dbos.", "%s")
        query = (
            f"SELECT 1 FROM {schema}workflow_status WHERE queue_name = {mark} "
            "AND status IN ('ENQUEUED', 'PENDING') AND status = 'ENQUEUED' LIMIT 1"
        )
        conn = self._store.sync_engine.raw_connection()
        try:
            cursor = conn.cursor()
            cursor.execute(query, (queue,))
            return cursor.fetchone() is not None
        finally:
            conn.close()

    async def unfinished(self) -> int:
        """How many jobs are queued, running or waiting for another try."""
        query = sa.select(sa.func.count()).where(self._status.c.status.in_(_WAITING))
        async with self._store.read() as conn:
            return int((await conn.execute(query)).scalar_one())

    async def running(self, executor: str) -> int:
        """How many jobs a worker has under way."""
        status = self._status
        query = sa.select(sa.func.count()).where(
            status.c.status == "PENDING", status.c.executor_id == executor
        )
        async with self._store.read() as conn:
            return int((await conn.execute(query)).scalar_one())

    async def behind(self, partition: str, since: int) -> float:
        """Seconds until an earlier job of the partition gets its next try; 0 when none waits for one."""
        async with self._store.read() as conn:
            found = await conn.execute(self._earlier, {"partition": partition, "since": since})
            until = found.scalar()
        return 0.0 if until is None else max(0.05, (int(until) / 1_000) - time.time() + 0.05)

    def _waiting_before(self) -> sa.TextClause:
        """Literals, so that SQLite sees that the engine's partial indexes fit."""
        table = "workflow_status" if self._store.is_sqlite else "dbos.workflow_status"
        mine = "queue_partition_key = :partition AND created_at < :since"
        return sa.text(
            "SELECT max(until) FROM ("
            f"SELECT delay_until_epoch_ms AS until FROM {table} WHERE status = 'DELAYED' AND {mine} UNION ALL "
            f"SELECT coalesce(delay_until_epoch_ms, created_at) FROM {table} "
            f"WHERE status IN ('ENQUEUED', 'PENDING') AND status = 'ENQUEUED' "
            f"AND queue_name = '{LANES['ordered']}' AND {mine}) AS waiting"
        )

    async def resume_lost(self) -> int:
        """Queue again what workers whose lease ran out had under way; one statement, so no two survivors do it both."""
        status = self._status
        alive = sa.select(leases.c.executor).where(leases.c.seen_at > time.time() - LEASE)
        lost = (
            sa.update(status)
            .where(status.c.status == "PENDING", status.c.executor_id.not_in(alive))
            .where(status.c.queue_name.in_(list(LANES.values())))
            .values(
                status="ENQUEUED", executor_id=None, owner_xid=None, started_at_epoch_ms=None,
                recovery_attempts=0, updated_at=int(time.time() * 1_000),
            )
        )  # fmt: skip
        async with self._store.begin() as tx:
            return (await tx.execute(lost)).rowcount

    async def forget(self, before: float, most: int = 5_000) -> int:
        """Delete finished jobs last touched before that moment (epoch seconds), at most so many; gives how many."""
        status = self._status
        over = (
            sa.select(status.c.workflow_uuid)
            .where(status.c.status.in_(_OVER), status.c.updated_at < int(before * 1_000))
            .limit(most)
        )
        async with self._store.begin() as tx:
            gone = [row[0] for row in await tx.execute(over)]
            for start in range(0, len(gone), 500):
                await self._delete(tx, gone[start : start + 500])
        return len(gone)

    async def _delete(self, tx: AsyncConnection, ids: Sequence[str]) -> None:
        for table in (*self._belongings, self._status):
            await tx.execute(sa.delete(table).where(table.c.workflow_uuid.in_(ids)))


def progress_of(found: Mapping[str, Any] | None) -> dict[str, Any]:
    """What a row says of its tries; rows of earlier releases say nothing."""
    return {"tries": 1, "since": 0, "aside": 0, "partition": None, "priority": 5, **(found or {})}
