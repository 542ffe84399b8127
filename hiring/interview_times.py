"""Times that suit a panel: everybody's hours, calendar and limits, and what we have booked ourselves."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.contract import Busy
from hiring import calendar_events, calendar_times
from hiring.desk import Person
from hiring.errors import Refused, Taken
from hiring.interviewer_times import events_of, known
from hiring.services import Services
from scheduling import because, slots, why
from scheduling.hours import Interval
from scheduling.masks import Kept
from scheduling.query import Query

STEP = 30  # minutes
SHOWN, SHOWN_A_DAY, MOST_REASONS = 40, 6, 5


@dataclass(frozen=True, slots=True)
class Times:
    """Proposed times, who has no readable calendar (name, why), and why nothing fits when nothing does."""

    slots: tuple[Interval, ...]
    unread: tuple[tuple[str, str], ...] = ()
    why_not: tuple[str, ...] = ()


async def propose(
    services: Services,
    team: str,
    people: Sequence[Person],
    minutes: int,
    zone: str,
    *,
    but: str = "",
    own: Interval | None = None,
    every: bool = False,
    fresh: bool = False,
    windows: Sequence[Interval] = (),
) -> Times:
    """Times for a panel as far ahead as the company looks, aligned to half hours in `zone`.

    An interview being moved (`but`, with its `own` time) does not block itself. A calendar that cannot be read never
    counts as free time that was checked: the person is named in `unread`. `every` gives all times that fit, not a
    choice spread over the days: a time can be free without being among the proposed ones. `fresh` asks every calendar now.
    `windows`, where there are any, are when the candidate said they can.
    """
    if not people:
        return Times((), why_not=("Choose at least one interviewer.",))
    now = services.clock.now()
    rules = services.company.rules
    window = (now, now + rules.ahead)
    mine = (own,) if own else ()
    found = await known(services, team, people, window, but=(but,), own=mine, fresh=fresh)
    unread = tuple((k.person.name, k.unread) for k in found if k.unread)
    rows = tuple(k.as_asked() for k in found)
    wanted = Query(
        rows, window, timedelta(minutes=minutes), now, zone, STEP, rules.notice,
        policy=services.company.policy, candidate=tuple(windows) or None,
    )  # fmt: skip
    open_ = slots.find(wanted, Kept())
    if not open_.mask:
        said = because.why(why.explain(open_), wanted.names, zone)
        return Times((), unread, said[:MOST_REASONS])
    times = open_.slots()
    chosen = times if every else slots.spread(times, zone, limit=SHOWN, per_day=SHOWN_A_DAY)
    return Times(chosen, unread)


async def require_free(
    services: Services,
    team: str,
    people: Sequence[Person],
    slot: Interval,
    *,
    but: str = "",
    own: Interval | None = None,
) -> None:
    """Ask everybody's calendar about a chosen time once more. Raises Taken with who is busy; a calendar that cannot be
    read, or does not answer, keeps nobody away: that was said when the time was chosen."""
    told, written = await asyncio.gather(
        calendar_times.busy(services, people, slot, fresh=True),
        calendar_events.ids(services, [but]),
    )
    mine = (own,) if own else ()
    busy = [
        person.name for person in people
        if (calendar := told.get(person.id)) and calendar.known
        and in_the_way(services, calendar, slot, mine, written)
    ]  # fmt: skip
    if busy:
        services.memory.forget()  # the list of times that is shown next has to be fresh
        names = " and ".join(filter(None, (", ".join(busy[:-1]), busy[-1])))
        raise Taken(
            f"That time is no longer free in the calendar of {names}. Choose another one.",
            field="time",
        )


def in_the_way(
    services: Services,
    calendar: Busy,
    slot: Interval,
    own: Sequence[Interval],
    written: frozenset[str],
) -> bool:
    """Whether somebody's calendar keeps them from a time."""
    return any(
        event.start < slot[1] and event.end > slot[0] and services.company.policy.blocks(event.kind)
        for event in events_of(calendar, own, written)
    )


def fits(slot: Interval, now: datetime) -> bool:
    """Whether a time still lies ahead."""
    return slot[0] > now


def parse_slot(text: str) -> Interval:
    """Read `start/end` as forms send it. Raises Refused."""
    try:
        start, end = (datetime.fromisoformat(part) for part in text.split("/"))
    except ValueError:
        raise Refused("Choose one of the times.", field="time") from None
    if start.tzinfo is None or end <= start:
        raise Refused("Choose one of the times.", field="time")
    return start, end


def spell_slot(slot: Interval) -> str:
    """`start/end`, the value of a time in a form."""
    return f"{slot[0].isoformat()}/{slot[1].isoformat()}"
