"""When each interviewer may be booked: their calendars, what is booked or held through us, their hours and limits."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

from connectors.contract import Busy, BusyTime
from hiring import (
    beyond,
    calendar_events,
    calendar_times,
    claims,
    interviewer_rules,
    optional_seats,
)
from hiring.desk import Person
from hiring.interviewer_rules import Rules
from hiring.services import Services
from scheduling import query
from scheduling.busy import Event, Kind, Policy, without
from scheduling.busy import calendar as calendar_of
from scheduling.hours import Interval, Week
from scheduling.over import EVENTS, Over, above

WEEK = timedelta(days=7)
A_BREAK = timedelta(minutes=15)  # between two interviews that are not in a row


@dataclass(frozen=True, slots=True)
class Known:
    """One interviewer. `events` is what their calendar has, `unread` why it could not be asked.

    `policy` says which kinds keep interviews away, `week` when they interview. `starts` are their interviews from a
    week before the window to a week after it, which their limits count. `ours` is what is booked or held through us,
    `rows` the breaks after as many in a row as they hold. `soft`: a recruiter may go beyond their limits.
    """

    person: Person
    rules: Rules
    events: tuple[BusyTime, ...]
    week: Week
    policy: Policy
    unread: str = ""
    starts: tuple[datetime, ...] = ()
    ours: tuple[Interval, ...] = ()
    rows: tuple[Interval, ...] = ()
    soft: bool = False

    @property
    def busy(self) -> list[Interval]:
        """What keeps interviews away."""
        return [*self.around(()), *self.rows]

    def in_the_way(self, passing: Collection[str] = ()) -> list[Interval]:
        """Everything that keeps them from one more interview but their hours, without the kinds that are `passing`.

        Limits pass only where theirs are soft.
        """
        paused = [self.rules.paused] if self.rules.paused else []
        rows = [] if self.soft and "in_a_row" in passing else self.rows
        full = _full(self.counted(passing), self.person.zone, self.starts)
        return [*self.around(passing), *paused, *rows, *full]

    def counted(self, passing: Collection[str] = ()) -> Rules:
        """Their rules without the limits that are `passing`."""
        per_day, per_week = (
            None if self.soft and what in passing else limit
            for what, limit in (("per_day", self.rules.per_day), ("per_week", self.rules.per_week))
        )
        return replace(self.rules, per_day=per_day, per_week=per_week)

    def around(self, passing: Collection[str]) -> list[Interval]:
        """What keeps interviews away but breaks and limits, where kinds that are `passing` do not."""
        theirs = [(e.start, e.end) for e in self.events if self._kind(e) not in passing and self.policy.blocks(e.kind)]  # fmt: skip
        return [*theirs, *self.ours]

    def kinds(self, slot: Interval) -> set[Kind]:
        """Which kinds of what keeps interviews away stand in their calendar at that time."""
        near = (e for e in self.events if e.start < slot[1] and e.end > slot[0])
        return {self._kind(e) for e in near if self.policy.blocks(e.kind)}

    def over(self, *times: Interval) -> list[Over]:
        """What interviews at these times go beyond of theirs, be it allowed or not: what their calendar has that can be
        moved, and limits."""
        kinds = {kind for slot in times for kind in self.kinds(slot)}
        found = [Over(what, self.person.id) for what in EVENTS if what in kinds]
        if any(a < slot[1] and b > slot[0] for slot in times for a, b in self.rows):
            found.append(Over("in_a_row", self.person.id, limit=self.rules.in_a_row or 0))
        return [*found, *above(self.as_asked(), [start for start, _ in times])]

    def _kind(self, event: BusyTime) -> Kind:
        """What lasts whole days is nothing that a recruiter may go beyond."""
        whole = event.all_day and event.kind in EVENTS and self.policy.blocks(event.kind)
        return "busy" if whole else event.kind

    def as_asked(self) -> query.Person:
        """The same as the search for times wants it."""
        events = [Event(e.start, e.end, self._kind(e)) for e in self.events]
        events += [Event(*time) for time in self.ours]
        events += [Event(*time, "in_a_row") for time in self.rows]
        if self.rules.paused:
            events.append(Event(*self.rules.paused, "out_of_office"))
        zone, rules = self.person.zone, self.rules
        load = query.Load(rules.per_day, rules.per_week, self.starts, rules.in_a_row, self.soft)
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
    told, written, settled, taken, begun, beside = await asyncio.gather(
        calendar_times.busy(services, people, window, fresh=fresh),
        calendar_events.ids(services, but),
        interviewer_rules.of(services, team, names),
        claims.held(services, names.values(), window, but=but),
        claims.begun(services, names.values(), around, but=but),
        optional_seats.events(services, team, names, window),
    )
    alone: dict[str, list[Interval]] = {}
    if not meeting and any(rules.in_a_row for rules in settled.values()):
        alone = await claims.held(services, names.values(), window, but=but, meetings=False)
    found = []
    for person in people:
        rules, name = settled[person.id], names[person.id]
        calendar = told.get(person.id)
        free_of = optional_seats.without(calendar, beside[person.id]) if calendar else None
        theirs = events_of(free_of, own, written) if free_of and free_of.known else []
        ours = [(s - timedelta(minutes=rules.rest), e) for s, e in taken[name]]
        why = "" if calendar and calendar.known else _why(calendar)
        found.append(
            Known(
                person, rules, tuple(theirs), _week(services, person, rules, calendar, around),
                services.company.policy, why, tuple(sorted(begun[name])), tuple(ours),
                tuple(after_many(rules, alone.get(name, ()), begun[name])), beyond.soft(services, rules),
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
