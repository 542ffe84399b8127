"""The nights on which clocks change, in Berlin, New York and on Lord Howe Island: wall times stay what they were."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling import nudges, spell
from scheduling.hours import Week, intervals

NIGHTS = [
    ("Europe/Berlin", date(2026, 10, 25), 60),
    ("Europe/Berlin", date(2027, 3, 28), -60),
    ("America/New_York", date(2026, 11, 1), 60),
    ("America/New_York", date(2027, 3, 14), -60),
    ("Australia/Lord_Howe", date(2027, 4, 4), 30),
    ("Australia/Lord_Howe", date(2026, 10, 4), -30),
]  # zone, the Sunday, minutes by which that day is longer


def at(day: date, hour: int, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(("zone", "sunday", "longer"), NIGHTS)
def test_the_night_is_as_long_as_it_should_be_for_this_test_to_mean_anything(
    zone: str, sunday: date, longer: int
) -> None:
    begin, end = at(sunday, 0, zone), at(sunday + timedelta(days=1), 0, zone)
    length = timedelta(seconds=end.timestamp() - begin.timestamp())
    assert length == timedelta(hours=24, minutes=longer)


@pytest.mark.parametrize(("zone", "sunday", "longer"), NIGHTS)
def test_working_hours_begin_at_nine_before_and_after(zone: str, sunday: date, longer: int) -> None:
    window = (at(sunday - timedelta(days=3), 0, zone), at(sunday + timedelta(days=3), 0, zone))
    found = intervals(Week(zone), window)
    assert found
    local = {(start.astimezone(ZoneInfo(zone)).hour, start.astimezone(ZoneInfo(zone)).minute) for start, _ in found}  # fmt: skip
    assert local == {(9, 0)}


@pytest.mark.parametrize(("zone", "sunday", "longer"), NIGHTS)
def test_a_missing_scorecard_is_asked_for_at_half_past_nine_on_monday(
    zone: str, sunday: date, longer: int
) -> None:
    friday = at(sunday - timedelta(days=2), 16, zone)
    asked = [moment.astimezone(ZoneInfo(zone)) for moment in nudges.ladder(friday, zone)[1:]]
    assert [(m.weekday(), m.hour, m.minute) for m in asked] == [(0, 9, 30), (1, 9, 30), (2, 9, 30)]


@pytest.mark.parametrize(("zone", "sunday", "longer"), NIGHTS)
def test_an_interview_on_monday_is_told_in_mondays_wall_time_and_reminded_a_real_day_before(
    zone: str, sunday: date, longer: int
) -> None:
    monday = at(sunday + timedelta(days=1), 10, zone)
    booked = at(sunday - timedelta(days=5), 10, zone)
    (_, day_before), (_, hour_before) = nudges.reminders(monday, booked, zone)
    assert monday.timestamp() - day_before.timestamp() == 86_400
    assert monday.timestamp() - hour_before.timestamp() == 3_600
    said = spell.clock_times((monday, monday + timedelta(minutes=45)), zone)
    assert said == "10:00–10:45"
    from_utc = monday.astimezone(ZoneInfo("UTC"))
    assert spell.clock_times((from_utc, from_utc + timedelta(minutes=45)), zone) == said
