"""Find every time at which an interview can begin, and what speaks for and against each. Pure: no clock, no network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from scheduling import hours
from scheduling.busy import KINDS
from scheduling.grid import SECONDS, seconds, starts
from scheduling.hours import Interval
from scheduling.masks import Kept, Open, Shape, booked, monday
from scheduling.query import Person, Query

Fact = Literal[
    "preferred", "outside_preferred", "rooms", "only_room", "nth_that_day", "last_that_week",
    "tentative", "focus", "hold", "optional_free", "optional_busy", "unread",
]  # fmt: skip
GOOD: frozenset[Fact] = frozenset({"preferred", "rooms", "optional_free"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact about a time: `who` are ids of people or rooms, `number` which interview of that day it would be."""

    fact: Fact
    who: tuple[str, ...] = ()
    number: int = 0

    @property
    def good(self) -> bool:
        """Whether it speaks for the time; else it costs something."""
        return self.fact in GOOD


@dataclass(frozen=True, slots=True)
class Found:
    """The cells in which the interview can begin, on the grid of `shape`."""

    query: Query
    shape: Shape
    mask: int

    def __len__(self) -> int:
        return self.mask.bit_count()

    def seconds(self) -> list[int]:
        """Every start in order, as seconds since the epoch."""
        return seconds(self.mask, self.shape.first)

    def slots(self) -> tuple[Interval, ...]:
        """Every time in order, aware UTC."""
        length = self.query.length
        begun = (datetime.fromtimestamp(at, UTC) for at in self.seconds())
        return tuple((at, at + length) for at in begun)


def find(query: Query, kept: Kept) -> Found:
    """Every feasible start of the query; none without people."""
    shape = kept.shape(query)
    cells = query.cells
    if not query.people:
        return Found(query, shape, 0)
    free, late = window(query, shape), shape.aligned(query.zone, query.step)
    free &= noticed(query, shape)
    for one in shape.opens(query.people):
        free &= one.free
        if one.starts is not None:
            late &= one.starts
    if query.candidate is not None:
        free &= suits(query, shape)
    found = starts(free, cells) & late
    if query.rooms:
        found &= roomy(query, shape)
    return Found(query, shape, found)


def begins(one: Open, query: Query) -> int:
    """The cells in which the interview can begin as far as one person is concerned."""
    free = starts(one.free, query.cells)
    return free if one.starts is None else free & one.starts


