"""Claims of people, rooms and candidates: the one place that makes double booking impossible, for bookings and holds alike.

A row for each person or room and five minutes, under a primary key. Whoever claims first waits for everybody else who
claims one of the same people or rooms (always in the same order, so that no two block each other for good), sweeps the
holds that lapsed, and writes all rows or none.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring.claims_table import claims
from hiring.errors import Taken
from hiring.services import Services
from scheduling import cells as grid
from scheduling.hours import Interval

TAKEN = "Somebody was faster: that time was just booked. Choose another one; the list is fresh."
ROWS = 500  # written in one statement
MEETING = (
    ":debrief"  # how holders end whose times are meetings, which no limit of interviews counts
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A person or room for a time, which `holder` (an interview or a held loop) has. Aware times; rest included."""

    resource: str
    time: Interval
    holder: str


def person(team: str, user: str) -> str:
    """How a member is named in claims."""
    return f"{team}:{user}"


def candidate(team: str, whom: Ref) -> str:
    """How a candidate is named in claims: by the id in the ATS, so that nobody has two interviews at once."""
    return f"{team}:for:{whom}"[:120]


def room(team: str, name: str) -> str:
    """How a room is named in claims; upper and lower case mean the same one."""
    return f"{team}:room:{name.strip().casefold()}"[:120]


async def take(
    tx: AsyncConnection,
    services: Services,
    wanted: Sequence[Claim],
    *,
    until: datetime | None = None,
    instead_of: Iterable[str] = (),
    over: Collection[str] = (),
    beside: Iterable[str] = (),
) -> None:
    """Claim everything or nothing, in the caller's transaction; raises Taken, and then nothing of it stands.

    `until` makes a hold, which counts no longer from that moment on. What the holders named here and in `instead_of`
    had before is given back first, so that nobody is in the way of their own move. What is in the way and belongs to
    one of `over` goes. `beside` are people and rooms that the transaction will claim later: whoever claims twice in one
    has to wait for all of them here, in the one order.
    """
    holders = sorted({claim.holder for claim in wanted} | set(instead_of))
    mine = sa.select(claims.c.resource).where(claims.c.holder.in_(holders)).distinct()
    before = {row.resource for row in await tx.execute(mine)}
    await wait(tx, services, {claim.resource for claim in wanted} | before | set(beside))
    now = services.clock.now()
    await tx.execute(claims.delete().where(claims.c.holder.in_(holders)))
    rows = {
        (claim.resource, cell): claim.holder for claim in wanted for cell in grid.cells(*claim.time)
    }
    if len(rows) < sum(len(grid.cells(*claim.time)) for claim in wanted):
        raise Taken("One person or room is needed twice at the same time.", field="time")
    if not rows:
        return
    span = [claim.time for claim in wanted]
    window = (min(s for s, _ in span), max(e for _, e in span))
    near = _near({resource for resource, _ in rows}, window)
    await tx.execute(claims.delete().where(*near, claims.c.expires_at <= now))
    taken = await tx.execute(sa.select(claims).where(*near))
    against = [row for row in taken if (row.resource, row.cell) in rows]
    if any(row.holder not in over for row in against):
        raise Taken(TAKEN, field="time")
    for row in against:
        one = (claims.c.resource == row.resource, claims.c.cell == row.cell)
        await tx.execute(claims.delete().where(*one))
    values = [
        {"resource": resource, "cell": cell, "holder": holder, "expires_at": until}
        for (resource, cell), holder in sorted(rows.items())
    ]
    try:
        async with tx.begin_nested():
            for first in range(0, len(values), ROWS):
                await tx.execute(claims.insert(), values[first : first + ROWS])
    except sa.exc.IntegrityError:  # an older process, which does not wait for us
        raise Taken(TAKEN, field="time") from None


async def wait(tx: AsyncConnection, services: Services, resources: Iterable[str]) -> None:
    """Wait for everybody else who claims one of these people or rooms; they wait for us until the transaction ends."""
    for name in sorted(set(resources)):
        await services.store.alone(tx, f"claim:{name}")


async def free(tx: AsyncConnection, holder: str) -> None:
    """Give back what a holder has. Twice changes nothing."""
    await tx.execute(claims.delete().where(claims.c.holder == holder))


async def leave(tx: AsyncConnection, holder: str, resource: str) -> None:
    """Give back what one person or room has of it. Twice changes nothing."""
    mine = (claims.c.holder == holder, claims.c.resource == resource)
    await tx.execute(claims.delete().where(*mine))


