"""Random requests of loops, seeded: the plain ones that engines were compared on, and rich ones with every rule."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from scheduling.grid import Grid
from scheduling.loops.request import Breaks, Limit, LongBreak, Person, Request, Seat, Session

DAY = 288
MONDAY = datetime(2026, 10, 19, tzinfo=UTC)


def plain(random: Random, most: int = 6) -> Request:
    """3 to 6 sessions of 30, 45 or 60 minutes, each 1 or 2 of 3 to 12 out of 5 to 30 people, ten working days, 9 to 17.

    The candidate can on about 60 % of the days; breaks up to 15 minutes, nobody twice, any order, up to three days.
    """
    grid = Grid(MONDAY, 14 * DAY)
    people = tuple(_person(random, f"p{i}", 10) for i in range(random.randint(5, 30)))
    sessions = tuple(
        Session(f"s{i}", random.choice((30, 45, 60)), (_seat(random, people, 3, 12),))
        for i in range(random.randint(3, most))
    )
    days = [d for d in _workdays(10) if random.random() < 0.6] or [0]
    window = 0
    for day in days:
        window |= _hours(day, 9 * 12, 17 * 12)
    return Request(grid, "UTC", window, sessions, people, max_days=3)


def rich(random: Random, most: int = 6) -> Request:
    """As `plain`, with rooms, limits per day and week, trainees, preferred times, order, a long break, loads and zones."""
    base = plain(random, most)
    people = tuple(_limited(random, p) for p in base.people)
    rooms = {f"r{i}": _calendar(random, 0.45) for i in range(random.randint(1, 4))}
    sessions = tuple(_rich_session(random, s, people, tuple(rooms)) for s in base.sessions)
    names = [s.id for s in sessions]
    order = tuple((a, b) for a, b in itertools.pairwise(names) if random.random() < 0.2)
    preferred = None
    if random.random() < 0.5:
        hours = (9 * 12, 13 * 12) if random.random() < 0.5 else (12 * 12, 17 * 12)
        preferred = sum(_hours(d, *hours) for d in _workdays(10))
    long = LongBreak(180, 45, 75) if random.random() < 0.3 else None
    return Request(
        base.grid,
        random.choice(("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")),
        base.window,
        sessions,
        people,
        preferred,
        random.choice((15, 15, 30)),
        rooms=rooms,
        order=order,
        breaks=Breaks(random.choice((0, 0, 5)), random.choice((15, 30)), long),
        max_days=random.randint(1, 3),
    )


def paired(random: Random, most: int = 5) -> Request:
    """As `rich`, where one person may have several sessions of a loop, with pairs that like or must not meet."""
    base = rich(random, most)
    names = [p.id for p in base.people]
    pairs = frozenset(frozenset(random.sample(names, 2)) for _ in range(3))
    return replace(
        base,
        nobody_twice=random.random() < 0.3,
        pairs=pairs if random.random() < 0.6 else frozenset(),
        apart=frozenset({frozenset(random.sample(names, 2))}),
        excluded=frozenset(random.sample(names, 1)),
    )


def small(random: Random) -> Request:
    """As `rich` or `paired`, with at most three sessions on two or three short days: quick for any judge."""
    base = random.choice((rich, paired))(random, 3)
    days = random.sample(_workdays(10), 3)
    first = random.choice((9 * 12, 11 * 12))
    window = sum(_hours(day, first, first + 42) for day in days)
    return replace(base, window=window, sessions=base.sessions[: random.randint(2, 3)], order=())


def _workdays(count: int) -> list[int]:
    return [d for d in range(14) if d % 7 < 5][:count]


def _hours(day: int, first: int, last: int) -> int:
    return ((1 << last - first) - 1) << day * DAY + first


def _calendar(random: Random, busy: float) -> int:
    """Working hours less meetings of 30 or 60 minutes that fill about this share."""
    free = 0
    for day in _workdays(10):
        cell, hours = 9 * 12, _hours(day, 9 * 12, 17 * 12)
        while cell < 17 * 12:
            size = random.choice((6, 12))
            if random.random() < busy:
                hours &= ~_hours(day, cell, cell + size)
            cell += size
        free |= hours
    return free


def _person(random: Random, name: str, loads: int) -> Person:
    return Person(
        name, _calendar(random, 0.5), load=random.randint(0, loads), rank=random.randint(0, 1 << 40)
    )


def _seat(random: Random, people: tuple[Person, ...], few: int, many: int) -> Seat:
    size = min(random.randint(few, many), len(people))
    members = random.sample([p.id for p in people], size)
    return Seat(frozenset(members), random.choice((1, 1, 2)))


def _limited(random: Random, person: Person) -> Person:
    limits = [Limit(_week(week), random.choice((0, 1, 1, 2, 3)), "week") for week in (0, 1)]
    limits += [
        Limit(((1 << DAY) - 1) << day * DAY, random.choice((0, 1, 2)), "day")
        for day in _workdays(10)
        if random.random() < 0.3
    ]
    return Person(person.id, person.free, tuple(limits), random.randint(0, 60), person.rank)


def _week(week: int) -> int:
    return ((1 << 7 * DAY) - 1) << week * 7 * DAY


def _rich_session(
    random: Random, session: Session, people: tuple[Person, ...], rooms: tuple[str, ...]
) -> Session:
    seats = list(session.seats)
    if random.random() < 0.3:
        seats.append(Seat(frozenset({random.choice(people).id})))
    if random.random() < 0.4:
        trainees = frozenset(p.id for p in random.sample(list(people), min(4, len(people))))
        seats.append(Seat(trainees, kind=random.choice(("shadow", "reverse_shadow"))))
    some = (
        tuple(random.sample(rooms, random.randint(1, len(rooms)))) if random.random() < 0.6 else ()
    )
    place = random.choice(("any",) * 8 + ("first", "last"))
    return Session(session.id, session.minutes, tuple(seats), some, place)
