"""The rules of docs/times.md once more, second by second and start by start: what the grid is judged by."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.busy import KINDS
from scheduling.hours import Range, Span
from scheduling.query import Person, Query
from scheduling.why import Rule

Broken = tuple[Rule, bool]  # a rule, and whether only the gaps around something are too short
DAY = timedelta(days=1)


def starts(query: Query) -> list[int]:
    """Every second at which the interview may begin."""
    return [at for at, rules in judged(query) if not rules]


def without(judgement: Sequence[tuple[int, set[Broken]]], left_out: Iterable[Rule]) -> list[int]:
    """Every second at which it may begin when some rules do not count."""
    gone = set(left_out)
    gaps = Rule("gaps") in gone
    return [
        at
        for at, rules in judgement
        if all(rule in gone or (narrow and gaps) for rule, narrow in rules)
    ]


def judged(query: Query) -> list[tuple[int, set[Broken]]]:
    """Every aligned start whose interview lies in the window, with the rules that it breaks."""
    first, last = (moment.timestamp() for moment in query.window)
    length, zone = query.length.total_seconds(), ZoneInfo(query.zone)
    people = [(person, list(_week(person, query))) for person in query.people]
    found = []
    for at in range(int(-(-first // 60)) * 60, int(last - length) + 1, 60):
        local = datetime.fromtimestamp(at, zone)
        if local.minute % query.step or local.second:
            continue
        end = at + length
        rules: set[Broken] = {(rule, False) for rule in _shared(query, at, end)}
        for person, spans in people:
            rules |= {(rule, False) for rule in _hours(spans, at, end)}
            rules |= set(_calendar(query, person, at, end))
            rules |= {(rule, False) for rule in _limits(person, at)}
        found.append((at, rules))
    return found


def instant(day: date, at: time, zone: str) -> int:
    """A wall time as a second: the first that shows it; where none does, counted with the offset before the gap."""
    here, wall = ZoneInfo(zone), datetime.combine(day, at)
    naive = int(wall.replace(tzinfo=UTC).timestamp())
    offsets = [_offset(naive + days * 86_400, here) for days in (-1, 1)]
    shown = [naive - o for o in offsets if datetime.fromtimestamp(naive - o, here).replace(tzinfo=None) == wall]  # fmt: skip
    return min(shown) if shown else naive - offsets[0]


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch as one."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _week(person: Person, query: Query) -> Iterator[tuple[Rule, bool, list[Span]]]:
    """Each rule of a week: whether an interview must lie inside one of its spans, or outside all."""
    week, zone = person.week, person.week.zone
    yield Rule("hours", person.id), True, _ranges(week.working, zone, query)
    if week.interviews:
        yield Rule("interview_hours", person.id), True, _ranges(week.interviews, zone, query)
    if week.lunch:
        yield Rule("lunch", person.id), False, _ranges([week.lunch], zone, query)
    yield Rule("off", person.id), False, [_midnights(day, day, zone) for day in week.off]
    away = [_midnights(one.first, one.last, zone) for one in week.leave]
    yield Rule("leave", person.id), False, away


def _hours(week: list[tuple[Rule, bool, list[Span]]], at: float, end: float) -> Iterator[Rule]:
    for rule, inside, spans in week:
        if (inside and not any(s <= at and end <= e for s, e in spans)) or (
            not inside and any(at < e and s < end for s, e in spans)
        ):
            yield rule


def _ranges(wanted: Iterable[Range], zone: str, query: Query) -> list[Span]:
    """The ranges of all days around the window."""
    spans = []
    for day in _days(query, zone):
        for one in wanted:
            if day.weekday() in one.days:
                until = day + DAY if one.end <= one.start else day
                spans.append((instant(day, one.start, zone), instant(until, one.end, zone)))
    return joined(spans)


def _midnights(first: date, last: date, zone: str) -> Span:
    return instant(first, time(), zone), instant(last + DAY, time(), zone)


def _calendar(query: Query, person: Person, at: float, end: float) -> Iterator[Broken]:
    if person.calendar is None:
        return
    before, after = query.before.total_seconds(), query.after.total_seconds()
    for kind in KINDS:
        if not query.policy.blocks(kind):
            continue
        spans = person.calendar.spans.get(kind, ())
        wide = [(s - after, e + before) for s, e in spans] + list(
            person.calendar.wide.get(kind, ())
        )
        if any(at < e and s < end for s, e in spans):
            yield Rule(kind, person.id), False
        elif any(at < e and s < end for s, e in wide):
            yield Rule(kind, person.id), True


def _limits(person: Person, at: int) -> Iterator[Rule]:
    load, zone = person.load, ZoneInfo(person.week.zone)
    day = datetime.fromtimestamp(at, zone).date()
    taken = [moment.astimezone(zone).date() for moment in load.booked]
    if load.per_day is not None and taken.count(day) >= load.per_day:
        yield Rule("per_day", person.id)
    weeks = [other.isocalendar()[:2] for other in taken]
    if load.per_week is not None and weeks.count(day.isocalendar()[:2]) >= load.per_week:
        yield Rule("per_week", person.id)


def _shared(query: Query, at: float, end: float) -> Iterator[Rule]:
    if at < (query.now + query.notice).timestamp():
        yield Rule("notice")
    if query.candidate is not None:
        told = joined((int(s.timestamp()), int(e.timestamp())) for s, e in query.candidate)
        if not any(s <= at and end <= e for s, e in told):
            yield Rule("candidate")
    taken = [
        [span for kind, spans in room.calendar.spans.items() if query.policy.blocks(kind) for span in spans]
        for room in query.rooms
    ]  # fmt: skip
    if query.rooms and all(any(at < e and s < end for s, e in spans) for spans in taken):
        yield Rule("room")


def _days(query: Query, zone: str) -> list[date]:
    here = ZoneInfo(zone)
    first = query.window[0].astimezone(here).date() - 2 * DAY
    last = query.window[1].astimezone(here).date() + 2 * DAY
    return [first + DAY * i for i in range((last - first).days + 1)]


def _offset(at: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
