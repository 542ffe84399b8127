"""Windows' names of time zones, and zones that a mailbox made up itself, as IANA names (Unicode CLDR, windowsZones)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LAST = 5  # as a number of occurrence: the last one of the month


def iana(told: Mapping[str, Any], now: datetime) -> str:
    """The IANA name of a `timeZoneBase`; "" when none is the same. `now` says of which two years the rules must agree."""
    if "bias" in told:
        return _same(told, now)
    name = str(told.get("name", ""))
    found = _windows().get(name, name)
    return found if found in _all() else ""


@cache
def _all() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _windows() -> Mapping[str, str]:
    from babel.core import get_global

    names: Mapping[str, str] = get_global("windows_zone_mapping")
    return names


def _same(rules: Mapping[str, Any], now: datetime) -> str:
    """The first zone that has the offsets of a `customTimeZone` now and next year, at each change and between them."""
    moments = [
        datetime(year, month, 15, tzinfo=UTC)
        for year in (now.year, now.year + 1)
        for month in range(1, 13)
    ]
    for year in (now.year, now.year + 1):
        for change in _changes(rules, year) or ():
            moments += [change - timedelta(minutes=1), change]
    wanted = [_offset(rules, at) for at in moments]
    for name in sorted(set(_windows().values()), key=lambda n: (n.startswith("Etc/"), n)):
        here = ZoneInfo(name)
        if [at.astimezone(here).utcoffset() for at in moments] == wanted:
            return name
    return ""


def _offset(rules: Mapping[str, Any], at: datetime) -> timedelta:
    """Local time less UTC; Windows' bias is the other way round."""
    bias = timedelta(minutes=int(rules["bias"]))
    changes = _changes(rules, (at - bias).year)
    if changes is None:
        return -bias
    summer, winter = changes
    late = not winter <= at < summer if winter < summer else summer <= at < winter
    return -bias - (_daylight(rules) if late else timedelta())


def _changes(rules: Mapping[str, Any], year: int) -> tuple[datetime, datetime] | None:
    """When summer and standard time begin; None without summer time."""
    standard, summer = rules.get("standardOffset") or {}, rules.get("daylightOffset") or {}
    if not standard.get("month") or not summer.get("month"):
        return None
    bias = timedelta(minutes=int(rules["bias"]))
    return _begins(summer, year) + bias, _begins(standard, year) + bias + _daylight(rules)


def _daylight(rules: Mapping[str, Any]) -> timedelta:
    return timedelta(minutes=int(rules["daylightOffset"].get("daylightBias", -60)))


def _begins(rule: Mapping[str, Any], year: int) -> datetime:
    """The n-th of a weekday in a month, read as if the wall clock were UTC."""
    first = date(year, int(rule["month"]), 1)
    first += timedelta(days=(DAYS.index(str(rule["dayOfWeek"]).lower()) - first.weekday()) % 7)
    day = first + timedelta(weeks=min(int(rule["dayOccurrence"]), LAST) - 1)
    while day.month != first.month:
        day -= timedelta(weeks=1)
    return datetime.combine(day, time.fromisoformat(str(rule["time"])[:8]), UTC)
