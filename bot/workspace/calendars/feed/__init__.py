"""Published iCalendar feeds: `/{address}.ics`, everything in a person's calendar."""

import asyncio
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.workspace import faults
from bot.workspace.calendars import icals
from bot.workspace.calendars.book import Book
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

label = "iCal feed"
keys: Mapping[str, str] = {}  # the address is all there is


def create(store: Store, clock: WorkspaceClock, pause: faults.Pause = asyncio.sleep) -> Starlette:
    book = Book(store, clock, "feed", lambda channel, row, change: None)

    async def feed(request: Request) -> Response:
        address = request.path_params["address"]
        if not book.has(address):
            return Response(status_code=404)
        rows, mark = book.events(address), f'"{book.newest()}"'
        if request.headers.get("if-none-match") == mark:
            return Response(status_code=304, headers={"etag": mark})
        text = icals.written(rows, book.zone(address), told=True)
        return Response(text, headers={"etag": mark}, media_type="text/calendar")

    routes = [Route("/{address}.ics", feed)]
    return faults.Fallible(routes, store, "feed", "Backend error", pause=pause)
