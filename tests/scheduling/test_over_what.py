"""What a recruiter may go beyond: exactly the times that break nothing else, with what each breaks, the cheapest first."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from scheduling import because, over
from scheduling.busy import Event, Kind, calendar
from scheduling.hours import Range, Week
from scheduling.masks import Kept
from scheduling.over import Over
from scheduling.query import Load, Person, Query
from scheduling.slots import find
from tests.scheduling import sweep
from tests.scheduling.worlds import World

SEEDS = some.integers(0, 2**32)
few = settings(max_examples=60, deadline=None, derandomize=True)
NINE = datetime(2026, 11, 3, 9, tzinfo=UTC)  # a Tuesday
HOUR = timedelta(hours=1)
NAMES = {"maya": "Maya", "ben": "Ben"}


def expected(query: Query, *, events: bool) -> dict[int, list[tuple[str, str]]]:
    """By looking at every start: what it breaks, where that is nothing but what may be gone beyond."""
    soft = {person.id for person in query.people if person.load.soft}
    found = {}
    for at, broken in sweep.judged(query):
        rules = sorted({(rule.what, rule.who) for rule, _ in broken})
        may = [
            (events and what in ("tentative", "focus", "hold"))
            or (who in soft and what in ("in_a_row", "per_day", "per_week"))
            for what, who in rules
        ]
        if rules and all(may) and len(rules) <= over.MOST:
            found[at] = rules
    return found


def would(person: Person, at: datetime, what: str) -> int:
    """How many interviews they would have on that day, or in that ISO week, counted one by one."""
    zone = ZoneInfo(person.week.zone)
    dates = [one.astimezone(zone).date() for one in (*person.load.booked, at)]
    if what == "per_day":
        return Counter(dates)[dates[-1]]
    return Counter(day.isocalendar()[:2] for day in dates)[dates[-1].isocalendar()[:2]]


def softened(query: Query, world: World) -> Query:
    people = [
        replace(one, load=replace(one.load, soft=world.some.random() < 0.7)) for one in query.people
    ]
    return replace(query, people=tuple(people))


@few
@given(SEEDS, some.booleans())
def test_every_time_that_breaks_nothing_else_is_told_with_all_it_breaks(
    seed: int, events: bool
) -> None:
    world = World(seed)
    query = softened(world.query(), world)
    told = over.times(find(query, Kept()), events=events)
    mine = {int(one.slot[0].timestamp()): sorted((o.what, o.who) for o in one.over) for one in told}
    assert mine == expected(query, events=events)
    people = {person.id: person for person in query.people}
    for one in told:
        for each in (o for o in one.over if o.what in ("per_day", "per_week")):
            assert each.would == would(people[each.who], one.slot[0], each.what) > each.limit


@few
@given(SEEDS)
def test_the_dearest_thing_decides_then_how_much_of_it_then_the_next_then_the_earliest(
    seed: int,
) -> None:
    world = World(seed)
    query = softened(world.query(), world)

    def dear(one: over.Costly) -> tuple[list[int], datetime]:
        amounts = Counter[str]()
        for each in one.over:
            amounts[each.what] += max(each.would - each.limit, 1)
        order = ("per_week", "per_day", "in_a_row", "hold", "focus", "tentative")
        return [amounts[what] for what in order], one.slot[0]

    told = over.times(find(query, Kept()), events=True)
    assert told == sorted(told, key=dear)


@few
@given(SEEDS)
def test_with_hard_limits_and_nothing_eased_there_is_nothing_to_decide(seed: int) -> None:
    assert over.times(find(World(seed).query(), Kept()), events=False) == []


def person(id: str, *events: Event, load: Load | None = None) -> Person:
    week = Week("UTC", working=(Range(NINE.time(), (NINE + 4 * HOUR).time()),))
    return Person(id, NAMES[id], week, calendar(events, "UTC"), load or Load())


def asked(*people: Person) -> list[over.Costly]:
    query = Query(people, (NINE, NINE + 8 * HOUR), HOUR, NINE - 24 * HOUR, step=60)
    return over.times(find(query, Kept()), events=True)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("tentative", "over something tentative of Maya’s"),
        ("focus", "over Maya’s focus time"),
        ("hold", "over something Maya can move"),
    ],
)
def test_what_stands_in_a_calendar_is_told_by_its_kind(event: Kind, said: str) -> None:
    told = asked(person("maya", Event(NINE, NINE + HOUR, event)))
    assert [(one.slot[0], because.over(one.over, NAMES)) for one in told] == [(NINE, said)]


def test_busy_and_out_of_office_are_never_gone_beyond() -> None:
    away = Event(NINE, NINE + HOUR, "out_of_office")
    assert asked(person("maya", away, Event(NINE + HOUR, NINE + 4 * HOUR))) == []


def test_a_limit_is_told_with_what_they_would_have() -> None:
    load = Load(per_day=1, per_week=2, booked=(NINE - HOUR, NINE - 2 * HOUR), soft=True)
    told = asked(person("maya", load=load), person("ben", Event(NINE, NINE + HOUR, "focus")))
    assert because.over(told[-1].over, NAMES) == (
        "Maya would have 3 interviews that week, and the limit is 2; "
        "Maya would have 3 interviews that day, and the limit is 1; over Ben’s focus time"
    )
    assert [one.slot[0].hour for one in told] == [10, 11, 12, 9]


def test_who_said_yes_to_something_said_yes_to_less_of_it_and_to_nothing_else() -> None:
    said = (Over("focus", "maya"), Over("per_day", "maya", 4, 3))
    assert over.within((Over("per_day", "maya", 4, 3),), said)
    assert over.within((), said)
    assert not over.within((Over("per_day", "maya", 5, 3),), said)
    assert not over.within((Over("focus", "ben"),), said)


def test_a_choice_takes_the_first_ones_a_few_for_each_day() -> None:
    rows = [over.Costly((NINE + n * HOUR, NINE + (n + 1) * HOUR), ()) for n in (0, 1, 2, 24, 25)]
    chosen = over.choice(rows, "UTC", limit=3, per_day=2)
    assert [(one.slot[0] - NINE) // HOUR for one in chosen] == [0, 1, 24]
