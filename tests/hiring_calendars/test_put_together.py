"""What several calendars say of one person, what of it is the interview itself, and whose hours count."""

from datetime import UTC, datetime, time, timedelta

from connectors.contract import Busy, BusyTime, WeeklyHours
from hiring import calendar_times
from hiring.calendar_changes import overlapping
from hiring.desk import Person
from hiring.interviewer_rules import Rules
from hiring.interviewer_times import events_of, week_of
from scheduling.busy import Policy

MAYA = "maya@firm.example"
TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
SLOT = (TEN, TEN + HOUR)
UNREAD = Busy(MAYA, False, why="no calendar that we may read")


def test_an_account_that_could_not_read_somebody_comes_before_one_without_calendars() -> None:
    keeps_none = Busy(MAYA, True)
    assert not calendar_times.together(MAYA, [(False, keeps_none), (True, UNREAD)]).known
    assert calendar_times.together(MAYA, [(False, keeps_none)]).known


def test_what_any_calendar_has_counts() -> None:
    one, two = BusyTime(*SLOT), BusyTime(TEN + HOUR, TEN + 2 * HOUR, "focus")
    told = [(True, Busy(MAYA, True, (one,))), (True, UNREAD), (True, Busy(MAYA, True, (two, one)))]
    assert calendar_times.together(MAYA, told).taken == (one, two)


def test_hours_settled_here_come_before_those_of_the_calendar() -> None:
    person = Person("T1", "U1", "Maya", MAYA, "Europe/Berlin")
    hours = WeeklyHours("Europe/Lisbon", ((0, time(7), time(12)),))
    calendar = Busy(MAYA, True, hours=hours)
    assert week_of(person, Rules("U1"), calendar).zone == "Europe/Lisbon"
    assert week_of(person, Rules("U1", begins=600), calendar) == Rules("U1", begins=600).week(
        "Europe/Berlin"
    )


def test_an_own_event_is_known_by_its_id_and_else_by_its_time() -> None:
    mine = BusyTime(*SLOT, event="ours")
    other = BusyTime(*SLOT, event="theirs")
    assert events_of(Busy(MAYA, True, (mine, other)), [SLOT], frozenset({"ours"})) == [other]
    assert events_of(Busy(MAYA, True, (BusyTime(*SLOT),)), [SLOT], frozenset()) == []


def test_only_what_is_surely_something_else_overlaps() -> None:
    inside = BusyTime(TEN + QUARTER, TEN + 2 * QUARTER)
    folded = BusyTime(TEN, TEN + 2 * HOUR)
    policy = Policy(tentative=False)
    assert overlapping([inside], SLOT, (), policy)
    assert not overlapping([folded], SLOT, (), policy)
    assert overlapping([BusyTime(*SLOT), folded], SLOT, (), policy)
    assert overlapping([BusyTime(*SLOT, event="theirs")], SLOT, {"ours"}, policy)
    assert not overlapping([BusyTime(*SLOT, event="ours")], SLOT, {"ours"}, policy)
    soft = BusyTime(TEN + QUARTER, TEN + 2 * QUARTER, "tentative")
    assert not overlapping([soft], SLOT, (), policy)
