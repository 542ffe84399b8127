"""The record of a panel's channel, and what changed between two plans that were told in it. No job, nothing of Slack."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring.channels_table import channels
from hiring.errors import NotFound
from hiring.interview_records import Interview
from hiring.services import Services

WANTED, OPEN, ENDED = "wanted", "open", "ended"
KEPT = timedelta(days=7)  # how long it stays open after the last interview
LONGEST = 52  # characters of the job's title; Slack takes 80 for a name (docs.slack.dev, conversations.create)
DIGESTS = (4, 8, 20)  # hexadecimal digits of a name, more where fewer are in use already


@dataclass(frozen=True, slots=True)
class Planned:
    """One interview as it was told: aware UTC times, Slack member ids."""

    interview: str
    title: str
    start: datetime
    end: datetime
    users: tuple[str, ...]
    room: str = ""


Plan = tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one interview. `planned` is how it is now, or how it was when it is cancelled."""

    kind: Literal["added", "cancelled", "moved", "people"]
    planned: Planned
    came: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """Our record. `plans` has one plan more for each change; `shown` of them stand in Slack.

    `due`: a job is written that will look at everything committed until it begins.
    """

    loop: str
    team: str
    state: str
    due: bool
    name: str
    channel: str
    plans: tuple[Plan, ...]
    shown: int
    invited: tuple[str, ...]
    left_out: tuple[str, ...]


def plan_of(standing: Sequence[Interview]) -> Plan:
    """What is booked now, in the order of the day."""
    planned = [Planned(i.id, i.title, i.start, i.end, i.users, i.room or "") for i in standing]
    return tuple(sorted(planned, key=lambda p: (p.start, p.interview)))


def changes(before: Plan, after: Plan) -> list[Change]:
    """What is to be told about the way from one plan to the other, in the order of the day."""
    old, new = {p.interview: p for p in before}, {p.interview: p for p in after}
    found = [Change("cancelled", p) for p in before if p.interview not in new]
    for planned in after:
        was = old.get(planned.interview)
        if was is None:
            found.append(Change("added", planned))
            continue
        if (was.start, was.end) != (planned.start, planned.end):
            found.append(Change("moved", planned))
        came = tuple(user for user in planned.users if user not in was.users)
        left = tuple(user for user in was.users if user not in planned.users)
        if came or left:
            found.append(Change("people", planned, came, left))
    return sorted(found, key=lambda change: change.planned.start)


def names(title: str, loop: str) -> list[str]:
    """What a loop's channel may be called, the best first: the job and digits of the loop, nothing of the candidate."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")
    digest = hashlib.sha256(loop.encode()).hexdigest()
    return ["-".join(part for part in ("loop", words, digest[:n]) if part) for n in DIGESTS]


async def wish(tx: AsyncConnection, loop: str, team: str, wanted: bool) -> None:
    """Note whether the panel is to have a channel once the loop is booked. One that is there stays."""
    mine = channels.c.loop == loop
    await tx.execute(channels.delete().where(mine, channels.c.state == WANTED))
    if wanted and (await tx.execute(sa.select(channels.c.loop).where(mine))).first() is None:
        row = {"loop": loop, "team": team, "state": WANTED, "due": False, "plans": []}
        await tx.execute(channels.insert().values(**row, shown=0, invited=[], left_out=[]))


async def wished(services: Services, loop: str) -> bool:
    """Whether the panel of this loop has a channel, or is to have one."""
    async with services.store.read() as conn:
        return await find(conn, loop) is not None


async def find(conn: AsyncConnection, loop: str) -> Channel | None:
    """The record in the caller's transaction; None when nobody wanted a channel."""
    query = sa.select(channels).where(channels.c.loop == loop).with_for_update()
    row = (await conn.execute(query)).one_or_none()
    return _read(row) if row else None


async def get(services: Services, loop: str) -> Channel:
    """Read one. Raises NotFound."""
    async with services.store.read() as conn:
        found = await find(conn, loop)
    if found is None:
        raise NotFound("These interviews have no channel.")
    return found


async def change(tx: AsyncConnection, loop: str, **values: Any) -> None:
    """Write some columns; `plans` as values of `Plan`."""
    if "plans" in values:
        values["plans"] = [[_row(planned) for planned in plan] for plan in values["plans"]]
    await tx.execute(channels.update().where(channels.c.loop == loop).values(**values))


async def free_name(tx: AsyncConnection, loop: str, team: str, title: str) -> str:
    """The first name that no other loop of the workspace has."""
    among = names(title, loop)
    query = sa.select(channels.c.name).where(
        channels.c.team == team, channels.c.name.in_(among), channels.c.loop != loop
    )
    used = set((await tx.execute(query)).scalars())
    return next((name for name in among if name not in used), among[-1])


def _row(planned: Planned) -> list[Any]:
    return [
        planned.interview, planned.title, planned.start.isoformat(), planned.end.isoformat(), list(planned.users),
        planned.room,
    ]  # fmt: skip


def _planned(row: list[Any]) -> Planned:
    interview, title, start, end, users, room = row
    return Planned(
        interview, title, datetime.fromisoformat(start), datetime.fromisoformat(end), tuple(users), room
    )  # fmt: skip


def _read(row: Any) -> Channel:
    return Channel(
        row.loop, row.team, row.state, row.due, row.name or "", row.channel or "",
        tuple(tuple(_planned(planned) for planned in plan) for plan in row.plans), row.shown, tuple(row.invited),
        tuple(row.left_out),
    )  # fmt: skip
