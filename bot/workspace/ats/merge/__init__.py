"""Merge's unified ATS API over HTTP, stateful: common models out of its copy, writes by POST, one linked account."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.ats.merge import account, copy, reads
from bot.workspace.ats.merge.models import NAMES, REQUIRED
from bot.workspace.ats.merge.panel import detail, overview
from bot.workspace.ats.merge.reads import Refusal
from bot.workspace.ats.merge.seed import fill, resume
from bot.workspace.ats.merge.writes import Writes
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview"]
Doc = dict[str, Any]
label = "Merge"
keys = {
    "api_key": "brightwater-production-key",
    "account_token": "brightwater-account-token",
    "webhook_secret": "{secret}",
}
WINDOW, MOST = 60.0, 400  # seconds and calls of the Professional plan, for each linked account
REMEMBERED = 24 * 3600.0  # seconds that an Idempotency-Key is known


def create(
    store: Store,
    clock: WorkspaceClock,
    monotonic: Callable[[], float] = time.monotonic,
    pause: faults.Pause = asyncio.sleep,
) -> Starlette:
    """Everything under `/api/ats/v1/`, and the files that attachments point to."""
    spent = {"since": 0.0, "calls": 0.0}

    async def answer(request: Request) -> Response:
        try:
            _enter(request)
            _spend(spent, monotonic())
            copy.settle(store, clock)
            path = [p for p in request.path_params["path"].split("/") if p]
            if request.method == "GET":
                return JSONResponse(_read(store, clock, path, request.query_params))
            return _once(store, clock, request, path, await request.body())
        except Refusal as error:
            return JSONResponse(error.body, error.status)

    async def file(request: Request) -> Response:
        content = resume(store, request.path_params["id"])
        if content is None:
            return Response("expired", 403)
        return Response(content, media_type="application/pdf")

    routes = [
        Route("/files/{id}", file),
        Route("/api/ats/v1/{path:path}", answer, methods=["GET", "POST", "PATCH"]),
    ]
    return faults.Fallible(routes, store, "merge", "Merge is down", pause=pause)


def _enter(request: Request) -> None:
    """The organisation's key and the linked account's token, both. Raises Refusal."""
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind != "Bearer" or key != keys["api_key"]:
        raise Refusal(401, "Invalid token.")
    if request.headers.get("x-account-token") != keys["account_token"]:
        raise Refusal(401, "Invalid account token.")


def _spend(spent: dict[str, float], now: float) -> None:
    if now >= spent["since"] + WINDOW:
        spent |= {"since": now, "calls": 0.0}
    if spent["calls"] >= MOST:
        raise Refusal(429, "Request was throttled.")
    spent["calls"] += 1


def _read(store: Store, clock: WorkspaceClock, path: list[str], query: Any) -> Doc:
    match path:
        case ["account-details"]:
            return account.details()
        case ["target-fields"]:
            return account.targets()
        case ["available-actions"]:
            return account.actions()
        case ["sync-status"]:
            return account.syncs(store, clock, query)
        case ["issues", *rest] if len(rest) < 2:
            return account.issues(store, rest, query)
        case [resource, "meta", "post"]:
            return account.meta(resource)
        case ["candidates", "meta", "patch", _]:
            return account.meta("candidates")
        case ["jobs", _, "screening-questions"]:
            return reads.page(query, [])
        case [resource] if resource in NAMES:
            return reads.listed(store, resource, query)
        case [resource, id] if resource in NAMES:
            return reads.one(store, resource, id, query)
    raise Refusal(404, "Not found.")


def _once(
    store: Store, clock: WorkspaceClock, request: Request, path: list[str], content: bytes
) -> Response:
    """Write, unless this `Idempotency-Key` did it before: then its answer is given again."""
    key = request.headers.get("idempotency-key")
    known = store.get("merge_once", key) if key else None
    print_of = hashlib.sha256(f"{request.method} {path}".encode() + content).hexdigest()
    now = clock.now().timestamp()
    if known and known["until"] > now:
        if known["print"] != print_of:
            raise Refusal(400, "The Idempotency-Key was used with other parameters.")
        return _written(known["status"], known["told"])
    status, told = _write(store, clock, request, path, content)
    if key:
        store.put(
            "merge_once",
            key,
            {"print": print_of, "status": status, "told": told, "until": now + REMEMBERED},
        )
    return _written(status, told)


def _written(status: int, told: Doc | None) -> Response:
    return Response(status_code=status) if told is None else JSONResponse(told, status)


def _write(
    store: Store, clock: WorkspaceClock, request: Request, path: list[str], content: bytes
) -> tuple[int, Doc | None]:
    reads.check(request.query_params, {"is_debug_mode", "run_async"})
    try:
        body = asking.body(content)
    except ValueError:
        raise Refusal(400, "JSON parse error") from None
    writes = Writes(store, clock)
    match request.method, path:
        case "POST", ["sync-status", "resync"]:
            copy.settle(store, clock, everything=True)
            return 200, account.syncs(store, clock, {})
        case "POST", ["passthrough"]:
            return 200, account.passthrough(store, body)
        case "POST", ["applications", id, "change-stage"]:
            return 201, writes.stage(id, body)
        case "POST", ["candidates", "ignore", id]:
            writes.ignore(id, body)
            return 200, None
        case "POST", [resource] if resource in REQUIRED:
            return 201, writes.create(resource, body)
        case "PATCH", ["candidates", id]:
            return 200, writes.change(id, body)
    raise Refusal(405 if path[:1] and path[0] in NAMES else 404, "Not found.")
