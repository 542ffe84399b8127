"""Google's events: inserted with an id of the caller's, read, put back as a whole, and deleted."""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.workspace.calendars.book import Book, Doc, Refused, filled
from bot.workspace.calendars.google import rows

ID = re.compile(r"[a-v0-9]{5,1024}")


def whose(book: Book, request: Request, claims: Doc) -> str:
    """The calendar's address. Nobody but its owner sees its events here; for others it is not there."""
    address = str(request.path_params["calendar"]).casefold()
    address = claims["sub"] if address == "primary" else address
    if address != claims["sub"] or not book.has(address):
        raise Refused(404, "notFound")
    return address


async def insert(book: Book, request: Request, claims: Doc) -> Response:
    """An id that was used before is refused, also that of a deleted event (events.insert)."""
    address, body = whose(book, request, claims), await request.json()
    id = str(body.get("id") or f"made{book.store.next_id('calendar_made')}")
    if not ID.fullmatch(id):
        raise Refused(400, "invalid")
    if not body.get("end"):
        raise Refused(400, "required")
    if book.find(address, id):
        raise Refused(409, "duplicate")
    new = filled({
        "id": id, "address": address, "uid": f"{id}@google.com", "status": "confirmed", "transparent": False,
    })  # fmt: skip
    new = rows.read(body, new, book.zone(address))
    if new["end"] <= new["start"]:
        raise Refused(400, "timeRangeEmpty")
    return _told(book, book.write(_asked(new, request)))


async def read(book: Book, request: Request, claims: Doc) -> Response:
    """A meeting link is there from the first look after the event was made."""
    address = whose(book, request, claims)
    row = _found(book, address, request)
    if row["conference"] and not row["conference"]["ready"]:
        row = book.write({**row, "conference": {**row["conference"], "ready": True}})
    return _told(book, row)


async def change(book: Book, request: Request, claims: Doc) -> Response:
    address, body = whose(book, request, claims), await request.json()
    row = _live(book, address, request)
    if row["organizer"] != address:
        raise Refused(403, "forbiddenForNonOrganizer")
    new = rows.read(body, row, book.zone(address))
    moved = (new["start"], new["end"]) != (row["start"], row["end"])
    return _told(book, book.write(_asked({**new, "sequence": row["sequence"] + moved}, request)))


async def delete(book: Book, request: Request, claims: Doc) -> Response:
    address = whose(book, request, claims)
    row = _live(book, address, request)
    _asked(row, request)
    book.cancel(row)
    return Response(status_code=204)


def _found(book: Book, address: str, request: Request) -> Doc:
    row = book.find(address, request.path_params["id"])
    if row is None:
        raise Refused(404, "notFound")
    return row


def _live(book: Book, address: str, request: Request) -> Doc:
    """An event that is not deleted, and of the version that is asked for. Raises Refused."""
    row = _found(book, address, request)
    if row["status"] == "cancelled":
        raise Refused(410, "deleted")
    wanted = request.headers.get("if-match")
    if wanted and wanted != rows.etag(row):
        raise Refused(412, "conditionNotMet")
    return row


def _asked(row: Doc, request: Request) -> Doc:
    """The row with a note of whether Google was to mail the guests."""
    return row | {"mailed": request.query_params.get("sendUpdates", "")}


def _told(book: Book, row: Doc) -> Response:
    return JSONResponse(rows.event(row, book.zone(row["address"])))
