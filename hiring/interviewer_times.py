"""When each interviewer may be booked: their calendars, what is booked or held through us, their hours and limits."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from connectors.contract import Busy, BusyTime
from hiring import calendar_events, calendar_times, claims, interviewer_rules
from hiring.desk import Person
from hiring.interviewer_rules import Rules
from hiring.services import Services
from scheduling import query
from scheduling.busy import Event, Policy, without
from scheduling.busy import calendar as calendar_of
from scheduling.hours import Interval, Week

WEEK = timedelta(days=7)
A_BREAK = timedelta(minutes=15)  # between two interviews that are not in a row


@dataclass(frozen=True, slots=True)
class Known:
    """One interviewer. `events` is what their calendar and our own records have; `unread` why a calendar could not be asked.

    `policy` says which kinds keep interviews away, `week` when they interview. `starts` are their interviews from a
    week before the window to a week after it, which their limits count.
    """

    person: Person
    rules: Rules
    events: tuple[BusyTime, ...]
    week: Week
    policy: Policy
    unread: str = ""
    starts: tuple[datetime, ...] = ()

    @property
    def busy(self) -> list[Interval]:
        """What keeps interviews away."""
        return [(e.start, e.end) for e in self.events if self.policy.blocks(e.kind)]

    @property
    def in_the_way(self) -> list[Interval]:
        """Everything that keeps them from one more interview but their hours."""
        paused = [self.rules.paused] if self.rules.paused else []
        return [*self.busy, *paused, *_full(self.rules, self.person.zone, self.starts)]

    def as_asked(self) -> query.Person:
        """The same as the search for times wants it."""
        events = [Event(e.start, e.end, e.kind) for e in self.events]
        if self.rules.paused:
            events.append(Event(*self.rules.paused, "out_of_office"))
        zone, rules = self.person.zone, self.rules
        load = query.Load(rules.per_day, rules.per_week, self.starts)
        return query.Person(
            self.person.id, self.person.name, self.week, calendar_of(events, zone), load
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
    meeting: bool = False,
) -> list[Known]:
    """Everybody's times in a window, in the order of `people`; `fresh` asks every calendar now.

    For a `meeting`, which is no interview, breaks after so many interviews in a row do not count.

    What the holders `but` have does not count, nor what stands at their `own` times in a calendar: an interview that
    is moved does not block itself.
    """
    names = {person.id: claims.person(team, person.id) for person in people}
    around = (window[0] - WEEK, window[1] + WEEK)
    but = list(but)
    told, written, settled, taken, begun = await asyncio.gather(
        calendar_times.busy(services, people, window, fresh=fresh),
        calendar_events.ids(services, but),
        interviewer_rules.of(services, team, names),
        claims.held(services, names.values(), window, but=but),
        claims.begun(services, names.values(), around, but=but),
    )
    rows: dict[str, list[Interval]] = {}
    if not meeting and any(rules.in_a_row for rules in settled.values()):
        rows = await claims.held(services, names.values(), window, but=but, meetings=False)
    found = []
    for person in people:
        rules, name = settled[person.id], names[person.id]
        calendar = told.get(person.id)
        theirs = events_of(calendar, own, written) if calendar and calendar.known else []
        ours = [BusyTime(s - timedelta(minutes=rules.rest), e) for s, e in taken[name]]
        ours += [BusyTime(*gap) for gap in after_many(rules, rows.get(name, ()), begun[name])]
        why = "" if calendar and calendar.known else _why(calendar)
        found.append(
            Known(
                person, rules, (*theirs, *ours), _week(services, person, rules, calendar, around),
                services.company.policy, why, tuple(sorted(begun[name])),
            )
        )  # fmt: skip
    return found


def _why(calendar: Busy | None) -> str:
    return calendar.why if calendar else "no calendar connected"


def week_of(person: Person, rules: Rules, calendar: Busy | None) -> Week:
    """Hours they settled here come before those of their calendar."""
    if calendar is None or calendar.hours is None or rules.own_hours:
        return rules.week(person.zone)
    return calendar_times.week(calendar.hours)


def _week(
    services: Services, person: Person, rules: Rules, calendar: Busy | None, around: Interval
) -> Week:
    """With their lunch, public holidays and the company's days off."""
    week = week_of(person, rules, calendar)
    years = range(around[0].year, around[1].year + 1)
    return replace(
        week, lunch=rules.at_lunch, off=services.company.rules.off(rules.holidays, years)
    )


def after_many(
    rules: Rules, taken: Iterable[Interval], begun: Iterable[datetime]
) -> list[Interval]:
    """The breaks that somebody gets who holds only so many interviews in a row: around as many, between fewer of them.

    `taken` are interviews alone: a meeting between two of them is a break.
    """
    rest = timedelta(minutes=rules.rest)  # is part of what is taken
    if rules.in_a_row is None or rest >= A_BREAK:
        return []
    rows: list[tuple[datetime, datetime, int]] = []
    for start, end in sorted(taken):
        count = sum(start <= at < end for at in begun) or 1
        if rows and start - rows[-1][1] < A_BREAK - rest:
            before, _, had = rows.pop()
            start, count = before, had + count
        rows.append((start, end, count))
    found = []
    for n, (start, end, count) in enumerate(rows):
        others = rows[n - 1][2] if n else 0
        if count >= rules.in_a_row:
            found.append((end, end + A_BREAK))
        if count >= rules.in_a_row or count + others >= rules.in_a_row:
            found.append((start - A_BREAK, start))
    return found


def events_of(calendar: Busy, own: Sequence[Interval], written: frozenset[str]) -> list[BusyTime]:
    """What is in a calendar without what an interview that is moved has there, be it known by its id or by its time."""
    found: list[BusyTime] = []
    for time in calendar.taken:
        if time.event in written:
            continue
        named = time.event and written
        found += [replace(time, start=a, end=b) for a, b in _less(time, () if named else own)]
    return found


def _less(time: BusyTime, own: Sequence[Interval]) -> list[Interval]:
    left = [(time.start, time.end)]
    for one in own:
        left = list(without(left, one))
    return left


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
