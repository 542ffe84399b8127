"""Once-only deliveries: a row, and the job it causes, committed before the ack. Waiting callers share one commit."""

import asyncio
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hiring.jobs import Job, Jobs, NewJob
from hiring.store import Store
from hiring.tables import deliveries


@dataclass(slots=True)
class _Waiting:
    key: str
    job: NewJob | None
    answer: "asyncio.Future[bool]"


class Inbox:
    """One writer thread with a plain connection. `accept` returns after the commit, so a killed process lost nothing."""

    def __init__(self, store: Store, jobs: Jobs) -> None:
        self._store = store
        self._jobs = jobs
        self._waiting: list[_Waiting] = []
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._statements: dict[int, str] = {}

    async def accept(
        self,
        key: str,
        job: Job | None = None,
        *,
        job_key: str = "",
        partition: str | None = None,
        args: Mapping[str, Any] | None = None,
    ) -> bool:
        """Write the delivery and its job; False when the key came before (then the job is not written again)."""
        loop = asyncio.get_running_loop()
        new = NewJob(job, job_key or key, dict(args or {}), partition) if job else None
        waiting = _Waiting(key, new, loop.create_future())
        with self._wake:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, args=(loop,), name="inbox", daemon=True
                )
                self._thread.start()
            self._waiting.append(waiting)
            self._wake.notify()
        return await waiting.answer

    async def knows(self, key: str) -> bool:
        """Whether the delivery came before; for what must not be judged a second time."""
        query = sa.select(deliveries.c.key).where(deliveries.c.key == key)
        async with self._store.read() as conn:
            return (await conn.execute(query)).first() is not None

    async def close(self) -> None:
        """Write what is waiting, then stop."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread:
            self._thread.join(10)  # it only has to finish one commit

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._store.sync_engine.connect() as conn:
            while True:
                with self._wake:
                    while not self._waiting and not self._stopping:
                        self._wake.wait()
                    batch, self._waiting = self._waiting, []
                if not batch:
                    return
                try:
                    fresh = self._write(conn, batch)
                    loop.call_soon_threadsafe(_answer, batch, fresh)
                except sa.exc.SQLAlchemyError as error:
                    conn.rollback()
                    loop.call_soon_threadsafe(_fail, batch, error)

    def _write(self, conn: sa.Connection, batch: list[_Waiting]) -> set[str]:
        """One transaction for the whole batch; gives the keys that were new."""
        now = time.time()
        keys = list(dict.fromkeys(w.key for w in batch))
        with conn.begin():
            found = conn.exec_driver_sql(
                self._statement(len(keys)), tuple(part for key in keys for part in (key, now))
            )
            fresh = {row[0] for row in found}
            seen: set[str] = set()
            new = []
            for waiting in batch:
                if waiting.job and waiting.key in fresh and waiting.key not in seen:
                    new.append(waiting.job)
                seen.add(waiting.key)
            if new:
                self._jobs.write_batch(conn, new)
        return fresh

    def _statement(self, rows: int) -> str:
        if rows not in self._statements:
            mark = "(?, ?)" if self._store.is_sqlite else "(%s, %s)"
            values = ", ".join([mark] * rows)
            self._statements[rows] = (
                f"INSERT INTO deliveries (key, received_at) VALUES {values} ON CONFLICT DO NOTHING RETURNING key"
            )
        return self._statements[rows]


def _answer(batch: list[_Waiting], fresh: set[str]) -> None:
    taken: set[str] = set()
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_result(waiting.key in fresh and waiting.key not in taken)
        taken.add(waiting.key)


def _fail(batch: list[_Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
