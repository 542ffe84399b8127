"""What is due later, by our own clock: rows that a use case writes, moves and forgets in its transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring.job_doubts import timer_key
from hiring.job_list import LATER, Job, NewJob, find
from hiring.job_rows import Rows
from hiring.keys import Keys
from hiring.store import Store
from hiring.tables import timers

BATCH = 500


class Timers:
    """The engine's own delays follow the real clock and cannot be moved, so business time lives here."""

    def __init__(self, store: Store, seal: Keys, rows: Rows) -> None:
        self._store = store
        self._seal = seal
        self._rows = rows

    async def put(
        self,
        tx: AsyncConnection,
        job: Job,
        *,
        key: str,
        at: datetime,
        partition: str | None,
        args: Mapping[str, Any],
    ) -> None:
        """Run a job at a time of our clock. The same key moves it there."""
        await self.cancel(tx, key)
        sealed = self._seal.close_json(dict(args))
        await tx.execute(
            timers.insert().values(
                key=key, due_at=at, job=job.name, args=sealed, partition=partition
            )
        )

    async def cancel(self, tx: AsyncConnection, key: str) -> None:
        """Forget a timer that is not due yet."""
        await tx.execute(timers.delete().where(timers.c.key == key))

    async def run_due(self, now: datetime) -> int:
        """Turn timers that are due into jobs, many in a transaction; gives how many. Replicas share the work."""
        moved = 0
        while True:
            count = await self._batch(now)
            moved += count
            if count < BATCH:
                return moved

    async def any_due(self, now: datetime) -> bool:
        """Whether a timer is due that nobody has turned into a job yet, though somebody may be about to."""
        due = sa.select(timers.c.key).where(timers.c.due_at <= now).limit(1)
        async with self._store.read() as conn:
            return (await conn.execute(due)).first() is not None

    async def _batch(self, now: datetime) -> int:
        if not await self.any_due(now):
            return 0
        due = sa.select(timers).where(timers.c.due_at <= now).order_by(timers.c.due_at)
        async with self._store.begin() as tx:
            rows = (await tx.execute(due.limit(BATCH).with_for_update(skip_locked=True))).all()
            if rows:
                jobs = [self._job(row) for row in rows]
                await tx.run_sync(lambda conn: self._rows.write(conn, jobs))
                await tx.execute(timers.delete().where(timers.c.key.in_([r.key for r in rows])))
        return len(rows)

    def _job(self, row: Any) -> NewJob:
        job = find(row.job)
        key = timer_key(row.key, row.due_at)
        return NewJob(job, key, self._seal.open_json(row.args), row.partition, LATER)
