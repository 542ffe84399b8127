"""Kinds of events, gaps, rooms and limits as a coordinator would say them, and the reasons beside each time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from scheduling import because, slots
from scheduling.busy import Event, Policy, calendar, without
from scheduling.hours import Range, Week
from scheduling.masks import Kept
from scheduling.query import Load, Person, Query, Room
from scheduling.slots import find

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)  # a Tuesday
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def person(id: str, *events: Event, zone: str = "UTC", load: Load | None = None) -> Person:
    return Person(id, id.title(), Week(zone), calendar(events, zone), load or Load())


def asked(*people: Person, hours: int = 4, **more: object) -> Query:
    wanted = {"length": HOUR, "now": NINE - 48 * HOUR} | more
    return Query(people, (NINE, NINE + hours * HOUR), **wanted)  # type: ignore[arg-type]


def times(query: Query) -> list[str]:
    return [f"{start:%H:%M}" for start, _ in find(query, Kept()).slots()]


def reasons(query: Query) -> dict[str, list[str]]:
    told = slots.reasons(find(query, Kept()))
    return {f"{at:%H:%M}": [because.reason(r, query.names) for r in why] for (at, _), why in told}


@pytest.mark.parametrize("kind", ["free", "transparent", "declined", "cancelled"])
def test_what_is_free_declined_or_cancelled_is_in_nobodys_way(kind: str) -> None:
    assert len(times(asked(person("maya", Event(NINE, NINE + 4 * HOUR, kind))))) == 7  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["tentative", "focus", "hold"])
def test_what_may_give_way_does_by_policy_and_the_reason_says_so(kind: str) -> None:
    maya = person("maya", Event(NINE, NINE + 2 * HOUR, kind))  # type: ignore[arg-type]
    assert times(asked(maya)) == ["11:00", "11:30", "12:00"]
    query = asked(maya, policy=Policy(**{kind: False}))
    assert len(times(query)) == 7
    (why,) = reasons(query)["10:30"]
    assert "Maya’s" in why
    assert reasons(query)["11:00"] == []


def test_somebody_out_of_office_is_away_whatever_the_policy() -> None:
    maya = person("maya", Event(date(2026, 11, 24), date(2026, 11, 25), "out_of_office"))
    assert times(asked(maya, policy=Policy(False, False, False))) == []


def test_an_all_day_event_lasts_from_midnight_to_midnight_of_its_owner() -> None:
    kiritimati = calendar([Event(date(2026, 11, 24), date(2026, 11, 25))], "Pacific/Kiritimati")
    ((start, end),) = kiritimati.spans["busy"]
    assert start == datetime(2026, 11, 23, 10, tzinfo=UTC).timestamp()
    assert end - start == 86_400


def test_between_two_things_lies_the_longer_gap_and_not_both() -> None:
    other = Event(NINE + 60 * MINUTE, NINE + 120 * MINUTE, after=15 * MINUTE)
    query = asked(person("maya", other), step=5, length=30 * MINUTE, before=10 * MINUTE, after=5 * MINUTE)  # fmt: skip
    assert [t for t in times(query) if t < "11:20"] == ["09:00", "09:05", "09:10", "09:15", "09:20", "09:25", "11:15"]  # fmt: skip


def test_a_gap_is_minded_beyond_the_window_and_past_the_end_of_hours() -> None:
    late = person("maya", Event(NINE + 4 * HOUR, NINE + 5 * HOUR), Event(NINE - HOUR, NINE))
    assert times(asked(late, before=5 * MINUTE, after=5 * MINUTE)) == ["09:30", "10:00", "10:30", "11:00", "11:30"]  # fmt: skip


def test_starts_are_even_on_the_readers_clock() -> None:
    query = asked(person("maya"), zone="Asia/Kathmandu", hours=2)  # 5:45 ahead
    assert times(query) == ["09:15", "09:45"]


def test_a_day_and_a_week_have_their_limits_in_the_interviewers_zone() -> None:
    load = Load(per_day=1, per_week=3, booked=(datetime(2026, 11, 24, 1, tzinfo=UTC),))
    assert times(asked(person("ben", zone="Etc/GMT+3", load=load), hours=12))
    assert not times(asked(person("ben", zone="Etc/GMT-3", load=load), hours=12))


def test_each_time_has_its_reasons() -> None:
    maya = Person(
        "maya", "Maya", replace(Week("UTC"), preferred=(Range(time(10), time(12)),)), None
    )
    booked = (NINE + 5 * HOUR, NINE + 6 * HOUR)
    ben = person("ben", load=Load(per_week=3, booked=booked))
    rooms = (
        Room("a", "Room A", calendar([Event(NINE, NINE + 2 * HOUR)], "UTC")),
        Room("b", "Room B", calendar([], "UTC")),
    )
    query = asked(maya, ben, rooms=rooms, optional=(person("tom", Event(NINE, NINE + HOUR)),))
    told = reasons(query)
    both = [
        "Ben’s third interview that day",
        "Ben’s last one that week (3 of 3)",
        "Maya’s calendar cannot be read",
    ]
    assert sorted(told["09:00"]) == sorted(
        [*both, "outside Maya’s preferred hours", "Tom cannot come, and need not", "only Room B is free"]
    )  # fmt: skip
    assert sorted(told["11:00"]) == sorted(
        [*both, "inside everybody's preferred hours", "Tom can come as well", "Room A and Room B are free"]
    )  # fmt: skip
    assert [
        r.good
        for _, why in slots.reasons(find(query, Kept()))[:1]
        for r in why
        if r.fact == "preferred"
    ] == []


def test_one_of_our_own_is_cut_out_of_what_a_calendar_folded_together() -> None:
    folded = [(NINE, NINE + 3 * HOUR), (NINE + 5 * HOUR, NINE + 6 * HOUR)]
    assert without(folded, (NINE + HOUR, NINE + 2 * HOUR)) == [
        (NINE, NINE + HOUR), (NINE + 2 * HOUR, NINE + 3 * HOUR), (NINE + 5 * HOUR, NINE + 6 * HOUR)
    ]  # fmt: skip


def test_a_calendar_without_a_revision_is_known_by_what_is_in_it() -> None:
    one, same, other = (
        calendar([Event(NINE, NINE + length * HOUR)], "UTC") for length in (1, 1, 2)
    )
    assert one == same
    assert one != other


@pytest.mark.parametrize(
    "wrong",
    [{"step": 7}, {"length": timedelta()}, {"notice": -HOUR}, {"now": datetime(2026, 1, 1)}],
)
def test_a_question_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"apart|length|negative|zone"):
        asked(person("maya"), **wrong)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        calendar([Event(datetime(2026, 1, 1), datetime(2026, 1, 2))], "UTC")


def test_a_choice_is_spread_over_days_and_over_each_day() -> None:
    found = find(asked(person("maya"), hours=24 * 4), Kept()).slots()
    chosen = slots.spread(found, "UTC", limit=7, per_day=3)
    assert [f"{at:%a %H:%M}" for at, _ in chosen] == [
        "Tue 09:00", "Tue 12:30", "Tue 16:00", "Wed 09:00", "Wed 12:30", "Wed 16:00", "Thu 09:00",
    ]  # fmt: skip


def test_of_a_days_times_half_suit_who_is_optional_and_each_says_who_comes() -> None:
    ben = person("ben", Event(NINE, NINE + 2 * HOUR))
    query = asked(person("maya"), optional=(ben, person("tom")))
    found = find(query, Kept())
    coming = slots.coming(found)
    first, *_, last = found.slots()
    assert (coming[first], coming[last]) == (("tom",), ("ben", "tom"))
    assert (
        because.beside(coming[first], query)
        == "Tom can come as well, Ben cannot come, and need not"
    )
    assert because.beside(coming[last], query) == "Ben and Tom can come as well"
    shown = slots.spread(found.slots(), "UTC", limit=9, per_day=4, worth=lambda s: len(coming[s]))
    assert [f"{start:%H:%M}" for start, _ in shown] == ["09:00", "10:30", "11:00", "12:00"]
    plain = slots.spread(found.slots(), "UTC", limit=9, per_day=4)
    assert [f"{start:%H:%M}" for start, _ in plain] == ["09:00", "10:00", "11:00", "12:00"]