def window(query: Query, shape: Shape) -> int:
    """The cells inside the query's window."""
    first = max(-int(-query.window[0].timestamp() // SECONDS) - shape.first, 0)
    last = max(int(query.window[1].timestamp() // SECONDS) - shape.first, first)
    return (1 << last) - (1 << first)


def noticed(query: Query, shape: Shape) -> int:
    """The cells that begin no sooner than now and the notice."""
    first = -int(-(query.now + query.notice).timestamp() // SECONDS) - shape.first
    return shape.full & -1 << max(first, 0)


def suits(query: Query, shape: Shape) -> int:
    """The cells inside the candidate's windows."""
    told = [(-int(-s.timestamp() // 1), int(e.timestamp() // 1)) for s, e in query.candidate or ()]
    return shape.grid.within(hours.merged(told))


def roomy(query: Query, shape: Shape) -> int:
    """The cells in which the interview can begin with one and the same room free throughout."""
    found = 0
    for room in query.rooms:
        found |= starts(shape.room(room), query.cells)
    return found


def reasons(found: Found) -> list[tuple[Interval, tuple[Reason, ...]]]:
    """Every time with what speaks for and against it, in order."""
    facts = [(reason, mask & found.mask) for reason, mask in _facts(found)]
    told = []
    first, length = found.shape.first, found.query.length
    rooms = [(r.id, starts(found.shape.room(r), found.query.cells)) for r in found.query.rooms]
    for at in found.seconds():
        bit = 1 << at // SECONDS - first
        begun = datetime.fromtimestamp(at, UTC)
        told.append(
            (
                (begun, begun + length),
                (
                    *(reason for reason, mask in facts if mask & bit),
                    *_rooms([id for id, mask in rooms if mask & bit], len(rooms)),
                ),
            )
        )
    return told


def coming(found: Found) -> dict[Interval, tuple[str, ...]]:
    """Every time with the ids of those who are optional and can come, in order."""
    query, shape = found.query, found.shape
    can = [(p.id, begins(o, query)) for p, o in zip(query.optional, shape.opens(query.optional), strict=True)]  # fmt: skip
    places = (at // SECONDS - shape.first for at in found.seconds())
    rows = (tuple(id for id, free in can if free >> place & 1) for place in places)
    return dict(zip(found.slots(), rows, strict=True))


def spread(
    slots: Sequence[Interval], zone: str, *, limit: int, per_day: int,
    worth: Callable[[Interval], int] = lambda slot: 0,
) -> tuple[Interval, ...]:  # fmt: skip
    """A choice to show: at most `per_day` on each day of `zone`, spread over the day, until `limit`.

    Those that are `worth` most are half of a day's at least, where there are so many.
    """
    here = ZoneInfo(zone)
    days: dict[object, list[Interval]] = {}
    for slot in slots:
        days.setdefault(slot[0].astimezone(here).date(), []).append(slot)
    chosen: list[Interval] = []
    for rows in days.values():
        most = max(worth(slot) for slot in rows)
        rest = [slot for slot in rows if worth(slot) < most]
        liked = [slot for slot in rows if worth(slot) == most]
        picked = _evenly(liked, per_day - min(len(rest), per_day // 2))
        chosen += sorted([*picked, *_evenly(rest, per_day - len(picked))])
        if len(chosen) >= limit:
            break
    return tuple(chosen[:limit])


def _evenly(rows: Sequence[Interval], most: int) -> list[Interval]:
    wanted = min(most, len(rows))
    picks = sorted({round(i * (len(rows) - 1) / max(wanted - 1, 1)) for i in range(wanted)})
    return [rows[i] for i in picks]


def _rooms(free: list[str], known: int) -> list[Reason]:
    if not free:
        return []
    fact: Fact = "only_room" if len(free) == 1 and known > 1 else "rooms"
    return [Reason(fact, tuple(free))]


def _facts(found: Found) -> list[tuple[Reason, int]]:
    """Each fact with the cells from which it holds."""
    query, shape, facts = found.query, found.shape, []
    everybody, wishes = shape.full, False
    for person in query.people:
        if person.week.preferred:
            inside = starts(shape.hours(person.week.zone, person.week.preferred), query.cells)
            facts.append((Reason("outside_preferred", (person.id,)), shape.full ^ inside))
            everybody, wishes = everybody & inside, True
        facts += [*_counted(shape, person), *_over(found, person)]
        if person.calendar is None:
            facts.append((Reason("unread", (person.id,)), shape.full))
    if wishes:
        facts.insert(0, (Reason("preferred"), everybody))
    for person, one in zip(query.optional, shape.opens(query.optional), strict=True):
        free = begins(one, query)
        facts.append((Reason("optional_free", (person.id,)), free))
        facts.append((Reason("optional_busy", (person.id,)), shape.full ^ free))
    return facts


def _counted(shape: Shape, person: Person) -> list[tuple[Reason, int]]:
    """The days on which it would not be the first, and the weeks in which it would be the last."""
    if not person.load.booked and person.load.per_week is None:
        return []
    zone, (days, weeks) = ZoneInfo(person.week.zone), booked(person)
    facts = []
    for day in hours.local_days(zone, shape.around):
        cells = shape.grid.touching([hours.whole_days(day, day, zone)])
        if days[day]:
            facts.append((Reason("nth_that_day", (person.id,), days[day] + 1), cells))
        if person.load.per_week is not None and weeks[monday(day)] + 1 == person.load.per_week:
            facts.append((Reason("last_that_week", (person.id,), person.load.per_week), cells))
    return facts


def _over(found: Found, person: Person) -> list[tuple[Reason, int]]:
    """Where it would lie over something that the policy lets pass."""
    facts: list[tuple[Reason, int]] = []
    for kind in KINDS:
        spans = person.calendar.spans.get(kind) if person.calendar else None
        if spans and kind in ("tentative", "focus", "hold") and not found.query.policy.blocks(kind):
            free = starts(found.shape.full & ~found.shape.grid.touching(spans), found.query.cells)
            facts.append((Reason(kind, (person.id,)), found.shape.full ^ free))
    return facts
