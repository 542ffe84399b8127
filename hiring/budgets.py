"""Rate budgets of connected accounts, shared by every process on the same database: one row an account."""

import time

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.budget import PATIENCE, Budgets, Rate, wait
from hiring.store import Store
from hiring.tables import budgets

GLANCE = 1.0  # seconds a pause that another process noted may go unseen where there is no rate


class Shared:
    """A leaky bucket kept as the moment at which it would be empty again (GCRA); one statement takes a place in it."""

    def __init__(self, store: Store, account: str, rate: Rate | None) -> None:
        self._store = store
        self._account = account
        self._step = rate.seconds / rate.calls if rate else 0.0
        self._burst = rate.seconds if rate else 0.0
        self._until = self._looked = 0.0

    async def take(self) -> None:
        now = time.time()
        if self._step:
            await wait(self._account, await self._place(now) - self._burst - now)
            return
        if now - self._looked > GLANCE:
            self._until, self._looked = await self._next(), now
        await wait(self._account, self._until - now)

    async def pause(self, seconds: float) -> None:
        until = time.time() + seconds + self._burst
        self._until = max(self._until, until)
        async with self._store.begin() as tx:
            await self._ensure(tx)
            await tx.execute(
                budgets.update()
                .where(budgets.c.account == self._account, budgets.c.next_at < until)
                .values(next_at=until)
            )

    async def _place(self, now: float) -> float:
        """When the bucket will be empty after this call; a place more than `PATIENCE` away is not taken."""
        full = sa.case((budgets.c.next_at > now, budgets.c.next_at), else_=now) + self._step
        take = (
            budgets.update()
            .where(budgets.c.account == self._account)
            .where(budgets.c.next_at < now + self._burst + PATIENCE - self._step)
            .values(next_at=full)
            .returning(budgets.c.next_at)
        )
        async with self._store.begin() as tx:
            taken = (await tx.execute(take)).scalar()
            if taken is None:
                await self._ensure(tx)
                taken = (await tx.execute(take)).scalar()
        return float(taken) if taken is not None else await self._next() + self._step

    async def _next(self) -> float:
        async with self._store.read() as conn:
            query = sa.select(budgets.c.next_at).where(budgets.c.account == self._account)
            return float((await conn.execute(query)).scalar() or 0.0)

    async def _ensure(self, tx: AsyncConnection) -> None:
        await self._store.alone(tx, f"budget:{self._account}")
        query = sa.select(budgets.c.account).where(budgets.c.account == self._account)
        if (await tx.execute(query)).first() is None:
            await tx.execute(budgets.insert().values(account=self._account, next_at=0.0))


def shared(store: Store) -> Budgets:
    """What the HTTP client asks for a budget."""
    return lambda account, rate: Shared(store, account, rate)
