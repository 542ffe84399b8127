"""Reads iCalendar (RFC 5545): when its owner is busy, with recurrences expanded and floating times in the owner's zone.

What cannot be read is an error, never free time.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from connectors.contract import BusyTime, Interval
from connectors.contract.events import BusyKind
from connectors.errors import Unreadable
from connectors.values import zone as known_zone

WIDER = timedelta(days=2)  # no zone is further from UTC, whichever way an all-day event is compared
DENSE = 100  # starts in a day: a rule with more is none that a person made
_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_BROKEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
_FREE = ("FREE", "WORKINGELSEWHERE")  # Outlook's own word beside TRANSP
_TAKES: dict[str, BusyKind | None] = {  # FBTYPE, RFC 5545 section 3.2.9; any other word is busy
    "FREE": None, "BUSY-TENTATIVE": "tentative", "BUSY-UNAVAILABLE": "out_of_office",
}  # fmt: skip


def parse(content: bytes) -> icalendar.Calendar:
    """One VCALENDAR. Raises Unreadable for anything else, and where an event's times are damaged."""
    try:
        found = icalendar.Calendar.from_ical(content)
        if not isinstance(found, icalendar.Calendar):
            raise Unreadable("That is no calendar.")
        for event in found.walk("VEVENT"):
            _sound(event)
    except (*_BROKEN, RecursionError):
        raise Unreadable("The calendar cannot be read: it is no whole iCalendar file.") from None
    return found


async def taken(
    calendars: Iterable[tuple[str, bytes]], window: Interval, zone: str, whose: Collection[str]
) -> list[BusyTime]:
    """What takes time in the window, of iCalendar texts by the event's id ("": its UID is told).

    `zone` is where floating times and all-day events are, unless the calendar says (X-WR-TIMEZONE); `whose` are the
    owner's addresses in lower case, by which a declined invitation is known. Raises Unreadable.
    """
    return await asyncio.to_thread(_taken, list(calendars), window, zone, whose)


def _taken(
    calendars: list[tuple[str, bytes]], window: Interval, zone: str, whose: Collection[str]
) -> list[BusyTime]:
    found = []
    for id, content in calendars:
        calendar = parse(content)
        own = ZoneInfo(known_zone(str(calendar.get("X-WR-TIMEZONE", ""))) or zone)
        found += [*_periods(calendar, own)]
        for event in expanded(calendar, window):
            kind = kind_of(event, whose)
            if kind is not None:
                start, end, all_day = span(event, own)
                told = id or str(event.get("UID", ""))
                title = str(event.get("SUMMARY", ""))
                found.append(BusyTime(start, end, kind, all_day, told, title))
    first, last = window
    met = {one for one in found if one.start < last and one.end > first}
    return sorted(met, key=lambda one: (one.start, one.end, one.event))


def expanded(calendar: icalendar.Calendar, window: Interval) -> list[Any]:
    """The occurrences of a parsed calendar in the window, and some days around it. Raises Unreadable."""
    if known_zone(str(calendar.get("X-WR-TIMEZONE", ""))) is None:
        calendar.pop("X-WR-TIMEZONE", None)
    try:
        found: list[Any] = recurring_ical_events.of(calendar).between(
            window[0].astimezone(UTC) - WIDER, window[1].astimezone(UTC) + WIDER
        )
        for event in found:
            span(event, UTC)
    except _BROKEN:
        raise Unreadable("The calendar cannot be read: an event in it is damaged.") from None
    return found


def span(event: Any, zone: Any) -> tuple[datetime, datetime, bool]:
    """Start and end in UTC, and whether it is of whole days; days and floating times are taken to be in `zone`."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
    if end is None:
        length = event["DURATION"].dt if "DURATION" in event else None
        whole = timedelta(0) if isinstance(start, datetime) else timedelta(days=1)
        end = start + (whole if length is None else length)
    return _moment(start, zone), _moment(end, zone), not isinstance(start, datetime)


def kind_of(event: Any, whose: Collection[str]) -> BusyKind | None:
    """How an event takes its owner's time; None when it takes none: cancelled, transparent, free or declined."""
    outlook = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    status, answer = str(event.get("STATUS", "")).upper(), _answer(event, whose)
    transparent = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    if transparent or status == "CANCELLED" or answer == "DECLINED" or outlook in _FREE:
        return None
    if outlook == "OOF":
        return "out_of_office"
    return "tentative" if "TENTATIVE" in (status, answer, outlook) else "busy"


def attendees(event: Any) -> list[Any]:
    """The ATTENDEE lines, however many there are."""
    said = event.get("ATTENDEE", [])
    return said if isinstance(said, list) else [said]


def address(said: Any) -> str:
    """The e-mail address of an ATTENDEE or ORGANIZER in lower case."""
    text = str(said)
    return (text[7:] if text[:7].casefold() == "mailto:" else text).strip().casefold()


def _answer(event: Any, whose: Collection[str]) -> str:
    """What the owner answered to the invitation; nothing when it is no invitation."""
    for one in attendees(event):
        if {address(one), address(one.params.get("EMAIL", ""))} & set(whose):
            return str(one.params.get("PARTSTAT", "")).upper()
    return ""


def _periods(calendar: icalendar.Calendar, zone: ZoneInfo) -> Iterator[BusyTime]:
    """The times of VFREEBUSY (RFC 5545 section 3.6.4)."""
    for part in calendar.walk("VFREEBUSY"):
        said = part.get("FREEBUSY", [])
        for period in said if isinstance(said, list) else [said]:
            try:
                start, end = period.start, period.end
                kind = _TAKES.get(str(period.params.get("FBTYPE", "BUSY")).upper(), "busy")
                if kind is not None:
                    yield BusyTime(_moment(start, zone), _moment(end, zone), kind)
            except _BROKEN:
                raise Unreadable("The calendar cannot be read: a busy time is damaged.") from None


def _moment(value: date, zone: Any) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _sound(event: Any) -> None:
    """Raises ValueError for an event whose times the reader dropped, mistook, or could not finish counting."""
    if any(name is None or name in _TIMES for name, _ in event.errors):
        raise ValueError("damaged")
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        found = event[name].dt if name in event else None
        floats = isinstance(found, datetime) and found.tzinfo is None
        if floats and "TZID" in event[name].params:
            raise ValueError("an unknown zone")
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = str((rule.get("FREQ") or [""])[0]).upper()
        parts = [len(rule.get(part) or [0]) for part in ("BYHOUR", "BYMINUTE", "BYSECOND")]
        if often not in ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY") or prod(parts) > DENSE:
            raise ValueError("a rule that cannot be followed")
