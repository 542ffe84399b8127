"""The loop that is found is the best there is: against CP-SAT, against trying everything, and by its properties."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from scheduling.grid import Grid
from scheduling.loops.answer import Loop
from scheduling.loops.plan import plan, solve
from scheduling.loops.request import Breaks, Limit, LongBreak, Person, Request, Seat, Session
from tests.scheduling import loops_brute, loops_cases, loops_oracle


def chain(request: Request, loop: Loop) -> loops_brute.Chain:
    """A loop in the words of the judge."""
    number = {s.id: n for n, s in enumerate(request.sessions)}
    rows: loops_brute.Chain = []
    for placed in loop.placed:
        start = int((placed.start - request.grid.start).total_seconds() // 300)
        session = request.sessions[number[placed.session]]
        left = list(placed.taken)
        seats = []
        for seat in session.seats:
            mine = [t for t in left if t.kind == seat.kind and t.person in seat.members][
                : seat.need
            ]
            left = [t for t in left if t not in mine]
            seats.append(tuple(t.person for t in mine))
        rows.append((number[placed.session], start, tuple(seats)))
    return rows


@pytest.mark.parametrize("seed", range(25))
def test_the_best_loop_costs_what_cp_sat_finds(seed: int) -> None:
    request = loops_cases.small(Random(seed))
    loop, found = solve(request, request.nodes)
    judged = loops_oracle.solve(request)
    assert found.proven
    assert judged.proven
    assert (loop.costs if loop else None) == judged.costs


@pytest.mark.parametrize("seed", range(30))
def test_the_best_of_a_tiny_loop_is_the_best_of_all_that_there_are(seed: int) -> None:
    request = tiny(Random(seed))
    loop, found = solve(request, request.nodes)
    assert found.proven
    assert (loop.costs if loop else None) == loops_brute.best(request)


@pytest.mark.parametrize("seed", range(40))
def test_every_loop_of_an_answer_keeps_every_rule_and_costs_what_it_says(seed: int) -> None:
    kind = (loops_cases.rich, loops_cases.paired)[seed % 2]
    request = kind(Random(1000 + seed), 4)
    for loop in plan(replace(request, nodes=2_000)).loops:
        assert loops_brute.price(request, chain(request, loop)) == loop.costs


@pytest.mark.parametrize("seed", range(8))
def test_other_names_and_another_order_of_people_give_the_same_loop(seed: int) -> None:
    request = loops_cases.rich(Random(seed), 4)
    names = [p.id for p in request.people]
    new = dict(zip(names, Random(seed).sample(names, len(names)), strict=True))
    people = [replace(p, id=new[p.id]) for p in request.people]
    Random(seed).shuffle(people)
    sessions = tuple(
        replace(
            s,
            seats=tuple(replace(x, members=frozenset(new[m] for m in x.members)) for x in s.seats),
        )
        for s in request.sessions
    )
    other, _ = solve(replace(request, people=tuple(people), sessions=sessions), request.nodes)
    loop, _ = solve(request, request.nodes)
    assert (other is None) == (loop is None)
    if loop and other:
        assert [[new[t.person] for t in p.taken] for p in loop.placed] == [
            [t.person for t in p.taken] for p in other.placed
        ]


def test_a_search_that_gives_up_says_that_nothing_is_proven() -> None:
    requests = [loops_cases.plain(Random(seed)) for seed in range(12)]
    found = [solve(request, 3)[1] for request in requests]
    assert any(f.chain and not f.proven for f in found)


def test_a_trainee_is_present_and_never_stands_in_for_an_interviewer() -> None:
    seats = (Seat(frozenset({"tom"})), Seat(frozenset({"ada", "tom"}), kind="shadow"))
    request = day((Session("code", 60, seats),), ("tom", "ada"))
    loop = plan(request).loops[0]
    assert [(t.person, t.kind) for t in loop.placed[0].taken] == [
        ("tom", "interviewer"),
        ("ada", "shadow"),
    ]
    alone = replace(request, people=tuple(p for p in request.people if p.id == "ada"))
    assert plan(alone).loops == ()


def test_limits_count_inside_the_loop() -> None:
    sessions = tuple(Session(f"s{n}", 30, (Seat(frozenset({"tom"})),)) for n in range(3))
    request = replace(day(sessions, ("tom",)), nobody_twice=False)
    assert len(plan(request).loops[0].placed) == 3
    limited = replace(request.people[0], limits=(Limit(request.grid.full, 2, "week"),))
    answer = plan(replace(request, people=(limited,)))
    assert answer.loops == ()
    assert "limits" in answer.obstacles[0].helps


def test_a_long_break_comes_after_its_minutes() -> None:
    sessions = tuple(Session(f"s{n}", 60, (Seat(frozenset({f"p{n}"})),)) for n in range(4))
    request = day(sessions, tuple(f"p{n}" for n in range(4)))
    lunch = replace(request, breaks=Breaks(0, 15, LongBreak(180, 45, 60)))
    assert plan(request).loops[0].costs.break_minutes == 0
    assert plan(lunch).loops[0].costs.break_minutes == 45


def test_quarter_hours_are_those_of_the_wall_clock_on_the_night_the_clocks_change() -> None:
    grid = Grid(datetime(2026, 10, 24, 18, tzinfo=UTC), 24 * 12)
    for zone in ("Europe/Berlin", "Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe"):
        sessions = (Session("a", 30, (Seat(frozenset({"tom"})),)),)
        request = Request(grid, zone, grid.full, sessions, (Person("tom", grid.full),), step=30)
        later = grid.full >> 7 << 7
        for window in (grid.full, later):
            loop = plan(replace(request, window=window)).loops[0]
            start = loop.placed[0].start.astimezone(loops_brute.ZoneInfo(zone))
            assert start.minute % 30 == 0
            assert (
                loops_brute.price(replace(request, window=window), chain(request, loop))
                == loop.costs
            )


def tiny(random: Random) -> Request:
    """Two sessions and five people in four hours around a midnight in Berlin, with most of the rules."""
    grid = Grid(datetime(2026, 10, 24, 20, 0, tzinfo=UTC), 48)
    names = ["p0", "p1", "p2", "p3"]
    people = tuple(
        Person(
            name,
            random.getrandbits(48)
            | random.getrandbits(48)
            | random.getrandbits(48)
            | 0xFFF << random.randint(0, 36),
            (Limit(0xFFFFFF << random.choice((0, 24)), random.randint(0, 1)),),
            random.randint(0, 30),
            n,
        )
        for n, name in enumerate(names)
    )
    sessions = tuple(
        Session(
            f"s{n}",
            random.choice((15, 30)),
            (
                Seat(frozenset(random.sample(names, 3)), random.choice((1, 1, 2))),
                *(
                    (Seat(frozenset(random.sample(names, 1)), kind="shadow"),)
                    if random.random() < 0.4
                    else ()
                ),
            ),
        )
        for n in range(2)
    )
    return Request(
        grid,
        "Europe/Berlin",
        grid.full,
        sessions,
        people,
        random.getrandbits(48) if random.random() < 0.5 else None,
        max_days=random.randint(1, 2),
        order=(("s1", "s0"),) if random.random() < 0.3 else (),
        nobody_twice=random.random() < 0.5,
        pairs=frozenset({frozenset(random.sample(names, 2))}),
        apart=frozenset({frozenset(random.sample(names, 2))}),
        excluded=frozenset(random.sample(names, 1)) if random.random() < 0.3 else frozenset(),
    )


def day(sessions: tuple[Session, ...], names: tuple[str, ...]) -> Request:
    """One working day, 9 to 17 UTC, on which everybody is free."""
    grid = Grid(datetime(2026, 11, 2, 9, tzinfo=UTC), 8 * 12)
    people = tuple(Person(name, grid.full, rank=n) for n, name in enumerate(names))
    return Request(grid, "UTC", grid.full, sessions, people)
