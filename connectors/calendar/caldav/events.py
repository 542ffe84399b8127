"""Events as CalDAV servers keep them (RFC 5545, RFC 4791 section 4.1): read into ours, written, and changed in place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from connectors import ical
from connectors.contract import Event, EventDraft, Guest, Interval, Reply
from connectors.contract.events import Answer
from connectors.errors import Unreadable

KEY = "X-CALLSHEET-KEY"
_ANSWERS: Mapping[str, Answer] = {
    "ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative",
}  # fmt: skip
_OURS = (
    "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "ATTENDEE", "ORGANIZER", "SEQUENCE",
    "DTSTAMP", "LAST-MODIFIED",
)  # fmt: skip


def name_of(key: str) -> str:
    """The file that an event with this key is: the same key can be written only once."""
    return f"{sha256(key.encode()).hexdigest()[:32]}.ics"


def read(
    content: bytes, url: str, version: str, owner: str, zone: str, window: Interval | None = None
) -> Event:
    """One resource. A series is told as its first occurrence in the window. Raises Unreadable, with no event in it."""
    calendar = ical.parse(content)
    found = [part for part in calendar.walk("VEVENT") if "RECURRENCE-ID" not in part]
    met = met_in(calendar, window, zone) if window else []
    event = met[0] if met else next(iter(found), None)
    if event is None:
        raise Unreadable("That is no event.")
    start, end, all_day = ical.span(event, ZoneInfo(zone))
    kind = ical.kind_of(event, {owner})
    replies = tuple(reply(one) for one in ical.attendees(event))
    return Event(
        url, str(event.get("UID", "")), owner, version or f"content {sha256(content).hexdigest()}",
        str(event.get("SUMMARY", "")), start, end, key=str(event.get(KEY, "")), text=str(event.get("DESCRIPTION", "")),
        organizer=ical.address(event.get("ORGANIZER", "")), location=str(event.get("LOCATION", "")), replies=replies,
        kind=kind or "busy", free=kind is None, all_day=all_day, url=str(event.get("URL", "")),
        cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
    )  # fmt: skip


def met_in(calendar: icalendar.Calendar, window: Interval, zone: str) -> list[Any]:
    """The occurrences that touch the window, earliest first."""
    spans = [(*ical.span(one, ZoneInfo(zone)), one) for one in ical.expanded(calendar, window)]
    met = [found for found in spans if found[0] < window[1] and found[1] > window[0]]
    return [found[3] for found in sorted(met, key=lambda found: found[0])]


def reply(said: Any) -> Reply:
    params = said.params
    kind = str(params.get("CUTYPE", "")).upper()
    guest = Guest(
        ical.address(said), str(params.get("CN", "")),
        str(params.get("ROLE", "")).upper() == "OPT-PARTICIPANT", kind in ("ROOM", "RESOURCE"),
    )  # fmt: skip
    answer = _ANSWERS.get(str(params.get("PARTSTAT", "")).upper(), "needs_action")
    return Reply(guest, answer, str(params.get("X-RESPONSE-COMMENT", "")))


def written(draft: EventDraft, owner: str, now: datetime) -> bytes:
    """A new resource; no METHOD (RFC 4791 section 4.1), times in UTC."""
    calendar, event = icalendar.Calendar(), icalendar.Event()
    calendar.add("prodid", "-//Callsheet//EN")
    calendar.add("version", "2.0")
    event.add("uid", draft.uid)
    event.add(KEY, draft.key)
    _fill(event, draft, owner, now, 0, {})
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def changed(content: bytes, draft: EventDraft, owner: str, now: datetime) -> bytes:
    """The resource with what the draft says, and all else as it was; answers count on for the same time.

    SEQUENCE rises (RFC 5546 section 2.1.4). Raises Unreadable when there is no event in it.
    """
    calendar = ical.parse(content)
    found = calendar.walk("VEVENT")
    if not found:
        raise Unreadable("That is no event.")
    event = found[0]
    start, end, _ = ical.span(event, UTC)
    same = (start, end) == (draft.start, draft.end)
    answers = {ical.address(one): one for one in ical.attendees(event)} if same else {}
    number = int(event.get("SEQUENCE", 0)) + 1
    for name in _OURS:
        event.pop(name, None)
    _fill(event, draft, owner, now, number, answers)
    return bytes(calendar.to_ical())


def _fill(
    event: icalendar.Component, draft: EventDraft, owner: str, now: datetime, number: int, answers: Mapping[str, Any]
) -> None:  # fmt: skip
    event.add("dtstamp", now)
    event.add("last-modified", now)
    event.add("sequence", number)
    event.add("summary", draft.title)
    event.add("dtstart", draft.start.astimezone(UTC))
    event.add("dtend", draft.end.astimezone(UTC))
    for name, said in (("description", draft.text), ("location", draft.location)):
        if said:
            event.add(name, said)
    if draft.guests:
        event.add("organizer", icalendar.vCalAddress(f"mailto:{owner}"))
    for guest in draft.guests:
        known = answers.get(guest.email.casefold())
        event.add("attendee", _attendee(guest, known.params.get("PARTSTAT") if known else None))


def _attendee(guest: Guest, answer: str | None) -> icalendar.vCalAddress:
    """SCHEDULE-AGENT=CLIENT (RFC 6638 section 7.1): the server mails nobody, since the mails are ours.

    CLIENT and not NONE: sabre, under Nextcloud, tests for CLIENT only.
    """
    said = icalendar.vCalAddress(f"mailto:{guest.email}")
    said.params.update({
        "CN": guest.name or guest.email, "CUTYPE": "ROOM" if guest.resource else "INDIVIDUAL",
        "ROLE": "OPT-PARTICIPANT" if guest.optional else "REQ-PARTICIPANT",
        "PARTSTAT": answer or "NEEDS-ACTION", "RSVP": "TRUE", "SCHEDULE-AGENT": "CLIENT",
    })  # fmt: skip
    return said
