"""Whether the parts of one installation are alive: the database, and the workers that run jobs."""

import time

import sqlalchemy as sa

from hiring.services import Services
from hiring.tables import leases


async def database(services: Services) -> bool:
    """Whether the database answers."""
    try:
        async with services.store.read() as conn:
            await conn.execute(sa.select(1))
    except (sa.exc.SQLAlchemyError, OSError):
        return False
    return True


async def worker_silence(services: Services) -> float | None:
    """Real seconds since a worker last gave a sign of life; None when none ever did or all ended in order."""
    async with services.store.read() as conn:
        seen = (await conn.execute(sa.select(sa.func.max(leases.c.seen_at)))).scalar()
    return None if seen is None else max(0.0, time.time() - float(seen))
