"""Times that suit a panel: working hours, everybody's calendar, and what we have booked ourselves."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.contract import Busy
from connectors.errors import ConnectorError
from hiring.desk import Person
from hiring.errors import Refused
from hiring.interview_records import booked
from hiring.services import Services
from scheduling import because, query, slots, why
from scheduling.busy import Event, without
from scheduling.busy import calendar as calendar_of
from scheduling.hours import Interval, Week
from scheduling.masks import Kept
from scheduling.query import Query

NOTICE = timedelta(hours=2)
AHEAD = timedelta(days=14)
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
) -> Times:
    """Times for a panel in the coming two weeks, aligned to half hours in `zone`.

    An interview being moved (`but`, with its `own` time) does not block itself. A calendar that cannot be read never
    counts as free time that was checked: the person is named in `unread`. `every` gives all times that fit, not a
    choice spread over the days: a time can be free without being among the proposed ones.
    """
    if not people:
        return Times((), why_not=("Choose at least one interviewer.",))
    now = services.clock.now()
    window = (now, now + AHEAD)
    calendar = await busy(services, people, window)
    ours = await booked(services, team, [p.id for p in people], window, but)
    rows, unread = [], []
    for person in people:
        told = calendar.get(person.id)
        taken = list(ours[person.id])
        if told is not None and told.known:
            taken += without(told.times, own) if own else told.times
        else:
            unread.append((person.name, told.why if told else "no calendar connected"))
        known = calendar_of((Event(*time) for time in taken), person.zone)
        rows.append(query.Person(person.id, person.name, Week(person.zone), known))
    wanted = Query(tuple(rows), window, timedelta(minutes=minutes), now, zone, STEP, NOTICE)
    found = slots.find(wanted, Kept())
    if not found.mask:
        said = because.why(why.explain(found), wanted.names, zone)
        return Times((), tuple(unread), said[:MOST_REASONS])
    times = found.slots()
    chosen = times if every else slots.spread(times, zone, limit=SHOWN, per_day=SHOWN_A_DAY)
    return Times(chosen, tuple(unread))


async def busy(services: Services, people: Sequence[Person], window: Interval) -> dict[str, Busy]:
    """Each member's busy times from every connected calendar; the first calendar that knows them counts."""
    emails = {person.email.casefold(): person.id for person in people if person.email}
    found: dict[str, Busy] = {}
    calendars = await services.accounts.calendars()
    if not calendars or not emails:
        return found
    answers = await asyncio.gather(
        *(c.busy(list(emails), window) for c in calendars), return_exceptions=True
    )
    for answer in answers:
        if isinstance(answer, ConnectorError):
            continue
        if isinstance(answer, BaseException):
            raise answer
        for told in answer:
            person = emails[told.email.casefold()]
            if person not in found or (told.known and not found[person].known):
                found[person] = told
    return found


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
