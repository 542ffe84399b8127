"""A person's week: hours, lunch, days off and leave in their own zone, on ordinary days and when clocks change."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from scheduling import hours, public_holidays
from scheduling.hours import Leave, Range, Week, intervals
from tests.scheduling import sweep

ALL = frozenset(range(7))
PLACES = sorted(
    z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "posix", "right"))
)
CODE = """
from tests.scheduling.worlds import World
from scheduling.masks import Kept
from scheduling.slots import find
print([find(World(seed).query(), Kept()).seconds() for seed in range(25)])
"""


@settings(max_examples=50, deadline=None, derandomize=True)
@given(some.sampled_from(PLACES), some.integers(0, 729), some.times(), some.times())
def test_every_day_in_every_zone_begins_and_ends_at_its_wall_times(
    zone: str, days: int, begin: time, end: time
) -> None:
    day = date(2026, 1, 1) + timedelta(days=days)
    begin, end = (one.replace(second=0, microsecond=0, fold=0) for one in (begin, end))
    around = (sweep.instant(day, time(12), zone),) * 2
    until = day if end > begin else day + timedelta(days=1)
    expected = sweep.instant(day, begin, zone), sweep.instant(until, end, zone)
    found = hours.expand((Range(begin, end, ALL),), ZoneInfo(zone), around)
    assert (expected in found) == (expected[0] < expected[1])


def week_of(zone: str, **more: object) -> list[tuple[str, str]]:
    """The hours from Monday 26 October 2026 to Wednesday, said in their zone."""
    window = (datetime(2026, 10, 26, tzinfo=ZoneInfo(zone)), datetime(2026, 10, 29, tzinfo=ZoneInfo(zone)))  # fmt: skip
    here = ZoneInfo(zone)
    return [
        (f"{a.astimezone(here):%a %H:%M}", f"{b.astimezone(here):%a %H:%M}")
        for a, b in intervals(Week(zone, **more), window)  # type: ignore[arg-type]
    ]


def test_a_night_shift_ends_on_the_next_day_and_midnight_is_an_end() -> None:
    night = Range(time(22), time(2), frozenset({0}))
    evening = Range(time(20), time(0), frozenset({2}))
    assert week_of("Asia/Kathmandu", working=(night, evening)) == [
        ("Mon 22:00", "Tue 02:00"), ("Wed 20:00", "Thu 00:00")
    ]  # fmt: skip


def test_interviews_lie_in_both_kinds_of_hours_and_not_in_lunch_leave_or_a_day_off() -> None:
    told = week_of(
        "Europe/Berlin",
        interviews=(Range(time(8), time(12)), Range(time(13), time(15))),
        lunch=Range(time(11, 30), time(13, 30)),
        off={date(2026, 10, 27): "a company day"},
        leave=(Leave(date(2026, 10, 28), date(2026, 11, 2)),),
    )
    assert told == [("Mon 09:00", "Mon 11:30"), ("Mon 13:30", "Mon 15:00")]


def test_hours_in_the_skipped_hour_move_and_in_the_repeated_hour_count_once() -> None:
    spring, autumn = date(2027, 3, 28), date(2026, 10, 25)  # Berlin: 2 to 3, and 3 to 2
    early = (Range(time(2, 15), time(2, 45), ALL),)
    for day, hour in ((spring, 1), (autumn, 0)):
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        (only,) = intervals(Week("Europe/Berlin", early), (start, start + timedelta(hours=12)))
        assert only == (start + timedelta(hours=hour, minutes=15), start + timedelta(hours=hour, minutes=45))  # fmt: skip


@pytest.mark.parametrize("zone", ["America/Havana", "Asia/Beirut", "Africa/Cairo"])
def test_a_day_off_is_a_whole_day_where_midnight_itself_is_skipped_or_repeated(zone: str) -> None:
    here, day = ZoneInfo(zone), date(2026, 1, 1)
    while day.year < 2027:
        start, end = hours.whole_days(day, day, here)
        seconds = range(start, end, 900)
        assert {datetime.fromtimestamp(at, here).date() for at in seconds} == {day}
        day += timedelta(days=1)


def test_public_holidays_are_those_of_the_country_and_its_part() -> None:
    bavaria, germany = (public_holidays.dates("de", [2027], part) for part in ("BY", None))
    assert date(2027, 1, 6) in bavaria
    assert date(2027, 1, 6) not in germany
    assert germany[date(2027, 1, 1)]
    for place in (("XX", None), ("DE", "QQ")):
        with pytest.raises(ValueError, match="no holidays are known"):
            public_holidays.dates(place[0], [2027], place[1])


def test_the_zone_of_the_process_changes_nothing() -> None:
    root, told = Path(__file__).parents[2], set()
    for zone in ("UTC", "America/New_York", "Asia/Kolkata"):
        there = os.environ | {"TZ": zone, "PYTHONPATH": str(root)}
        done = subprocess.run(
            [sys.executable, "-c", CODE], cwd=root, env=there, capture_output=True, check=True
        )
        told.add(done.stdout)
    assert len(told) == 1
    assert len(told.pop()) > 500
