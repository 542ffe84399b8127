"""Breezy HR's v3 API over HTTP, stateful: a bare token, a hundred calls a minute, a dead token refused with 400."""

import asyncio
import base64
import time
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.ats.breezy import seed, webhooks
from bot.workspace.ats.breezy.reads import Reads
from bot.workspace.ats.breezy.refusal import Refusal
from bot.workspace.ats.breezy.seed import fill
from bot.workspace.ats.breezy.writes import Writes
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview"]
Doc = dict[str, Any]
label = "Breezy HR"
keys = {"access_token": "breezy_pat_brightwater", "company_id": seed.COMPANY, "webhook_secret": "{secret}"}  # fmt: skip
LIMIT, WINDOW = 100, 60.0  # calls of a token in so many seconds


def create(
    store: Store, clock: WorkspaceClock, monotonic: Callable[[], float] = time.monotonic, pause: faults.Pause = asyncio.sleep,
) -> Starlette:  # fmt: skip
    """Everything under `/v3/`."""
    window = {"since": -WINDOW, "calls": 0.0}

    async def answer(request: Request) -> Response:
        headers: dict[str, str] = {}
        try:
            _enter(request)
            headers = _spend(window, monotonic())
            path = [part for part in request.path_params["path"].split("/") if part]
            done = await _done(store, clock, request, path)
            if isinstance(done, Response):
                done.headers.update(headers)
                return done
            return JSONResponse(done, 200, headers)
        except Refusal as no:
            said = {"error": {"type": no.kind, "message": no.message}}
            return JSONResponse(said, no.status, headers)

    methods = ["GET", "POST", "PUT", "DELETE"]
    return faults.Fallible([Route("/v3/{path:path}", answer, methods=methods)], store, "breezy", "Breezy is down", pause=pause)  # fmt: skip


def _enter(request: Request) -> None:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not given:
        raise Refusal(400, "missingAccessToken", "An access token is required.")
    if given != keys["access_token"]:
        raise Refusal(400, "invalidAccessToken", "The access token is not valid.")


def _spend(window: dict[str, float], now: float) -> dict[str, str]:
    """Count a call. Gives the headers that every answer has."""
    if now >= window["since"] + WINDOW:
        window |= {"since": now, "calls": 0.0}
    window["calls"] += 1
    if window["calls"] > LIMIT:
        raise Refusal(429, "rateLimit", "Too many requests.")
    left, reset = LIMIT - int(window["calls"]), int(time.time() + window["since"] + WINDOW - now)
    return {"x-ratelimit-limit": str(LIMIT), "x-ratelimit-remaining": str(left), "x-ratelimit-reset": str(reset)}  # fmt: skip


async def _done(store: Store, clock: WorkspaceClock, request: Request, path: list[str]) -> Any:
    """What a call gives, or the Response it makes. Raises Refusal."""
    reads = Reads(store, clock)
    if path == ["user"]:
        return reads.row("breezy_users", "5fa508")
    if path[:2] != ["company", seed.COMPANY]:
        raise Refusal(403, "forbidden", "You may not see this company.")
    path = path[2:]
    if request.method == "GET":
        if path[-1:] == ["resume"] or (len(path) == 6 and path[4] == "documents"):
            return _file(reads, path)
        return reads.answer(path, request.query_params)
    body = await _body(request)
    if path[:1] in (["webhook_endpoints"], ["webhook_endpoint"]):
        return webhooks.write(store, clock, request.method, path, body)
    done = Writes(store, clock).write(request.method, path, body)
    return Response(status_code=204) if done is None else done


def _file(reads: Reads, path: list[str]) -> Response:
    row = reads.candidate(path)
    held = reads.store.get("breezy_bytes", f"{row['_id']} {path[-1]}")
    if held is None:
        raise Refusal(404, "notFound", "There is no such file.")
    return Response(base64.b64decode(held["content"]), media_type="application/pdf")


async def _body(request: Request) -> Doc:
    """A JSON object, or the one file of a form under its name."""
    try:
        if not request.headers.get("content-type", "").startswith("multipart/"):
            return asking.body(await request.body())
        form = await request.form()
    except (ValueError, HTTPException):
        raise Refusal(400, "badRequest", "The body cannot be read.") from None
    files = {name: part for name, part in form.items() if isinstance(part, UploadFile)}
    return {
        name: {"file_name": part.filename, "content": base64.b64encode(await part.read()).decode()}
        for name, part in files.items()
    }


def overview(store: Store) -> list[Doc]:
    """A row for each candidate."""
    reads = Reads(store, None)
    return [
        {"vendor": "breezy", "id": row["_id"], "name": row["name"], "job": reads.row("breezy_positions", row["position"])["name"],
         "stage": stage["name"], "status": stage["type"] if stage["type"] in ("hired", "disqualified") else "active"}
        for row in store.all("breezy_candidates")
        for stage in [reads.stage(row)]
    ]  # fmt: skip


def detail(store: Store, id: str) -> Doc:
    """What hangs below one candidate."""
    stream = [row["object"] for row in store.find("breezy_stream", candidate=id)]
    scores = (store.get("breezy_candidates", id) or {"overall_score": {}})["overall_score"]
    return {
        "interviews": [], "notes": [held["body"] for held in stream if "body" in held], "offers": [],
        "scorecards": [{"score": said, "user": user} for said, users in scores.items() if isinstance(users, list) for user in users],
        "attachments": [row["file_name"] for row in store.find("breezy_documents", candidate=id)],
    }  # fmt: skip
