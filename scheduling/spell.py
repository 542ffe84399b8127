"""How a time is said: with the reader's zone named, and the other side's time beside it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduling.hours import Interval

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def spell(interval: Interval, zone: str, *, other: tuple[str, str] | None = None) -> str:
    """`Tue 24 Nov, 14:00–14:45 (your time; 15:00 for Ada, Berlin)`; `other` is a label and a zone.

    What ends on another day says so: `Tue 24 Nov, 14:00 – Thu 26 Nov, 11:45 (your time)`.
    """
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in interval)
    said = f"{_day(start)}, {_from_to(start, end)} (your time"
    if other is None:
        return said + ")"
    label, their_zone = other
    theirs = interval[0].astimezone(ZoneInfo(their_zone))
    if theirs.utcoffset() == start.utcoffset():
        return f"{said}; the same for {label}, {city(their_zone)})"
    day = f"{_DAYS[theirs.weekday()]} " if theirs.date() != start.date() else ""
    return f"{said}; {day}{theirs:%H:%M} for {label}, {city(their_zone)})"


def spell_long(interval: Interval, zone: str) -> str:
    """`Tuesday 24 November 2026, 14:00–14:45, London time (GMT)`, for mails and pages."""
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in interval)
    return f"{spell_day(start.date())}, {start:%H:%M}–{end:%H:%M}, {zone_name(start, zone)}"


def spell_moment(at: datetime, zone: str) -> str:
    """`Tuesday 24 November 2026, 14:00, London time (GMT)`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{spell_day(local.date())}, {local:%H:%M}, {zone_name(local, zone)}"


def spell_short(at: datetime, zone: str) -> str:
    """`Tue 24 Nov, 14:00 London time (GMT)`, inside a sentence."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_day(local)}, {local:%H:%M} {zone_name(local, zone)}"


def spell_day(day: date) -> str:
    """`Tuesday 24 November 2026`."""
    return f"{_LONG_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def clock_times(interval: Interval, zone: str) -> str:
    """`14:00–14:45`, or `14:00 – Thu 26 Nov, 11:45` for what ends on another day."""
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in interval)
    return _from_to(start, end)


def beside(interval: Interval, zone: str, first: datetime) -> str:
    """`14:00–14:45` where it is on the day of `first`, else with its own: `Thu 26 Nov, 11:00–11:45`."""
    start, there = (moment.astimezone(ZoneInfo(zone)) for moment in (interval[0], first))
    day = "" if start.date() == there.date() else f"{_day(start)}, "
    return day + clock_times(interval, zone)


def zone_name(at: datetime, zone: str) -> str:
    """`London time (GMT)`: the city and the abbreviation in force then (or the offset where there is none)."""
    local = at.astimezone(ZoneInfo(zone))
    short = local.strftime("%Z")
    if not short.isalpha():
        offset = local.strftime("%z")
        short = f"UTC{offset[:3]}:{offset[3:]}"
    return f"{city(zone)} time ({short})" if zone != "UTC" else "UTC"


def city(zone: str) -> str:
    """The last part of an IANA name, readable: `New York`."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _from_to(start: datetime, end: datetime) -> str:
    last = f"–{end:%H:%M}" if end.date() == start.date() else f" – {_day(end)}, {end:%H:%M}"
    return f"{start:%H:%M}{last}"


def _day(at: datetime) -> str:
    return f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1][:3]}"


def sentence(said: str) -> str:
    """With a capital at its beginning; names in it keep theirs."""
    return said[:1].upper() + said[1:]
