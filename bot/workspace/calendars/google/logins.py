"""Who asks Google: tokens for a service account that acts for somebody, and what their scopes allow."""

import base64
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.workspace import asking
from bot.workspace.calendars.book import Book, Doc, Refused
from bot.workspace.store import Store

SCOPES = "https://www.googleapis.com/auth/"
FREE_BUSY, EVENTS = f"{SCOPES}calendar.freebusy", f"{SCOPES}calendar.events"
ROOMS = f"{SCOPES}admin.directory.resource.calendar.readonly"
ALL = (FREE_BUSY, EVENTS, ROOMS)


async def token(book: Book, request: Request) -> Response:
    """The JWT bearer grant. A scope that the domain's admin did not enter is `unauthorized_client`."""
    form = await request.form()
    try:
        _, claims, signature = str(form.get("assertion")).split(".")
        told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    except ValueError:
        return JSONResponse({"error": "invalid_grant"}, 400)
    if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" or not signature:
        return JSONResponse({"error": "unsupported_grant_type"}, 400)
    if told.get("sub") and not _known(book.store, told["sub"]):
        return JSONResponse(
            {"error": "invalid_grant", "error_description": "Invalid email or User ID"}, 400
        )
    allowed = (book.store.get("calendar_scopes", "google") or {"scopes": ALL})["scopes"]
    if not set(str(told.get("scope", "")).split()) <= set(allowed):
        return JSONResponse({"error": "unauthorized_client"}, 401)
    made = signed_in(book, str(told.get("sub") or ""), str(told.get("scope", "")))
    return JSONResponse({"access_token": made, "expires_in": 3_600, "token_type": "Bearer"})


def signed_in(book: Book, address: str, scope: str) -> str:
    """An access token of somebody, as a consent gives it."""
    until = book.clock.now().timestamp() + 3_600
    claims = {"sub": address.casefold(), "scope": scope, "until": until}
    return f"ya29.{asking.token(book.store, 'google', claims)}"


def allowed(book: Book, request: Request, scope: str) -> Doc:
    """The claims of the request's token. Raises Refused."""
    _, _, told = request.headers.get("authorization", "").partition("Bearer ya29.")
    claims = (
        asking.claims(book.store, "google", told, book.clock.now().timestamp()) if told else None
    )
    if claims is None:
        raise Refused(401, "authError")
    if scope not in str(claims["scope"]).split():
        raise Refused(403, "insufficientPermissions")
    return claims


def _known(store: Store, address: str) -> bool:
    return any(u["email"].casefold() == address.casefold() for u in store.all("slack_user"))
