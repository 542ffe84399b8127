"""Who may come to an interview and need not: invited, and nothing waits for them."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.contract import Busy
from hiring.calendar_table import calendar_events
from hiring.interview_records import OPTIONAL
from hiring.interviews_table import interviews, panel
from hiring.services import Services
from scheduling.hours import Interval


def besides(users: Sequence[str], required: Collection[str]) -> tuple[str, ...]:
    """Those who are optional, once each: whoever has to be there is not."""
    return tuple(user for user in dict.fromkeys(users) if user not in required)


async def insert(
    tx: AsyncConnection, interview: str, users: Sequence[str], seated: Collection[str]
) -> None:
    """Write them behind the seats that are `seated`. They have no user in the ATS, which is not told of them."""
    for position, user in enumerate(besides(users, seated), len(seated)):
        row = {"interview": interview, "user": user, "position": position, "kind": OPTIONAL}
        await tx.execute(panel.insert().values(**row))


async def events(
    services: Services, team: str, users: Collection[str], window: Interval
) -> dict[str, frozenset[str]]:
    """For each member how calendars know the interviews of a window to which they may come and need not."""
    query = (
        sa.select(panel.c.user, calendar_events.c.event)
        .join(interviews, interviews.c.id == panel.c.interview)
        .join(calendar_events, calendar_events.c.interview == panel.c.interview)
        .where(
            interviews.c.team == team, interviews.c.state == "scheduled",
            interviews.c.start < window[1], interviews.c.end > window[0],
            panel.c.kind == OPTIONAL, panel.c.user.in_(users),
        )
    )  # fmt: skip
    async with services.store.read() as conn:
        rows = (await conn.execute(query)).all()
    return {user: frozenset(r.event for r in rows if r.user == user and r.event) for user in users}


def without(calendar: Busy, events: Collection[str]) -> Busy:
    """A calendar without these events, which keep nobody from an interview. Where it does not tell ids it stays."""
    taken = tuple(time for time in calendar.taken if time.event not in events)
    return replace(calendar, taken=taken)
