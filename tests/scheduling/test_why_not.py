"""Why there is no time: the set of rules is a smallest one, and what easing gives is what a search of all sets gives."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from scheduling import because, why
from scheduling.busy import Event, Policy, calendar
from scheduling.hours import Leave, Range, Week
from scheduling.masks import Kept
from scheduling.query import Load, Person, Query, Room
from scheduling.slots import find
from scheduling.why import Rule, Why
from tests.scheduling import sweep
from tests.scheduling.worlds import World

few = settings(max_examples=40, deadline=None, derandomize=True)
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday
HOUR = timedelta(hours=1)


@few
@given(some.integers(0, 2**32))
def test_the_set_is_a_smallest_one_and_what_it_gives_is_counted_right(seed: int) -> None:
    query = World(seed).query()
    found = find(query, Kept())
    if found.mask:
        return
    told, judgement = why.explain(found), sweep.judged(query)
    if not judgement:
        assert told == Why((why.Eased(Rule("window"), 0, None),), 0, None)
        return
    chosen = [one.rule for one in told.smallest]
    rules = {rule for _, broken in judgement for rule, _ in broken} | {Rule("gaps")}
    for fewer in range(len(chosen)):
        assert not any(sweep.without(judgement, tried) for tried in combinations(rules, fewer))
    opened = sweep.without(judgement, chosen)
    assert (told.times, told.earliest) == (len(opened), datetime.fromtimestamp(opened[0], UTC))
    for one in (*told.smallest, *told.others):
        assert one.times == len(sweep.without(judgement, [one.rule]))
    alone = {rule for rule in rules if sweep.without(judgement, [rule])}
    assert {one.rule for one in (*told.smallest, *told.others) if one.times} == alone
    absent = {
        person.id: sweep.without(judgement, [rule for rule in rules if rule.who == person.id])
        for person in query.people
    }
    if len(query.people) > 1 and Rule("gaps") not in chosen:
        for id, times in absent.items():
            assert {one.times for one in told.without if one.rule.who == id} == ({len(times)} - {0})


def person(id: str, *events: Event, week: Week | None = None, load: Load | None = None) -> Person:
    return Person(id, id.title(), week or Week("UTC"), calendar(events, "UTC"), load or Load())


def asked(*people: Person, hours: int = 8, **more: object) -> Query:
    wanted = {"length": HOUR, "now": NINE - 48 * HOUR, "zone": "Europe/Berlin"} | more
    return Query(people, (NINE, NINE + hours * HOUR), **wanted)  # type: ignore[arg-type]


def said(query: Query) -> tuple[str, ...]:
    return because.why(why.explain(find(query, Kept())), query.names, query.zone)


def test_somebody_who_is_out_all_day_is_named_with_what_there_is_without_them() -> None:
    out = Event(date(2026, 11, 24), date(2026, 11, 25), "out_of_office")
    assert said(asked(person("maya", out), person("ben", Event(NINE, NINE + HOUR)))) == (
        "Maya is out of office; without that 13 times, the earliest Tue 24 Nov, 11:00 Berlin time (CET).",
        "Without Maya 13 times, the earliest Tue 24 Nov, 11:00 Berlin time (CET).",
    )


def test_two_rules_in_the_way_are_named_together_when_neither_is_enough_alone() -> None:
    away = Week("UTC", leave=(Leave(date(2026, 11, 23), date(2026, 11, 27)),))
    query = asked(person("maya", Event(NINE, NINE + HOUR)), person("ben", week=away), hours=1)
    told = why.explain(find(query, Kept()))
    assert [(one.rule, one.times) for one in told.smallest] == [
        (Rule("busy", "maya"), 0), (Rule("leave", "ben"), 0)
    ]  # fmt: skip
    assert said(query) == (
        "Maya is busy and Ben is on leave; without all that one time, Tue 24 Nov, 10:00 Berlin time (CET).",
    )


def test_what_is_easier_to_ease_is_named_first() -> None:
    query = asked(person("maya", Event(NINE, NINE + 8 * HOUR, "tentative")), hours=24)
    told = why.explain(find(query, Kept()))
    assert [one.rule.what for one in (*told.smallest, *told.others)] == ["tentative", "hours"]
    assert find(asked(person("maya", Event(NINE, NINE + 8 * HOUR, "tentative")), policy=Policy(tentative=False)), Kept()).mask  # fmt: skip


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (asked(), "Nobody is asked for."),
        (asked(person("maya"), hours=0), "No start lies in the days looked at."),
        (asked(person("maya"), notice=timedelta(days=9)), "The notice would be too short; without that"),
        (asked(person("maya"), candidate=()), "The candidate has no time then; without that 15 times"),
        (asked(person("maya"), rooms=(Room("r", "Room B", calendar([Event(NINE, NINE + 8 * HOUR)], "UTC")),)), "No room is free;"),
        (asked(person("maya", load=Load(per_day=1, booked=(NINE,)))), "Maya has as many interviews as one day may have;"),
        (asked(person("maya", load=Load(per_week=1, booked=(NINE - 24 * HOUR,)))), "Maya has as many interviews as one week"),
        (asked(person("maya", week=Week("UTC", off={date(2026, 11, 24): "Maya's"}))), "Maya has a day off; without that 15"),
        (asked(person("maya", Event(NINE + HOUR, NINE + 8 * HOUR)), after=timedelta(minutes=5)), "The gaps before and after are too short; without that one time"),
        (asked(person("maya", week=Week("UTC", lunch=Range(time(9), time(16, 30))))), "Maya has lunch; without that 15 times"),
        (asked(person("maya", week=Week("UTC", interviews=(Range(time(1), time(2)),)))), "Maya interviews at other hours; without that 15"),
        (asked(person("maya", week=Week("Asia/Tokyo"))), "Maya works at other hours; without that 15 times"),
    ],
)  # fmt: skip
def test_each_rule_has_a_sentence(query: Query, sentence: str) -> None:
    assert said(query)[0].startswith(sentence)


def test_a_question_with_an_answer_has_no_why() -> None:
    with pytest.raises(ValueError, match="there are times"):
        why.explain(find(asked(person("maya")), Kept()))
