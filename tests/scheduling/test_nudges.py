"""Reminders fall into the hours of who receives them, whatever zone and season."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling import nudges, spans
from scheduling.hours import Week

BERLIN = Week("Europe/Berlin")
HOUR = timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0, zone: str = "Europe/Berlin") -> datetime:
    """A moment in November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_a_brief_comes_a_day_before_and_before_a_monday_on_friday_afternoon() -> None:
    assert nudges.brief_at(at(25, 14), at(20, 9), BERLIN) == at(24, 14)
    assert nudges.brief_at(at(23, 10), at(18, 9), BERLIN) == at(20, 16)
    assert nudges.brief_at(at(25, 9), at(25, 8), BERLIN) == at(25, 8), "booked late: at once"


def test_eight_working_hours_skip_the_night_and_the_weekend() -> None:
    assert nudges.after_working(at(24, 10), timedelta(hours=8), BERLIN) == at(25, 10)
    assert nudges.after_working(at(20, 16), timedelta(hours=8), BERLIN) == at(23, 16)
    assert nudges.after_working(at(21, 12), HOUR, BERLIN) == at(23, 10)


def test_who_does_not_answer_is_asked_twice_then_the_recruiter_told_before_the_start_only() -> None:
    asked = nudges.answers_asked(at(23, 9), at(27, 9), BERLIN)
    assert asked == [at(23, 17), at(25, 9), at(26, 9)]
    assert nudges.answers_asked(at(23, 9), at(24, 9), BERLIN) == [at(23, 17)]
    friday = nudges.answers_asked(at(19, 9), at(27, 9), BERLIN)
    assert friday == [at(19, 17), at(23, 9), at(24, 9)]


def test_a_candidate_is_not_woken_but_the_last_hour_is_exact() -> None:
    start = at(25, 7)
    (day, first), (hour, last) = nudges.reminders(start, at(20, 9), "Europe/Berlin")
    assert (day, first) == (nudges.DAY, at(23, 19)), "the evening before, with an hour to read"
    assert (hour, last) == (nudges.HOUR, at(25, 6))
    assert nudges.reminders(at(25, 14), at(25, 12), "Europe/Berlin", [HOUR]) == []


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("24h, 1h", (1_440, 60)),
        ("30 min, 2 days", (2_880, 30)),
        ("none", ()),
        ("1h, 60m", (60,)),
    ],
)
def test_spans_are_read_as_typed_and_spelled_so_that_they_read_the_same(
    text: str, minutes: tuple[int, ...]
) -> None:
    assert spans.minutes(text) == minutes
    assert spans.minutes(spans.spell(minutes)) == minutes


@pytest.mark.parametrize("text", ["soon", "1h 2h", "1m", "60d", "1h,2h,3h,4h,5h,6h", "-1h"])
def test_other_spans_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        spans.minutes(text)
