"""A request as bit masks: for each session the cells at which it may start, for each seat who could sit then."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd

from scheduling.grid import starts
from scheduling.loops.days import aligned, midnights
from scheduling.loops.request import Person, Request, Seat, Session

AVOIDED = (
    2_000  # points that keep people of another loop out of an alternative; less than an empty seat
)


@dataclass(frozen=True, slots=True)
class Group:
    """One seat of one session. `members` are (the person's bit, the cells at which the session may start with them)."""

    session: int
    need: int
    optional: bool
    members: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the search reads. People are bits in order of (load, rank): the lowest bit is asked first.

    `liked` and `other` are the starts of each session inside and outside of the preferred times, `before` the sessions (as
    bits) that must come earlier. `apart[gap]` are the cells whose next `gap` cells hold a midnight.
    """

    request: Request
    people: tuple[Person, ...]
    loads: tuple[int, ...]
    cells: tuple[int, ...]
    liked: tuple[int, ...]
    other: tuple[int, ...]
    before: tuple[int, ...]
    groups: tuple[Group, ...]
    of_session: tuple[tuple[int, ...], ...]
    days: tuple[int, ...]
    gaps: tuple[int, ...]
    same_day: dict[int, int]
    long_after: int  # cells; 0: no rule
    long_break: int
    plain: bool  # nobody twice and no rule on pairs: seating alone decides

    def day_of(self, cell: int) -> tuple[int, int]:
        """The first cell of the local day, and of the next one."""
        first = 0
        for midnight in self.days:
            if midnight > cell:
                return first, midnight
            first = midnight
        return first, self.request.grid.cells


def prepare(request: Request, avoid: frozenset[str] = frozenset()) -> Prepared:
    """Read a checked request. `avoid` are people whom an alternative would rather not have."""
    weigh = {p.id: p.load + (AVOIDED if p.id in avoid else 0) for p in request.people}
    people = sorted(request.people, key=lambda p: (weigh[p.id], p.rank))
    bits = {p.id: 1 << i for i, p in enumerate(people)}
    days = midnights(request.grid, request.zone)
    may = _may_start(request)
    free = _Free(people, may)
    cells, liked, other, groups = [], [], [], []
    for number, session in enumerate(request.sessions):
        size = session.minutes // 5
        at = session_starts(request, session, may, days)
        seats = [(seat, free.of(seat, request.excluded, size)) for seat in session.seats]
        for seat, members in seats:
            if seat.kind == "interviewer":
                at &= enough([m for _, m in members], seat.need)
        for seat, members in seats:
            here = tuple((bits[person], m & at) for person, m in members if m & at)
            groups.append(Group(number, seat.need, seat.kind != "interviewer", here))
        want = request.preferred
        good = at if want is None else at & starts(want, size)
        cells.append(size)
        liked.append(good)
        other.append(at & ~good)
    every = [a | b for a, b in zip(liked, other, strict=True)]
    long = request.breaks.long
    gaps = _gaps(request, cells, every)
    return Prepared(
        request,
        tuple(people),
        tuple(weigh[p.id] for p in people),
        tuple(cells),
        tuple(liked),
        tuple(other),
        tuple(_before(request)),
        tuple(groups),
        tuple(
            tuple(i for i, g in enumerate(groups) if g.session == n)
            for n in range(len(request.sessions))
        ),
        tuple(days),
        gaps,
        {gap: ~_touching(days, gap) for gap in gaps},
        long.after // 5 if long else 0,
        long.minutes // 5 if long else 0,
        request.nobody_twice and not request.pairs and not request.apart,
    )


def session_starts(request: Request, session: Session, may: int, days: Iterable[int]) -> int:
    """Where the candidate and a room are free for all of it, on one local day."""
    size = session.minutes // 5
    at = starts(request.window & request.grid.full, size) & may
    at &= ~(_touching(days, size - 1) & ~_touching(days, 0))
    if session.rooms:
        rooms = 0
        for room in session.rooms:
            rooms |= starts(request.rooms[room], size)
        at &= rooms
    return at


def enough(masks: list[int], need: int) -> int:
    """The cells that are set in at least `need` of the masks."""
    if need == 1:
        found = 0
        for mask in masks:
            found |= mask
        return found
    have = [0] * need  # have[n]: set in more than n of those read
    for mask in masks:
        for n in range(need - 1, 0, -1):
            have[n] |= have[n - 1] & mask
        have[0] |= mask
    return have[-1]


def _may_start(request: Request) -> int:
    may = aligned(request.grid, request.zone, request.step)
    return may if request.starts is None else may & request.starts


def _touching(days: Iterable[int], cells: int) -> int:
    """The cells from which a midnight is at most `cells` cells away."""
    found = 0
    for midnight in days:
        first = max(midnight - cells, 0)
        found |= ((1 << (midnight - first + 1)) - 1) << first
    return found


class _Free:
    """The starts of each person for each length, less those that a spent limit forbids."""

    def __init__(self, people: Iterable[Person], may: int) -> None:
        self._may, self._known = may, dict[tuple[str, int], int]()
        self._people = {p.id: p for p in people}

    def of(self, seat: Seat, excluded: frozenset[str], size: int) -> list[tuple[str, int]]:
        names = [n for n in seat.members if n in self._people and n not in excluded]
        return [(name, self._starts(name, size)) for name in names]

    def _starts(self, name: str, size: int) -> int:
        found = self._known.get((name, size))
        if found is None:
            person = self._people[name]
            found = starts(person.free, size) & self._may
            for limit in person.limits:
                if limit.left <= 0:
                    found &= ~limit.mask
            self._known[name, size] = found
        return found


def _gaps(request: Request, cells: list[int], every: list[int]) -> tuple[int, ...]:
    """The breaks, in cells, that can come between an end and an aligned start."""
    unit, at = 0, 0
    for size, mask in zip(cells, every, strict=True):
        unit, at = gcd(unit, size), at | mask
    first = (at & -at).bit_length() - 1
    rest = at >> first if at else 0
    while rest and unit > 1:
        rest &= rest - 1
        unit = gcd(unit, (rest & -rest).bit_length() - 1) if rest else unit
    breaks, long = request.breaks, request.breaks.long
    found = [g for g in range(breaks.least // 5, breaks.most // 5 + 1) if g % unit == 0]
    if long:
        more = range(max(long.minutes, breaks.least) // 5, long.at_most // 5 + 1)
        found += [g for g in more if g % unit == 0 and g not in found]
    return tuple(sorted(found))


def _before(request: Request) -> list[int]:
    number = {s.id: i for i, s in enumerate(request.sessions)}
    before = [0] * len(number)
    for earlier, later in request.order:
        before[number[later]] |= 1 << number[earlier]
    for here, session in enumerate(request.sessions):
        for there in range(len(number)):
            if here != there and session.place == "first":
                before[there] |= 1 << here
            if here != there and session.place == "last":
                before[here] |= 1 << there
    return before
