"""Jobs that may have been done before the database was restored: marked once, and with them what they cause."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import job_list, origin
from hiring.job_list import NewJob, Outcome
from hiring.restore_table import doubted_jobs
from hiring.store import Store
from hiring.tables import timers

if TYPE_CHECKING:
    from hiring.services import Services

UNFINISHED = ("ENQUEUED", "PENDING", "DELAYED")
_since: ContextVar[datetime | None] = ContextVar("in_doubt_since", default=None)


def identity(key: str) -> str:
    """What names the job with this key, at every attempt."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def timer_key(key: str, at: datetime) -> str:
    """The key of the job that a timer becomes."""
    return f"timer:{key}:{at.astimezone(UTC).isoformat()}"


def doubted() -> bool:
    """Whether the job that runs here may have been done before the database was restored."""
    return _since.get() is not None


@contextmanager
def doubting(since: datetime | None) -> Iterator[None]:
    """For the length of the block, what runs may have been done before `since`; None: it was surely not."""
    token = _since.set(since)
    try:
        yield
    finally:
        _since.reset(token)


async def attempt(services: "Services", new: NewJob) -> Outcome:
    """Run a job once, as `job_list.attempt` does, with its origin named and its doubt known."""
    job = identity(new.key)
    since = await _when(services.store, job) if services.jobs.doubting else None
    flow = new.job.what or new.job.name
    with origin.coming_from(f"job {new.job.name}", job, flow), doubting(since):
        return await job_list.attempt(services, new.job, new.args)


async def inherit(tx: AsyncConnection, key: str, at: datetime | None = None) -> None:
    """What a doubted job causes is doubted, too; a timer only when it was due before the restore."""
    since = _since.get()
    if since is not None and (at is None or at <= since):
        await _mark(tx, identity(key), since)


async def mark_all(tx: AsyncConnection, services: "Services", now: datetime) -> int:
    """Doubt every job that is unfinished and every timer that is overdue; gives how many."""
    schema = None if services.store.is_sqlite else "dbos"
    names = ("workflow_uuid", "status"), ("workflow_uuid", "inputs")
    status, inputs = (
        sa.table(table, *(sa.column(name) for name in columns), schema=schema)
        for table, columns in zip(("workflow_status", "workflow_input"), names, strict=True)
    )
    query = (
        sa.select(inputs.c.inputs)
        .join(status, status.c.workflow_uuid == inputs.c.workflow_uuid)
        .where(status.c.status.in_(UNFINISHED))
    )
    keys = {_key(services.seal.open_json(row.inputs)) for row in await tx.execute(query)}
    overdue = sa.select(timers.c.key, timers.c.due_at).where(timers.c.due_at <= now)
    keys |= {timer_key(row.key, row.due_at) for row in await tx.execute(overdue)}
    for key in keys:
        await _mark(tx, identity(key), now)
    return len(keys)


def _key(called: Any) -> str:
    """The key among the arguments that a job was written with: its name, its key, its own arguments."""
    return str(called["args"][1])


async def exist(store: Store) -> bool:
    """Whether any job is in doubt."""
    async with store.read() as conn:
        return (await conn.execute(sa.select(doubted_jobs.c.id).limit(1))).first() is not None


async def _when(store: Store, job: str) -> datetime | None:
    query = sa.select(doubted_jobs.c.since).where(doubted_jobs.c.id == job)
    async with store.read() as conn:
        found: datetime | None = (await conn.execute(query)).scalar()
    return found


async def _mark(tx: AsyncConnection, job: str, since: datetime) -> None:
    known = await tx.execute(sa.select(doubted_jobs.c.id).where(doubted_jobs.c.id == job))
    if known.first() is None:
        await tx.execute(doubted_jobs.insert().values(id=job, since=since))
