"""Graph's subscriptions: a handshake before one is made, an end within days, and deliveries that name no content."""

import json
import secrets
from datetime import datetime, timedelta

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.workspace import asking, outgoing
from bot.workspace.ats import hooks
from bot.workspace.calendars.book import Book, Doc, Refused
from bot.workspace.calendars.microsoft.lists import utc

LONGEST = timedelta(minutes=10_080)
SHORTEST = timedelta(minutes=45)


async def create(book: Book, request: Request, user: str) -> Response:
    body = await request.json()
    owner = _owner(body["resource"], user)
    if not book.has(owner):
        raise Refused(404, "ErrorInvalidUser")
    url = str(body["notificationUrl"])
    if not url.startswith(("https://", "http://127.0.0.1:")):
        raise Refused(400, "InvalidRequest")
    for row in book.channels():
        if (row["address"], row["change"]) == (owner, body["changeType"]) and row["url"] == url:
            raise Refused(409, "ExtensionError")
    for address in {url, body.get("lifecycleNotificationUrl") or url}:
        await _shake(address)
    row = {
        "id": f"{secrets.token_hex(4)}-{secrets.token_hex(2)}-4000-8000-{secrets.token_hex(6)}", "vendor": "microsoft",
        "address": owner, "url": url, "token": body.get("clientState", ""), "change": body["changeType"],
        "resource": body["resource"], "until": _until(book, body["expirationDateTime"]),
    }  # fmt: skip
    book.store.put("calendar_channel", row["id"], row)
    return JSONResponse(_told(row), 201)


async def _shake(url: str) -> None:
    """The token has to come back as plain text, decoded, within ten seconds."""
    token = f"Validation: Testing client application {secrets.token_hex(4)} + ü"
    try:
        async with outgoing.client(10) as http:
            answer = await http.post(url, params={"validationToken": token})
    except httpx.HTTPError:
        raise Refused(400, "ValidationError") from None
    plain = answer.headers.get("content-type", "").startswith("text/plain")
    if answer.status_code != 200 or not plain or answer.text != token:
        raise Refused(400, "ValidationError")


async def listing(book: Book, request: Request, user: str) -> Response:
    return JSONResponse({"value": [_told(row) for row in book.channels()]})


async def prolong(book: Book, request: Request, user: str) -> Response:
    row, body = _found(book, request), await request.json()
    row["until"] = _until(book, body["expirationDateTime"])
    book.store.put("calendar_channel", row["id"], row)
    return JSONResponse(_told(row))


async def delete(book: Book, request: Request, user: str) -> Response:
    book.store.delete("calendar_channel", _found(book, request)["id"])
    return Response(status_code=204)


def deliver(row: Doc, event: Doc, change: str) -> None:
    """One change, without what it is about."""
    resource = f"Users/{row['address']}/Events/{event['id']}"
    part = {
        "subscriptionId": row["id"], "clientState": row["token"], "changeType": change, "resource": resource, "tenantId": "t-1",
        "subscriptionExpirationDateTime": utc(datetime.fromtimestamp(row["until"]).astimezone()),
        "resourceData": {"@odata.type": "#Microsoft.Graph.Event", "@odata.id": resource, "id": event["id"]},
    }  # fmt: skip
    body = json.dumps({"value": [part]}).encode()
    hooks.send(row["url"], body, {"content-type": "application/json"})


def _owner(resource: str, user: str) -> str:
    parts = resource.strip("/").split("/")
    return user if parts[0] == "me" else parts[1].casefold()


def _until(book: Book, said: str) -> float:
    end = asking.moment(said)
    if end > book.clock.now() + LONGEST:
        raise Refused(400, "InvalidRequest")
    return max(end, book.clock.now() + SHORTEST).timestamp()


def _found(book: Book, request: Request) -> Doc:
    row = book.store.get("calendar_channel", request.path_params["id"])
    if row is None or row["until"] <= book.clock.now().timestamp():
        raise Refused(404, "ResourceNotFound")
    return row


def _told(row: Doc) -> Doc:
    return {
        "id": row["id"], "resource": row["resource"], "changeType": row["change"], "clientState": None, "notificationUrl": row["url"],
        "expirationDateTime": utc(datetime.fromtimestamp(row["until"]).astimezone()),
    }  # fmt: skip
