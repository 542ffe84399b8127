"""Graph's lists: schedules, what changed in a window, rooms."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.workspace import asking
from bot.workspace.calendars.book import Book, Doc, Refused, overlaps
from bot.workspace.calendars.microsoft import rows

PAGE = 20
MOST, LONGEST = 20, timedelta(days=62)
WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday"]
WINDOWS = {
    "Europe/Berlin": "W. Europe Standard Time", "Europe/London": "GMT Standard Time", "America/New_York": "Eastern Standard Time",
    "America/Los_Angeles": "Pacific Standard Time",
}  # fmt: skip


async def schedule(book: Book, request: Request, user: str) -> Response:
    """Everybody's items by status; somebody who is not known has an error inside a 200."""
    body = await request.json()
    first, last = (
        datetime.fromisoformat(rows.read_moment(body[n])) for n in ("startTime", "endTime")
    )
    if not first < last < first + LONGEST:
        raise Refused(400, "ErrorInvalidTimeInterval")
    if len(body["schedules"]) > MOST:
        raise Refused(400, "ErrorInvalidParameter")
    return JSONResponse({"value": [_schedule(book, str(one), first, last) for one in body["schedules"]]})  # fmt: skip


def _schedule(book: Book, address: str, first: datetime, last: datetime) -> Doc:
    if not book.has(address):
        said = {"message": "Unable to resolve e-mail address to an Active Directory object.", "responseCode": "5009"}  # fmt: skip
        return {"scheduleId": address, "availabilityView": "", "error": said}
    shown = [
        row for row in book.events(address) if row["status"] == "confirmed" and overlaps(row, first, last)
    ]  # fmt: skip
    items = [
        {"status": rows.status(row), "start": rows.moment(row["start"]), "end": rows.moment(row["end"]), "isPrivate": False, "subject": row["summary"]}
        for row in shown
    ]  # fmt: skip
    return {
        "scheduleId": address, "availabilityView": "0", "scheduleItems": items, "workingHours": _hours(book, address),
    }  # fmt: skip


def _hours(book: Book, address: str) -> Doc:
    """Nine to five at home, in the words of Windows, unless the calendar says something else."""
    held = book.store.get("calendar", address.casefold()) or {}
    zone: Any = held.get("windows") or {"name": WINDOWS.get(book.zone(address), book.zone(address))}
    return {
        "daysOfWeek": WEEK, "startTime": "09:00:00.0000000", "endTime": "17:00:00.0000000", "timeZone": zone,
    }  # fmt: skip


async def calendar(book: Book, request: Request, user: str) -> Response:
    return JSONResponse(
        {"id": "default", "name": "Calendar", "allowedOnlineMeetingProviders": ["teamsForBusiness"]}
    )


async def delta(book: Book, request: Request, user: str) -> Response:
    """A window's events, then what changed since; the window stands in the token, as do pages."""
    if not book.has(user):
        raise Refused(404, "ErrorInvalidUser")
    query = request.query_params
    if token := query.get("$deltatoken") or query.get("$skiptoken"):
        place = _place(book, token)
    else:
        window = [
            asking.moment(query[name]).isoformat() for name in ("startDateTime", "endDateTime")
        ]
        place = {"window": window, "since": -1, "from": 0, "until": book.newest()}
    first, last = (datetime.fromisoformat(at) for at in place["window"])
    found = [
        _told(row, first, last) for row in book.since(user, place["since"])
        if place["since"] >= 0 or (row["status"] != "cancelled" and overlaps(row, first, last))
    ]  # fmt: skip
    begin = int(place["from"])
    page: Doc = {"value": found[begin : begin + PAGE]}
    base = f"https://graph.microsoft.com{quote(request.url.path)}"
    if begin + PAGE < len(found):
        following = asking.pack({**place, "from": begin + PAGE})
        page["@odata.nextLink"] = f"{base}?$skiptoken={following}"
    else:
        after = asking.pack({**place, "since": place["until"], "from": 0})
        page["@odata.deltaLink"] = f"{base}?$deltatoken={after}"
    return JSONResponse(page)


def _told(row: Doc, first: datetime, last: datetime) -> Doc:
    """What is deleted, or has left the window, is told in the same way."""
    if row["status"] == "cancelled" or not overlaps(row, first, last):
        return {"@odata.etag": rows.etag(row), "id": row["id"], "@removed": {"reason": "deleted"}}
    return rows.event(row)


def _place(book: Book, token: str) -> Doc:
    place = asking.unpack(token)
    oldest = int((book.store.get("calendar_sync", "microsoft") or {"oldest": -1})["oldest"])
    if 0 <= int(place["since"]) < oldest:
        raise Refused(410, "SyncStateNotFound")
    return place | {"until": book.newest()}


async def rooms(book: Book, request: Request, user: str) -> Response:
    found = [
        {
            "id": str(number), "displayName": room["name"], "emailAddress": room["address"], "capacity": room["capacity"],
            "building": room["building"], "floorLabel": room["floor"], "tags": room["features"], "bookingType": "standard",
        }
        for number, room in enumerate(book.store.all("calendar_room"))
        if room.get("category", "CONFERENCE_ROOM") != "OTHER"
    ]  # fmt: skip
    return JSONResponse({"value": found})


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
