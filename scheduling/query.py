"""What is looked for when an interview needs a time: people, rooms, windows and limits. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain

from scheduling.busy import Calendar, Policy
from scheduling.grid import CELL, Grid, days_over
from scheduling.hours import Interval, Week

STEPS = (5, 10, 15, 20, 30, 60)


@dataclass(frozen=True, slots=True)
class Load:
    """How many interviews a person may have, and when those they have begin, aware and in any order.

    Days and ISO weeks are those of the person's own zone. `booked` covers whole weeks around the window. `in_a_row` is
    said only: what it keeps away stands in the calendar. `soft`: a recruiter may go beyond (`scheduling/over.py`).
    """

    per_day: int | None = None
    per_week: int | None = None
    booked: tuple[datetime, ...] = ()
    in_a_row: int | None = None
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the interview. `calendar` None means that it cannot be read: only the week decides, and every time says so."""

    id: str
    name: str
    week: Week
    calendar: Calendar | None
    load: Load = Load()


@dataclass(frozen=True, slots=True)
class Room:
    """A room or another thing of which one is needed. One whose calendar cannot be read is no choice: leave it out."""

    id: str
    name: str
    calendar: Calendar


@dataclass(frozen=True)
class Query:
    """An interview of `length` inside `window`, with all `people`, one of the `rooms` if there are any.

    Starts are aligned to `step` minutes (one of STEPS) on the wall clock of `zone`, the reader's. It begins no
    sooner than `now` and `notice`, and lies in one of the candidate's windows where `candidate` names any. Between
    it and what a person has before or after, there is the longer of its own gap and the other's. `optional`
    people keep nothing away. Raises ValueError for a step or length that cannot be, and for a time without a zone.
    """

    people: tuple[Person, ...]
    window: Interval
    length: timedelta
    now: datetime
    zone: str = "UTC"
    step: int = 30
    notice: timedelta = timedelta()
    before: timedelta = timedelta()
    after: timedelta = timedelta()
    candidate: tuple[Interval, ...] | None = None
    rooms: tuple[Room, ...] = ()
    optional: tuple[Person, ...] = ()
    policy: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        if self.step not in STEPS:
            raise ValueError(f"starts can be {', '.join(map(str, STEPS))} minutes apart")
        if self.length <= timedelta():
            raise ValueError("an interview has a length")
        if min(self.notice, self.before, self.after) < timedelta():
            raise ValueError("notice and gaps cannot be negative")
        for at in chain(self.window, (self.now,), *(self.candidate or ())):
            if at.tzinfo is None:
                raise ValueError("a time needs a zone")

    @property
    def cells(self) -> int:
        """The length in whole cells."""
        return up(self.length)

    @cached_property
    def grid(self) -> Grid:
        """Whole days around the window and the gaps beside it, so that many queries share one grid."""
        return days_over((self.window[0] - self.before, self.window[1] + self.after))

    @property
    def names(self) -> Mapping[str, str]:
        """What to call everybody and every room, by id."""
        everybody: list[Person | Room] = [*self.people, *self.optional, *self.rooms]
        return {one.id: one.name for one in everybody}


def up(span: timedelta) -> int:
    """As many cells as hold a span."""
    return -(-span // CELL)
