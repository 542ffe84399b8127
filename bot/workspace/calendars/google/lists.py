"""Google's lists: free and busy times, events by window or since a sync token, channels, and rooms."""

import secrets
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.workspace import asking
from bot.workspace.calendars.book import Book, Doc, Refused, merged, overlaps
from bot.workspace.calendars.google import events, messages, rows

PAGE = 20  # rows of one answer: fewer than asked for, as Google may do
LONGEST = timedelta(days=7)
NOT_WITH_TOKEN = ("timeMin", "timeMax", "q", "orderBy", "updatedMin", "iCalUID", "privateExtendedProperty")  # fmt: skip


async def free_busy(book: Book, request: Request, claims: Doc) -> Response:
    body = await request.json()
    first, last = (datetime.fromisoformat(body[name]) for name in ("timeMin", "timeMax"))
    if last <= first:
        raise Refused(400, "timeRangeEmpty")
    if last - first > timedelta(days=90):
        raise Refused(400, "timeRangeTooLong")
    if len(body.get("items") or []) > 50:
        raise Refused(400, "tooManyCalendarsRequested")
    wanted = [str(item["id"]) for item in body.get("items") or []]
    calendars = {}
    for id in wanted:
        address = claims["sub"] if id == "primary" else id
        calendars[id] = _busy(book, address, first, last)
    return JSONResponse(
        {
            "kind": "calendar#freeBusy",
            "timeMin": body["timeMin"],
            "timeMax": body["timeMax"],
            "calendars": calendars,
        }
    )


def _busy(book: Book, address: str, first: datetime, last: datetime) -> Doc:
    if not book.has(address):
        return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    spans = merged(book.taken(address, first, last), first, last)
    return {"busy": [{"start": _iso(start), "end": _iso(end)} for start, end in spans]}


async def listing(book: Book, request: Request, claims: Doc) -> Response:
    """A window of events, or what changed since a token; the token for the next time stands on the last page."""
    address, query = events.whose(book, request, claims), request.query_params
    zone, token = book.zone(address), query.get("syncToken")
    if token is not None:
        if any(name in query for name in NOT_WITH_TOKEN):
            raise Refused(400, "invalid")
        found = [
            rows.cancelled(row) if row["status"] == "cancelled" else rows.event(row, zone)
            for row in book.since(address, _since(book, token))
        ]
    else:
        found = [
            rows.event(row, zone)
            for row in book.events(address)
            if row["status"] != "cancelled"
            and _inside(row, query.get("timeMin"), query.get("timeMax"))
        ]
    begin = int(query.get("pageToken") or 0)
    page: Doc = {
        "kind": "calendar#events", "etag": f'"{book.newest()}"', "summary": address, "timeZone": zone,
        "accessRole": "owner", "items": found[begin : begin + PAGE],
    }  # fmt: skip
    if begin + PAGE < len(found):
        page["nextPageToken"] = str(begin + PAGE)
    else:
        page["nextSyncToken"] = asking.pack({"version": book.newest()})
    return JSONResponse(page)


def _since(book: Book, token: str) -> int:
    """The version a token stands for. Raises Refused for one that Google has forgotten."""
    try:
        version = int(asking.unpack(token)["version"])
    except (KeyError, ValueError):
        raise Refused(410, "fullSyncRequired") from None
    if version < int((book.store.get("calendar_sync", "google") or {"oldest": 0})["oldest"]):
        raise Refused(410, "fullSyncRequired")
    return version


def _inside(row: Doc, first: str | None, last: str | None) -> bool:
    begin = datetime.fromisoformat(first or "1970-01-01T00:00:00+00:00")
    return overlaps(row, begin, datetime.fromisoformat(last or "2999-01-01T00:00:00+00:00"))


async def watch(book: Book, request: Request, claims: Doc) -> Response:
    """A channel for one calendar; a message that it is there goes out at once."""
    address, body = events.whose(book, request, claims), await request.json()
    if not str(body["address"]).startswith(("https://", "http://127.0.0.1:")):
        raise Refused(400, "push.webhookUrlNotHttps")
    if book.store.get("calendar_channel", body["id"]) or body["type"] != "web_hook":
        raise Refused(400, "channelIdNotUnique")
    wish = timedelta(seconds=int((body.get("params") or {}).get("ttl") or LONGEST.total_seconds()))
    channel = {
        "id": body["id"], "vendor": "google", "address": address, "url": body["address"], "token": body.get("token", ""),
        "until": (book.clock.now() + min(wish, LONGEST)).timestamp(), "resource": secrets.token_urlsafe(20),
    }  # fmt: skip
    book.store.put("calendar_channel", channel["id"], channel)
    messages.send(book.store, channel, "sync")
    return JSONResponse(
        {
            "kind": "api#channel", "id": channel["id"], "resourceId": channel["resource"], "token": channel["token"],
            "resourceUri": f"https://www.googleapis.com/calendar/v3/calendars/{address}/events",
            "expiration": str(int(channel["until"] * 1_000)),
        }
    )  # fmt: skip


async def stop(book: Book, request: Request, claims: Doc) -> Response:
    body = await request.json()
    channel = book.store.get("calendar_channel", str(body["id"]))
    if channel is None or channel["resource"] != body.get("resourceId") or channel["address"] != claims["sub"]:  # fmt: skip
        raise Refused(404, "channelNotFound")
    book.store.delete("calendar_channel", channel["id"])
    return Response(status_code=204)


async def rooms(book: Book, request: Request, claims: Doc) -> Response:
    found = [
        {
            "kind": "admin#directory#resources#calendars#CalendarResource", "resourceId": str(number), "resourceName": room["name"],
            "resourceEmail": room["address"], "capacity": room["capacity"], "buildingId": room["building"], "floorName": room["floor"],
            "resourceCategory": room.get("category", "CONFERENCE_ROOM"),
            "featureInstances": [{"feature": {"name": name}} for name in room["features"]],
        }
        for number, room in enumerate(book.store.all("calendar_room"))
    ]  # fmt: skip
    return JSONResponse({"kind": "admin#directory#resources#calendars#calendarResourcesList", "items": found})  # fmt: skip


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
