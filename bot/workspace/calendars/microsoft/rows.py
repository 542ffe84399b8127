"""How Graph words events, moments and refusals."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse, Response

from bot.workspace.calendars.book import Doc, own_answer

NEVER = "0001-01-01T00:00:00Z"
SAID = {
    "declined": "declined", "accepted": "accepted", "tentative": "tentativelyAccepted", "needsAction": "notResponded",
}  # fmt: skip
WORDS = {
    "ErrorItemNotFound": "The specified object was not found in the store.", "ErrorAccessDenied": "Access is denied.",
    "ErrorIrresolvableConflict": "The change key passed in the request does not match.",
    "ErrorDuplicateTransactionId": "Your request can't be completed: the transaction id was used before.",
    "InvalidAuthenticationToken": "Access token is empty or has expired.", "SyncStateNotFound": "The sync state is not known.",
    "ErrorInvalidTimeInterval": "The time window is too long, or ends before it begins.",
}  # fmt: skip


def error(status: int, word: str) -> Response:
    told = {"code": word, "message": WORDS.get(word, word)}
    return JSONResponse({"error": told | {"innerError": {"request-id": "r-1"}}}, status)


def etag(row: Doc) -> str:
    return f'W/"{row["version"]}"'


def moment(at: str) -> Doc:
    """In UTC without an offset, seven decimals."""
    utc = datetime.fromisoformat(at).astimezone(UTC)
    return {"dateTime": f"{utc:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}


def read_moment(told: Doc) -> str:
    found = datetime.fromisoformat(str(told["dateTime"])[:19])
    return found.replace(tzinfo=ZoneInfo(told["timeZone"])).astimezone(UTC).isoformat()


def status(row: Doc) -> str:
    """How the time shows in somebody's calendar."""
    if row["type"] == "workingLocation":
        return "workingElsewhere"
    if row["type"] == "outOfOffice":
        return "oof"
    if row["transparent"] or own_answer(row) == "declined":
        return "free"
    return "tentative" if row["tentative"] or own_answer(row) == "tentative" else "busy"


def event(row: Doc, properties: bool = False) -> Doc:
    """An event's row in one calendar; our own properties only where they are asked for."""
    organizer = {"emailAddress": {"name": row["organizer"], "address": row["organizer"]}}
    told: Doc = {
        "@odata.etag": etag(row), "id": row["id"], "changeKey": str(row["version"]), "iCalUId": row["uid"],
        "subject": row["summary"], "body": {"contentType": "text", "content": row["text"]},
        "start": moment(row["start"]), "end": moment(row["end"]), "isAllDay": row["all_day"],
        "isCancelled": row["status"] == "cancelled", "isOrganizer": row["organizer"] == row["address"],
        "location": {"displayName": row["location"], "locationType": "default"}, "organizer": organizer,
        "attendees": [_guest(guest) for guest in row["guests"]], "showAs": status(row), "hideAttendees": not row["shown"],
        "allowNewTimeProposals": True, "responseRequested": True, "type": "singleInstance",
        "isOnlineMeeting": bool(row["conference"]), "onlineMeetingProvider": "teamsForBusiness" if row["conference"] else "unknown",
        "onlineMeeting": {"joinUrl": row["conference"]["url"]} if row["conference"] else None,
        "webLink": f"https://outlook.office365.com/owa/?itemid={row['id']}",
    }  # fmt: skip
    if properties:
        held = [{"id": name, "value": value} for name, value in row["properties"].items()]
        told["singleValueExtendedProperties"] = held
    return told


def _guest(guest: Doc) -> Doc:
    kind = "resource" if guest["resource"] else "optional" if guest["optional"] else "required"
    told: Doc = {
        "type": kind,
        "status": {"response": SAID[guest["answer"]], "time": NEVER},
        "emailAddress": {"name": guest["name"] or guest["email"], "address": guest["email"]},
    }
    if wish := guest.get("proposed"):
        told["proposedNewTime"] = {"start": moment(wish[0]), "end": moment(wish[1])}
    return told


def changed(row: Doc, body: Doc) -> Doc:
    """A row with the fields that a body names; the replies of guests who stay are kept unless the time moves."""
    new = dict(row)
    for name, ours in (("subject", "summary"),):
        new[ours] = body.get(name, new[ours])
    new["text"] = (body.get("body") or {"content": row["text"]})["content"]
    new["location"] = (body.get("location") or {"displayName": row["location"]})["displayName"]
    for name in ("start", "end"):
        new[name] = read_moment(body[name]) if name in body else row[name]
    new["shown"] = not body.get("hideAttendees", not row["shown"])
    if body.get("isOnlineMeeting") and not row["conference"]:
        new["conference"] = {"url": f"https://teams.microsoft.com/l/meetup-join/{row['id']}"}
    if "attendees" in body:
        new["guests"] = [_read_guest(guest, row) for guest in body["attendees"]]
    if (new["start"], new["end"]) != (row["start"], row["end"]):
        new["guests"] = [{**g, "answer": "needsAction", "proposed": None} for g in new["guests"]]
    return new


def _read_guest(told: Doc, row: Doc) -> Doc:
    mail = told["emailAddress"]
    fresh = {"answer": "needsAction", "comment": "", "proposed": None}
    held = [g for g in row["guests"] if g["email"].casefold() == mail["address"].casefold()]
    return (held[0] if held else fresh) | {
        "email": mail["address"], "name": mail.get("name", ""), "optional": told.get("type") == "optional",
        "resource": told.get("type") == "resource",
    }  # fmt: skip
