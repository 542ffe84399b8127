"""Looks after what the HTTP client notes of this process: calls become rows, troubles become issues, shapes are kept."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from connectors.notices import Notice
from connectors.shapes import Key, Shapes
from hiring import issues
from hiring.calls import Calls
from hiring.calls_table import shapes
from hiring.clock import Clock
from hiring.services import Services
from hiring.store import Store

log = logging.getLogger(__name__)
BEAT = 1.0  # seconds between two batches
SAVE = 60.0  # seconds between two savings of the shapes


class Watch:
    """What the pool is given. `start` and `stop` by whoever made it; nothing here fails a call or makes it wait."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.calls = Calls(store, clock)
        self.shapes = Shapes()
        self._store = store
        self._notices: deque[Notice] = deque(maxlen=1_000)
        self._stored: dict[Key, Mapping[str, Any]] = {}
        self._loaded = False
        self._saved = self._complained = 0.0
        self._task: asyncio.Task[None] | None = None
        self._alone, self._over = asyncio.Lock(), asyncio.Event()

    def notice(self, notice: Notice) -> None:
        self._notices.append(notice)

    async def start(self, services: Services) -> None:
        """Remember what an earlier run learned, then write every second until `stop`."""
        try:
            async with self._store.read() as conn:
                rows = (await conn.execute(sa.select(shapes))).all()
            self._stored = {(row.account, row.endpoint): row.told for row in rows}
            self._loaded = True
        except (sa.exc.SQLAlchemyError, OSError):
            log.debug("the database is away or not migrated yet; whoever needs it says so")
        self.shapes.recall = self._stored.get
        self._over.clear()
        self._task = asyncio.create_task(self._run(services))

    async def stop(self, services: Services) -> None:
        """Write what is left. A write under way is not cut off: its connection would be of no use to the next one."""
        self._over.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._saved = 0.0
        await self.flush(services)

    async def flush(self, services: Services) -> None:
        """Write what waits now; a database that does not take it gets it the next time."""
        async with self._alone:
            await self._flush(services)

    async def _flush(self, services: Services) -> None:
        try:
            await self.calls.flush()
            while self._notices:
                await _write(services, self._notices[0])
                self._notices.popleft()
            if time.monotonic() - self._saved >= SAVE and self._loaded:
                await self._save()
        except (sa.exc.SQLAlchemyError, OSError):
            if time.monotonic() - self._complained > SAVE:
                self._complained = time.monotonic()
                log.warning("the call log could not be written; trying again")

    async def _run(self, services: Services) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), BEAT)
            await self.flush(services)

    async def _save(self) -> None:
        fresh = {(key[0], key[1][:300]): told for key, told in self.shapes.unsaved()}
        self._saved = time.monotonic()
        if not fresh:
            return
        self._stored.update(fresh)
        async with self._store.begin() as tx:
            for (account, endpoint), told in fresh.items():
                same = (shapes.c.account == account) & (shapes.c.endpoint == endpoint)
                await tx.execute(shapes.delete().where(same))
                row = {"account": account, "endpoint": endpoint, "told": told}
                await tx.execute(shapes.insert().values(**row))


async def _write(services: Services, notice: Notice) -> None:
    """An announced end is told once for ever; another trouble again when it had been over."""
    kind, key = f"vendor.{notice.kind}", f"{notice.account}:{notice.key}"
    if notice.over:
        await issues.resolve(services, kind=kind, key=key)
    else:
        await issues.note(
            services, kind=kind, key=key, sentence=notice.sentence, once=notice.kind == "ending"
        )
