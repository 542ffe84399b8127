"""Google's rows of events as the port knows them, and drafts as Google's rows; nothing is asked here."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.contract import BusyTime, Event, EventDraft, Guest, Reply
from connectors.contract.events import Answer, BusyKind, Link

Row = dict[str, Any]
NO_TIME = {"workingLocation", "birthday"}  # kinds of events that take none
KINDS: Mapping[str, BusyKind] = {"outOfOffice": "out_of_office", "focusTime": "focus"}
ANSWERS: Mapping[str, Answer] = {
    "accepted": "accepted", "declined": "declined", "tentative": "tentative",
}  # fmt: skip
TAG = "callsheet"  # the extended property that holds our key


def event_id(key: str) -> str:
    """Our own id, so that a repeated insert is refused: base32hex letters, unique in the calendar (events.insert)."""
    return f"callsheet{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def zone(name: Any) -> ZoneInfo:
    """Raises ValueError for a zone that is not known here."""
    try:
        return ZoneInfo(str(name))
    except ZoneInfoNotFoundError:
        raise ValueError("an unknown zone") from None


def moment(told: Mapping[str, Any], home: ZoneInfo) -> datetime:
    """`dateTime` with an offset or in its own zone, or a whole `date`, which begins at midnight at `home`."""
    if "date" in told:
        return datetime.combine(date.fromisoformat(told["date"]), time(), home).astimezone(UTC)
    found = datetime.fromisoformat(told["dateTime"])
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone(told["timeZone"]))
    return found.astimezone(UTC)


def taken(row: Row, home: ZoneInfo, *, titled: bool = False) -> BusyTime | None:
    """The time an event takes, None when it takes none. Raises KeyError, ValueError when it cannot be read."""
    if row.get("status") == "cancelled" or _free(row) or _own_answer(row) == "declined":
        return None
    return BusyTime(
        moment(row["start"], home), moment(row["end"], home), _kind(row), "date" in row["start"], str(row["id"]),
        str(row.get("summary", "")) if titled else "",
    )  # fmt: skip


def _free(row: Row) -> bool:
    return row.get("transparency") == "transparent" or row.get("eventType") in NO_TIME


def _kind(row: Row) -> BusyKind:
    tentative = row.get("status") == "tentative" or _own_answer(row) == "tentative"
    return KINDS.get(str(row.get("eventType")), "tentative" if tentative else "busy")


def _own_answer(row: Row) -> str:
    own = [guest for guest in row.get("attendees") or [] if guest.get("self")]
    return str(own[0].get("responseStatus", "")) if own else ""


def event(row: Row, owner: str, home: ZoneInfo | None = None) -> Event:
    """Raises KeyError, ValueError when it cannot be read."""
    link, join = _link(row)
    told = row.get("organizer") or {}
    here = home or ZoneInfo("UTC")
    return Event(
        id=str(row["id"]),
        uid=str(row.get("iCalUID", "")),
        owner=owner,
        version=str(row.get("etag", "")),
        title=str(row.get("summary", "")),
        start=moment(row["start"], here),
        end=moment(row["end"], here),
        key=str(((row.get("extendedProperties") or {}).get("private") or {}).get(TAG, "")),
        organizer=str(told.get("email", "")),
        text=str(row.get("description", "")),
        location=str(row.get("location", "")),
        replies=tuple(_reply(guest) for guest in row.get("attendees") or []),
        link=link,
        join=join,
        kind=_kind(row),
        free=_free(row),
        all_day="date" in row["start"],
        cancelled=row.get("status") == "cancelled",
        url=str(row.get("htmlLink", "")),
    )


def _reply(row: Row) -> Reply:
    guest = Guest(
        str(row.get("email", "")),
        str(row.get("displayName", "")),
        bool(row.get("optional")),
        bool(row.get("resource")),
    )
    answer = ANSWERS.get(str(row.get("responseStatus")), "needs_action")
    return Reply(guest, answer, str(row.get("comment", "")))


def _link(row: Row) -> tuple[Link, str]:
    """The meeting link: a request for one is worked on after the event was made."""
    conference = row.get("conferenceData") or {}
    points = conference.get("entryPoints") or []
    video = [str(point["uri"]) for point in points if point.get("entryPointType") == "video"]
    if join := (video[0] if video else str(row.get("hangoutLink", ""))):
        return "ready", join
    request = conference.get("createRequest")
    if not request:
        return "none", ""
    status = (request.get("status") or {}).get("statusCode", "pending")
    return ("failed" if status == "failure" else "pending"), ""


def body(draft: EventDraft) -> Row:
    """What an event is made of, without its id."""
    told: Row = {
        "summary": draft.title,
        "description": draft.text,
        "location": draft.location,
        "start": _when(draft.start, draft.zone),
        "end": _when(draft.end, draft.zone),
        "attendees": [_guest(guest) for guest in draft.guests],
        "guestsCanSeeOtherGuests": draft.shown,
        "extendedProperties": {"private": {TAG: draft.key}},
    }
    return told | (_wish(event_id(draft.key)) if draft.link else {})


def changed(row: Row, draft: EventDraft) -> Row:
    """The whole row with the draft in it: what is left out would be cleared.

    Replies are kept, unless the time is another one: then everybody is asked again. A link that is there stays.
    """
    told = body(draft)
    new = {**row, **told, "extendedProperties": row.get("extendedProperties") or {}}
    if "conferenceData" in row and _link(row)[0] != "failed":
        new["conferenceData"] = row["conferenceData"]
    elif draft.link:
        new |= _wish(f"{event_id(draft.key)}{row.get('sequence', 0)}")
    here = ZoneInfo("UTC")
    if (moment(row["start"], here), moment(row["end"], here)) == (draft.start, draft.end):
        held = {str(one.get("email")).casefold(): one for one in row.get("attendees") or []}
        new["attendees"] = [
            {**held.get(str(one["email"]).casefold(), {"responseStatus": "needsAction"}), **one}
            for one in [_guest(guest, fresh=False) for guest in draft.guests]
        ]
    return new


def _wish(request: str) -> Row:
    """A new link; a request that was made before is not made again."""
    kind = {"type": "hangoutsMeet"}
    return {
        "conferenceData": {"createRequest": {"requestId": request, "conferenceSolutionKey": kind}}
    }


def _guest(guest: Guest, *, fresh: bool = True) -> Row:
    row: Row = {"email": guest.email, "optional": guest.optional, "resource": guest.resource}
    if guest.name:
        row["displayName"] = guest.name
    return row | ({"responseStatus": "needsAction"} if fresh else {})


def _when(at: datetime, name: str) -> Row:
    return {"dateTime": at.astimezone(zone(name)).isoformat(), "timeZone": name}
