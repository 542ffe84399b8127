"""Graph's events: made once for each transaction id, found by a property of ours, changed in part, deleted."""

import hashlib
import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.workspace.calendars.book import Book, Doc, Refused, filled
from bot.workspace.calendars.microsoft import rows

PROPERTY = re.compile(r"ep/id eq '(.+?)' and ep/value eq '(.*)'\)$")


async def create(book: Book, request: Request, user: str) -> Response:
    """A transaction id that was used before is refused."""
    _mailbox(book, user)
    body = await request.json()
    transaction = body.get("transactionId")
    if transaction and book.store.find("calendar_event", organizer=user, transaction=transaction):
        raise Refused(409, "ErrorDuplicateTransactionId")
    number = book.store.next_id("calendar_made")
    id = f"AAMk{hashlib.sha256(f'{user} {number}'.encode()).hexdigest()[:40]}="
    uid = f"040000008200E00074C5B7101A82E008{number:024X}"
    new = filled({
        "id": id, "address": user, "uid": uid, "status": "confirmed", "transparent": False, "summary": "",
        "start": "", "end": "", "transaction": transaction,
        "properties": {p["id"]: p["value"] for p in body.get("singleValueExtendedProperties") or []},
    })  # fmt: skip
    new = rows.changed(new, body)
    if new["end"] <= new["start"]:
        raise Refused(400, "ErrorInvalidTimeInterval")
    return JSONResponse(rows.event(book.write(new)), 201)


async def find(book: Book, request: Request, user: str) -> Response:
    """Everything, or what has a property of ours."""
    _mailbox(book, user)
    found = [row for row in book.events(user) if row["status"] != "cancelled"]
    if wanted := request.query_params.get("$filter"):
        told = PROPERTY.search(wanted)
        if told is None:
            raise Refused(400, "ErrorInvalidUrlQueryFilter")
        name, value = told.group(1), told.group(2).replace("''", "'")
        found = [row for row in found if row["properties"].get(name) == value]
    top = int(request.query_params.get("$top") or 10)
    return JSONResponse({"value": [rows.event(row) for row in found[:top]]})


async def read(book: Book, request: Request, user: str) -> Response:
    wide = "singleValueExtendedProperties" in request.query_params.get("$expand", "")
    return JSONResponse(rows.event(_found(book, request, user), wide))


async def change(book: Book, request: Request, user: str) -> Response:
    row = _current(book, request, user)
    return JSONResponse(rows.event(book.write(rows.changed(row, await request.json()))))


async def delete(book: Book, request: Request, user: str) -> Response:
    book.cancel(_current(book, request, user))
    return Response(status_code=204)


def _mailbox(book: Book, user: str) -> None:
    if not book.has(user):
        raise Refused(404, "ErrorInvalidUser")


def _found(book: Book, request: Request, user: str) -> Doc:
    """What is deleted is not found any more."""
    _mailbox(book, user)
    row = book.find(user, request.path_params["id"])
    if row is None or (row["status"] == "cancelled" and row["organizer"] == user):
        raise Refused(404, "ErrorItemNotFound")
    return row


def _current(book: Book, request: Request, user: str) -> Doc:
    """The event in the version that is asked for. Raises Refused."""
    row = _found(book, request, user)
    wanted = request.headers.get("if-match")
    if wanted and wanted != rows.etag(row):
        raise Refused(412, "ErrorIrresolvableConflict")
    return row
