"""What stands against a booked interview or debrief: its event was moved or deleted in the calendar, or somebody is busy by now."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from connectors.model import Ref
from hiring import access, audit, debrief_records, loop_records
from hiring.calendar_table import conflicts as table
from hiring.debrief_records import BOOKED, Debrief
from hiring.errors import NotFound
from hiring.interview_records import Interview, get
from hiring.interviews import SCHEDULERS
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from scheduling.hours import Interval

MOVED, DELETED, BUSY = "moved", "deleted", "busy"
TWICE = "twice"  # the candidate has something else then: both were booked by an earlier release


@dataclass(frozen=True, slots=True)
class Conflict:
    """One of them. `who` is the member who is busy; `slot` where the event was moved to; `recruiter` decides.

    `current` is False once what it is against has another time or is off, or the conflict is over.
    """

    id: str
    against: Interview | Debrief
    recruiter: str
    job: Ref | None
    what: str
    who: str
    slot: Interval | None
    ignored_by: str | None
    current: bool


async def note(
    services: Services,
    now: Interview | Debrief,
    what: str,
    *,
    who: str = "",
    slot: Interval | None = None,
) -> None:
    """Keep a conflict and show it to the recruiter, once for each time it has and each place it is moved to."""
    mark = f"{now.id}:{now.sequence}:{what}:{who}:{slot[0].isoformat() if slot else ''}"
    id = f"cfl_{hashlib.sha256(mark.encode()).hexdigest()[:20]}"
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"conflict:{id}")
        if (await tx.execute(sa.select(table.c.id).where(table.c.id == id))).first():
            return
        first, last = slot or (None, None)
        await tx.execute(
            table.insert().values(
                id=id, interview=now.id, what=what, who=who, sequence=now.sequence, start=first, end=last,
                at=services.clock.now(),
            )
        )  # fmt: skip
        await services.jobs.enqueue(tx, show, key=f"conflict:{id}", conflict=id)


async def over(services: Services, interview: str, what: Sequence[str], who: str = "") -> None:
    """What stood against it is gone by itself; the card says so."""
    mine = (table.c.interview == interview, table.c.what.in_(list(what)), table.c.who == who)
    async with services.store.read() as conn:
        found = [row.id for row in await conn.execute(sa.select(table.c.id).where(*mine))]
    if not found:
        return
    async with services.store.begin() as tx:
        await tx.execute(table.delete().where(table.c.id.in_(found)))
    for id in found:
        await services.desk.refresh("conflict", id)


async def read(services: Services, conflict: str) -> Conflict:
    """One of them. Raises NotFound when it is over."""
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(table).where(table.c.id == conflict))).one_or_none()
    if row is None:
        raise NotFound("This is no longer in the way.")
    slot = (row.start, row.end) if row.start and row.end else None
    against, recruiter, job = await _against(services, row.interview)
    stands = against.state == ("scheduled" if isinstance(against, Interview) else BOOKED)
    current = stands and (against.id, against.sequence) == (row.interview, row.sequence)
    return Conflict(
        row.id, against, recruiter, job, row.what, row.who, slot, row.ignored_by, current
    )


async def _against(services: Services, id: str) -> tuple[Interview | Debrief, str, Ref | None]:
    """What it is against, who arranged that, and for which job."""
    if not id.startswith(debrief_records.PREFIX):
        now = await get(services, id)
        return now, now.created_by, now.job
    known = await debrief_records.get(services, debrief_records.loop_of(id))
    loop = await loop_records.get(services, known.loop)
    return known, loop.created_by, loop.job


async def ignore(services: Services, actor: Actor, conflict: str) -> None:
    """Leave it as it is. Ignoring twice changes nothing."""
    found = await read(services, conflict)
    await access.require(services, actor, SCHEDULERS, found.job)
    async with services.store.begin() as tx:
        open_ = (table.c.id == conflict, table.c.ignored_by.is_(None))
        done = await tx.execute(table.update().where(*open_).values(ignored_by=actor.user))
        if not done.rowcount:
            return
        await audit.record(
            tx, services, actor.user, "conflict.ignored", found.against.id, before="open",
            after="ignored", conflict=conflict,
        )  # fmt: skip
        await services.jobs.enqueue(tx, show, key=f"conflict-ignored:{conflict}", conflict=conflict)


@job("conflict.show", order="card:{conflict}", lane="now", what="A conflict in the calendar")
async def show(services: Services, *, conflict: str) -> None:
    """Show the recruiter the conflict, or what became of it."""
    try:
        found = await read(services, conflict)
    except NotFound:
        return
    await services.desk.show(found.against.team, found.recruiter, "conflict", conflict)
