"""Rate budgets of connected accounts, shared by every process on the same database: one row an account."""

import asyncio
import logging
import time
from copy import copy
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.budget import Bucket, Budgets, Rate, queue
from connectors.limits import Told
from hiring.store import Store
from hiring.tables import WINDOW, budgets

log = logging.getLogger(__name__)
GLANCE = 1.0  # seconds a pause that another process noted may go unseen where nothing is counted


class Shared:
    """The arithmetic of `Bucket` on the account's row, which is locked while a place is taken."""

    def __init__(self, store: Store, account: str, rate: Rate | None) -> None:
        self._store = store
        self._account = account
        self._rate = rate
        self._bucket = Bucket()  # as it was when we last saw it
        self._looked = 0.0
        self._one = asyncio.Lock()

    async def take(self, cost: float = 1.0) -> None:
        await queue(self._account, partial(self._place, cost), self._one)

    async def pause(self, seconds: float) -> None:
        async with self._store.begin() as tx:
            bucket = await self._locked(tx)
            bucket.pause(time.time(), self._rate, seconds)
            await self._write(tx, bucket)
        self._bucket = bucket

    async def learn(self, told: Told, flying: int = 0) -> None:
        """Written down only when it is news: usually the vendor counts as we do. Never fails a call that went well."""
        now = time.time()
        if not copy(self._bucket).learn(now, self._rate, told, flying):
            return
        try:
            async with self._store.begin() as tx:
                bucket = await self._locked(tx)
                if bucket.learn(now, self._rate, told, flying):
                    await self._write(tx, bucket)
            self._bucket = bucket
        except (sa.exc.SQLAlchemyError, OSError):
            log.warning("what a vendor counts could not be written down")

    async def _place(self, cost: float, background: bool) -> tuple[float, bool]:
        now = time.time()
        if self._rate is None and not self._bucket.size and now - self._looked > GLANCE:
            self._bucket, self._looked = await self._read(), now
        if self._rate is None and not self._bucket.size:
            return self._bucket.place(now, None, cost, background=background)
        async with self._store.begin() as tx:
            self._bucket = await self._locked(tx)
            placed = self._bucket.place(now, self._rate, cost, background=background)
            if placed[1]:
                await self._write(tx, self._bucket)
        return placed

    async def _read(self) -> Bucket:
        async with self._store.read() as conn:
            row = (await conn.execute(self._row())).one_or_none()
        return _bucket(row)

    async def _locked(self, tx: AsyncConnection) -> Bucket:
        """The row, ours until the transaction ends."""
        row = (await tx.execute(self._row().with_for_update())).one_or_none()
        if row is None:
            await self._store.alone(tx, f"budget:{self._account}")
            row = (await tx.execute(self._row().with_for_update())).one_or_none()
        if row is None:
            await tx.execute(budgets.insert().values(account=self._account, next_at=0.0))
        return _bucket(row)

    def _row(self) -> sa.Select[Any]:
        columns = [budgets.c.next_at, *(budgets.c[name] for name in WINDOW)]
        return sa.select(*columns).where(budgets.c.account == self._account)

    async def _write(self, tx: AsyncConnection, bucket: Bucket) -> None:
        values = {name: getattr(bucket, name) for name in WINDOW} | {"next_at": bucket.empty_at}
        await tx.execute(
            budgets.update().where(budgets.c.account == self._account).values(**values)
        )


def _bucket(row: Any) -> Bucket:
    return Bucket(row.next_at, row.left, row.ends_at, row.span, row.size) if row else Bucket()


def shared(store: Store) -> Budgets:
    """What the HTTP client asks for a budget."""
    return lambda account, rate: Shared(store, account, rate)
