"""What is open to each person on a grid, kept so that the next query only has to combine it."""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from scheduling import hours
from scheduling.busy import Calendar, Kind, Policy
from scheduling.grid import SECONDS, Grid, spread
from scheduling.hours import Range, Span
from scheduling.query import Person, Query, Room, up

Personal = Literal["hours", "interview_hours", "lunch", "off", "leave", "per_day", "per_week"]


@dataclass(frozen=True, slots=True)
class Block:
    """What one rule of a person forbids: cells, or with `starts` cells in which nothing may begin.

    `wide` is the same with the gaps that belong before and after.
    """

    rule: Personal | Kind
    cells: int
    wide: int
    starts: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """What a person leaves open: the cells for an interview, gaps minded, and where one may begin (None: anywhere)."""

    person: Person
    free: int
    starts: int | None


class Shape:
    """A grid with gaps and a policy, and everything known about people on it."""

    def __init__(self, grid: Grid, before: int, after: int, policy: Policy) -> None:
        self.grid, self.full, self.first = grid, grid.full, grid.first
        self.before, self.after, self.policy = before, after, policy
        self.people: dict[str, Open] = {}
        self._rooms: dict[str, tuple[Calendar, int]] = {}
        self._hours: dict[tuple[str, tuple[Range, ...]], int] = {}
        self._aligned: dict[tuple[str, int], int] = {}

    @property
    def around(self) -> Span:
        """From the first to the last second."""
        return self.first * SECONDS, (self.first + self.grid.cells) * SECONDS

    def opens(self, people: Sequence[Person]) -> list[Open]:
        """What each person leaves open; counted once for one person, week, load and calendar revision."""
        found, kept = [], self.people.get
        for person in people:
            known = kept(person.id)
            if known is None or (known.person is not person and known.person != person):
                known = self._open(person)
            found.append(known)
        return found

    def _open(self, person: Person) -> Open:
        taken, late = 0, 0
        for block in blocks(self, person):
            if block.starts:
                late |= block.wide
            else:
                taken |= block.wide
        known = Open(person, self.full & ~taken, self.full & ~late if late else None)
        self.people[person.id] = known
        return known

    def room(self, room: Room) -> int:
        """The cells in which a room is free. Rooms need no gaps."""
        known = self._rooms.get(room.id)
        if known is None or known[0] != room.calendar:
            taken = 0
            for kind, spans in room.calendar.spans.items():
                if self.policy.blocks(kind):
                    taken |= self.grid.touching(spans)
            known = self._rooms[room.id] = (room.calendar, self.full & ~taken)
        return known[1]

    def hours(self, zone: str, ranges: tuple[Range, ...]) -> int:
        """The cells that lie wholly inside some ranges, expanded once for everybody who shares them."""
        key = (zone, ranges)
        if key not in self._hours:
            spans = hours.expand(ranges, ZoneInfo(zone), self.around)
            self._hours[key] = self.grid.within(hours.merged(spans))
        return self._hours[key]

    def aligned(self, zone: str, step: int) -> int:
        """The cells that begin on a multiple of `step` minutes of the hour on the wall clock of `zone`."""
        key = (zone, step)
        if key not in self._aligned:
            self._aligned[key] = _aligned(self, ZoneInfo(zone), step * 60)
        return self._aligned[key]


class Kept:
    """Masks of the last queries, of at most about `people` people over all grids. Holds no names but what callers gave."""

    def __init__(self, people: int = 1_000) -> None:
        self._most = people
        self._shapes: OrderedDict[tuple[int, int, int, int, Policy], Shape] = OrderedDict()

    def shape(self, query: Query) -> Shape:
        """The shape of a query; the least used ones are let go where there are too many people."""
        before, after, grid = up(query.before), up(query.after), query.grid
        key = (grid.first, grid.cells, before, after, query.policy)
        shape = self._shapes.get(key)
        if shape is None:
            while self._shapes and self.people >= self._most:
                self._shapes.popitem(last=False)
            shape = self._shapes[key] = Shape(grid, before, after, query.policy)
        elif len(shape.people) > self._most:
            shape.people.clear()
        self._shapes.move_to_end(key)
        return shape

    @property
    def people(self) -> int:
        """How many masks of people are kept."""
        return sum(len(shape.people) for shape in self._shapes.values())


def blocks(shape: Shape, person: Person) -> list[Block]:
    """Every rule of a person that forbids anything on this grid."""
    grid, week, found = shape.grid, person.week, []

    def forbid(rule: Personal | Kind, cells: int, *, wide: int = 0, starts: bool = False) -> None:
        if cells | wide:
            found.append(Block(rule, cells, cells | wide, starts))

    forbid("hours", shape.full ^ shape.hours(week.zone, week.working))
    if week.interviews:
        forbid("interview_hours", shape.full ^ shape.hours(week.zone, week.interviews))
    for absence, days in hours.absences(week, shape.around).items():
        forbid(absence, grid.touching(days))
    if person.calendar:
        for kind, spans in person.calendar.spans.items():
            if shape.policy.blocks(kind):
                cells = grid.touching(spans)
                wide = spread(cells, shape.after, shape.before) & shape.full
                if own := person.calendar.wide.get(kind):
                    wide |= grid.touching(own)
                forbid(kind, cells, wide=wide)
    for limit, days in _full_days(shape, person):
        forbid(limit, grid.touching(days), starts=True)
    return found


def booked(person: Person) -> tuple[Counter[date], Counter[date]]:
    """How many interviews a person has on each local day, and in each week by its Monday."""
    zone = ZoneInfo(person.week.zone)
    days = Counter(at.astimezone(zone).date() for at in person.load.booked)
    weeks: Counter[date] = Counter()
    for day, count in days.items():
        weeks[monday(day)] += count
    return days, weeks


def monday(day: date) -> date:
    """The first day of its ISO week."""
    return day - timedelta(days=day.weekday())


def _full_days(shape: Shape, person: Person) -> Iterator[tuple[Personal, list[Span]]]:
    """The days on which a person's limits leave no room for one more."""
    load, zone = person.load, ZoneInfo(person.week.zone)
    if load.per_day is None and load.per_week is None:
        return
    days, weeks = booked(person)
    every = list(hours.local_days(zone, shape.around))
    if load.per_day is not None:
        full = [day for day in every if days[day] >= load.per_day]
        yield "per_day", [hours.whole_days(day, day, zone) for day in full]
    if load.per_week is not None:
        full = [day for day in every if weeks[monday(day)] >= load.per_week]
        yield "per_week", [hours.whole_days(day, day, zone) for day in full]


def _aligned(shape: Shape, zone: ZoneInfo, step: int) -> int:
    """The cells that begin on a multiple of `step` seconds of the local hour; zones are whole cells off UTC."""
    found, every = 0, step // SECONDS
    rows = ((1 << (shape.grid.cells // every + 1) * every) - 1) // ((1 << every) - 1)
    for first, last, offset in _offsets(shape.grid, zone):
        phase = -(shape.first + offset // SECONDS) % every
        found |= rows << phase & ((1 << last) - (1 << first))
    return found & shape.full


def _offsets(grid: Grid, zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """The runs of cells with one offset from UTC, in seconds."""
    begun, now = 0, _offset(grid.at(0), zone)
    for midnight in range(0, grid.cells, 288):
        low, high = midnight, min(midnight + 288, grid.cells)
        if (then := _offset(grid.at(high), zone)) == now:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(grid.at(middle), zone) == now else (low, middle)
        yield begun, high, now
        begun, now = high, then
    yield begun, grid.cells, now


def _offset(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    return offset // timedelta(seconds=1) if offset else 0
