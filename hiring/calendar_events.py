"""The record of an interview's event in a connected calendar, and which calendar invites a panel. No vendor is asked here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import registry
from connectors.contract import Calendar
from hiring.calendar_table import calendar_events as table
from hiring.grants_table import grants
from hiring.services import Services
from hiring.tables import accounts

INVITES = frozenset({"events", "invites"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One interview's event. `state` is asked (sent, not known to be there), standing or cancelled.

    `event` is the calendar's own id, `start`, `end` and `sequence` what was last written. `replies` are by member.
    """

    interview: str
    account: str
    owner: str
    attempt: int
    state: str
    event: str
    uid: str
    version: str
    sequence: int
    start: datetime
    end: datetime
    replies: dict[str, str]

    @property
    def key(self) -> str:
        """What the calendar knows it by: ours, another one with each attempt."""
        return f"{self.interview}/{self.attempt}"


async def inviting(tx: AsyncConnection) -> str | None:
    """The account whose calendar invites panels: the oldest that can and has an organizer. None: invites are mailed."""
    query = (
        sa.select(accounts.c.id, accounts.c.vendor, accounts.c.config, grants.c.account)
        .outerjoin(grants, sa.and_(grants.c.account == accounts.c.id, ~grants.c.revoked))
        .order_by(accounts.c.created_at, accounts.c.id)
    )
    for id, vendor, config, signed_in in await tx.execute(query):
        made = registry.vendors().get(vendor)
        if made is None or not issubclass(made, Calendar) or not made.abilities >= INVITES:
            continue
        if config.get("organizer") or signed_in:
            return str(id)
    return None


async def makes_links(tx: AsyncConnection, account: str | None) -> bool:
    """Whether the events of an account can have a meeting link."""
    vendor = (
        await tx.execute(sa.select(accounts.c.vendor).where(accounts.c.id == account))
    ).scalar()
    made = registry.vendors().get(vendor or "")
    return made is not None and issubclass(made, Calendar) and "links" in made.abilities


async def of(services: Services, interview: str) -> Entry | None:
    """The event of an interview."""
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(table).where(table.c.interview == interview))).first()
    return _read(row) if row else None


async def in_account(services: Services, account: str, after: datetime) -> list[Entry]:
    """The events that stand in an account's calendar and end after that moment."""
    query = sa.select(table).where(
        table.c.account == account, table.c.state == "standing", table.c.end > after
    )
    async with services.store.read() as conn:
        return [_read(row) for row in await conn.execute(query.order_by(table.c.interview))]


async def ids(services: Services, interviews: Sequence[str]) -> frozenset[str]:
    """How calendars know the events of these interviews."""
    query = sa.select(table.c.event).where(table.c.interview.in_(list(interviews)))
    async with services.store.read() as conn:
        return frozenset(row.event for row in await conn.execute(query) if row.event)


async def keep(services: Services, now: Entry) -> None:
    """Write an event down in the place of what was known of it."""
    row = {name: getattr(now, name) for name in Entry.__slots__}
    async with services.store.begin() as tx:
        await tx.execute(table.delete().where(table.c.interview == now.interview))
        await tx.execute(table.insert().values(**row))


async def drop(services: Services, interview: str) -> None:
    """Forget an event that surely was not made."""
    async with services.store.begin() as tx:
        await tx.execute(table.delete().where(table.c.interview == interview))


async def saw(tx: AsyncConnection, interview: str, replies: dict[str, str], version: str) -> None:
    """Note which answers were last seen in the calendar, so that each is taken over once."""
    await tx.execute(
        table.update()
        .where(table.c.interview == interview)
        .values(replies=replies, version=version)
    )


def _read(row: Any) -> Entry:
    return Entry(
        row.interview, row.account, row.owner, row.attempt, row.state, row.event or "", row.uid or "",
        row.version or "", row.sequence, row.start, row.end, dict(row.replies),
    )  # fmt: skip
