"""What a loop is planned from: sessions, people, rooms, times and rules, as plain values on one grid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scheduling.grid import Grid

SeatKind = Literal["interviewer", "shadow", "reverse_shadow"]
NODES = 20_000  # how many parts of loops are looked at before the search says "not proven"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `left` more interviews that start in the cells of `mask`: a day or a week in the person's own zone."""

    mask: int
    left: int
    period: Literal["day", "week"] = "day"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sit in a seat. `free` are the cells of the grid in which they can interview.

    `load` is in points, 0 to 999 (see `scheduling.pools.points`); `rank` breaks ties, the lowest first, and should be
    drawn by `scheduling.pools.ranks` so that nobody is first by name.
    """

    id: str
    free: int
    limits: tuple[Limit, ...] = ()
    load: int = 0
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """`need` of `members`: one member and a need of 1 is a required person.

    A seat for a trainee (shadow, reverse shadow) is filled whenever somebody can, may stay empty, and never stands in for
    an interviewer's seat.
    """

    members: frozenset[str]
    need: int = 1
    kind: SeatKind = "interviewer"


@dataclass(frozen=True, slots=True)
class Session:
    """One interview. `minutes` is a multiple of five; `rooms` are ids of which one is needed, none when empty."""

    id: str
    minutes: int
    seats: tuple[Seat, ...]
    rooms: tuple[str, ...] = ()
    place: Literal["any", "first", "last"] = "any"


@dataclass(frozen=True, slots=True)
class LongBreak:
    """After `after` minutes without one, a break of `minutes` up to `at_most` must come before the next session.

    Measured from the first start to the last end of sessions with shorter breaks between them; a session that is longer
    than `after` by itself is allowed.
    """

    after: int
    minutes: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Breaks:
    """Minutes between two sessions of one day, multiples of five; a long break may be longer than `most`."""

    least: int = 0
    most: int = 15
    long: LongBreak | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A loop to plan. Masks are cells of `grid`; days, and the quarter or half hours of `step`, are those of `zone`.

    `window` is when the candidate can, `preferred` when she would rather (None: no preference). `starts` narrows the cells
    at which a session may begin. `order` holds pairs (earlier session, later session). `excluded` people have a conflict of
    interest with this candidate; `apart` pairs never sit in one session; `pairs` like to.
    """

    grid: Grid
    zone: str
    window: int
    sessions: tuple[Session, ...]
    people: tuple[Person, ...]
    preferred: int | None = None
    step: Literal[15, 30] = 15
    starts: int | None = None
    rooms: Mapping[str, int] = field(default_factory=dict)
    order: tuple[tuple[str, str], ...] = ()
    breaks: Breaks = Breaks()
    max_days: int = 1
    nobody_twice: bool = True
    pairs: frozenset[frozenset[str]] = frozenset()
    apart: frozenset[frozenset[str]] = frozenset()
    excluded: frozenset[str] = frozenset()
    nodes: int = NODES


def checked(request: Request) -> Request:
    """The same request. Raises ValueError with a sentence for what no loop could be planned from."""
    ids = [s.id for s in request.sessions]
    people = [p.id for p in request.people]
    lengths = [s.minutes for s in request.sessions]
    lengths += [request.breaks.least, request.breaks.most]
    if not 1 <= len(ids) <= 10:
        raise ValueError("a loop has one to ten sessions")
    if len(set(ids)) < len(ids) or len(set(people)) < len(people):
        raise ValueError("the ids of sessions and people are each used once")
    if any(n % 5 for n in lengths) or min(s.minutes for s in request.sessions) <= 0:
        raise ValueError("lengths and breaks are multiples of five minutes")
    if not 1 <= request.max_days <= 3:
        raise ValueError("a loop takes one to three days")
    if any(name not in ids for pair in request.order for name in pair):
        raise ValueError("the order names a session that is not in the loop")
    if any(not 0 <= p.load <= 999 for p in request.people):
        raise ValueError("a load is 0 to 999 points")
    for session in request.sessions:
        if any(seat.need < 1 for seat in session.seats):
            raise ValueError("a seat needs at least one person")
        if missing := [r for r in session.rooms if r not in request.rooms]:
            raise ValueError(f"no times are known for room {missing[0]}")
    return request
