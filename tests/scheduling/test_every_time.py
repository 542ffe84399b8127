"""Whatever the people, zones and limits: exactly the times that the rules allow are found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from scheduling.busy import Calendar, Event, calendar
from scheduling.masks import Kept
from scheduling.query import Query
from scheduling.slots import find
from tests.scheduling import sweep
from tests.scheduling.worlds import World

SEEDS = some.integers(0, 2**32)
few = settings(max_examples=60, deadline=None, derandomize=True)


def found(query: Query) -> list[int]:
    return find(query, Kept()).seconds()


@few
@given(SEEDS)
def test_every_aligned_start_that_breaks_no_rule_is_found_and_no_other(seed: int) -> None:
    query = World(seed).query()
    assert found(query) == sweep.starts(query)


@few
@given(SEEDS)
def test_times_off_the_grid_are_rounded_so_that_nothing_is_offered_wrongly(seed: int) -> None:
    query = World(seed, unit=1).query()
    assert set(found(query)) <= set(sweep.starts(query))


@few
@given(SEEDS)
def test_what_is_taken_on_top_never_adds_a_time(seed: int) -> None:
    world = World(seed)
    query, event = world.query(), world.event()
    first = query.people[0]
    if first.calendar is None or event.kind in ("free", "declined", "cancelled"):
        return
    more = calendar([event], first.week.zone)
    spans = {k: [*first.calendar.spans.get(k, ()), *more.spans.get(k, ())] for k in {*first.calendar.spans, *more.spans}}  # fmt: skip
    busier = replace(first, calendar=Calendar("more", spans, first.calendar.wide))
    assert set(found(replace(query, people=(busier, *query.people[1:])))) <= set(found(query))


@few
@given(SEEDS, some.integers(0, 600))
def test_as_time_passes_times_only_go(seed: int, minutes: int) -> None:
    query = World(seed).query()
    later = replace(query, now=query.now + timedelta(minutes=minutes))
    assert set(found(later)) <= set(found(query))


@few
@given(SEEDS)
def test_cut_shuffled_and_repeated_calendars_and_people_mean_the_same(seed: int) -> None:
    world = World(seed)
    query = world.query(3)
    people = []
    for person in query.people:
        if person.calendar:
            spans = {}
            for kind, times in person.calendar.spans.items():
                cut = [part for s, e in times for part in ((s, (s + e) // 600 * 300), ((s + e) // 600 * 300, e), (s, s))]  # fmt: skip
                spans[kind] = [*cut, *times]
                world.some.shuffle(spans[kind])
            person = replace(person, calendar=Calendar("cut", spans, person.calendar.wide))
        people.insert(0, person)
    assert found(replace(query, people=tuple(people))) == found(query)


@few
@given(SEEDS)
def test_what_is_kept_answers_the_next_question_as_a_fresh_look_would(seed: int) -> None:
    world, kept = World(seed), Kept(people=3)
    for _ in range(4):
        query = replace(world.query(), step=5)
        assert find(query, kept).seconds() == found(query)
        again = replace(query, length=query.length + timedelta(minutes=10), zone="Asia/Kathmandu")
        assert find(again, kept).seconds() == found(again)
    assert kept.people <= 5


@few
@given(SEEDS, some.integers(0, 400))
def test_a_long_event_is_as_taken_as_its_parts(seed: int, pieces: int) -> None:
    world = World(seed)
    query, step = world.query(1), timedelta(minutes=5)
    start = world.at(-60)
    whole = calendar([Event(start, start + step * pieces)], "UTC")
    parts = calendar(
        [Event(start + step * i, start + step * (i + 1)) for i in range(pieces)], "UTC"
    )
    one, many = (
        replace(query, people=(replace(query.people[0], calendar=c),)) for c in (whole, parts)
    )
    assert found(one) == found(many)


def test_a_slot_lasts_as_long_on_the_night_the_clocks_change() -> None:
    for seed in range(40):
        query = World(seed).query()
        for start, end in find(query, Kept()).slots():
            assert (start.tzinfo, end - start) == (UTC, query.length)
            assert datetime.fromtimestamp(start.timestamp(), UTC) == start
