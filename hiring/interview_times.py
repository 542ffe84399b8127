"""Times that suit a panel: everybody's hours, calendar and limits, and what we have booked ourselves."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.contract import Busy
from connectors.model import Ref
from hiring import calendar_events, calendar_times, claims, debrief_records, optional_seats
from hiring.desk import Person
from hiring.errors import Refused, Taken
from hiring.interviewer_times import events_of, known
from hiring.services import Services
from scheduling import because, slots, why
from scheduling.busy import without
from scheduling.hours import Interval
from scheduling.masks import Kept
from scheduling.query import Query
from scheduling.slots import Found

STEP = 30  # minutes
SHOWN, SHOWN_A_DAY, MOST_REASONS = 40, 6, 5


@dataclass(frozen=True, slots=True)
class Times:
    """Proposed times, who has no readable calendar (name, why), and why nothing fits when nothing does.

    `unsure` are those who are optional and whose calendar cannot be read; `beside` says of each time who else of them
    can come. `best` is the place of the time that is recommended: on the first day the earliest that suits most of them.
    """

    slots: tuple[Interval, ...]
    unread: tuple[tuple[str, str], ...] = ()
    why_not: tuple[str, ...] = ()
    unsure: tuple[tuple[str, str], ...] = ()
    beside: Mapping[Interval, str] = field(default_factory=dict)
    best: int = 0


async def propose(
    services: Services,
    team: str,
    people: Sequence[Person],
    minutes: int,
    zone: str,
    whom: Ref,
    *,
    but: str = "",
    own: Interval | None = None,
    every: bool = False,
    fresh: bool = False,
    windows: Sequence[Interval] = (),
    optional: Sequence[Person] = (),
) -> Times:
    """Times for a panel as far ahead as the company looks, aligned to half hours in `zone`.

    An interview being moved (`but`, with its `own` time) does not block itself. A calendar that cannot be read never
    counts as free time that was checked: the person is named in `unread`. `every` gives all times that fit, not a
    choice spread over the days: a time can be free without being among the proposed ones. `fresh` asks every calendar now.
    `windows`, where there are any, are when the candidate `whom` said they can; nothing is offered over another
    interview of theirs. `optional` people keep nothing away; half of a day's times suit most of them, where so many do.
    """
    if not people:
        return Times((), why_not=("Choose at least one interviewer.",))
    now = services.clock.now()
    rules = services.company.rules
    window = (now, now + rules.ahead)
    holders, mine = await _theirs(services, but, own)
    needed = {person.id for person in people}
    asked = [*people, *(person for person in optional if person.id not in needed)]
    found = await known(services, team, asked, window, but=holders, own=mine, fresh=fresh)
    found, others = found[: len(people)], found[len(people) :]
    hers = claims.candidate(team, whom)
    taken = (await claims.held(services, [hers], window, but=holders))[hers]
    unread = tuple((k.person.name, k.unread) for k in found if k.unread)
    unsure = tuple((k.person.name, k.unread) for k in others if k.unread)
    rows = tuple(k.as_asked() for k in found)
    wanted = Query(
        rows, window, timedelta(minutes=minutes), now, zone, STEP, rules.notice,
        policy=services.company.policy, candidate=_left(windows, window, taken),
        optional=tuple(k.as_asked() for k in others if not k.unread),
    )  # fmt: skip
    open_ = slots.find(wanted, Kept())
    if not open_.mask:
        said = because.why(why.explain(open_), wanted.names, zone)
        return Times((), unread, said[:MOST_REASONS], unsure)
    return replace(_chosen(open_, every), unread=unread, unsure=unsure)


def _chosen(open_: Found, every: bool) -> Times:
    """A choice of the times found, or `every` one, with who is optional and can come."""
    times, wanted = open_.slots(), open_.query
    coming = slots.coming(open_) if wanted.optional else {}

    def worth(slot: Interval) -> int:
        return len(coming.get(slot, ()))

    if not every:
        times = slots.spread(times, wanted.zone, limit=SHOWN, per_day=SHOWN_A_DAY, worth=worth)
    beside = {slot: because.beside(coming[slot], wanted) for slot in times if wanted.optional}
    zone = ZoneInfo(wanted.zone)
    days = [slot[0].astimezone(zone).date() for slot in times]
    best = max(range(days.count(days[0])), key=lambda place: worth(times[place]))
    return Times(times, beside=beside, best=best)


def _left(
    windows: Sequence[Interval], window: Interval, taken: Sequence[Interval]
) -> tuple[Interval, ...] | None:
    """When the candidate can: None for always."""
    left = list(windows or [window])
    for one in taken:
        left = without(left, one)
    return tuple(left) if windows or taken else None


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
    holders, mine = await _theirs(services, but, own)
    told, written, beside = await asyncio.gather(
        calendar_times.busy(services, people, slot, fresh=True),
        calendar_events.ids(services, holders),
        optional_seats.events(services, team, [person.id for person in people], slot),
    )
    busy = [
        person.name for person in people
        if (calendar := told.get(person.id)) and calendar.known
        and in_the_way(services, optional_seats.without(calendar, beside[person.id]), slot, mine, written)
    ]  # fmt: skip
    if busy:
        services.memory.forget()  # the list of times that is shown next has to be fresh
        names = " and ".join(filter(None, (", ".join(busy[:-1]), busy[-1])))
        raise Taken(
            f"That time is no longer free in the calendar of {names}. Choose another one.",
            field="time",
        )


async def _theirs(
    services: Services, but: str, own: Interval | None
) -> tuple[list[str], list[Interval]]:
    """What does not stand in the way of an interview that is moved: itself, and the debrief of its loop."""
    holders, times = await debrief_records.beside(services, but) if but else ((), ())
    return [but, *holders], [*([own] if own else []), *times]


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
