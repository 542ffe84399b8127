"""The events in a candidate's calendar: planned anew with every change, each with its own UID, sequence and answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring.answers_table import candidate_events as table
from hiring.errors import NotFound
from hiring.interviews_table import interviews
from hiring.services import Services
from scheduling import candidate_events as grouping
from scheduling.candidate_events import Event, Session
from scheduling.invites import NO_ANSWER


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it stands. `id` is the UID's local part; `answer` is the candidate's, `stale` to an earlier time."""

    id: str
    application: Ref
    state: str
    start: datetime
    end: datetime
    location: str | None
    sequence: int
    revision: int
    stamp: datetime
    sessions: tuple[str, ...]
    answer: str
    stale: bool
    answered: tuple[int, datetime] | None

    @property
    def standing(self) -> str:
        """The answer to the time the event has now."""
        return NO_ANSWER if self.stale else self.answer


@dataclass(frozen=True, slots=True)
class Told:
    """What a candidate has to be told of one event: book, move or cancel."""

    event: str
    revision: int
    what: str


async def replan(tx: AsyncConnection, services: Services, application: Ref) -> list[Told]:
    """Bring a candidacy's events in line with its interviews, in the caller's transaction; gives what to mail.

    Events go by what is scheduled now; the company's setting says how interviews are put together. An event that is
    over is left as it is, unless all its interviews moved on.
    """
    found = await _all(tx, application)
    now = services.clock.now()
    sessions, zone = await _sessions(tx, application)
    coming = {e.id: e for e in found if e.state == "standing" and e.end > now}
    lasting = {id for event in coming.values() for id in event.sessions}
    sessions = [s for s in sessions if s.end > now or s.id in lasting]
    ahead = {s.id for s in sessions}
    standing = [
        e for e in found
        if e.state == "standing" and (e.id in coming or ahead.issuperset(e.sessions))
    ]  # fmt: skip
    plan = grouping.plan(
        sessions, services.company.candidate_events, zone,
        [_event(e) for e in standing], [e.id for e in found],
    )  # fmt: skip
    told = []
    for event in plan.new:
        await tx.execute(table.insert().values(**_row(event, application, now)))
        told.append(Told(event.id, event.revision, "book"))
    for event in plan.moved:
        stale = sa.case((table.c.answer == NO_ANSWER, table.c.stale), else_=sa.true())
        await _write(tx, event, now, state="standing", stale=stale)
        told.append(Told(event.id, event.revision, "move"))
    for event in plan.changed:
        await _write(tx, event, now, state="standing")
        told.append(Told(event.id, event.revision, "move"))
    for event in plan.gone:
        await _write(tx, event, now, state="cancelled")
        told.append(Told(event.id, event.revision, "cancel"))
    return told


async def read(conn: AsyncConnection, event: str) -> Entry:
    """One event by its id. Raises NotFound."""
    row = (await conn.execute(sa.select(table).where(table.c.id == event))).one_or_none()
    if row is None:
        raise NotFound("There is no such event any more.")
    return _entry(row)


async def get(services: Services, event: str) -> Entry:
    """One event by its id. Raises NotFound."""
    async with services.store.read() as conn:
        return await read(conn, event)


async def declined(services: Services, applications: set[Ref]) -> set[str]:
    """The interviews of these candidacies that the candidate said no to, at the time they have now."""
    wanted, found = sorted(str(ref) for ref in applications), set()
    no = (table.c.state == "standing", table.c.answer == "declined", table.c.stale.is_(False))
    async with services.store.read() as conn:
        for first in range(0, len(wanted), 400):
            some = table.c.application.in_(wanted[first : first + 400])
            for row in await conn.execute(sa.select(table.c.sessions).where(some, *no)):
                found.update(row.sessions)
    return found


async def of(services: Services, interview: str, application: Ref) -> Entry | None:
    """The event that stands for an interview."""
    async with services.store.read() as conn:
        return await standing(conn, interview, application)


async def standing(conn: AsyncConnection, interview: str, application: Ref) -> Entry | None:
    """The same on the caller's connection."""
    found = await _all(conn, application)
    mine = (e for e in found if e.state == "standing" and interview in e.sessions)
    return next(mine, None)


async def answered(
    tx: AsyncConnection, services: Services, event: Entry, said: str, sequence: int, stamp: datetime
) -> None:
    """Keep the candidate's answer; to an earlier sequence than the event's it counts as stale."""
    await tx.execute(
        table.update()
        .where(table.c.id == event.id)
        .values(
            answer=said,
            stale=sequence < event.sequence,
            answered_at=services.clock.now(),
            answer_sequence=sequence,
            answer_stamp=stamp,
        )
    )


async def _all(conn: AsyncConnection, application: Ref) -> list[Entry]:
    query = sa.select(table).where(table.c.application == str(application)).order_by(table.c.id)
    return [_entry(row) for row in await conn.execute(query)]


async def _sessions(tx: AsyncConnection, application: Ref) -> tuple[list[Session], str]:
    """What is scheduled for a candidacy, and the candidate's zone."""
    query = sa.select(interviews).where(
        interviews.c.application == str(application), interviews.c.state == "scheduled"
    )
    rows = (await tx.execute(query.order_by(interviews.c.start, interviews.c.id))).all()
    sessions = [Session(row.id, row.start, row.end, row.location, row.loop) for row in rows]
    return sessions, rows[0].zone if rows else "UTC"


def _event(entry: Entry) -> Event:
    return Event(
        entry.id, entry.sessions, entry.start, entry.end, entry.location, entry.sequence,
        entry.revision,
    )  # fmt: skip


def _row(event: Event, application: Ref, now: datetime) -> dict[str, Any]:
    return {
        "id": event.id, "application": str(application), "state": "standing", "start": event.start,
        "end": event.end, "location": event.location, "sequence": event.sequence,
        "revision": event.revision, "stamp": now, "sessions": list(event.sessions),
        "answer": NO_ANSWER, "stale": False,
    }  # fmt: skip


async def _write(tx: AsyncConnection, event: Event, now: datetime, **more: Any) -> None:
    values = {
        "start": event.start, "end": event.end, "location": event.location, "stamp": now,
        "sequence": event.sequence, "revision": event.revision, "sessions": list(event.sessions),
    }  # fmt: skip
    await tx.execute(table.update().where(table.c.id == event.id).values(**values, **more))


def _entry(row: Any) -> Entry:
    answered = row.answer_stamp is not None
    return Entry(
        id=row.id,
        application=Ref.parse(row.application),
        state=row.state,
        start=row.start,
        end=row.end,
        location=row.location,
        sequence=row.sequence,
        revision=row.revision,
        stamp=row.stamp,
        sessions=tuple(row.sessions),
        answer=row.answer,
        stale=row.stale,
        answered=(row.answer_sequence, row.answer_stamp) if answered else None,
    )
