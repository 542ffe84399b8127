"""Working hours in a person's own zone, as moments. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Wall-clock hours on some weekdays (0 is Monday). `zone` is an IANA name; an `end` of 0:00 means midnight."""

    zone: str
    days: frozenset[int] = frozenset(range(5))
    start: time = time(9)
    end: time = time(17)


def intervals(hours: WorkingHours, window: Interval) -> list[Interval]:
    """The working hours inside `window`, in order, aware UTC.

    Each day's hours are the wall times of that day. A wall time that a spring change skips counts as the same
    number of minutes later (02:30 becomes 03:30); one that an autumn change repeats means its first occurrence.
    """
    zone = ZoneInfo(hours.zone)
    first, last = window[0].astimezone(zone).date(), window[1].astimezone(zone).date()
    found = []
    day = first - timedelta(days=1)
    while day <= last:
        if day.weekday() in hours.days:
            until = day if hours.end > hours.start else day + timedelta(days=1)
            start = datetime.combine(day, hours.start, zone).astimezone(UTC)
            end = datetime.combine(until, hours.end, zone).astimezone(UTC)
            start, end = max(start, window[0]), min(end, window[1])
            if start < end:
                found.append((start, end))
        day += timedelta(days=1)
    return found
