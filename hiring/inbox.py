"""Once-only deliveries: a row, and the job it causes, committed before the ack. Waiting callers share one commit."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hiring import health
from hiring.jobs import Job, Jobs, NewJob
from hiring.store import Store
from hiring.tables import deliveries

log = logging.getLogger(__name__)
PATIENCE = 2.0  # seconds for which a delivery may wait to be written; Slack waits three for its ack
GRACE = 0.6  # seconds more until it is refused even if the database says nothing at all


class NotStored(Exception):
    """The delivery is not written down, so it must not be acknowledged; whoever sent it shows that or sends it again."""


@dataclass(slots=True)
class _Waiting:
    key: str
    job: NewJob | None
    answer: "asyncio.Future[bool]"
    until: float  # real seconds, monotonic


class Inbox:
    """One writer thread with a plain connection. `accept` returns after the commit, so a killed process lost nothing.

    `trouble` says why the last write did not succeed, and is empty when it did.
    """

    def __init__(self, store: Store, jobs: Jobs) -> None:
        self._store = store
        self._jobs = jobs
        self._waiting: list[_Waiting] = []
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._statements: dict[int, str] = {}
        self.trouble = ""

    async def accept(
        self,
        key: str,
        job: Job | None = None,
        *,
        job_key: str = "",
        partition: str | None = None,
        args: Mapping[str, Any] | None = None,
    ) -> bool:
        """Write the delivery and its job; False when the key came before (then the job is not written again).

        Raises NotStored.
        """
        loop = asyncio.get_running_loop()
        new = NewJob(job, job_key or key, dict(args or {}), partition) if job else None
        waiting = _Waiting(key, new, loop.create_future(), time.monotonic() + PATIENCE)
        with self._wake:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._work, args=(loop,), name="inbox", daemon=True
                )
                self._thread.start()
            self._waiting.append(waiting)
            self._wake.notify()
        try:
            async with asyncio.timeout(PATIENCE + GRACE):
                return await waiting.answer
        except TimeoutError:
            raise NotStored from None

    async def probe(self) -> str:
        """Why deliveries cannot be written down, empty when they can; tries when the last one failed."""
        if self.trouble:
            with contextlib.suppress(NotStored):
                await self.accept(f"probe:{time.time()}")
        return self.trouble

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
        conn: sa.Connection | None = None
        while True:
            with self._wake:
                while not self._waiting and not self._stopping:
                    self._wake.wait()
                batch, self._waiting = self._waiting, []
            if not batch:
                break
            now = time.monotonic()
            late = [waiting for waiting in batch if waiting.until <= now]
            batch = [waiting for waiting in batch if waiting.until > now]
            loop.call_soon_threadsafe(_fail, late)
            if not batch:
                continue
            try:
                conn, fresh = self._insist(conn, batch)
            except sa.exc.SQLAlchemyError as error:
                self.trouble = health.why(error)
                log.error("a delivery was refused: our database %s", self.trouble)
                _close(conn)
                conn = None
                loop.call_soon_threadsafe(_fail, batch)
            else:
                self.trouble = ""
                loop.call_soon_threadsafe(_answer, batch, fresh)
        _close(conn)

    def _insist(
        self, conn: sa.Connection | None, batch: list[_Waiting]
    ) -> tuple[sa.Connection, set[str]]:
        """Write the batch; once more with a new connection when the kept one turns out to be dead."""
        if conn is not None:
            try:
                return conn, self._write(conn, batch)
            except sa.exc.DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                _close(conn)
        new = self._store.sync_engine.connect()
        try:
            return new, self._write(new, batch)
        except sa.exc.SQLAlchemyError:
            _close(new)
            raise

    def _write(self, conn: sa.Connection, batch: list[_Waiting]) -> set[str]:
        """One transaction for the whole batch; gives the keys that were new."""
        if self._store.is_sqlite:  # nobody is refused and served nevertheless
            left = min(waiting.until for waiting in batch) - time.monotonic()
            conn.connection.cursor().execute(f"PRAGMA busy_timeout={max(1, int(left * 1_000))}")
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


def _fail(batch: list[_Waiting]) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(NotStored())


def _close(conn: sa.Connection | None) -> None:
    """Let go of a connection, whatever state it is in."""
    with contextlib.suppress(sa.exc.SQLAlchemyError):
        if conn is not None:
            conn.close()
