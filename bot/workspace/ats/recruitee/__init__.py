"""Recruitee's API over HTTP, stateful: everything under `/c/{company}`, answers in the vendor's several shapes."""

import base64
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.ats.recruitee.reads import Reads, Refusal
from bot.workspace.ats.recruitee.seed import fill
from bot.workspace.ats.recruitee.writes import Writes
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview"]
Doc = dict[str, Any]
label = "Recruitee"
keys = {
    "api_token": "brightwater-recruitee-token",
    "company_id": "brightwater",
    "webhook_secret": "{secret}",
}
COMPANIES = ("brightwater", "12345")  # one company by either of its names


def create(store: Store, clock: WorkspaceClock) -> Starlette:
    """Everything under `/c/`, and the files that relative addresses point to."""

    async def answer(request: Request) -> Response:
        try:
            _enter(request)
            if request.path_params["company"] not in COMPANIES:
                raise Refusal(403, "You are not allowed to access this company")
            path = [part for part in request.path_params["path"].split("/") if part]
            if request.method == "GET":
                return JSONResponse(Reads(store, clock).answer(path, request.query_params))
            writes = Writes(store, clock)
            if path == ["attachments"] and request.method == "POST":
                return JSONResponse(await writes.attach(request), 201)
            try:
                body = asking.body(await request.body())
            except ValueError:
                raise Refusal(400, "The body is not a JSON object") from None
            done = writes.write(request.method, path, body)
            return JSONResponse(done, 201 if request.method == "POST" else 200)
        except Refusal as no:
            return JSONResponse(no.body, no.status, no.headers)

    async def file(request: Request) -> Response:
        try:
            _enter(request)
        except Refusal as no:
            return JSONResponse(no.body, no.status, no.headers)
        held = store.get("recruitee_bytes", request.path_params["id"])
        if held is None:
            return JSONResponse({"error": ["Not found"]}, 404)
        return Response(base64.b64decode(held["content"]), media_type="application/pdf")

    routes = [
        Route("/files/{id}/{name}", file),
        Route("/c/{company}/{path:path}", answer, methods=["GET", "POST", "PATCH", "DELETE"]),
    ]
    return faults.Fallible(routes, store, "recruitee", "Recruitee is down")


def _enter(request: Request) -> None:
    """The token of one user. Raises Refusal."""
    if request.headers.get("authorization") != f"Bearer {keys['api_token']}":
        raise Refusal(401, "Token not found.", code="invalid_token")


def overview(store: Store) -> list[Doc]:
    """A row for each placement."""
    reads = Reads(store, None)
    return [
        {"vendor": "recruitee", "id": str(placed["id"]), "name": row["name"], "job": reads.title(placed), "stage": reads.stage(placed)["name"],
         "status": "disqualified" if placed["disqualified_at"] else "hired" if placed["hired_at"] else "qualified"}
        for row in store.all("recruitee_candidates")
        for placed in row["placements"]
    ]  # fmt: skip


def detail(store: Store, id: str) -> Doc:
    """What hangs below one placement's person."""
    person = next(
        row["id"] for row in store.all("recruitee_candidates") if id in [str(p["id"]) for p in row["placements"]]
    )  # fmt: skip
    return {
        "interviews": [],
        "notes": [row["body"] for row in store.find("recruitee_notes", candidate=person)],
        "offers": [],
        "scorecards": store.find("recruitee_results", candidate_id=person),
        "attachments": [r["filename"] for r in store.find("recruitee_files", candidate=person)],
    }
