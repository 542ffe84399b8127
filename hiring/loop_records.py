"""The record of a loop: what is wanted, what was offered, what became of it. No use case, no job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring import beyond, debrief_records, interview_records, reasons
from hiring.errors import NotFound, Refused
from hiring.interview_records import Interview
from hiring.interviews_table import interviews
from hiring.loops_table import loops
from hiring.reasons import NEVER, Last
from hiring.services import Services
from scheduling.hours import Interval
from scheduling.over import Over

MOST_SESSIONS = 10


@dataclass(frozen=True, slots=True)
class Session:
    """One interview that is wanted: members who have to be there, and `seats` of those who have the skill `tag`.

    `focus` is what it is about, which the candidate reads; `room` is claimed with the people. `optional` are members who
    may come and need not.
    """

    title: str
    minutes: int
    required: tuple[str, ...] = ()
    tag: str = ""
    seats: int = 0
    focus: str = ""
    planned: Ref | None = None
    room: str = ""
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session with its time and who interviews; `trainees` sit in it to learn the session's skill, if they can."""

    time: Interval
    users: tuple[str, ...]
    trainees: tuple[str, ...] = ()

    @property
    def everybody(self) -> tuple[str, ...]:
        """Whose time it takes."""
        return (*self.users, *self.trainees)


@dataclass(frozen=True, slots=True)
class Option:
    """One way to hold the whole loop, a sitting for each session in their order. `reasons` say what speaks for it.

    `over` is what it goes beyond, which is for whoever decides, never for the candidate to choose.
    """

    sittings: tuple[Sitting, ...]
    reasons: tuple[str, ...] = ()
    over: tuple[Over, ...] = ()

    @property
    def start(self) -> datetime:
        return min(s.time[0] for s in self.sittings)

    @property
    def end(self) -> datetime:
        return max(s.time[1] for s in self.sittings)

    @property
    def times(self) -> tuple[Interval, ...]:
        return tuple(s.time for s in self.sittings)

    @property
    def value(self) -> str:
        """Its times as a form sends them; nothing of who sits in it."""
        return spell_times(self.times)


@dataclass(frozen=True, slots=True)
class Loop:
    """Our record. `state`: draft (availability was asked), offered, held, booked or cancelled. Times are aware UTC."""

    id: str
    team: str
    application: Ref
    candidate: Ref
    job: Ref | None
    state: str
    zone: str
    sessions: tuple[Session, ...]
    options: tuple[Option, ...]
    hold_until: datetime | None
    cut_off: int
    version: int
    link: str | None
    created_by: str
    why: Last = NEVER  # of its last move or cancellation as a whole
    auto: bool = False  # booked by itself when the candidate says when they can

    @property
    def holders(self) -> list[str]:
        """What its claims are held by while it is no more than held: its sessions' and, last, its debrief's."""
        return holders(self.id)


def holders(loop: str) -> list[str]:
    """What the claims of a loop that is held are held by."""
    return [*(f"{loop}:{n}" for n in range(MOST_SESSIONS)), debrief_records.holder(loop)]


async def load(conn: AsyncConnection, loop: str) -> Loop:
    """Read one in the caller's transaction (locked there on PostgreSQL). Raises NotFound."""
    query = sa.select(loops).where(loops.c.id == loop).with_for_update()
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such loop any more.")
    return _read(row)


async def get(services: Services, loop: str) -> Loop:
    """Read one. Raises NotFound."""
    async with services.store.read() as conn:
        return await load(conn, loop)


async def of_application(services: Services, application: Ref) -> list[Loop]:
    """The loops of a candidacy that are not called off, the newest first."""
    query = (
        sa.select(loops)
        .where(loops.c.application == str(application), loops.c.state != "cancelled")
        .order_by(loops.c.created_at.desc(), loops.c.id)
    )
    async with services.store.read() as conn:
        return [_read(row) for row in await conn.execute(query)]


