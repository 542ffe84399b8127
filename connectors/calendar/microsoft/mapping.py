"""Graph's rows of events and schedules as the port knows them, and drafts as Graph's rows; nothing is asked here."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.calendar.microsoft import zones
from connectors.contract import BusyTime, Event, EventDraft, Guest, Interval, Reply, WeeklyHours
from connectors.contract.events import Answer, BusyKind

Row = dict[str, Any]
KEY = "String {6b1f3c1e-5a52-4f0e-9d2b-8e2f6a7c4d10} Name CallsheetKey"  # our own property of an event
KINDS: Mapping[str, BusyKind] = {"tentative": "tentative", "oof": "out_of_office"}
FREE = {"free", "workingElsewhere"}
ANSWERS: Mapping[str, Answer] = {
    "accepted": "accepted", "organizer": "accepted", "declined": "declined", "tentativelyAccepted": "tentative",
}  # fmt: skip


def transaction(key: str) -> str:
    """What keeps a repeated creation from making a second event (event: transactionId)."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def moment(told: Mapping[str, Any]) -> datetime:
    """A `dateTimeTimeZone`, which we ask to be told in UTC. Raises KeyError, ValueError."""
    found = datetime.fromisoformat(str(told["dateTime"])[:19])
    name = zones.iana({"name": told.get("timeZone", "UTC")}, found)
    if not name:
        raise ValueError("an unknown zone")
    return found.replace(tzinfo=ZoneInfo(name)).astimezone(UTC)


def said(at: datetime) -> Row:
    return {"dateTime": at.astimezone(UTC).isoformat()[:19], "timeZone": "UTC"}


def taken(row: Row, home: str) -> BusyTime | None:
    """A `scheduleItem`, None when it takes no time. All day is what lasts from midnight to midnight at `home`."""
    status = str(row["status"])
    if status in FREE:
        return None
    start, end = moment(row["start"]), moment(row["end"])
    kind, title = KINDS.get(status, "busy"), str(row.get("subject") or "")
    return BusyTime(start, end, kind, _whole_days((start, end), home), title=title)


def _whole_days(span: Interval, home: str) -> bool:
    here = ZoneInfo(home or "UTC")
    return span[1] - span[0] >= timedelta(hours=23) and all(
        at.astimezone(here).time() == time() for at in span
    )


def hours(told: Any, now: datetime) -> WeeklyHours | None:
    """Working hours; None when there are none, or in a zone that cannot be named."""
    if not isinstance(told, dict):
        return None
    try:
        zone = zones.iana(told["timeZone"], now)
        start, end = (time.fromisoformat(str(told[n])[:8]) for n in ("startTime", "endTime"))
        days = sorted(zones.DAYS.index(str(day).lower()) for day in told["daysOfWeek"])
    except (KeyError, TypeError, ValueError):
        return None
    return WeeklyHours(zone, tuple((day, start, end) for day in days)) if zone and days else None


def event(row: Row, owner: str) -> Event:
    """Raises KeyError, ValueError when it cannot be read."""
    online = row.get("onlineMeeting") or {}
    join = str(online.get("joinUrl") or "")
    held = row.get("singleValueExtendedProperties") or []
    kind = str(row.get("showAs", "busy"))
    return Event(
        id=str(row["id"]),
        uid=str(row.get("iCalUId") or ""),
        owner=owner,
        version=str(row.get("@odata.etag") or ""),
        title=str(row.get("subject") or ""),
        start=moment(row["start"]),
        end=moment(row["end"]),
        key=next((str(one["value"]) for one in held if _ours(one)), ""),
        organizer=_address(row.get("organizer")),
        text=str((row.get("body") or {}).get("content") or "").strip(),
        location=str((row.get("location") or {}).get("displayName") or ""),
        replies=tuple(_reply(one) for one in row.get("attendees") or []),
        link="ready" if join else "pending" if row.get("isOnlineMeeting") else "none",
        join=join,
        kind=KINDS.get(kind, "busy"),
        free=kind in FREE,
        all_day=bool(row.get("isAllDay")),
        cancelled=bool(row.get("isCancelled")),
        url=str(row.get("webLink") or ""),
    )


def _ours(one: Row) -> bool:
    return str(one.get("id", "")).casefold() == KEY.casefold()


def _address(told: Any) -> str:
    mail = told.get("emailAddress") if isinstance(told, dict) else None
    return str(mail.get("address") or "") if isinstance(mail, dict) else ""


def _reply(row: Row) -> Reply:
    name = str((row.get("emailAddress") or {}).get("name") or "")
    kind = row.get("type")
    guest = Guest(_address(row), name, kind == "optional", kind == "resource")
    answer = ANSWERS.get(str((row.get("status") or {}).get("response")), "needs_action")
    wish = row.get("proposedNewTime")
    proposed = (moment(wish["start"]), moment(wish["end"])) if wish else None
    return Reply(guest, answer, proposed=proposed)


def body(draft: EventDraft) -> Row:
    """What an event is made of, without what only its creation takes. Single events are told in UTC."""
    told: Row = {
        "subject": draft.title,
        "body": {"contentType": "text", "content": draft.text},
        "start": said(draft.start),
        "end": said(draft.end),
        "location": _place(draft),
        "attendees": [_guest(guest) for guest in draft.guests],
        "hideAttendees": not draft.shown,
    }
    if draft.link:
        told |= {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
    return told


def new(draft: EventDraft) -> Row:
    return body(draft) | {
        "transactionId": transaction(draft.key),
        "allowNewTimeProposals": True,
        "responseRequested": True,
        "singleValueExtendedProperties": [{"id": KEY, "value": draft.key}],
    }


def _guest(guest: Guest) -> Row:
    mail = {"address": guest.email} | ({"name": guest.name} if guest.name else {})
    kind = "resource" if guest.resource else "optional" if guest.optional else "required"
    return {"type": kind, "emailAddress": mail}


def _place(draft: EventDraft) -> Row:
    """A single room is named by its address too, by which Outlook knows it."""
    place: Row = {"displayName": draft.location}
    rooms = [guest.email for guest in draft.guests if guest.resource]
    return place | (
        {"locationEmailAddress": rooms[0]} if draft.location and len(rooms) == 1 else {}
    )
