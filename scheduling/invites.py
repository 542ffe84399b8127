"""Invites as iCalendar: requests, updates and cancellations that calendars accept (RFC 5545, RFC 5546)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Callsheet//Interviews//EN"


@dataclass(frozen=True, slots=True)
class Party:
    """A person in an invite."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Invite:
    """One meeting for one audience. `uid` never changes; `sequence` rises with every change; `stamp` is the message's time."""

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


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to an invite: `answer` is ACCEPTED, DECLINED or TENTATIVE."""

    uid: str
    sequence: int
    attendee: str
    answer: str
    stamp: datetime


def request(invite: Invite) -> bytes:
    """A new invite or an update: METHOD REQUEST (RFC 5546 section 3.2.2)."""
    return _render(invite, "REQUEST", "CONFIRMED")


def cancel(invite: Invite) -> bytes:
    """METHOD CANCEL with STATUS CANCELLED; the caller raised the sequence (RFC 5546 section 3.2.5)."""
    return _render(invite, "CANCEL", "CANCELLED")


def read_reply(raw: bytes) -> Reply:
    """Read an iTIP REPLY. Raises ValueError when it is not one (RFC 5546 section 3.2.3: exactly one attendee)."""
    calendar = Calendar.from_ical(raw)
    if str(calendar.get("method", "")).upper() != "REPLY":
        raise ValueError("not an answer to an invite")
    event = next(iter(calendar.walk("VEVENT")), None)
    if event is None:
        raise ValueError("an answer without a meeting")
    attendee = event.get("attendee")
    if attendee is None or isinstance(attendee, list):
        raise ValueError("an answer has exactly one attendee")
    return Reply(
        uid=str(event["uid"]),
        sequence=int(event.get("sequence", 0)),
        attendee=str(attendee).lower().removeprefix("mailto:"),
        answer=str(attendee.params.get("PARTSTAT", "NEEDS-ACTION")).upper(),
        stamp=event.decoded("dtstamp"),
    )


def check(raw: bytes) -> list[str]:
    """What would make a calendar refuse this invite; empty when all is well."""
    calendar = Calendar.from_ical(raw)
    method = str(calendar.get("method", ""))
    problems = [] if method in ("REQUEST", "CANCEL") else [f"method {method or 'missing'}"]
    for event in calendar.walk("VEVENT"):
        problems += [
            f"no {name}"
            for name in ("UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SEQUENCE")
            if name not in event
        ]
        if not event.get("attendee"):
            problems.append("no ATTENDEE")
        if (
            "DTSTART" in event
            and "DTEND" in event
            and event.decoded("dtend") <= event.decoded("dtstart")
        ):
            problems.append("the end is not after the start")
        zone = event["DTSTART"].params.get("TZID") if "DTSTART" in event else None
        named = {str(tz["TZID"]) for tz in calendar.walk("VTIMEZONE")}
        if zone and zone not in named:
            problems.append(f"no VTIMEZONE for {zone}")
        if method == "CANCEL" and event.get("status") != "CANCELLED":
            problems.append("a cancellation without STATUS:CANCELLED")
    return problems


def _render(invite: Invite, method: str, status: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", invite.uid)
    event.add("sequence", invite.sequence)
    event.add("dtstamp", invite.stamp.astimezone(UTC).replace(microsecond=0))
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
    event["organizer"] = _address(invite.organizer)
    for attendee in _attendees(invite.attendees):
        event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _attendees(parties: Iterable[Party]) -> Iterable[vCalAddress]:
    for party in parties:
        address = _address(party)
        address.params["CUTYPE"] = vText("INDIVIDUAL")
        address.params["ROLE"] = vText("REQ-PARTICIPANT")
        address.params["PARTSTAT"] = vText("NEEDS-ACTION")
        address.params["RSVP"] = vText("TRUE")
        yield address


def _address(party: Party) -> vCalAddress:
    """`CN` may not hold a double quote or a control character (RFC 5545 section 3.1)."""
    address = vCalAddress(f"mailto:{party.email}")
    name = "".join("'" if c == '"' else c for c in party.name if c.isprintable())
    address.params["CN"] = vText(name or party.email)
    return address
