"""Find times when everybody is free. Pure: no clock, no network, no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from scheduling.hours import Interval, WorkingHours, intervals


@dataclass(frozen=True, slots=True)
class Availability:
    """One person. `busy` None means no calendar is known: their working hours alone decide."""

    person: str
    hours: WorkingHours
    busy: tuple[Interval, ...] | None


@dataclass(frozen=True, slots=True)
class SlotRequest:
    """What is looked for. Starts are aligned to `step` on the wall clock of `align_zone`; at most `per_day` a day there."""

    window: Interval
    length: timedelta
    step: timedelta
    people: tuple[Availability, ...]
    align_zone: str = "UTC"
    limit: int = 40
    per_day: int = 6


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why one person leaves no time. `free_minutes` is what they have in the window."""

    person: str
    reason: Literal["no_hours", "busy", "no_common_time", "window_past"]
    free_minutes: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Times in order, and, when there are none, why not."""

    slots: tuple[Interval, ...]
    why_not: tuple[WhyNot, ...] = ()


def propose(request: SlotRequest) -> Proposal:
    """Every proposed slot lies inside everybody's hours and touches no busy time of anybody."""
    start, end = request.window
    if start >= end or request.length <= timedelta() or not request.people:
        return Proposal((), tuple(WhyNot(p.person, "window_past", 0) for p in request.people))
    free = [free_times(person, request.window) for person in request.people]
    common = free[0]
    for other in free[1:]:
        common = overlap(common, other)
    slots = _spread(_cut(common, request), request)
    return Proposal(slots) if slots else Proposal((), _why(request, free))


def free_times(person: Availability, window: Interval) -> list[Interval]:
    """Working hours less busy times."""
    return subtract(intervals(person.hours, window), person.busy or ())


def overlap(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """What two ordered lists of times have in common."""
    found, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            found.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return found


def subtract(times: Sequence[Interval], busy: Iterable[Interval]) -> list[Interval]:
    """Ordered times less busy ones, which may overlap and come in any order."""
    taken = sorted((start, end) for start, end in busy if start < end)
    found, first = [], 0
    for start, end in times:
        while first < len(taken) and taken[first][1] <= start:
            first += 1
        for taken_from, taken_to in taken[first:]:
            if taken_from >= end:
                break
            if taken_from > start:
                found.append((start, taken_from))
            start = max(start, taken_to)
        if start < end:
            found.append((start, end))
    return found


def _cut(common: Sequence[Interval], request: SlotRequest) -> Iterable[Interval]:
    """Aligned starts on the wall clock of the zone in which people read them."""
    zone, step = ZoneInfo(request.align_zone), request.step.total_seconds()
    for start, end in common:
        local = start.astimezone(zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        past = (local.replace(tzinfo=None) - midnight.replace(tzinfo=None)).total_seconds()
        at = start + timedelta(seconds=-past % step)
        while at + request.length <= end:
            yield (at.astimezone(UTC), (at + request.length).astimezone(UTC))
            at += request.step


def _spread(slots: Iterable[Interval], request: SlotRequest) -> tuple[Interval, ...]:
    """At most `per_day` a day, spread over the day, until `limit`."""
    zone = ZoneInfo(request.align_zone)
    days: dict[object, list[Interval]] = {}
    for slot in slots:
        days.setdefault(slot[0].astimezone(zone).date(), []).append(slot)
    chosen: list[Interval] = []
    for day in sorted(days, key=str):
        rows = days[day]
        wanted = min(request.per_day, len(rows))
        picks = sorted({round(i * (len(rows) - 1) / max(wanted - 1, 1)) for i in range(wanted)})
        chosen += [rows[i] for i in picks]
        if len(chosen) >= request.limit:
            break
    return tuple(chosen[: request.limit])


def _why(request: SlotRequest, free: Sequence[Sequence[Interval]]) -> tuple[WhyNot, ...]:
    found = []
    for person, times in zip(request.people, free, strict=True):
        minutes = int(sum((end - start).total_seconds() for start, end in times) // 60)
        fits = any(end - start >= request.length for start, end in times)
        if not intervals(person.hours, request.window):
            found.append(WhyNot(person.person, "no_hours", 0))
        elif not fits:
            found.append(WhyNot(person.person, "busy", minutes))
        else:
            found.append(WhyNot(person.person, "no_common_time", minutes))
    return tuple(found)


def overlaps(left: Interval, right: Interval) -> bool:
    """Whether two times share a moment; touching ends do not count."""
    return left[0] < right[1] and right[0] < left[1]


def as_utc(at: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time needs a zone")
    return at.astimezone(UTC)
