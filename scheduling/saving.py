"""Meetings to put into a calendar by hand: an .ics file, and links that Google's and Microsoft's calendars open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from scheduling.invites import PRODUCT


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting as its reader may see it. `uid` and `sequence` are the mailed invite's, so that it appears once."""

    uid: str
    sequence: int
    stamp: datetime
    start: datetime
    end: datetime
    zone: str
    summary: str
    description: str
    location: str | None


def file(meetings: Sequence[Meeting]) -> bytes:
    """METHOD PUBLISH: nobody is asked to answer (RFC 5546 section 3.2.1, which allows no ATTENDEE)."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for meeting in meetings:
        event, zone = Event(), ZoneInfo(meeting.zone)
        event.add("uid", meeting.uid)
        event.add("sequence", meeting.sequence)
        event.add("dtstamp", meeting.stamp.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", meeting.start.astimezone(zone))
        event.add("dtend", meeting.end.astimezone(zone))
        event.add("summary", meeting.summary)
        event.add("description", meeting.description)
        event.add("status", "CONFIRMED")
        if meeting.location:
            event.add("location", meeting.location)
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def google(meeting: Meeting) -> str:
    """Opens Google Calendar's form with everything filled in."""
    dates = "/".join(f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (meeting.start, meeting.end))
    asked = {"action": "TEMPLATE", "text": meeting.summary, "dates": dates, "details": meeting.description}  # fmt: skip
    asked |= {"location": meeting.location} if meeting.location else {}
    return f"https://calendar.google.com/calendar/render?{urlencode(asked)}"


def outlook(meeting: Meeting) -> str:
    """Opens Outlook on the web's form with everything filled in."""
    asked = {
        "path": "/calendar/action/compose", "rru": "addevent", "subject": meeting.summary,
        "startdt": f"{meeting.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{meeting.end.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "body": meeting.description,
    }  # fmt: skip
    asked |= {"location": meeting.location} if meeting.location else {}
    return f"https://outlook.office.com/calendar/0/deeplink/compose?{urlencode(asked)}"
