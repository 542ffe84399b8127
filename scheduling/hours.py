"""A person's week in their own zone, as moments: working hours, lunch, days off and leave. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]
Span = tuple[int, int]  # seconds since the epoch
Absence = Literal["lunch", "off", "leave"]

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Range:
    """Wall-clock hours on some weekdays (0 is Monday). An `end` not after `start` lies on the next day; 0:00 is 24:00."""

    start: time
    end: time
    days: frozenset[int] = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class Leave:
    """Days on which somebody is away, the first and the last included, in their own zone."""

    first: date
    last: date


OFFICE = (Range(time(9), time(17)),)


@dataclass(frozen=True, slots=True)
class Week:
    """When somebody works. `zone` is an IANA name.

    Interviews lie inside the `working` hours and, where `interviews` names any, inside those as well; `preferred`
    hours forbid nothing. `off` holds public and company holidays and own days off, each with its name.
    A day off or on leave is a whole local day, from midnight to midnight.
    """

    zone: str
    working: tuple[Range, ...] = OFFICE
    interviews: tuple[Range, ...] = ()
    preferred: tuple[Range, ...] = ()
    lunch: Range | None = None
    off: Mapping[date, str] = field(default_factory=dict)
    leave: tuple[Leave, ...] = ()


def intervals(week: Week, window: Interval) -> list[Interval]:
    """When an interview may lie inside `window`, calendars aside: in order, aware UTC."""
    around = (int(window[0].timestamp()), int(-(-window[1].timestamp() // 1)))
    zone = ZoneInfo(week.zone)
    free = merged(expand(week.working, zone, around))
    if week.interviews:
        wanted = merged(expand(week.interviews, zone, around))
        free = less(free, less([(around[0] - 200_000, around[1] + 200_000)], wanted))
    for taken in absences(week, around).values():
        free = less(free, taken)
    found = []
    for first, last in free:
        start = max(datetime.fromtimestamp(first, UTC), window[0])
        end = min(datetime.fromtimestamp(last, UTC), window[1])
        if start < end:
            found.append((start, end))
    return found


def absences(week: Week, around: Span) -> dict[Absence, list[Span]]:
    """What the week takes out of the hours by what it is: `lunch`, `off` and `leave`, where there is any."""
    zone = ZoneInfo(week.zone)
    found: dict[Absence, list[Span]] = {}
    if week.lunch:
        found["lunch"] = expand((week.lunch,), zone, around)
    if week.off:
        found["off"] = [whole_days(day, day, zone) for day in week.off]
    if week.leave:
        found["leave"] = [whole_days(one.first, one.last, zone) for one in week.leave]
    return found


def expand(ranges: Sequence[Range], zone: ZoneInfo, around: Span) -> list[Span]:
    """The ranges of every day that may touch `around`, by the day they begin on; they may overlap.

    Each day's hours are the wall times of that day. A wall time that a spring change skips counts as the same
    number of minutes later (02:30 becomes 03:30); one that an autumn change repeats means its first occurrence.
    A range of which nothing is left so is none.
    """
    found = []
    for day in local_days(zone, around):
        weekday = day.weekday()
        for one in ranges:
            if weekday in one.days:
                until = day if one.end > one.start else day + DAY
                start, end = moment(day, one.start, zone), moment(until, one.end, zone)
                if start < end:
                    found.append((start, end))
    return found


def local_days(zone: ZoneInfo, around: Span) -> Iterator[date]:
    """Every local day that `around` touches, and the one before, whose hours may go on after midnight."""
    first, last = (datetime.fromtimestamp(at, zone).date() for at in around)
    day = first - DAY
    while day <= last:
        yield day
        day += DAY


def moment(day: date, at: time, zone: ZoneInfo) -> int:
    """A wall time as seconds since the epoch, with the rule of `expand` for the nights on which clocks change."""
    return int(datetime.combine(day, at, zone).timestamp())


def whole_days(first: date, last: date, zone: ZoneInfo) -> Span:
    """From the midnight on which `first` begins to the one on which `last` ends."""
    return moment(first, time(), zone), moment(last + DAY, time(), zone)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in any order as disjoint ones in order; empty ones are left out."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def less(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Disjoint spans in order less others, which may come in any order and overlap."""
    found, gone = [], merged(taken)
    first = 0
    for start, end in spans:
        while first < len(gone) and gone[first][1] <= start:
            first += 1
        for gone_from, gone_to in gone[first:]:
            if gone_from >= end:
                break
            if gone_from > start:
                found.append((start, gone_from))
            start = max(start, gone_to)
        if start < end:
            found.append((start, end))
    return found
