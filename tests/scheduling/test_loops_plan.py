"""What an answer says: alternatives that differ, reasons for people, and what stands in the way."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from scheduling.grid import Grid
from scheduling.loops.alternatives import apart
from scheduling.loops.plan import plan
from scheduling.loops.request import Limit, Person, Request, Seat, Session
from tests.scheduling import loops_cases


def week(sessions: tuple[Session, ...], names: str) -> Request:
    """Five days of 24 hours; the candidate can from 9 to 17 UTC; everybody is always free."""
    grid = Grid(datetime(2026, 11, 2, tzinfo=UTC), 5 * 288)
    window = sum(((1 << 96) - 1) << d * 288 + 108 for d in range(5))
    people = tuple(Person(n, grid.full, rank=i) for i, n in enumerate(names))
    return Request(grid, "UTC", window, sessions, people)


def pool(name: str, members: str, need: int = 1) -> Session:
    return Session(name, 60, (Seat(frozenset(members), need),))


def test_four_alternatives_differ_from_the_best_in_days_people_and_times() -> None:
    request = week((pool("code", "abcd"), pool("talk", "efgh")), "abcdefgh")
    answer = plan(request)
    assert len(answer.loops) == 5
    best, *others = answer.loops
    assert answer.proven
    assert {d for loop in others for d in loop.differs} == {"days", "people", "times"}
    for loop in others:
        assert loop.differs == apart(loop, best, "UTC") != ()
        assert loop.costs >= best.costs
    shapes = [[(p.start, p.people) for p in loop.placed] for loop in answer.loops]
    assert all(shapes.count(shape) == 1 for shape in shapes)


def test_no_alternative_is_better_than_the_best() -> None:
    for seed in range(12):
        answer = plan(loops_cases.rich(Random(seed), 4))
        assert all(loop.costs >= answer.loops[0].costs for loop in answer.loops)


def test_the_reasons_name_who_had_less_load_and_what_kept_them_out() -> None:
    request = week((pool("code", "abc"), pool("talk", "b")), "abc")
    ana, ben, cem = request.people
    spent = Limit(request.grid.full, 0, "week")
    people = (replace(ana, limits=(spent,)), ben, replace(cem, load=40))
    code = next(
        p for p in plan(replace(request, people=people)).loops[0].placed if p.session == "code"
    )
    assert code.taken[0].person == "c"
    assert dict(code.taken[0].cheaper) == {"a": "limit", "b": "elsewhere"}


def test_a_preferred_pair_sits_together_when_that_costs_little() -> None:
    request = week((pool("code", "abc", 2),), "abc")
    ana, ben, cem = request.people
    people = (ana, replace(ben, load=4), replace(cem, load=3))
    pairs = frozenset({frozenset("ab")})
    taken = plan(replace(request, people=people, pairs=pairs)).loops[0].placed[0].taken
    assert {t.person: t.paired_with for t in taken} == {"a": "b", "b": "a"}
    assert dict(taken[1].cheaper) == {"c": "better_together"}
    never = replace(request, people=people, apart=pairs)
    assert plan(never).loops[0].placed[0].people == {"a", "c"}


def test_people_with_a_conflict_of_interest_are_never_asked() -> None:
    request = replace(week((pool("code", "ab"),), "ab"), excluded=frozenset("a"))
    assert all(loop.placed[0].people == {"b"} for loop in plan(request).loops)


def test_a_room_is_kept_from_one_session_to_the_next() -> None:
    rooms = {"red": 0xFFF << 108, "blue": 0xFFFFFF << 108}
    code = replace(pool("code", "a"), rooms=("red", "blue"), place="first")
    talk = replace(pool("talk", "b"), rooms=("red", "blue"))
    loop = plan(replace(week((code, talk), "ab"), rooms=rooms)).loops[0]
    assert [p.room for p in loop.placed] == ["red", "blue"]
    wide = plan(replace(week((code, talk), "ab"), rooms=rooms | {"red": rooms["blue"]})).loops[0]
    assert [p.room for p in wide.placed] == ["red", "red"]


def test_each_obstacle_is_named_with_what_would_help() -> None:
    two = (pool("code", "ab"), pool("talk", "c"))
    request = week(two, "abc")
    ana, ben, cem = request.people

    def first(changed: Request) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        answer = plan(changed)
        assert answer.loops == ()
        return answer.obstacles[0].kind, answer.obstacles[0].sessions, answer.obstacles[0].helps

    never = replace(cem, free=0)
    full = replace(cem, limits=(Limit(request.grid.full, 0, "week"),))
    assert first(replace(request, order=(("code", "talk"), ("talk", "code")))) == (
        "order",
        ("code", "talk"),
        (),
    )
    assert first(replace(request, window=0b111)) == ("candidate", ("code",), ())
    assert first(replace(request, people=(ana, ben, never))) == ("people", ("talk",), ())
    assert first(replace(request, people=(ana, ben, full))) == ("limits", ("talk",), ("limits",))
    closed = (replace(two[0], rooms=("red",)), two[1])
    assert first(replace(request, sessions=closed, rooms={"red": 0})) == ("room", ("code",), ())
    twice = (pool("code", "a"), pool("talk", "a"))
    assert first(replace(request, sessions=twice)) == (
        "too_few",
        ("code", "talk"),
        ("somebody_twice",),
    )
    monday, tuesday = 0xFFF << 108, 0xFFF << 108 + 288
    days = (replace(ana, free=monday), replace(ben, free=monday), replace(cem, free=tuesday))
    assert first(replace(request, people=days)) == ("chain", ("code", "talk"), ("one_more_day",))
    assert len(plan(replace(request, people=days, max_days=2)).loops[0].placed) == 2
    both = Session("code", 60, (Seat(frozenset("a")), Seat(frozenset("c"))))
    assert first(replace(request, sessions=(both,), people=days))[0] == "together"


def test_the_obstacle_of_a_pool_counts_the_times_of_each() -> None:
    request = week((pool("code", "ab", 2),), "ab")
    ana, ben = request.people
    people = (replace(ana, free=0xFFF << 108), replace(ben, free=0xFFF << 124))
    obstacle = plan(replace(request, people=people)).obstacles[0]
    assert (obstacle.kind, obstacle.need, obstacle.people) == ("people", 2, (("a", 1), ("b", 0)))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sessions": ()}, "one to ten"),
        ({"max_days": 4}, "one to three days"),
        ({"order": (("code", "tea"),)}, "not in the loop"),
        ({"sessions": (pool("code", "a"), pool("code", "b"))}, "used once"),
        ({"sessions": (Session("code", 7, ()),)}, "multiples of five"),
        ({"sessions": (replace(pool("code", "a"), rooms=("red",)),)}, "room red"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(wrong: dict[str, object], sentence: str) -> None:
    request = week((pool("code", "a"),), "a")
    with pytest.raises(ValueError, match=sentence):
        plan(replace(request, **wrong))
