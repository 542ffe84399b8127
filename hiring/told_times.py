"""The record of what each reader's clock was said to show at an interview or debrief: kept at every booking and move."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring.interview_records import Interview, get
from hiring.interviews_table import interviews
from hiring.jobs import job
from hiring.services import Services
from hiring.zones_table import told_times as table

CANDIDATE = "candidate"  # in the place of a member's id
Lookup = Callable[[str], tzinfo]  # an IANA name's rules


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows: `wall` as `2026-12-03T14:00`, `offset` in seconds east of UTC."""

    wall: str
    offset: int

    @property
    def clock(self) -> str:
        """`14:00`."""
        return self.wall[11:]


@dataclass(frozen=True, slots=True)
class Told:
    """One reader of one interview: what they were told, and what holds now where that is another reading."""

    interview: str
    who: str
    zone: str
    told: Reading
    now: Reading | None = None
    found_at: datetime | None = None


def reading(at: datetime, zone: str, lookup: Lookup = ZoneInfo) -> Reading:
    """What a clock in that zone shows at a moment."""
    local = at.astimezone(lookup(zone))
    offset = local.utcoffset()
    assert offset is not None  # every zone has one
    return Reading(f"{local:%Y-%m-%dT%H:%M}", int(offset.total_seconds()))


def moment(wall: str, zone: str, lookup: Lookup = ZoneInfo) -> datetime:
    """When a clock in that zone shows it, aware UTC; of two such moments the first."""
    return datetime.fromisoformat(wall).replace(tzinfo=lookup(zone)).astimezone(UTC)


async def keep(
    tx: AsyncConnection, now: Interview, who: str, zone: str, lookup: Lookup = ZoneInfo
) -> None:
    """Keep what this reader is told of the interview as it stands; what was kept of them before is replaced."""
    await write(tx, now.id, now.start, who, zone, lookup)


async def write(
    tx: AsyncConnection, id: str, at: datetime, who: str, zone: str, lookup: Lookup = ZoneInfo
) -> None:
    """The same of an interview or debrief `id` that begins at that moment."""
    said = reading(at, zone, lookup)
    await tx.execute(table.delete().where(table.c.interview == id, table.c.who == who))
    row = {"interview": id, "who": who, "zone": zone, "wall": said.wall, "offset": said.offset}
    await tx.execute(table.insert().values(**row))


async def drop(tx: AsyncConnection, id: str) -> None:
    """What was told counts no longer."""
    await tx.execute(table.delete().where(table.c.interview == id))


async def forget(tx: AsyncConnection, services: Services, interview: str) -> None:
    """The interview has another time, or is off: what was told of it counts no longer, nor does a card about it."""
    waiting = {told.found_at for told in await of(tx, interview) if told.found_at}
    await drop(tx, interview)
    await services.jobs.cancel(tx, timer(interview))
    for at in waiting:
        await services.jobs.enqueue(
            tx, show, key=f"zone-off:{interview}:{at.isoformat()}", interview=interview,
            card=card(interview, at),
        )  # fmt: skip


async def found(tx: AsyncConnection, told: Told, now: Reading | None, at: datetime) -> None:
    """Note what holds now for a reader; None when it is what they were told."""
    values: dict[str, Any] = {"new_wall": None, "new_offset": None, "found_at": None}
    if now is not None:
        values = {"new_wall": now.wall, "new_offset": now.offset, "found_at": at}
    mine = (table.c.interview == told.interview, table.c.who == told.who)
    await tx.execute(table.update().where(*mine).values(**values))


async def corrected(tx: AsyncConnection, interview: str) -> None:
    """Everybody is told now: what holds becomes what they were told."""
    changed = (table.c.interview == interview, table.c.new_wall.is_not(None))
    values = {"wall": table.c.new_wall, "offset": table.c.new_offset}
    await tx.execute(table.update().where(*changed).values(**values))
    nothing = {"new_wall": None, "new_offset": None, "found_at": None}
    await tx.execute(table.update().where(*changed).values(**nothing))


async def of(conn: AsyncConnection, interview: str) -> list[Told]:
    """Every reader of an interview, the candidate first."""
    query = sa.select(table).where(table.c.interview == interview)
    readers = [_read(row) for row in await conn.execute(query)]
    return sorted(readers, key=lambda told: (told.who != CANDIDATE, told.who))


async def ahead(services: Services, *where: sa.ColumnElement[bool]) -> list[tuple[Told, datetime]]:
    """Every reader of the interviews that are booked and still to come, with the start."""
    query = (
        sa.select(table, interviews.c.start)
        .join(interviews, interviews.c.id == table.c.interview)
        .where(interviews.c.state == "scheduled", interviews.c.start > services.clock.now(), *where)
        .order_by(interviews.c.start, table.c.interview, table.c.who)
    )
    async with services.store.read() as conn:
        return [(_read(row), row.start) for row in await conn.execute(query)]


async def changed(services: Services, which: Iterable[str]) -> set[str]:
    """Those of these interviews whose readers wait for a corrected time."""
    query = sa.select(table.c.interview).where(
        table.c.interview.in_([*which]), table.c.new_wall.is_not(None)
    )
    async with services.store.read() as conn:
        return {row.interview for row in await conn.execute(query)}


async def unknown(services: Services) -> list[str]:
    """Interviews still to come of which nothing is kept: booked by an earlier release."""
    query = sa.select(interviews.c.id).where(
        interviews.c.state == "scheduled",
        interviews.c.start > services.clock.now(),
        interviews.c.id.not_in(sa.select(table.c.interview)),
    )
    async with services.store.read() as conn:
        return [row.id for row in await conn.execute(query)]


@job("interview.zone-card", order="card:{interview}", what="The card about a changed clock")
async def show(services: Services, *, interview: str, card: str) -> None:
    """Show the recruiter both readings and what can be done, or bring the card up to date."""
    now = await get(services, interview)
    await services.desk.show(now.team, now.created_by, "zone", card)


def card(interview: str, found_at: datetime) -> str:
    """The subject of the card: one for each day on which something was found."""
    return f"{interview}:{found_at:%Y-%m-%d}"


def timer(interview: str) -> str:
    """The key of the timer after which everybody is told of a changed clock."""
    return f"zone-tell:{interview}"


def _read(row: Any) -> Told:
    now = Reading(row.new_wall, row.new_offset) if row.new_wall else None
    return Told(row.interview, row.who, row.zone, Reading(row.wall, row.offset), now, row.found_at)
