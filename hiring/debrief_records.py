"""The record of a debrief: what is wanted, when it is, who is invited. No use case, no job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring.claims import MEETING
from hiring.debriefs_table import debriefs
from hiring.errors import NotFound
from hiring.interviews_table import interviews
from hiring.meeting_links import LATER
from hiring.services import Services
from scheduling.hours import Interval
from scheduling.invites import NO_ANSWER

WANTED, HELD, BOOKED, MISSING, OFF = "wanted", "held", "booked", "missing", "off"
PREFIX = "deb_"  # of what calendars know it by
LENGTHS = (15, 30, 45, 60, 90)
MOST_DAYS = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """A debrief of so many minutes (0 is none), within so many working days after the last interview.

    `others` come beside the panel: who arranges the loop, first, and the hiring managers.
    """

    minutes: int = 0
    days: int = 2
    others: tuple[str, ...] = ()


NONE, USUAL = Wish(), Wish(30)


@dataclass(frozen=True, slots=True)
class Debrief:
    """Our record. `state`: wanted (its loop has no time), held, booked, missing (nobody found a time) or off.

    Times are aware UTC. `missing` names members who had no time, where that is known.
    """

    loop: str
    team: str
    state: str
    wish: Wish
    number: int
    due: bool
    anew: bool
    start: datetime | None
    end: datetime | None
    users: tuple[str, ...]
    answers: dict[str, str]
    missing: tuple[str, ...]
    sequence: int
    stamp: datetime | None
    sender: str | None
    meeting: str | None = None  # what makes the meeting link: an account, or `calendar`

    @property
    def location(self) -> str | None:
        """Where it is as long as it has no link; None where it has no place of its own."""
        return LATER if self.meeting else None

    @property
    def id(self) -> str:
        """What calendars know it by, another one after it was called off."""
        return f"{PREFIX}{self.loop.removeprefix('lop_')}-{self.number}"

    @property
    def time(self) -> Interval | None:
        """When it is, while it is held or booked."""
        if self.state not in (HELD, BOOKED) or self.start is None or self.end is None:
            return None
        return self.start, self.end

    @property
    def own(self) -> tuple[Interval, ...]:
        """The same, for what leaves out times of one's own."""
        return (self.time,) if self.time else ()

    @property
    def holders(self) -> tuple[str, ...]:
        """What its time is known by in claims and in calendars."""
        return holder(self.loop), self.id

    def answer(self, user: str) -> str:
        """What somebody answered to the time it has."""
        return self.answers.get(user, NO_ANSWER)


def holder(loop: str) -> str:
    """What claims of a debrief are held by."""
    return f"{loop}{MEETING}"


def loop_of(id: str) -> str:
    """The loop of what calendars know as `id`."""
    return f"lop_{id.removeprefix(PREFIX).rpartition('-')[0]}"


async def wish(tx: AsyncConnection, loop: str, team: str, wanted: Wish) -> None:
    """Note what is wanted once the loop is booked; what was wanted before counts no longer. The same again changes nothing."""
    known = await find(tx, loop)
    if known is not None and known.wish == wanted:
        return
    await tx.execute(debriefs.delete().where(debriefs.c.loop == loop))
    if wanted.minutes:
        row = {
            "loop": loop, "team": team, "state": WANTED, "minutes": wanted.minutes, "days": wanted.days,
            "others": list(wanted.others), "number": 0, "due": False, "anew": False, "users": [], "answers": {},
            "missing": [], "sequence": 0,
        }  # fmt: skip
        await tx.execute(debriefs.insert().values(**row))


async def find(conn: AsyncConnection, loop: str) -> Debrief | None:
    """The record in the caller's transaction (locked there on PostgreSQL); None when nobody wanted a debrief."""
    query = sa.select(debriefs).where(debriefs.c.loop == loop).with_for_update()
    row = (await conn.execute(query)).one_or_none()
    return _read(row) if row else None


async def of(services: Services, loop: str | None) -> Debrief | None:
    """Read one; None when there is none."""
    if loop is None:
        return None
    async with services.store.read() as conn:
        return await find(conn, loop)


async def get(services: Services, loop: str) -> Debrief:
    """Read one. Raises NotFound."""
    if found := await of(services, loop):
        return found
    raise NotFound("These interviews have no debrief.")


async def coming(services: Services, before: datetime | None = None) -> list[Debrief]:
    """Those that are booked and have not begun, the earliest first; of those that begin before that moment, if one is named."""
    near = [debriefs.c.start < before] if before else []
    query = sa.select(debriefs).where(
        debriefs.c.state == BOOKED, debriefs.c.start > services.clock.now(), *near
    )
    async with services.store.read() as conn:
        rows = await conn.execute(query.order_by(debriefs.c.start, debriefs.c.loop))
        return [_read(row) for row in rows]


async def beside(services: Services, interview: str) -> tuple[Sequence[str], Sequence[Interval]]:
    """What the debrief of an interview's loop has in claims and calendars: it makes way for its own interviews."""
    query = (
        sa.select(debriefs)
        .join(interviews, interviews.c.loop == debriefs.c.loop)
        .where(interviews.c.id == interview, debriefs.c.state == BOOKED)
    )
    async with services.store.read() as conn:
        row = (await conn.execute(query)).one_or_none()
    found = _read(row) if row else None
    return (found.holders, found.own) if found else ((), ())


async def change(tx: AsyncConnection, loop: str, **values: Any) -> None:
    """Write some columns."""
    await tx.execute(debriefs.update().where(debriefs.c.loop == loop).values(**values))


async def let_go(tx: AsyncConnection, loop: str) -> None:
    """Its loop is held no longer, so it has no time either."""
    held = (debriefs.c.loop == loop, debriefs.c.state == HELD)
    await tx.execute(debriefs.update().where(*held).values(state=WANTED))


def _read(row: Any) -> Debrief:
    return Debrief(
        row.loop, row.team, row.state, Wish(row.minutes, row.days, tuple(row.others)), row.number, row.due, row.anew,
        row.start, row.end, tuple(row.users), dict(row.answers), tuple(row.missing), row.sequence, row.stamp, row.sender,
        row.meeting,
    )  # fmt: skip
