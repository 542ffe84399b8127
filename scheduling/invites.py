"""Invites as iCalendar: requests, updates, cancellations and refused proposals (RFC 5545, RFC 5546)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Callsheet//Interviews//EN"
NO_ANSWER = "needs-action"


@dataclass(frozen=True, slots=True)
class Party:
    """A person in an invite. `answer` is needs-action, accepted, declined or tentative: what is known of theirs.

    `optional`: they may come and need not (RFC 5545 section 3.2.16).
    """

    name: str
    email: str
    answer: str = NO_ANSWER
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Invite:
    """One meeting for one audience. `uid` never changes; `stamp` is the message's time.

    The caller raises `sequence` when the time or the place changes and when it is called off, and for nothing else
    (RFC 5546 section 2.1.4).
    """

    uid: str
    sequence: int
    stamp: datetime
    start: datetime
    end: datetime
    zone: str
    summary: str
    description: str
    location: str | None
    url: str | None
    organizer: Party
    attendees: tuple[Party, ...]


def request(invite: Invite) -> bytes:
    """A new invite or an update: METHOD REQUEST (RFC 5546 section 3.2.2)."""
    return _render(invite, "REQUEST", "CONFIRMED")


def cancel(invite: Invite) -> bytes:
    """METHOD CANCEL with STATUS CANCELLED; the caller raised the sequence (RFC 5546 section 3.2.5)."""
    return _render(invite, "CANCEL", "CANCELLED")


def decline_counter(invite: Invite, comment: str = "") -> bytes:
    """METHOD DECLINECOUNTER: the meeting stays as it was. It names the meeting and nothing else (RFC 5546, 3.2.8)."""
    calendar, event = _begin(invite, "DECLINECOUNTER")
    if comment:
        event.add("comment", comment)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _begin(invite: Invite, method: str) -> tuple[Calendar, Event]:
    calendar, event = Calendar(), Event()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event.add("uid", invite.uid)
    event.add("dtstamp", invite.stamp.astimezone(UTC).replace(microsecond=0))
    event["organizer"] = _address(invite.organizer)
    return calendar, event


def _render(invite: Invite, method: str, status: str) -> bytes:
    calendar, event = _begin(invite, method)
    event.add("sequence", invite.sequence)
    zone = ZoneInfo(invite.zone)
    event.add("dtstart", invite.start.astimezone(zone))
    event.add("dtend", invite.end.astimezone(zone))
    event.add("summary", invite.summary)
    event.add("description", invite.description)
    event.add("status", status)
    event.add("transp", "OPAQUE")
    if invite.location:
        event.add("location", invite.location)
    if invite.url:
        event.add("url", invite.url)
    for attendee in _attendees(invite.attendees):
        event.add("attendee", attendee, encode=False)
    # Outlook lets this property outrank SEQUENCE (MS-OXCICAL section 2.1.3.1.1.20.22)
    event.add("x-microsoft-cdo-appt-sequence", str(invite.sequence))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _attendees(parties: Iterable[Party]) -> Iterable[vCalAddress]:
    for party in parties:
        address = _address(party)
        address.params["CUTYPE"] = vText("INDIVIDUAL")
        address.params["ROLE"] = vText("OPT-PARTICIPANT" if party.optional else "REQ-PARTICIPANT")
        address.params["PARTSTAT"] = vText(party.answer.upper())
        address.params["RSVP"] = vText("TRUE" if party.answer == NO_ANSWER else "FALSE")
        yield address


def _address(party: Party) -> vCalAddress:
    """`CN` may not hold a double quote or a control character (RFC 5545 section 3.1)."""
    address = vCalAddress(f"mailto:{party.email}")
    name = "".join("'" if c == '"' else c for c in party.name if c.isprintable())
    address.params["CN"] = vText(name or party.email)
    return address