async def join(tx: AsyncConnection, services: Services, claim: Claim) -> bool:
    """One more person or room beside what the holder has; False, and nothing is claimed, when the time is not free.

    Twice changes nothing.
    """
    await wait(tx, services, [claim.resource])
    if await claimed(tx, services, [claim.resource], claim.time, but=[claim.holder]):
        return False
    await leave(tx, claim.holder, claim.resource)
    lapsed = claims.c.expires_at <= services.clock.now()
    await tx.execute(claims.delete().where(*_near([claim.resource], claim.time), lapsed))
    rows = [
        {"resource": claim.resource, "cell": cell, "holder": claim.holder, "expires_at": None}
        for cell in grid.cells(*claim.time)
    ]
    await tx.execute(claims.insert(), rows)
    return True


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Delete claims of times that were over before that moment."""
    await tx.execute(
        claims.delete().where(
            claims.c.cell < grid.cells(before, before + timedelta(seconds=1)).start
        )
    )


async def held(
    services: Services,
    resources: Iterable[str],
    window: Interval,
    *,
    but: Iterable[str] = (),
    meetings: bool = True,
) -> dict[str, list[Interval]]:
    """The claimed times of each person or room in a window, holds that lapsed and those of `but` left out.

    Without `meetings`, what is left are interviews.
    """
    kinds = [] if meetings else [sa.not_(claims.c.holder.endswith(MEETING))]
    found: dict[str, list[Interval]] = {name: [] for name in resources}
    query = (
        sa.select(claims.c.resource, claims.c.cell)
        .where(
            *_near(found, window),
            claims.c.holder.not_in([*but]),
            sa.or_(claims.c.expires_at.is_(None), claims.c.expires_at > services.clock.now()),
            *kinds,
        )
        .order_by(claims.c.resource, claims.c.cell)
    )
    async with services.store.read() as conn:
        for name, cell in await conn.execute(query):
            times, start = found[name], _at(cell)
            if times and times[-1][1] == start:
                times[-1] = (times[-1][0], _at(cell + 1))
            else:
                times.append((start, _at(cell + 1)))
    return found


async def claimed(
    tx: AsyncConnection, services: Services, resources: Iterable[str], window: Interval, *, but: Collection[str]
) -> bool:  # fmt: skip
    """Whether somebody else than the holders `but` has one of them in a window, in the caller's transaction."""
    query = sa.select(claims.c.resource).where(
        *_near(resources, window),
        claims.c.holder.not_in([*but]),
        sa.or_(claims.c.expires_at.is_(None), claims.c.expires_at > services.clock.now()),
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def begun(
    services: Services,
    resources: Iterable[str],
    window: Interval,
    *,
    but: Iterable[str] = (),
) -> dict[str, list[datetime]]:
    """When the interviews of each person begin that touch a window, held ones with them: what limits count.

    Meetings are none.
    """
    async with services.store.read() as conn:
        return await begun_in(conn, services, resources, window, but=but)


async def begun_in(
    conn: AsyncConnection,
    services: Services,
    resources: Iterable[str],
    window: Interval,
    *,
    but: Iterable[str] = (),
) -> dict[str, list[datetime]]:
    """The same on the caller's connection."""
    found: dict[str, list[datetime]] = {name: [] for name in resources}
    query = (
        sa.select(claims.c.resource, sa.func.min(claims.c.cell))
        .where(
            *_near(found, window),
            claims.c.holder.not_in([*but]),
            sa.not_(claims.c.holder.endswith(MEETING)),
            sa.or_(claims.c.expires_at.is_(None), claims.c.expires_at > services.clock.now()),
        )
        .group_by(claims.c.resource, claims.c.holder)
    )
    for name, cell in await conn.execute(query):
        found[name].append(_at(cell))
    return found


def with_rest(time: Interval, minutes: int) -> Interval:
    """A time with the rest after it: between two interviews of a person lies the rest once, not twice."""
    return time[0], time[1] + timedelta(minutes=minutes)


def _near(resources: Iterable[str], window: Interval) -> tuple[sa.ColumnElement[bool], ...]:
    span = grid.cells(*window)
    return (
        claims.c.resource.in_(sorted(resources)),
        claims.c.cell >= span.start,
        claims.c.cell < span.stop,
    )


def _at(cell: int) -> datetime:
    return datetime.fromtimestamp(cell * grid.SECONDS, UTC)
