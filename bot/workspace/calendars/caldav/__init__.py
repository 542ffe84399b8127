"""A small CalDAV server (RFC 4791, RFC 6578) over everybody's calendars: `/{address}/` is a person's only calendar."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.sax.saxutils import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.calendars import icals, people
from bot.workspace.calendars.book import Book, Doc, Refused, overlaps
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

label = "CalDAV"
keys: Mapping[str, str] = {"user": "callsheet", "password": "{secret}"}
D, C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
SPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'


def create(store: Store, clock: WorkspaceClock, pause: faults.Pause = asyncio.sleep) -> Starlette:
    """One service user reads and writes all calendars; `/client/answer` is what a guest clicks."""
    book = Book(store, clock, "caldav", lambda channel, row, change: None)
    routes = [
        people.route(book),
        _route(book, "/{address}/", {"PROPFIND": _about, "REPORT": _report}),
        _route(book, "/{address}/{name}", {"GET": _read, "PUT": _write, "DELETE": _delete}),
    ]
    app = faults.Fallible(routes, store, "caldav", "Backend error", pause=pause)
    app.router.redirect_slashes = False
    return app


Handler = Callable[[Book, str, Request, bytes], Response]


def _route(book: Book, path: str, handlers: Mapping[str, Handler]) -> Route:
    async def answer(request: Request) -> Response:
        address = unquote(request.path_params["address"]).casefold()
        if asking.basic(request.headers.get("authorization", "")) is None:
            return Response(status_code=401, headers={"www-authenticate": 'Basic realm="calendars"'})  # fmt: skip
        try:
            if not book.has(address):
                raise Refused(404, "")
            return handlers[request.method](book, address, request, await request.body())
        except Refused as refused:
            return Response(refused.args[0], refused.status, media_type="application/xml")
        except (KeyError, TypeError, ValueError, ParseError):
            return Response(status_code=400)

    return Route(path, answer, methods=list(handlers))


def _about(book: Book, address: str, request: Request, body: bytes) -> Response:
    zone = escape(f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:{book.zone(address)}\nEND:VTIMEZONE\nEND:VCALENDAR\n")  # fmt: skip
    props = (
        "<resourcetype><collection/><C:calendar/></resourcetype>"
        '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>'
        f"<C:calendar-timezone>{zone}</C:calendar-timezone><sync-token>{_token(book)}</sync-token>"
    )
    return _many([_row(f"/{quote(address)}/", props)])


def _report(book: Book, address: str, request: Request, body: bytes) -> Response:
    asked = fromstring(body)
    if asked.tag == f"{D}sync-collection":
        return _since(book, address, asked.findtext(f"{D}sync-token") or "")
    rows = [row for row in book.events(address) if row["status"] == "confirmed"]
    if asked.tag == f"{C}calendar-multiget":
        names = {unquote(one.text or "").rpartition("/")[2] for one in asked.findall(f"{D}href")}
        return _many(_event(book, row) for row in rows if f"{row['id']}.ics" in names)
    found = asked.find(f".//{C}time-range")
    if found is None:
        raise Refused(403, "")
    first, last = (_moment(found, name) for name in ("start", "end"))
    return _many(_event(book, row) for row in rows if overlaps(row, first, last))


def _since(book: Book, address: str, said: str) -> Response:
    """What changed after a version; a token from before the memory of this server is refused (RFC 6578 section 3.2)."""
    oldest = int((book.store.get("calendar_sync", "caldav") or {"oldest": 0})["oldest"])
    version = int(said.removeprefix("data:,") or 0)
    if version < oldest:
        raise Refused(403, '<error xmlns="DAV:"><valid-sync-token/></error>')
    parts = [
        _row(_href(row), f"<getetag>{_etag(row)}</getetag>")
        if row["status"] == "confirmed"
        else f"<response><href>{_href(row)}</href><status>HTTP/1.1 404 Not Found</status></response>"
        for row in book.since(address, version)
    ]
    return _many(parts, _token(book))


def _read(book: Book, address: str, request: Request, body: bytes) -> Response:
    row = _found(book, address, request)
    if row is None:
        raise Refused(404, "")
    text = icals.written([row], book.zone(address))
    return Response(text, headers={"etag": _etag(row)}, media_type="text/calendar")


def _write(book: Book, address: str, request: Request, body: bytes) -> Response:
    row = _guarded(book, address, request)
    id = str(request.path_params["name"]).removesuffix(".ics")
    book.write({**icals.read(body, address), "id": id}, copies=False)
    return Response(status_code=204 if row else 201)


def _delete(book: Book, address: str, request: Request, body: bytes) -> Response:
    row = _guarded(book, address, request)
    if row is None:
        raise Refused(404, "")
    book.cancel(row)
    return Response(status_code=204)


def _guarded(book: Book, address: str, request: Request) -> Doc | None:
    """The event there is, when the conditions of the call hold (RFC 9110 section 13.1)."""
    row = _found(book, address, request)
    match, none = (request.headers.get(name) for name in ("if-match", "if-none-match"))
    if (none == "*" and row) or (match and (row is None or match != _etag(row))):
        raise Refused(412, "")
    return row


def _found(book: Book, address: str, request: Request) -> Doc | None:
    row = book.find(address, str(request.path_params["name"]).removesuffix(".ics"))
    return row if row and row["status"] == "confirmed" else None


def _event(book: Book, row: Doc) -> str:
    text = escape(icals.written([row], book.zone(row["address"])))
    return _row(_href(row), f"<getetag>{_etag(row)}</getetag><C:calendar-data>{text}</C:calendar-data>")  # fmt: skip


def _row(href: str, props: str) -> str:
    return f"<response><href>{href}</href><propstat><prop>{props}</prop><status>HTTP/1.1 200 OK</status></propstat></response>"


def _many(rows: Iterable[str], token: str = "") -> Response:
    told = f"<sync-token>{token}</sync-token>" if token else ""
    body = f'<?xml version="1.0"?><multistatus {SPACES}>{"".join(rows)}{told}</multistatus>'
    return Response(body, 207, media_type="application/xml")


def _href(row: Doc) -> str:
    return f"/{quote(row['address'])}/{row['id']}.ics"


def _etag(row: Doc) -> str:
    return f'"{row["version"]}"'


def _token(book: Book) -> str:
    return f"data:,{book.newest()}"


def _moment(found: Element, name: str) -> datetime:
    return datetime.strptime(f"{found.get(name)}+0000", "%Y%m%dT%H%M%SZ%z")
