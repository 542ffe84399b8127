"""Who of a pool may and should interview: loads, limits, cool-down, substitutes and the fairness ledger. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Literal
from zoneinfo import ZoneInfo

from scheduling.grid import Grid
from scheduling.loops.request import Limit, SeatKind
from scheduling.training import Training, may_take

USUAL_WEEK = 5  # interviews; the weekly limit at which one interview weighs ten points


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a pool. Dates are in `zone`; `booked` counts interviews already held or booked on a date.

    `tags` are skills and pools, `training` maps interview types to where they stand; a type that is not there counts as
    trained when its name is among the tags. `heavy` interviews on one date make it a heavy day (0: no rule), after which
    the next `rest_days` stay free.
    """

    id: str
    zone: str
    tags: frozenset[str] = frozenset()
    training: Mapping[str, Training] = field(default_factory=dict)
    booked: Mapping[date, int] = field(default_factory=dict)
    per_day: int = 2
    per_week: int = USUAL_WEEK
    heavy: int = 0
    rest_days: int = 1
    recent: int = 0
    upcoming: int = 0
    paused: bool = False


def points(recent: int, upcoming: int, per_week: int) -> int:
    """Load, 0 to 999: ten for each interview of the last and the next weeks, more for people with a low weekly limit."""
    return min(10 * (recent + upcoming) * USUAL_WEEK // max(per_week, 1), 999)


def ranks(seed: str, ids: Iterable[str]) -> dict[str, int]:
    """A draw that breaks ties: the same for the same seed (a loop's id, say), and different from loop to loop."""
    return {
        name: int.from_bytes(blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest())
        for name in ids
    }


def eligible(
    members: Iterable[Member], kind: SeatKind, interview: str, tags: frozenset[str]
) -> frozenset[str]:
    """Who may take a seat: all the tags, the stage of training that the seat is for, and not paused."""
    return frozenset(m.id for m in members if not why_not(m, kind, interview, tags))


def why_not(
    member: Member, kind: SeatKind, interview: str, tags: frozenset[str]
) -> tuple[Literal["paused", "skill", "training"], ...]:
    """What keeps somebody out of a seat; nothing when they may take it."""
    found: list[Literal["paused", "skill", "training"]] = []
    if member.paused:
        found.append("paused")
    if not tags <= member.tags:
        found.append("skill")
    known = member.training.get(interview)
    if known is None:
        if kind != "interviewer" or interview not in member.tags:
            found.append("training")
    elif not may_take(known, kind):
        found.append("training")
    return tuple(found)


def limits(member: Member, grid: Grid) -> tuple[Limit, ...]:
    """What is left of each local day and ISO week that the grid touches, and no interview while they cool down.

    A day that would become heavy may take no more than leaves it light while an interview is booked in its rest days.
    """
    zone, found = ZoneInfo(member.zone), list[Limit]()
    day = grid.start.astimezone(zone).date()
    last = grid.at(grid.cells).astimezone(zone).date()
    weeks: dict[tuple[int, int], int] = {}
    while day <= last:
        mask = _day(grid, day, zone)
        if mask:
            found.append(Limit(mask, _left(member, day), "day"))
            week = day.isocalendar()[:2]
            weeks[week] = weeks.get(week, 0) | mask
        day += timedelta(days=1)
    for week, mask in weeks.items():
        held = sum(n for at, n in member.booked.items() if at.isocalendar()[:2] == week)
        found.append(Limit(mask, max(member.per_week - held, 0), "week"))
    return tuple(found)


def cooling(member: Member, day: date) -> bool:
    """Whether a heavy day lies within the rest days before this one."""
    if not member.heavy:
        return False
    before = (day - timedelta(days=n) for n in range(1, member.rest_days + 1))
    return any(member.booked.get(at, 0) >= member.heavy for at in before)


def _left(member: Member, day: date) -> int:
    if cooling(member, day):
        return 0
    held = member.booked.get(day, 0)
    most = member.per_day
    after = (day + timedelta(days=n) for n in range(1, member.rest_days + 1))
    if member.heavy and any(member.booked.get(at, 0) for at in after):
        most = min(most, member.heavy - 1)
    return max(most - held, 0)


def _day(grid: Grid, day: date, zone: ZoneInfo) -> int:
    after = day + timedelta(days=1)
    first = datetime(day.year, day.month, day.day, tzinfo=zone)
    last = datetime(after.year, after.month, after.day, tzinfo=zone)
    return grid.outward([(first, last)])


@dataclass(frozen=True, slots=True)
class Substitute:
    """Somebody who could take a seat over, or why not. `soft` are limits that a person in a hurry may overrule."""

    person: str
    load: int
    this_week: int
    per_week: int
    local_start: datetime
    reasons: tuple[
        Literal["paused", "skill", "training", "excluded", "in_loop", "not_free", "off_hours"], ...
    ] = ()
    soft: tuple[Literal["day_limit", "week_limit", "cool_down"], ...] = ()

    @property
    def fits(self) -> bool:
        """Nothing at all stands in the way."""
        return not self.reasons and not self.soft


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One seat at a fixed time, aware UTC. `without` have a conflict of interest, `present` already sit in the loop."""

    interview: str
    kind: SeatKind
    start: datetime
    end: datetime
    tags: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    seed: str = ""


def substitutes(
    vacancy: Vacancy,
    members: Sequence[Member],
    grid: Grid,
    free: Mapping[str, int],
    hours: Mapping[str, int],
) -> tuple[Substitute, ...]:
    """Everybody of the pool, best first: those who fit, then those whom only a limit holds back, then the others.

    Within each, the least loaded first, then by the draw of the seed. `free` and `hours` are cells of the grid by person:
    not busy, and working; somebody who is missing there is not free.
    """
    seeded = ranks(vacancy.seed, [m.id for m in members])
    inside = grid.start <= vacancy.start < vacancy.end <= grid.at(grid.cells)
    need = grid.outward([(vacancy.start, vacancy.end)]) if inside else 0
    rows = [_substitute(vacancy, m, need, free.get(m.id, 0), hours.get(m.id, 0)) for m in members]
    return tuple(
        sorted(rows, key=lambda s: (len(s.reasons), len(s.soft), s.load, seeded[s.person]))
    )


def _substitute(vacancy: Vacancy, member: Member, need: int, free: int, hours: int) -> Substitute:
    local = vacancy.start.astimezone(ZoneInfo(member.zone))
    day, week = local.date(), local.isocalendar()[:2]
    hard: list[
        Literal["paused", "skill", "training", "excluded", "in_loop", "not_free", "off_hours"]
    ] = []
    hard += why_not(member, vacancy.kind, vacancy.interview, vacancy.tags)
    if member.id in vacancy.without:
        hard.append("excluded")
    if member.id in vacancy.present:
        hard.append("in_loop")
    if not need or need & ~free:
        hard.append("not_free")
    if need & ~hours:
        hard.append("off_hours")
    soft: list[Literal["day_limit", "week_limit", "cool_down"]] = []
    held = sum(n for at, n in member.booked.items() if at.isocalendar()[:2] == week)
    if cooling(member, day):
        soft.append("cool_down")
    elif not _left(member, day):
        soft.append("day_limit")
    if held >= member.per_week:
        soft.append("week_limit")
    load = points(member.recent, member.upcoming, member.per_week)
    return Substitute(member.id, load, held, member.per_week, local, tuple(hard), tuple(soft))


@dataclass(frozen=True, slots=True)
class Share:
    """One person's part of a pool's interviews. `fair` is what equal use of everybody's weekly limit would give."""

    person: str
    interviews: int
    share: float
    fair: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """How a pool's interviews are spread: most first; `gini` 0 is even, near 1 is one person doing all."""

    shares: tuple[Share, ...]
    interviews: int
    most_less_least: int
    gini: float


def ledger(counts: Mapping[str, int], per_week: Mapping[str, int]) -> Ledger:
    """The ledger of everybody in `counts`, with 0 for those who had none."""
    total, room = sum(counts.values()), sum(per_week.get(p, USUAL_WEEK) for p in counts)
    rows = [
        Share(
            p, n, n / total if total else 0.0, per_week.get(p, USUAL_WEEK) / room if room else 0.0
        )
        for p, n in counts.items()
    ]
    rows.sort(key=lambda s: (-s.interviews, s.person))
    values, size = sorted(counts.values()), len(counts)
    weighed = sum((2 * i - size + 1) * n for i, n in enumerate(values))
    return Ledger(
        tuple(rows),
        total,
        values[-1] - values[0] if values else 0,
        weighed / (size * total) if total else 0.0,
    )
