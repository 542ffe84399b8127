"""Times that lie over something a recruiter may decide to go beyond, the cheapest first. Pure.

What may be gone beyond, from the cheapest to the dearest: something tentative, focus time, a hold (what its owner can
move), and, of people whose limits are soft, interviews in a row, limits of the day, limits of the week. Everything else
holds as in `scheduling/slots.py`: nothing lies over busy time, out of office, or anything of the whole day.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from scheduling import why
from scheduling.grid import SECONDS, seconds, starts
from scheduling.hours import Interval
from scheduling.masks import booked, monday
from scheduling.query import Person
from scheduling.slots import Found, window

What = Literal["tentative", "focus", "hold", "in_a_row", "per_day", "per_week"]
COST: tuple[What, ...] = get_args(What)
EVENTS: tuple[What, ...] = ("tentative", "focus", "hold")
LIMITS: tuple[What, ...] = ("in_a_row", "per_day", "per_week")
MOST = 4  # a time over more than that is not worth a question


@dataclass(frozen=True, slots=True, order=True)
class Over:
    """One thing gone beyond: what, and whose. Of a limit, how many interviews they `would` have, and the `limit`.

    Of interviews in a row only the limit is told, of events neither.
    """

    what: What
    who: str
    would: int = 0
    limit: int = 0

    @property
    def amount(self) -> int:
        """By how much: interviews above the limit of a day or week, else one."""
        return max(self.would - self.limit, 1)


@dataclass(frozen=True, slots=True)
class Costly:
    """A time, aware UTC, and everything it lies over: at least one thing."""

    slot: Interval
    over: tuple[Over, ...]


def times(found: Found, *, events: bool) -> list[Costly]:
    """Every time that `find` left out for such reasons alone, the cheapest first, then the earliest.

    Soft limits always may be gone beyond, what stands in calendars only with `events`.
    """
    query, shape = found.query, found.shape
    people = {person.id: person for person in query.people}
    begin = starts(window(query, shape), query.cells) & shape.aligned(query.zone, query.step)
    eased: list[tuple[why.Rule, int]] = []
    for part in why.parts(query, shape):
        if part.rule.who and _may(part.rule.what, people[part.rule.who], events=events):
            eased.append((part.rule, part.wide))
        else:
            begin &= part.wide
    if not query.people:
        return []
    told = []
    for at in seconds(begin & ~found.mask, shape.first):
        bit, begun = 1 << at // SECONDS - shape.first, datetime.fromtimestamp(at, UTC)
        broken = [rule for rule, allowed in eased if not allowed & bit]
        if len(broken) <= MOST:
            over = tuple(sorted(_over(rule, people[rule.who], begun) for rule in broken))
            told.append(Costly((begun, begun + query.length), over))
    return sorted(told, key=lambda one: (cost(one.over), one.slot))


def cost(over: Iterable[Over]) -> tuple[int, ...]:
    """To compare by: how much of the dearest kind, then of the next, down to the cheapest."""
    amounts = dict.fromkeys(reversed(COST), 0)
    for one in over:
        amounts[one.what] += one.amount
    return tuple(amounts.values())


def within(over: Iterable[Over], accepted: Collection[Over]) -> bool:
    """Whether somebody who accepted some things accepted these: the same, or less of them."""
    most = {(one.what, one.who): one.would for one in accepted}
    return all(one.would <= most.get((one.what, one.who), -1) for one in over)


def choice(rows: Sequence[Costly], zone: str, *, limit: int, per_day: int) -> tuple[Costly, ...]:
    """The first ones, at most `per_day` on each day of `zone`."""
    here, days = ZoneInfo(zone), dict[object, int]()
    chosen: list[Costly] = []
    for one in rows:
        day = one.slot[0].astimezone(here).date()
        if days.get(day, 0) < per_day and len(chosen) < limit:
            days[day] = days.get(day, 0) + 1
            chosen.append(one)
    return tuple(chosen)


def above(person: Person, begins: Sequence[datetime]) -> Iterator[Over]:
    """The limits of a day and of a week that somebody would be above with interviews that begin then besides theirs."""
    load, zone = person.load, ZoneInfo(person.week.zone)
    days, weeks = booked(person)
    dates = [at.astimezone(zone).date() for at in begins]
    days.update(dates)
    weeks.update(map(monday, dates))
    mine = {"per_day": (load.per_day, [days[day] for day in dates]), "per_week": (load.per_week, [weeks[monday(day)] for day in dates])}  # fmt: skip
    for what in LIMITS:
        limit, would = mine.get(what, (None, []))
        if limit is not None and max(would, default=0) > limit:
            yield Over(what, person.id, max(would), limit)


def _may(what: why.Obstacle, person: Person, *, events: bool) -> bool:
    return (events and what in EVENTS) or (person.load.soft and what in LIMITS)


def _over(rule: why.Rule, person: Person, begun: datetime) -> Over:
    what = next(what for what in COST if what == rule.what)
    if what == "in_a_row":
        return Over(what, person.id, limit=person.load.in_a_row or 0)
    if what in EVENTS:
        return Over(what, person.id)
    return next(one for one in above(person, (begun,)) if one.what == what)
