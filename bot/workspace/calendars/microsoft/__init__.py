"""Microsoft Graph's dialect: app tokens, getSchedule, events with ETags, delta lists, subscriptions with a handshake, rooms."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.calendars import people
from bot.workspace.calendars.book import Book, Refused
from bot.workspace.calendars.microsoft import events, lists, rows, subscriptions
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

label = "Microsoft 365"
keys: Mapping[str, str] = {
    "tenant": "0b7c2f0e-3d0a-4c1e-9c3b-brightwater", "client_id": "5f1d7f4e-callsheet", "client_secret": "{secret}",
}  # fmt: skip
SCOPE = "https://graph.microsoft.com/.default"
Handler = Callable[[Book, Request, str], Awaitable[Response]]


def create(store: Store, clock: WorkspaceClock, pause: faults.Pause = asyncio.sleep) -> Starlette:
    """`/{tenant}/oauth2/v2.0/token` and `/v1.0/…`; `/client/answer` is what a guest clicks."""
    book = Book(store, clock, "microsoft", subscriptions.deliver)
    routes = [Route("/{tenant}/oauth2/v2.0/token", partial(_token, book), methods=["POST"])]
    for mailbox in ("users/{user}", "me"):
        at = f"/v1.0/{mailbox}"
        routes += [
            _route(book, "POST", f"{at}/calendar/getSchedule", lists.schedule),
            _route(book, "GET", f"{at}/calendar", lists.calendar),
            _route(book, "GET", f"{at}/calendarView/delta", lists.delta),
            _route(book, "GET", f"{at}/events", events.find),
            _route(book, "POST", f"{at}/events", events.create),
            _route(book, "GET", f"{at}/events/{{id}}", events.read),
            _route(book, "PATCH", f"{at}/events/{{id}}", events.change),
            _route(book, "DELETE", f"{at}/events/{{id}}", events.delete),
        ]
    routes += [
        _route(book, "GET", "/v1.0/places/microsoft.graph.room", lists.rooms),
        _route(book, "GET", "/v1.0/subscriptions", subscriptions.listing),
        _route(book, "POST", "/v1.0/subscriptions", subscriptions.create),
        _route(book, "PATCH", "/v1.0/subscriptions/{id}", subscriptions.prolong),
        _route(book, "DELETE", "/v1.0/subscriptions/{id}", subscriptions.delete),
        people.route(book),
    ]
    return faults.Fallible(routes, store, "microsoft", "Service unavailable", pause=pause)


async def _token(book: Book, request: Request) -> Response:
    """Client credentials; any secret is good but an empty one."""
    form = await request.form()
    if form.get("grant_type") != "client_credentials" or form.get("scope") != SCOPE:
        return JSONResponse({"error": "invalid_request"}, 400)
    if not form.get("client_id") or not form.get("client_secret"):
        return JSONResponse({"error": "invalid_client"}, 401)
    made = signed_in(book, "")
    return JSONResponse({"access_token": made, "expires_in": 3_599, "token_type": "Bearer"})


def signed_in(book: Book, address: str) -> str:
    """An access token of somebody, as a consent gives it; "" is the app's own."""
    claims = {"sub": address.casefold(), "until": book.clock.now().timestamp() + 3_600}
    return asking.token(book.store, "microsoft", claims)


def _route(book: Book, method: str, path: str, handler: Handler) -> Route:
    """A call that needs a token; a person's reaches that person's own mailbox only."""

    async def answer(request: Request) -> Response:
        told = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            claims = asking.claims(book.store, "microsoft", told, book.clock.now().timestamp())
        except (KeyError, ValueError):
            claims = None
        if claims is None:
            return rows.error(401, "InvalidAuthenticationToken")
        user = str(request.path_params.get("user") or claims["sub"]).casefold()
        if claims["sub"] not in ("", user):
            return rows.error(403, "ErrorAccessDenied")
        try:
            return await handler(book, request, user)
        except Refused as refused:
            return rows.error(refused.status, refused.word)
        except (KeyError, TypeError, ValueError):
            return rows.error(400, "ErrorInvalidRequest")

    return Route(path, answer, methods=[method])
