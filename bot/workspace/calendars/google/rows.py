"""How Google words events and refusals."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse, Response

from bot.workspace.calendars.book import Doc

WORDS = {
    "authError": "Invalid Credentials", "insufficientPermissions": "Request had insufficient authentication scopes.",
    "notFound": "Not Found", "deleted": "Resource has been deleted", "duplicate": "The requested identifier already exists.",
    "conditionNotMet": "Precondition Failed", "fullSyncRequired": "Sync token is no longer valid, a full sync is required.",
    "timeRangeEmpty": "The specified time range is empty.", "required": "Missing end time.",
    "push.webhookUrlNotHttps": "WebHook callback must be HTTPS", "channelNotFound": "Channel not found",
}  # fmt: skip


def error(status: int, word: str) -> Response:
    said = WORDS.get(word, word)
    return JSONResponse(
        {
            "error": {
                "code": status,
                "message": said,
                "errors": [{"domain": "global", "reason": word, "message": said}],
            }
        },
        status,
    )


def etag(row: Doc) -> str:
    return f'"{row["version"]}"'


def event(row: Doc, zone: str) -> Doc:
    """An event's row in one calendar."""
    organizer = row["organizer"]
    told: Doc = {
        "kind": "calendar#event", "etag": etag(row), "id": row["id"], "status": "tentative" if row["tentative"] else row["status"],
        "htmlLink": f"https://www.google.com/calendar/event?eid={row['id']}", "summary": row["summary"],
        "description": row["text"], "location": row["location"], "iCalUID": row["uid"], "sequence": row["sequence"],
        "organizer": {"email": organizer, "self": organizer == row["address"]}, "eventType": row["type"],
        "start": _when(row["start"], zone, row["all_day"]), "end": _when(row["end"], zone, row["all_day"]),
        "guestsCanSeeOtherGuests": row["shown"], "reminders": {"useDefault": True},
    }  # fmt: skip
    if row["transparent"]:
        told["transparency"] = "transparent"
    if row["guests"]:
        told["attendees"] = [_guest(guest, row) for guest in row["guests"]]
    if row["properties"] and organizer == row["address"]:
        told["extendedProperties"] = {"private": row["properties"]}
    return told | _conference(row)


def cancelled(row: Doc) -> Doc:
    """Of a deleted event only the id is sure (events.list)."""
    return {
        "kind": "calendar#event", "etag": etag(row), "id": row["id"], "status": "cancelled",
    }  # fmt: skip


def _conference(row: Doc) -> Doc:
    wish = row["conference"]
    if not wish:
        return {}
    request = {
        "requestId": wish["request"], "conferenceSolutionKey": {"type": "hangoutsMeet"},
        "status": {"statusCode": "success" if wish["ready"] else "pending"},
    }  # fmt: skip
    if not wish["ready"]:
        return {"conferenceData": {"createRequest": request}}
    uri = f"https://meet.google.com/{wish['request'][-10:]}"
    points = [{"entryPointType": "video", "uri": uri, "label": uri.removeprefix("https://")}]
    return {
        "hangoutLink": uri, "conferenceData": {"createRequest": request, "entryPoints": points},
    }  # fmt: skip


def _guest(guest: Doc, row: Doc) -> Doc:
    told: Doc = {"email": guest["email"], "responseStatus": guest["answer"]}
    told |= {"displayName": guest["name"]} if guest["name"] else {}
    told |= {"comment": guest["comment"]} if guest.get("comment") else {}
    told |= {name: True for name in ("optional", "resource") if guest.get(name)}
    address = str(guest["email"]).casefold()
    told |= {"self": True} if address == row["address"] else {}
    return told | ({"organizer": True} if address == row["organizer"] else {})


def _when(at: str, zone: str, whole_day: bool) -> Doc:
    here = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
    if whole_day:
        return {"date": here.date().isoformat()}
    return {"dateTime": here.isoformat(), "timeZone": zone}


def read(body: Doc, row: Doc, zone: str) -> Doc:
    """A row with what an insert or a whole update says; what is left out is cleared."""
    request = ((body.get("conferenceData") or {}).get("createRequest") or {}).get("requestId")
    conference = row["conference"] if body.get("conferenceData") else None
    if request and not (conference and conference["request"] == request):
        conference = {"request": request, "ready": False}
    return row | {
        "summary": body.get("summary", ""), "text": body.get("description", ""), "location": body.get("location", ""),
        "start": _moment(body["start"], zone), "end": _moment(body["end"], zone), "all_day": "date" in body["start"],
        "guests": [_read_guest(guest) for guest in body.get("attendees") or []],
        "shown": body.get("guestsCanSeeOtherGuests", True),
        "properties": (body.get("extendedProperties") or {}).get("private") or {}, "conference": conference,
    }  # fmt: skip


def _read_guest(guest: Doc) -> Doc:
    return {
        "email": guest["email"], "name": guest.get("displayName", ""), "optional": bool(guest.get("optional")),
        "resource": bool(guest.get("resource")), "answer": guest.get("responseStatus", "needsAction"),
        "comment": guest.get("comment", ""), "proposed": None,
    }  # fmt: skip


def _moment(told: Any, zone: str) -> str:
    found = datetime.fromisoformat(told.get("dateTime") or told["date"])
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).isoformat()
