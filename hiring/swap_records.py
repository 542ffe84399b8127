"""The record of a search for a substitute: read, shown, and ended by whatever happens to its interview."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import interview_records
from hiring.errors import NotFound
from hiring.interview_records import Interview
from hiring.jobs import job
from hiring.services import Services
from hiring.swaps_table import asks, swaps

ASKED = ("asked", "lapsed", "passed")  # who may still take the seat: they were asked


@dataclass(frozen=True, slots=True)
class Ask:
    """One person who is asked, or will be. `until` is when the next one is asked."""

    user: str
    state: str
    asked_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """Our record. `state`: open, nobody (all were asked in vain), taken, dropped, ended. `asks` are in their order.

    `pick` is everybody who was looked at, best first, each with `user`, `load`, `because` and `against`.
    """

    id: str
    interview: str
    leaving: str
    sequence: int
    state: str
    how: str
    minutes: int
    turn: int
    version: int
    after_no: bool
    pick: tuple[dict[str, Any], ...]
    taken_by: str | None
    why: str | None
    started_by: str
    started_at: datetime
    asks: tuple[Ask, ...]

    @property
    def subject(self) -> str:
        """The recruiter's card about the open seat."""
        return f"{self.interview}:{self.leaving}:{self.sequence}"

    def ask(self, user: str) -> Ask | None:
        return next((ask for ask in self.asks if ask.user == user), None)

    def stands_for(self, now: Interview) -> bool:
        """Whether the interview still has that seat at that time."""
        same = now.state == "scheduled" and now.sequence == self.sequence
        return same and now.seat(self.leaving) is not None


def identity(subject: str) -> str:
    """The one search for a seat: `interview:member:sequence`."""
    return f"swp_{hashlib.sha256(subject.encode()).hexdigest()[:20]}"


async def load(conn: AsyncConnection, swap: str) -> Swap:
    """Read one in the caller's transaction, which has the interview's row already. Raises NotFound."""
    row = (await conn.execute(sa.select(swaps).where(swaps.c.id == swap))).one_or_none()
    if row is None:
        raise NotFound("Nobody is looked for any more.")
    query = sa.select(asks).where(asks.c.swap == swap).order_by(asks.c.position, asks.c.user)
    asked = [Ask(a.user, a.state, a.asked_at, a.until) for a in await conn.execute(query)]
    return Swap(
        row.id, row.interview, row.leaving, row.sequence, row.state, row.how, row.minutes, row.turn, row.version,
        row.after_no, tuple(row.pick), row.taken_by, row.why, row.started_by, row.started_at, tuple(asked),
    )  # fmt: skip


async def get(services: Services, swap: str) -> Swap:
    """Read one. Raises NotFound."""
    async with services.store.read() as conn:
        return await load(conn, swap)


async def find(services: Services, subject: str) -> Swap | None:
    """The search for a seat, if one began."""
    try:
        return await get(services, identity(subject))
    except NotFound:
        return None


async def known(tx: AsyncConnection, swap: str) -> Swap | None:
    """The search in the caller's transaction, if there is one."""
    try:
        return await load(tx, swap)
    except NotFound:
        return None


async def left(services: Services, interview: str, sequence: int) -> set[str]:
    """Who gave a seat of that interview away, or wants to."""
    query = sa.select(swaps.c.leaving).where(
        swaps.c.interview == interview, swaps.c.sequence == sequence
    )
    async with services.store.read() as conn:
        return {row.leaving for row in await conn.execute(query)}


async def write(tx: AsyncConnection, services: Services, now: Swap, **values: Any) -> None:
    """Change the row, and bring its cards up to date."""
    version = now.version + 1
    await tx.execute(swaps.update().where(swaps.c.id == now.id).values(version=version, **values))
    if values.get("state", "open") != "open":
        await services.jobs.cancel(tx, f"swap-lapse:{now.id}")
    await services.jobs.enqueue(tx, show, key=f"swap-show:{now.id}:{version}", swap=now.id)


async def mark(tx: AsyncConnection, swap: str, user: str, **values: object) -> None:
    """Change what became of one question."""
    await tx.execute(asks.update().where(asks.c.swap == swap, asks.c.user == user).values(**values))


async def end_in(tx: AsyncConnection, services: Services, interview: str, why: str) -> None:
    """The interview moved or is off: nobody is looked for any more. In the transaction that changed it."""
    query = sa.select(swaps.c.id).where(
        swaps.c.interview == interview, swaps.c.state.in_(("open", "nobody"))
    )
    for row in (await tx.execute(query)).all():
        await write(tx, services, await load(tx, row.id), state="ended", why=why)


async def back_in(tx: AsyncConnection, services: Services, now: Interview, user: str) -> None:
    """Somebody who had said no comes after all: the search that their no began ends."""
    query = sa.select(swaps.c.id).where(
        swaps.c.id == identity(f"{now.id}:{user}:{now.sequence}"),
        swaps.c.state.in_(("open", "nobody")), swaps.c.after_no,
    )  # fmt: skip
    for row in (await tx.execute(query)).all():
        why = "who had said no comes after all"
        await write(tx, services, await load(tx, row.id), state="ended", why=why)


@job("swap.show", order="card:{swap}", what="The cards about an open seat")
async def show(services: Services, *, swap: str) -> None:
    """Show everybody who was asked what they are asked or what became of it, and the recruiter how it goes."""
    found = await get(services, swap)
    now = await interview_records.get(services, found.interview)
    for ask in found.asks:
        if ask.asked_at is not None:
            await services.desk.show(now.team, ask.user, "swap_ask", f"{swap}:{ask.user}")
    await services.desk.show(now.team, now.created_by, "open_seat", found.subject)
