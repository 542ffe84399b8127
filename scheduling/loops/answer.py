"""What a plan of loops says: the loops with their costs and reasons, or what stands in the way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheduling.loops.request import SeatKind

EMPTY = 10_000  # points for a trainee's seat that nobody takes
AGAIN = 10  # points for each interview that this loop already gave the same person
PAIR = 5  # points for a session without the preferred pair that its seats have


Why = Literal["not_free", "limit", "elsewhere", "better_together"]


@dataclass(frozen=True, slots=True, order=True)
class Costs:
    """The objective in its order: a loop is better when the first field that differs is smaller.

    Sessions outside of the candidate's preferred times; days; minutes of breaks inside days; points for people (loads,
    again, empty trainee seats, missed pairs); minutes from the horizon's start to the end of the last session.
    """

    outside_preferred: int
    days: int
    break_minutes: int
    people: int
    end_minutes: int


@dataclass(frozen=True, slots=True)
class Taken:
    """One person in one seat and why. `cheaper` are members of the seat with less load, each with what kept them out."""

    person: str
    kind: SeatKind
    load: int
    paired_with: str | None = None
    cheaper: tuple[tuple[str, Why], ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """One session of a loop, aware UTC. `room` None means that none is needed."""

    session: str
    start: datetime
    end: datetime
    taken: tuple[Taken, ...]
    room: str | None
    preferred: bool

    @property
    def people(self) -> frozenset[str]:
        """Everybody in it, trainees too."""
        return frozenset(t.person for t in self.taken)


@dataclass(frozen=True, slots=True)
class Loop:
    """Sessions in order of time. `differs` says what sets an alternative apart from the best loop."""

    placed: tuple[Placed, ...]
    costs: Costs
    differs: tuple[Literal["days", "people", "times"], ...] = ()


Kind = Literal[
    "order",  # the order contradicts itself
    "candidate",  # no window of the candidate is long enough
    "room",  # no room is free in those windows
    "people",  # a seat has too few people free at any one time
    "limits",  # ... because of their limits per day or week
    "together",  # each seat has people, but never all seats at one time
    "too_few",  # nobody may sit twice, and the pools are too small for that
    "chain",  # each session has times, but they do not fit behind each other
    "not_found",  # the search gave up before it knew
]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why there is no loop. `people` maps ids to the times (starts) at which each could sit there.

    `helps` names rules of which each, relaxed alone, would give a loop: one_more_day, longer_breaks, no_long_break,
    no_order, limits, somebody_twice, excluded, apart.
    """

    kind: Kind
    sessions: tuple[str, ...]
    people: tuple[tuple[str, int], ...] = ()
    need: int = 0
    helps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The best loop and up to four alternatives, or none and the obstacles.

    `proven` means that no better loop exists, or that there is none at all; `nodes` is how many parts of loops were looked at for that.
    """

    loops: tuple[Loop, ...]
    proven: bool
    nodes: int
    obstacles: tuple[Obstacle, ...] = ()
