"""Google Calendar's dialect: tokens, freeBusy, events with ETags, sync tokens, channels, and the domain's rooms."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.workspace import faults
from bot.workspace.calendars import people
from bot.workspace.calendars.book import Book, Doc, Refused
from bot.workspace.calendars.google import events, lists, logins, messages, rows
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

label = "Google Calendar"
keys: Mapping[str, str] = {}  # an account has a service account's key file
Handler = Callable[[Book, Request, Doc], Awaitable[Response]]


def create(store: Store, clock: WorkspaceClock, pause: faults.Pause = asyncio.sleep) -> Starlette:
    """`/token`, `/calendar/v3/…` and `/admin/directory/v1/…`; `/client/answer` is what a guest clicks."""
    book = Book(store, clock, "google", partial(messages.deliver, store))
    event = "/calendar/v3/calendars/{calendar}/events"
    routes = [
        Route("/token", partial(logins.token, book), methods=["POST"]),
        _route(book, "POST", "/calendar/v3/freeBusy", lists.free_busy, logins.FREE_BUSY),
        _route(book, "POST", f"{event}/watch", lists.watch, logins.EVENTS),
        _route(book, "POST", "/calendar/v3/channels/stop", lists.stop, logins.EVENTS),
        _route(book, "GET", event, lists.listing, logins.EVENTS),
        _route(book, "POST", event, events.insert, logins.EVENTS),
        _route(book, "GET", f"{event}/{{id}}", events.read, logins.EVENTS),
        _route(book, "PUT", f"{event}/{{id}}", events.change, logins.EVENTS),
        _route(book, "DELETE", f"{event}/{{id}}", events.delete, logins.EVENTS),
        _route(
            book, "GET", "/admin/directory/v1/customer/my_customer/resources/calendars", lists.rooms, logins.ROOMS
        ),
        people.route(book),
    ]  # fmt: skip
    return faults.Fallible(routes, store, "calendar", "Backend error", pause=pause)


def _route(book: Book, method: str, path: str, handler: Handler, scope: str) -> Route:
    """A call that needs a token with a scope; refusals come in Google's words."""

    async def answer(request: Request) -> Response:
        try:
            claims = logins.allowed(book, request, scope)
            return await handler(book, request, claims)
        except Refused as refused:
            return rows.error(refused.status, refused.word)
        except (KeyError, TypeError, ValueError):
            return rows.error(400, "invalid")

    return Route(path, answer, methods=[method])
