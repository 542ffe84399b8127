"""Whether the parts of one installation are alive: the database, and the workers that run jobs."""

import time

import sqlalchemy as sa

from hiring.services import Services
from hiring.tables import leases

AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)  # it comes back


async def trouble(services: Services) -> str:
    """What is wrong with the database; empty when it answers."""
    try:
        async with services.store.read() as conn:
            await conn.execute(sa.select(1))
    except (sa.exc.SQLAlchemyError, OSError) as error:
        return why(error)
    return ""


def why(error: BaseException) -> str:
    """What is wrong with our database, in words for whoever runs it."""
    said = str(getattr(error, "orig", None) or error).casefold()
    if "full" in said or "no space" in said or "disk i/o" in said:
        return "cannot write: the disk is full or failing; make room, the rest goes by itself"
    if "locked" in said:
        return "is held by another program for too long; find what writes to it and stop that"
    if "read-only" in said or "readonly" in said:
        return "is read-only; look at the permissions of its file and folder"
    if "certificate" in said or "ssl" in said:
        return (
            "cannot be reached safely: its certificate does not hold, or it speaks no TLS. Name its authority in "
            "CALLSHEET_CA_FILE, or say in CALLSHEET_DATABASE_URL what you accept (`?sslmode=require`)"
        )
    return "does not answer"


async def worker_silence(services: Services) -> float | None:
    """Real seconds since a worker last gave a sign of life; None when none ever did or all ended in order."""
    async with services.store.read() as conn:
        seen = (await conn.execute(sa.select(sa.func.max(leases.c.seen_at)))).scalar()
    return None if seen is None else max(0.0, time.time() - float(seen))