async def interviews_of(services: Services, loop: str) -> list[Interview]:
    """The sessions of a booked loop that stand, in their order; cancelled ones are left out."""
    found = await interview_records.listed(
        services, interviews.c.loop == loop, interviews.c.state == "scheduled"
    )
    return sorted(found, key=lambda i: (i.start, i.position))


async def called_off(services: Services, loop: str) -> list[Interview]:
    """The sessions of a loop that were called off one by one, in the order of their times."""
    return await interview_records.listed(
        services, interviews.c.loop == loop, interviews.c.state == "cancelled"
    )


async def standing(tx: AsyncConnection, loop: str) -> list[Interview]:
    """The same in the caller's transaction, by position, each locked there on PostgreSQL."""
    query = (
        sa.select(interviews.c.id)
        .where(interviews.c.loop == loop, interviews.c.state == "scheduled")
        .order_by(interviews.c.position)
    )
    ids = [row.id for row in await tx.execute(query)]
    return [await interview_records.load(tx, id) for id in ids]


def spell_times(times: Sequence[Interval]) -> str:
    """`start/end;start/end` in UTC minutes, the value of an option in a form."""
    return ";".join(
        "/".join(at.strftime("%Y-%m-%dT%H:%MZ") for at in interval) for interval in times
    )


def parse_times(text: str) -> tuple[Interval, ...]:
    """Read what `spell_times` wrote. Raises Refused."""
    found = []
    for part in text.split(";"):
        try:
            start, end = (datetime.fromisoformat(at) for at in part.split("/"))
        except ValueError:
            raise Refused("Choose one of the times.", field="time") from None
        if start.tzinfo is None or end.tzinfo is None or end <= start:
            raise Refused("Choose one of the times.", field="time")
        found.append((start, end))
    return tuple(found)


def session_row(session: Session) -> dict[str, Any]:
    """As JSON."""
    return {
        "title": session.title, "minutes": session.minutes, "required": list(session.required), "tag": session.tag,
        "seats": session.seats, "focus": session.focus, "planned": str(session.planned or ""), "room": session.room,
        "optional": list(session.optional),
    }  # fmt: skip


def read_session(row: dict[str, Any]) -> Session:
    """From JSON."""
    return Session(
        row["title"], row["minutes"], tuple(row["required"]), row["tag"], row["seats"], row["focus"],
        Ref.parse(row["planned"]) if row["planned"] else None, row["room"], tuple(row.get("optional", ())),
    )  # fmt: skip


def option_row(option: Option) -> dict[str, Any]:
    """As JSON: times and member ids."""
    sittings = [
        [s.time[0].isoformat(), s.time[1].isoformat(), list(s.users), *([list(s.trainees)] if s.trainees else [])]
        for s in option.sittings
    ]  # fmt: skip
    over = {"over": beyond.rows(option.over)} if option.over else {}
    return {"sittings": sittings, "reasons": list(option.reasons), **over}


def _option(row: dict[str, Any]) -> Option:
    sittings = tuple(
        Sitting(
            (datetime.fromisoformat(a), datetime.fromisoformat(b)), tuple(users), *map(tuple, more)
        )
        for a, b, users, *more in row["sittings"]
    )
    return Option(sittings, tuple(row["reasons"]), beyond.read(row.get("over")))


def _read(row: Any) -> Loop:
    return Loop(
        id=row.id,
        team=row.team,
        application=Ref.parse(row.application),
        candidate=Ref.parse(row.candidate),
        job=Ref.parse(row.job) if row.job else None,
        state=row.state,
        zone=row.zone,
        sessions=tuple(read_session(s) for s in row.sessions),
        options=tuple(_option(o) for o in row.options),
        hold_until=row.hold_until,
        cut_off=row.cut_off,
        version=row.version,
        link=row.link,
        created_by=row.created_by,
        why=reasons.last(row),
        auto=row.auto,
    )
