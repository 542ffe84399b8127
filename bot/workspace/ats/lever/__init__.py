"""Lever's v1 API over HTTP, stateful: opportunities, panels, feedback, archive reasons; Basic auth with a key."""

import base64
import json
import secrets
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace.ats.lever.reads import Refusal, page, shown
from bot.workspace.ats.lever.writes import Writes
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
PLAIN = {
    "postings": "lever_postings", "stages": "lever_stages", "users": "lever_users", "archive_reasons": "lever_archive_reasons",
    "feedback_templates": "lever_feedback_templates", "requisitions": "lever_requisitions", "webhooks": "lever_webhooks",
}  # fmt: skip
BELOW = {
    "notes": "lever_notes", "panels": "lever_panels", "feedback": "lever_feedback", "resumes": "lever_resumes",
    "files": "lever_files", "offers": "lever_offers",
}  # fmt: skip


def create(store: Store, clock: WorkspaceClock) -> Starlette:
    """Everything under `/v1/`."""

    async def answer(request: Request) -> Response:
        if (store.get("fault", "lever") or {}).get("mode") == "down":
            return Response("<html>Lever is down</html>", 503, media_type="text/html")
        try:
            _authorize(request)
            path = [p for p in request.path_params["path"].split("/") if p]
            if request.method == "GET":
                return _get(store, request, path)
            return await _write(store, clock, request, path)
        except Refusal as error:
            return JSONResponse({"code": error.code, "message": error.message}, error.status)

    return Starlette(
        routes=[Route("/v1/{path:path}", answer, methods=["GET", "POST", "PUT", "DELETE"])]
    )


def _authorize(request: Request) -> None:
    header = request.headers.get("authorization", "")
    if not header.startswith("Basic "):
        raise Refusal(401, "Unauthorized", "Invalid API key")
    user, _, password = (
        base64.b64decode(header[6:] + "==").decode("utf-8", "replace").partition(":")
    )
    if len(user) < 8 or password:
        raise Refusal(401, "Unauthorized", "Invalid API key")


def _get(store: Store, request: Request, path: list[str]) -> Response:
    query = request.query_params
    if path[0] == "opportunities" and len(path) >= 2:
        opportunity = _one(store, "lever_opportunities", path[1])
        if len(path) == 2:
            return JSONResponse({"data": shown(store, opportunity, query.getlist("expand"))})
        return _below(store, request, opportunity, path[2:])
    if path[0] == "opportunities":
        return JSONResponse(
            page(
                query,
                _opportunities(store, query),
                lambda o: shown(store, o, query.getlist("expand")),
            )
        )
    kind = PLAIN.get(path[0])
    if kind is None or len(path) > 2:
        raise Refusal(404, "ResourceNotFound", "Not found")
    if len(path) == 2:
        return JSONResponse({"data": _one(store, kind, path[1])})
    rows = store.all(kind)
    for name in ("email", "type", "state", "status"):
        if name in query:
            rows = [r for r in rows if str(r.get(name) or "").casefold() == query[name].casefold()]
    return JSONResponse(page(query, rows, lambda row: row))


def _below(store: Store, request: Request, opportunity: Doc, path: list[str]) -> Response:
    """What hangs below one opportunity."""
    mine = opportunity["id"]
    if path[0] == "applications":
        rows = store.find("lever_applications", opportunityId=mine)
    elif path[0] == "interviews":
        rows = [i for p in store.find("lever_panels", opportunity=mine) for i in p["interviews"]]
    elif path[0] in BELOW:
        rows = store.find(BELOW[path[0]], opportunity=mine)
    else:
        raise Refusal(404, "ResourceNotFound", "Not found")
    if len(path) == 1:
        return JSONResponse(page(request.query_params, rows, lambda row: row))
    row = next((r for r in rows if r["id"] == path[1]), None)
    if row is None:
        raise Refusal(404, "ResourceNotFound", "Not found")
    if len(path) == 3 and path[2] == "download":
        held = store.get("lever_bytes", row["id"]) or {"content": ""}
        return Response(base64.b64decode(held["content"]), media_type="application/pdf")
    return JSONResponse({"data": row})


async def _write(
    store: Store, clock: WorkspaceClock, request: Request, path: list[str]
) -> Response:
    kind = request.headers.get("content-type", "")
    body: Doc = {}
    if kind.startswith("multipart/"):
        form = await request.form()
        part: Any = form.get("file")
        body = {"name": part.filename, "content": base64.b64encode(await part.read()).decode()}
    elif content := await request.body():
        body = json.loads(content)
    writes = Writes(store, clock, request.query_params.get("perform_as", ""))
    if path == ["webhooks"] and request.method == "POST":
        hook = {
            "id": secrets.token_hex(8),
            **body,
            "configuration": {"signatureToken": secrets.token_hex(16)},
        }
        return JSONResponse({"data": store.put("lever_webhooks", hook["id"], hook)}, 201)
    if path[0] != "opportunities" or len(path) < 3:
        raise Refusal(404, "ResourceNotFound", "Not found")
    opportunity = _one(store, "lever_opportunities", path[1])
    acts: dict[tuple[str, str, int], Callable[[], Any]] = {
        ("PUT", "stage", 3): lambda: writes.stage(opportunity, body),
        ("PUT", "archived", 3): lambda: writes.archive(opportunity, body),
        ("POST", "notes", 3): lambda: writes.note(opportunity, body),
        ("POST", "panels", 3): lambda: writes.panel(opportunity, body),
        ("POST", "interviews", 3): lambda: writes.interview(opportunity, body),
        ("PUT", "interviews", 4): lambda: writes.change_interview(opportunity, path[3], body),
        ("DELETE", "interviews", 4): lambda: writes.delete_interview(opportunity, path[3]),
        ("POST", "feedback", 3): lambda: writes.feedback(opportunity, body),
        ("POST", "files", 3): lambda: writes.file(opportunity, body),
        ("POST", "addTags", 3): lambda: writes.tags(opportunity, body, add=True),
        ("POST", "removeTags", 3): lambda: writes.tags(opportunity, body, add=False),
    }
    act = acts.get((request.method, path[2], len(path)))
    if act is None:
        raise Refusal(404, "ResourceNotFound", "Not found")
    made = act()
    return (
        Response(status_code=204)
        if made is None
        else JSONResponse({"data": made}, 201 if request.method == "POST" else 200)
    )


def _opportunities(store: Store, query: Any) -> list[Doc]:
    rows = sorted(store.all("lever_opportunities"), key=lambda o: int(o["createdAt"]), reverse=True)
    if query.get("confidentiality", "non-confidential") != "all":
        rows = [
            o
            for o in rows
            if o["confidentiality"] == query.get("confidentiality", "non-confidential")
        ]
    if email := query.get("email"):
        rows = [o for o in rows if email.casefold() in [e.casefold() for e in o["emails"]]]
    for name, field in (
        ("contact_id", "contact"),
        ("stage_id", "stage"),
        ("posting_id", "posting"),
    ):
        if wanted := query.getlist(name):
            rows = [o for o in rows if o.get(field) in wanted]
    if "archived" in query:
        rows = [o for o in rows if bool(o["archived"]) == (query["archived"] == "true")]
    if since := query.get("updated_at_start"):
        rows = [o for o in rows if int(o["updatedAt"] or 0) >= int(since)]
    return rows


def _one(store: Store, kind: str, id: str) -> Doc:
    found = store.get(kind, id)
    if found is None:
        raise Refusal(404, "ResourceNotFound", "Not found")
    return found
