"""What would make a calendar refuse an invite: the rules of iTIP that parsers do not look at. Pure."""

from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

METHODS = ("REQUEST", "CANCEL", "DECLINECOUNTER", "REPLY", "COUNTER")
NEEDED = {
    "REQUEST": ("UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE", "SUMMARY", "ATTENDEE"),
    "CANCEL": ("UID", "DTSTAMP", "ORGANIZER", "SEQUENCE", "ATTENDEE"),
    "DECLINECOUNTER": ("UID", "DTSTAMP", "ORGANIZER"),
    "REPLY": ("UID", "DTSTAMP", "ORGANIZER", "ATTENDEE"),
    "COUNTER": ("UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE", "ATTENDEE"),
}
ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "ORGANIZER", "SEQUENCE", "STATUS")


def check(raw: bytes) -> list[str]:
    """What is wrong with an iTIP message, each in a few words; empty when all is well (RFC 5546 section 3.2).

    Raises ValueError for text that is not iCalendar at all.
    """
    calendar = Calendar.from_ical(raw)
    method = str(calendar.get("method", "")).upper()
    problems = [] if method in METHODS else [f"method {method or 'missing'}"]
    events = calendar.walk("VEVENT")
    if not events:
        problems.append("no meeting")
    named = {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")}
    for event in events:
        needed = NEEDED.get(method, ())
        problems += [f"no {name}" for name in needed if str(event.get(name, "")) == ""]
        problems += [f"{name} twice" for name in ONCE if isinstance(event.get(name), list)]
        problems += [f"{name} cannot be read" for name, _ in event.errors]
        if not problems:
            problems += _times(event, named) + _state(event, method)
    return problems


def _times(event: Component, named: set[str]) -> list[str]:
    problems = []
    if "DTSTART" in event and "DTEND" in event:
        start, end = event.decoded("dtstart"), event.decoded("dtend")
        if end <= start:
            problems.append("the end is not after the start")
    for name in ("DTSTART", "DTEND"):
        zone = event[name].params.get("TZID") if name in event else None
        if zone and zone not in named:
            problems.append(f"no VTIMEZONE for {zone}")
        if zone and not _is_known(str(zone)):
            problems.append(f"there is no zone called {zone}")
    return problems


def _state(event: Component, method: str) -> list[str]:
    attendees = event.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    problems = []
    if method == "CANCEL" and event.get("status") != "CANCELLED":
        problems.append("a cancellation without STATUS:CANCELLED")
    if method in ("REPLY", "COUNTER") and len(attendees) != 1:
        problems.append("an answer has exactly one attendee")
    if method == "REPLY" and not all(a.params.get("PARTSTAT") for a in attendees):
        problems.append("an answer without PARTSTAT")
    sequence, theirs = event.get("SEQUENCE"), event.get("X-MICROSOFT-CDO-APPT-SEQUENCE")
    if theirs is not None and str(theirs) != str(sequence):
        problems.append("two sequences that differ")
    return problems


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, LookupError):
        return False
    return True
