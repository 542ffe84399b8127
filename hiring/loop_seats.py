"""Who sits where in a loop whose times are given: distinct people, the least busy first, within their limits. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from functools import partial
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

from hiring.interviewer_times import Known
from hiring.loop_records import Option, Session, Sitting
from scheduling.company_rules import CompanyRules
from scheduling.grid import Grid, starts
from scheduling.hours import Interval, intervals


@dataclass(frozen=True, slots=True)
class Field:
    """Everything a loop is looked for in: a grid, who may sit, who is free when, and when the candidate can.

    `free` has a mask for each member; `rooms` one for each room; `pools` the members of each skill, in one order, and
    `seekers` those who train for it and need more interviews. `rules` say when a break is due.
    """

    grid: Grid
    zone: str
    people: Mapping[str, Known]
    free: Mapping[str, int]
    rooms: Mapping[str, int]
    pools: Mapping[str, tuple[str, ...]]
    window: int
    wished: bool = False  # whether the candidate said when she can
    limits: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    seekers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: CompanyRules = field(default_factory=CompanyRules)

    def fits(self, user: str, time: Interval) -> bool:
        """Whether a member is free for the whole time."""
        return _inside(self.free[user], self._cells(time))

    def possible(self, session: Session, time: Interval) -> bool:
        """Whether the candidate, the room, who has to be there, and enough of the pool are free."""
        cells = self._cells(time)
        if not _inside(self.window, cells):
            return False
        if session.room and not _inside(self.rooms[session.room], cells):
            return False
        if not all(_inside(self.free[user], cells) for user in session.required):
            return False
        if not session.seats:
            return True
        return sum(_inside(self.free[u], cells) for u in self.able(session)) >= session.seats

    def able(self, session: Session) -> list[str]:
        """Who could take one of the seats for a skill: not who sits there anyway."""
        there = {*session.required, *session.optional}
        among = self.pools[session.tag] if session.seats else ()
        return [user for user in among if user not in there]

    def begins(self, session: Session) -> int:
        """The cells at which a session can begin: where `possible` says yes."""
        cells = -(-session.minutes // 5)
        common = self.window & (self.rooms[session.room] if session.room else self.grid.full)
        for user in session.required:
            common &= self.free[user]
        enough = [self.grid.full, *[0] * session.seats]  # where so many of the pool can
        for user in self.able(session):
            can = starts(self.free[user], cells)
            for count in range(session.seats, 0, -1):
                enough[count] |= enough[count - 1] & can
        return starts(common, cells) & enough[session.seats]

    def learners(self, session: Session) -> list[str]:
        """Who could sit in a session to learn its skill: only where interviewers are chosen by it."""
        if not session.seats:
            return []
        busy = {*self.pools[session.tag], *session.required, *session.optional}
        return [user for user in self.seekers.get(session.tag, ()) if user not in busy]

    def needed(self, sessions: Sequence[Session]) -> set[str]:
        """Everybody who may be asked to sit in one of them; who is optional everywhere is not among them."""
        named = {user for session in sessions for user in session.required}
        return named.union(*self.pools.values(), *self.seekers.values())

    def _cells(self, time: Interval) -> int:
        if time[0] < self.grid.start or time[1] > self.grid.at(self.grid.cells):
            return -1
        return self.grid.outward([time])


def _inside(free: int, cells: int) -> bool:
    return cells > 0 and free & cells == cells


def free_mask(grid: Grid, known: Known, passing: Collection[str] = ()) -> int:
    """The cells in which somebody can interview: their hours without what is in their way and not `passing`."""
    span = (grid.start, grid.at(grid.cells))
    hours = grid.inward(intervals(known.week, span))
    return hours & ~grid.outward(known.in_the_way(passing))


def limits_of(
    grid: Grid, known: Known, passing: Collection[str] = ()
) -> tuple[tuple[int, int], ...]:
    """How many more interviews may start in the cells of each mask: their days and ISO weeks, in their own zone."""
    rules, zone = known.counted(passing), ZoneInfo(known.person.zone)
    found: list[tuple[int, int]] = []
    for most, days in ((rules.per_day, 1), (rules.per_week, 7)):
        if most is not None:
            for first, last in _periods(grid, zone, days):
                mine = sum(first <= at < last for at in known.starts)
                found.append((grid.outward([(first, last)]), max(most - mine, 0)))
    return tuple(found)


def _periods(grid: Grid, zone: ZoneInfo, days: int) -> Iterator[Interval]:
    day: date = grid.start.astimezone(zone).date()
    day -= timedelta(days=day.weekday() if days == 7 else 0)
    while (start := datetime.combine(day, clock(), zone).astimezone(UTC)) < grid.at(grid.cells):
        day += timedelta(days=days)
        yield start, datetime.combine(day, clock(), zone).astimezone(UTC)


def seated(
    field: Field,
    sessions: Sequence[Session],
    times: Sequence[Interval],
    like: Option | None = None,
) -> Option | None:
    """The loop at exactly these times, or None when it cannot be. Who sat there in `like` comes first, then who has least to do.

    Nobody sits twice unless they have to be there. The same question gets the same answer. Somebody who learns sits in
    where one can: without them the loop is held all the same.
    """
    if len(times) != len(sessions) or not all(
        t[1] - t[0] == timedelta(minutes=s.minutes) and field.possible(s, t)
        for s, t in zip(sessions, times, strict=True)
    ):
        return None
    before = like.sittings if like else ()

    def rank(at: int, user: str) -> tuple[bool, int, str]:
        mine = before[at].everybody if at < len(before) else ()
        return user not in mine, len(field.people[user].starts), user

    def choose(at: int, used: frozenset[str]) -> list[Sitting] | None:
        if at == len(sessions):
            return []
        session, time = sessions[at], times[at]
        able = sorted(
            (u for u in field.able(session) if u not in used and field.fits(u, time)),
            key=partial(rank, at),
        )
        for chosen in combinations(able, session.seats):
            rest = choose(at + 1, used | set(chosen))
            if rest is not None:
                return [Sitting(time, (*session.required, *chosen)), *rest]
        return None

    needed = frozenset(user for session in sessions for user in session.required)
    sittings = choose(0, needed)
    if sittings is None or not within_limits(field, sittings):
        return None
    for at, session in enumerate(sessions):
        for user in sorted(field.learners(session), key=partial(rank, at)):
            more = [*sittings]
            more[at] = replace(sittings[at], trainees=(user,))
            alone = all(user not in s.everybody for s in sittings)
            if alone and field.fits(user, times[at]) and within_limits(field, more):
                sittings = more
                break
    return Option(tuple(sittings))


def within_limits(field: Field, sittings: Sequence[Sitting]) -> bool:
    """Nobody at two places at once, nobody without their rest, nobody above their limits."""
    mine: dict[str, list[Interval]] = {}
    for sitting in sittings:
        for user in sitting.everybody:
            mine.setdefault(user, []).append(sitting.time)
    for user, times in mine.items():
        rest = timedelta(minutes=field.people[user].rules.rest)
        ordered = sorted(times)
        if any(a[1] + rest > b[0] for a, b in pairwise(ordered)):
            return False
        for mask, left in field.limits.get(user, ()):
            cells = [field.grid.outward([(t[0], t[0] + timedelta(minutes=5))]) for t in times]
            if sum(bool(mask & cell) for cell in cells) > left:
                return False
    return True
