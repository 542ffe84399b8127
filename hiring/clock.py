"""What time it is: the real time plus an offset, so that the demo and the tests can move it. Kept in the database."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from hiring.store import Store
from hiring.tables import clock_offset


class Clock:
    """Aware UTC. `load` once at start; `move` writes the new offset so that a restart keeps it."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    async def load(self, store: Store) -> None:
        """Take over the offset an earlier run left."""
        async with store.read() as conn:
            seconds = (await conn.execute(sa.select(clock_offset.c.seconds))).scalar()
        if seconds is not None:
            self.offset = timedelta(seconds=seconds)

    async def move(
        self, store: Store, *, at: datetime | None = None, by: timedelta | None = None
    ) -> datetime:
        """Set the time, or move it by a span; gives the new time. It goes on running from there."""
        if at is not None:
            self.offset = at.astimezone(UTC) - datetime.now(UTC)
        self.offset += by or timedelta()
        async with store.begin() as tx:
            await tx.execute(clock_offset.delete())
            await tx.execute(
                clock_offset.insert().values(id="clock", seconds=self.offset.total_seconds())
            )
        return self.now()
