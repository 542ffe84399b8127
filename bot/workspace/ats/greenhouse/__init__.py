"""Greenhouse's Harvest v3 over HTTP, stateful: flat lists, cursors, quirks and all."""

import asyncio
import base64
import secrets
import time
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.ats.greenhouse import filters, writes
from bot.workspace.ats.greenhouse.holds import detail, overview
from bot.workspace.ats.greenhouse.rules import Refusal, picked, select
from bot.workspace.ats.greenhouse.seed import fill
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview"]
Doc = dict[str, Any]
label = "Greenhouse"
keys = {"client_id": "brightwater-labs", "client_secret": "{secret}", "webhook_secret": "{secret}"}
WINDOW, MOST = 30, 3_000  # seconds and calls; the real limit is lower and told in the same headers
LIVES = 3_600  # seconds of an access token


def create(
    store: Store,
    clock: WorkspaceClock,
    seconds: Callable[[], float] = time.time,
    pause: faults.Pause = asyncio.sleep,
) -> Starlette:
    """`/token` and `/v3/…`. Tokens and budgets live by real time, which `seconds` tells."""
    budget: dict[str, float] = {"until": 0.0, "left": MOST}

    async def answer(request: Request) -> Response:
        limits = _spend(budget, seconds())
        if limits is None:
            return JSONResponse({"message": "Too many requests"}, 429, headers={"retry-after": "1"})
        try:
            sub = _user(store, request, seconds())
            path = [p for p in request.path_params["path"].split("/") if p]
            if request.method == "GET":
                return _list(store, request, path, sub, limits)
            try:
                body = asking.body(await request.body())
            except ValueError:
                raise Refusal(400, "The body is not a JSON object") from None
            made = writes.write(store, clock, request.method, path, body, sub)
            return JSONResponse(made, 201 if request.method == "POST" else 200, headers=limits)
        except Refusal as error:
            return JSONResponse(
                {"message": error.message, "errors": error.errors}, error.status, headers=limits
            )

    async def token(request: Request) -> Response:
        return await _token(store, request, seconds())

    async def file(request: Request) -> Response:
        found = store.get("gh_bytes", request.path_params["id"])
        if found is None or request.query_params.get("signature") != found["signature"]:
            return Response("expired", 403)
        return Response(base64.b64decode(found["content"]), media_type="application/pdf")

    routes = [
        Route("/token", token, methods=["POST"]),
        Route("/files/{id}", file),
        Route("/v3/{path:path}", answer, methods=["GET", "POST", "PATCH", "DELETE"]),
    ]
    return faults.Fallible(routes, store, "greenhouse", "We'll be back soon", pause=pause)


async def _token(store: Store, request: Request, now: float) -> Response:
    """Client credentials for `sub`; any client with an id and a secret is taken."""
    client = asking.basic(request.headers.get("authorization", ""))
    if client is None or not all(part.strip() for part in client):
        return JSONResponse({"error": "invalid_client"}, 401)
    try:
        form = await request.form()
    except HTTPException:
        return JSONResponse({"error": "invalid_request"}, 400)
    if form.get("grant_type") != "client_credentials":
        return JSONResponse({"error": "unsupported_grant_type"}, 400)
    until = int(now) + LIVES
    claims = {"sub": str(form.get("sub") or ""), "until": until}
    return JSONResponse(
        {
            "access_token": asking.token(store, "greenhouse", claims),
            "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(until)),
        }
    )


def _spend(budget: dict[str, float], now: float) -> dict[str, str] | None:
    if now >= budget["until"]:
        budget |= {"until": now + WINDOW, "left": MOST}
    if budget["left"] <= 0:
        return None
    budget["left"] -= 1
    return {
        "x-ratelimit-limit": str(MOST),
        "x-ratelimit-remaining": str(int(budget["left"])),
        "x-ratelimit-reset": str(int(budget["until"])),
    }


def _user(store: Store, request: Request, now: float) -> str:
    """Who a token acts for; "" for the integration itself. Raises Refusal."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    claims = asking.claims(store, "greenhouse", token, now) if kind == "Bearer" else None
    if claims is None:
        raise Refusal(401, "Invalid access token")
    return str(claims["sub"])


def _list(
    store: Store, request: Request, path: list[str], sub: str, limits: dict[str, str]
) -> Response:
    if len(path) != 1 or path[0] not in filters.KNOWN:
        raise Refusal(404, "Resource not found")
    query, size, offset = _wish(dict(request.query_params), path[0])
    filters.check(path[0], query)
    rows = select(store, path[0], query)
    if sub and not _admin(store, sub):
        rows = []
    page = rows[offset : offset + size]
    headers = dict(limits)
    if offset + size < len(rows):
        more = {"resource": path[0], "query": query, "size": size, "offset": offset + size}
        headers["link"] = (
            f'<https://harvest.greenhouse.io/v3/{path[0]}?cursor={asking.pack(more)}>; rel="next"'
        )
    return JSONResponse(
        [picked(_sign(store, path[0], row), query) for row in page], headers=headers
    )


def _wish(query: dict[str, str], resource: str) -> tuple[dict[str, str], int, int]:
    """Filters, page size and offset; a cursor has to travel alone. Raises Refusal."""
    if "cursor" in query:
        if len(query) > 1:
            raise Refusal(422, "cursor must be the only parameter")
        try:
            told = asking.unpack(query["cursor"])
            if told["resource"] != resource:
                raise ValueError
            filters_of = {str(k): str(v) for k, v in told["query"].items()}
            return filters_of, abs(int(told["size"])), abs(int(told["offset"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refusal(422, "cursor is invalid", ("cursor", "is invalid")) from None
    size = query.pop("per_page", "100")
    if not (size.isascii() and size.isdigit() and 1 <= int(size[:9]) <= 500):
        raise Refusal(422, "per_page must be between 1 and 500", ("per_page", "is invalid"))
    return query, int(size), 0


def _sign(store: Store, resource: str, row: Doc) -> Doc:
    """An attachment's address is signed afresh at every read."""
    if resource != "attachments":
        return row
    held = store.get("gh_bytes", row["id"]) or {}
    held["signature"] = secrets.token_urlsafe(8)
    store.put("gh_bytes", row["id"], held)
    return {
        **row,
        "url": f"https://harvest.greenhouse.io/files/{row['id']}?signature={held['signature']}",
    }


def _admin(store: Store, sub: str) -> bool:
    return bool((store.get("gh_users", sub) or {}).get("site_admin"))
