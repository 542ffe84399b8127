"""The calendars' rows as iCalendar texts (RFC 5545), and the other way round, for dialects that speak it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from bot.workspace.calendars.book import Doc

ANSWERS = {"needsAction": "NEEDS-ACTION", "accepted": "ACCEPTED", "declined": "DECLINED", "tentative": "TENTATIVE"}  # fmt: skip
KEY = "X-CALLSHEET-KEY"


def written(rows: Iterable[Doc], zone: str, *, told: bool = False) -> str:
    """One VCALENDAR; `told`: it says its zone, as published feeds do."""
    calendar = Calendar()
    calendar.add("prodid", "-//Brightwater//EN")
    calendar.add("version", "2.0")
    if told:
        calendar.add("x-wr-timezone", zone)
    for row in rows:
        calendar.add_component(_event(row, ZoneInfo(zone)))
    return str(calendar.to_ical().decode())


def _event(row: Doc, zone: ZoneInfo) -> Event:
    event = Event()
    start, end = (datetime.fromisoformat(row[name]) for name in ("start", "end"))
    for name, value in (("dtstart", start), ("dtend", end)):
        local = value.astimezone(zone)
        event.add(name, local.date() if row["all_day"] else value.astimezone(UTC))
    event.add("uid", row["uid"])
    event.add("dtstamp", start)
    event.add("summary", row["summary"])
    event.add("sequence", row["sequence"])
    free = row["transparent"] or row["type"] == "workingLocation"
    event.add("transp", "TRANSPARENT" if free else "OPAQUE")
    event.add("status", "TENTATIVE" if row["tentative"] else row["status"].upper())
    if row["type"] == "outOfOffice":
        event.add("x-microsoft-cdo-busystatus", "OOF")
    for name, said in (("description", row["text"]), ("location", row["location"]), (KEY, row["properties"].get("key"))):  # fmt: skip
        if said:
            event.add(name, said)
    event.add("organizer", vCalAddress(f"mailto:{row['organizer']}"))
    for guest in row["guests"]:
        event.add("attendee", _attendee(guest))
    return event


def _attendee(guest: Doc) -> vCalAddress:
    said = vCalAddress(f"mailto:{guest['email']}")
    said.params.update({
        "CN": guest.get("name") or guest["email"], "PARTSTAT": ANSWERS[guest.get("answer") or "needsAction"],
        "CUTYPE": "ROOM" if guest.get("resource") else "INDIVIDUAL",
        "ROLE": "OPT-PARTICIPANT" if guest.get("optional") else "REQ-PARTICIPANT",
    })  # fmt: skip
    return said


def read(text: bytes, address: str) -> Doc:
    """A row of the one event in a text. Raises ValueError, KeyError."""
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    said = event.get("ATTENDEE", [])
    guests = [_guest(one) for one in (said if isinstance(said, list) else [said])]
    start, end = (event.decoded(name).astimezone(UTC).isoformat() for name in ("dtstart", "dtend"))
    return {
        "address": address, "uid": str(event["UID"]), "summary": str(event.get("SUMMARY", "")), "start": start, "end": end,
        "text": str(event.get("DESCRIPTION", "")), "location": str(event.get("LOCATION", "")), "status": "confirmed",
        "transparent": False, "guests": guests, "sequence": int(event.get("SEQUENCE", 0)),
        "properties": {"key": str(event.get(KEY, ""))},
        "mailed": "none" if all(_quiet(one) for one in (said if isinstance(said, list) else [said])) else "all",
    }  # fmt: skip


def _quiet(said: Any) -> bool:
    """Whether the server is to leave this guest to the client (RFC 6638 section 7.1)."""
    return str(said.params.get("SCHEDULE-AGENT", "")) == "CLIENT"


def _guest(said: Any) -> Doc:
    answers = {theirs: ours for ours, theirs in ANSWERS.items()}
    return {
        "email": str(said).removeprefix("mailto:"), "name": str(said.params.get("CN", "")), "comment": "", "proposed": None,
        "optional": said.params.get("ROLE") == "OPT-PARTICIPANT", "resource": said.params.get("CUTYPE") == "ROOM",
        "answer": answers.get(str(said.params.get("PARTSTAT")), "needsAction"),
    }  # fmt: skip
