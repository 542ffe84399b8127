"""When each interviewer may be booked: their calendar, what is booked or held through us, their hours and limits."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from connectors.contract import Busy
from connectors.errors import ConnectorError
from hiring import claims, interviewer_rules
from hiring.desk import Person
from hiring.interviewer_rules import Rules
from hiring.services import Services
from scheduling import query
from scheduling.busy import Event, without
from scheduling.busy import calendar as calendar_of
from scheduling.hours import Interval

KEPT = 15.0  # seconds for which somebody's busy times are remembered; a booking asks our own records anew
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Known:
    """One interviewer. `busy` is what their calendar and our own records have; `unread` why a calendar could not be asked.

    `starts` are their interviews from a week before the window to a week after it, which their limits count.
    """

    person: Person
    rules: Rules
    busy: tuple[Interval, ...]
    unread: str = ""
    starts: tuple[datetime, ...] = ()

    @property
    def in_the_way(self) -> list[Interval]:
        """Everything that keeps them from one more interview but their hours."""
        paused = [self.rules.paused] if self.rules.paused else []
        return [*self.busy, *paused, *_full(self.rules, self.person.zone, self.starts)]

    def as_asked(self) -> query.Person:
        """The same as the search for times wants it."""
        events = [Event(*time) for time in self.busy]
        if self.rules.paused:
            events.append(Event(*self.rules.paused, "out_of_office"))
        zone, rules = self.person.zone, self.rules
        load = query.Load(rules.per_day, rules.per_week, self.starts)
        return query.Person(
            self.person.id, self.person.name, rules.week(zone), calendar_of(events, zone), load
        )


async def known(
    services: Services,
    team: str,
    people: Sequence[Person],
    window: Interval,
    *,
    but: Iterable[str] = (),
    own: Sequence[Interval] = (),
    fresh: bool = False,
) -> list[Known]:
    """Everybody's times in a window, in the order of `people`; `fresh` asks every calendar now.

    What the holders `but` have does not count, nor what stands at their `own` times in a calendar: an interview that
    is moved does not block itself.
    """
    names = {person.id: claims.person(team, person.id) for person in people}
    around = (window[0] - WEEK, window[1] + WEEK)
    told, settled, taken, begun = await asyncio.gather(
        busy(services, people, window, fresh=fresh),
        interviewer_rules.of(services, team, names),
        claims.held(services, names.values(), window, but=but),
        claims.begun(services, names.values(), around, but=but),
    )
    found = []
    for person in people:
        rules, name = settled[person.id], names[person.id]
        calendar = told.get(person.id)
        readable = calendar is not None and calendar.known
        theirs = _less(calendar.times, own) if readable and calendar else []
        starts = begun[name]
        ours = [(start - timedelta(minutes=rules.rest), end) for start, end in taken[name]]
        why = "" if readable else (calendar.why if calendar else "no calendar connected")
        found.append(Known(person, rules, (*theirs, *ours), why, tuple(sorted(starts))))
    return found


def _less(times: Iterable[Interval], own: Sequence[Interval]) -> list[Interval]:
    found = list(times)
    for time in own:
        found = list(without(found, time))
    return found


def _full(rules: Rules, zone: str, starts: Sequence[datetime]) -> list[Interval]:
    """The days and ISO weeks, in their zone, in which they have as many interviews as they want."""
    here = ZoneInfo(zone)
    days = [at.astimezone(here).date() for at in starts]
    shut: list[Interval] = []
    if rules.per_day is not None:
        full = [day for day, count in Counter(days).items() if count >= rules.per_day]
        shut += [_span(day, 1, here) for day in full]
    if rules.per_week is not None:
        weeks = Counter(day - timedelta(days=day.weekday()) for day in days)
        full = [monday for monday, count in weeks.items() if count >= rules.per_week]
        shut += [_span(monday, 7, here) for monday in full]
    return shut


def _span(day: date, days: int, zone: ZoneInfo) -> Interval:
    first, last = (datetime.combine(d, clock(), zone) for d in (day, day + timedelta(days=days)))
    return first.astimezone(UTC), last.astimezone(UTC)


async def busy(
    services: Services, people: Sequence[Person], window: Interval, *, fresh: bool = False
) -> dict[str, Busy]:
    """Each member's busy times from every connected calendar; the first calendar that knows them counts.

    Asked for whole hours, so that what is asked again within seconds is remembered.
    """
    emails = {person.email.casefold(): person.id for person in people if person.email}
    calendars = await services.accounts.calendars()
    if not calendars or not emails:
        return {}
    first = window[0].replace(minute=0, second=0, microsecond=0)
    last = window[1].replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    asked = tuple(sorted(emails))

    async def ask() -> list[list[Busy] | BaseException]:
        return await asyncio.gather(
            *(c.busy(list(asked), (first, last)) for c in calendars), return_exceptions=True
        )

    key = ("busy", asked, first, last)
    if fresh:
        services.memory.forget(key)
    answers = await services.memory.recall(key, KEPT, ask)
    if any(isinstance(answer, BaseException) for answer in answers):
        services.memory.forget(key)
    found: dict[str, Busy] = {}
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
