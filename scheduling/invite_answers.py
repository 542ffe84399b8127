"""Answers to invites as other people's calendars send them: REPLY and COUNTER, read with distrust (RFC 5546). Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from icalendar import Calendar, Component

from scheduling.hours import Interval

ANSWERS = ("ACCEPTED", "DECLINED", "TENTATIVE")
MOST = 1_000  # characters of a comment


@dataclass(frozen=True, slots=True)
class Answer:
    """What one attendee sent. `said` is accepted, declined or tentative; a counter has a `slot` instead.

    `sequence` is the one of the invite that was answered, `stamp` when it was answered (aware UTC), `attendee` an
    address in lower case, `note` what they wrote to it.
    """

    kind: Literal["reply", "counter"]
    uid: str
    sequence: int
    stamp: datetime
    attendee: str
    said: str = ""
    slot: Interval | None = None
    note: str = ""


def read(raw: bytes, method: str = "") -> Answer:
    """Read an answer. `method` is the MIME part's, where it names one: it has to be the METHOD inside (RFC 6047).

    Raises ValueError, saying why, for whatever is not exactly one attendee's answer to one meeting.
    """
    calendar = _calendar(raw)
    inside = str(calendar.get("method", "")).strip().upper()
    if inside not in ("REPLY", "COUNTER"):
        raise ValueError("not an answer to an invite")
    if method and method.strip().upper() != inside:
        raise ValueError("the mail and the calendar in it name different methods")
    event = _event(calendar)
    attendee = event.get("attendee")
    if attendee is None or isinstance(attendee, list):
        raise ValueError("an answer has exactly one attendee")
    known = (
        str(event["uid"]),
        _number(event),
        _moment(event, "dtstamp"),
        str(attendee).strip().lower().removeprefix("mailto:"),
    )
    note = str(event.get("comment") or "")[:MOST]
    if inside == "COUNTER":
        slot = (_moment(event, "dtstart"), _moment(event, "dtend"))
        if slot[1] <= slot[0]:
            raise ValueError("a proposal that ends before it begins")
        return Answer("counter", *known, slot=slot, note=note)
    said = str(getattr(attendee, "params", {}).get("PARTSTAT", "")).upper()
    if said not in ANSWERS:
        raise ValueError("an answer that neither accepts nor declines")
    return Answer("reply", *known, said=said.lower(), note=note)


def newer(known: tuple[int, datetime] | None, sequence: int, stamp: datetime) -> bool:
    """Whether an answer outranks the one that is known: the later SEQUENCE, then the later DTSTAMP (RFC 5546, 2.1.5)."""
    return known is None or (sequence, stamp) > known


def _calendar(raw: bytes) -> Calendar:
    """The one calendar object in these bytes."""
    try:
        found = Calendar.from_ical(raw.decode("utf-8", "replace"), multiple=True)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError("not a calendar") from error
    calendars = [each for each in found if isinstance(each, Calendar)]
    if len(calendars) != 1:
        raise ValueError("not one calendar")
    return calendars[0]


def _event(calendar: Calendar) -> Component:
    """The meeting answered; of several parts of one meeting the one stamped last."""
    events = calendar.walk("VEVENT")
    if not events:
        raise ValueError("an answer without a meeting")
    for event in events:
        if event.errors or isinstance(event.get("uid"), list):
            raise ValueError("an answer that cannot be read")
    if len({str(event.get("uid") or "") for event in events}) != 1 or not events[0].get("uid"):
        raise ValueError("an answer to several meetings, or to none")
    return max(events, key=lambda event: _moment(event, "dtstamp"))


def _number(event: Component) -> int:
    """SEQUENCE, 0 where it is left out (RFC 5545 section 3.8.7.4)."""
    found = event.get("sequence", 0)
    if isinstance(found, list):
        raise ValueError("two sequences")
    try:
        number = int(found)
    except (TypeError, ValueError):
        raise ValueError("a sequence that is no number") from None
    if not 0 <= number < 2**31:
        raise ValueError("a sequence that is no number")
    return number


def _moment(event: Component, name: str) -> datetime:
    """An aware moment in UTC. A day, or a time of no zone, is not a moment; DTSTAMP is UTC whatever it says."""
    if isinstance(event.get(name), list):
        raise ValueError(f"{name} twice")
    try:
        found = event.decoded(name)
        if isinstance(found, datetime) and found.tzinfo is None and name == "dtstamp":
            found = found.replace(tzinfo=UTC)
        if not isinstance(found, datetime) or found.tzinfo is None:
            raise ValueError(name)
        return found.astimezone(UTC)
    except (LookupError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"{name} is missing or is no moment") from error
