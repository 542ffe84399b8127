"""Lever's v1 API over HTTP, stateful: opportunities, panels, feedback, archive reasons; Basic auth with a key."""

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
from bot.workspace.ats.lever import filters, people, webhooks
from bot.workspace.ats.lever.holds import detail, overview
from bot.workspace.ats.lever.reads import Refusal, page, picked, shown
from bot.workspace.ats.lever.seed import fill
from bot.workspace.ats.lever.writes import Writes
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview"]
Doc = dict[str, Any]
label = "Lever"
keys = {"api_key": "{secret}", "webhook_secret": "{secret}"}
PLAIN = {
    "postings": "lever_postings", "stages": "lever_stages", "users": "lever_users", "archive_reasons": "lever_archive_reasons",
    "feedback_templates": "lever_feedback_templates", "requisitions": "lever_requisitions", "webhooks": "lever_webhooks",
    "requisition_fields": "lever_requisition_fields", "form_templates": "lever_form_templates",
}  # fmt: skip
BELOW = {
    "notes": "lever_notes", "panels": "lever_panels", "feedback": "lever_feedback", "resumes": "lever_resumes",
    "files": "lever_files", "offers": "lever_offers", "forms": "lever_forms",
}  # fmt: skip
WORDS = {
    f"{how}{what}": (what.casefold(), how == "add")
    for how in ("add", "remove")
    for what in ("Tags", "Sources", "Links")
}
RATE, BURST = 10.0, 20.0  # calls a second and at once, for each key


def create(
    store: Store,
    clock: WorkspaceClock,
    monotonic: Callable[[], float] = time.monotonic,
    pause: faults.Pause = asyncio.sleep,
) -> Starlette:
    """Everything under `/v1/`."""
    buckets: dict[str, tuple[float, float]] = {}

    async def answer(request: Request) -> Response:
        try:
            _spend(buckets, _key(request), monotonic())
            path = [p for p in request.path_params["path"].split("/") if p]
            if not path:
                raise Refusal(404, "ResourceNotFound", "Not found")
            _allow(store, path, request.query_params.get("confidentiality", ""))
            if request.method == "GET":
                return _get(store, request, path)
            return await _write(store, clock, request, path)
        except Refusal as error:
            return JSONResponse({"code": error.code, "message": error.message}, error.status)

    routes = [Route("/v1/{path:path}", answer, methods=["GET", "POST", "PUT", "DELETE"])]
    return faults.Fallible(routes, store, "lever", "Lever is down", pause=pause)


def _key(request: Request) -> str:
    """The caller's API key: the user name, with an empty password."""
    found = asking.basic(request.headers.get("authorization", ""))
    if found is None or not found[0].strip() or found[1]:
        raise Refusal(401, "Unauthorized", "Invalid API key")
    return found[0]


def _allow(store: Store, path: list[str], confidentiality: str) -> None:
    """Refuse what the key was made without: rows of `lever_without`, by resource or `confidential`."""
    resource = path[2] if path[0] == "opportunities" and len(path) > 2 else path[0]
    hidden = confidentiality in ("all", "confidential")
    if store.get("lever_without", resource) or (
        hidden and store.get("lever_without", "confidential")
    ):
        raise Refusal(403, "Forbidden", "The API key has no access to this resource")


def _spend(buckets: dict[str, tuple[float, float]], key: str, now: float) -> None:
    """A token bucket; half a call of grace, so that a caller who counts well is never refused for jitter."""
    left, then = buckets.get(key, (BURST, now))
    left = min(BURST, left + (now - then) * RATE)
    if left < 0.5:
        raise Refusal(429, "TooManyRequests", "Too many requests")
    buckets[key] = (left - 1, now)


def _get(store: Store, request: Request, path: list[str]) -> Response:
    query = request.query_params
    if path[0] == "opportunities":
        return _opportunity(store, request, path[1:])
    if path in (["postings", "deleted"], ["tags"], ["sources"]) or path[0] == "contacts":
        return _told(store, query, path)
    kind = PLAIN.get(path[0])
    if kind is None or len(path) > 2:
        raise Refusal(404, "ResourceNotFound", "Not found")
    filters.check(query, path[0] if len(path) == 1 else "")
    if len(path) == 2:
        return JSONResponse({"data": webhooks.shown(_one(store, kind, path[1]))})
    held = store.all(kind) + (webhooks.of_settings(store) if path[0] == "webhooks" else [])
    rows = filters.chosen(query, held)
    if path[0] in ("postings", "requisitions"):
        rows = filters.open_to(query, rows)
    return JSONResponse(page(query, rows, webhooks.shown))


def _told(store: Store, query: Any, path: list[str]) -> Response:
    """Lists that are put together when they are asked for, and contacts."""
    filters.check(query, "deleted" if path[-1] == "deleted" else "")
    if path[-1] == "deleted":
        rows = filters.chosen(query, store.all("lever_deleted_postings"))
        return JSONResponse(page(query, rows, lambda row: row))
    if len(path) == 1 and path[0] != "contacts":
        return JSONResponse(page(query, people.counted(store, path[0]), lambda row: row))
    if len(path) != 2:
        raise Refusal(404, "ResourceNotFound", "Not found")
    return JSONResponse({"data": people.contact(store, path[1])})


def _opportunity(store: Store, request: Request, path: list[str]) -> Response:
    """All opportunities, one of them, or what hangs below one."""
    query = request.query_params
    if path == ["deleted"]:
        filters.check(query, "deleted")
        rows = filters.chosen(query, store.all("lever_deleted_opportunities"))
        return JSONResponse(page(query, rows, lambda row: row))
    expand = query.getlist("expand")
    if not path:
        filters.check(query, "opportunities")
        newest = sorted(
            store.all("lever_opportunities"), key=lambda o: int(o["createdAt"]), reverse=True
        )
        rows = filters.chosen(query, filters.open_to(query, newest))
        return JSONResponse(page(query, rows, lambda row: shown(store, row, expand)))
    offer = path[1:2] == ["offers"] and path[-1] == "download"
    filters.check(query, "offer document" if offer else "")
    if offer and query.get("status") not in ("sent", "signed"):
        raise Refusal(400, "BadRequest", "status must be sent or signed")
    opportunity = _one(store, "lever_opportunities", path[0])
    if len(path) == 1:
        return JSONResponse({"data": picked(query, shown(store, opportunity, expand))})
    return _below(store, request, opportunity, path[1:])


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
    if len(path) == 3 and path[0] in ("resumes", "files", "offers") and path[2] == "download":
        held = store.get("lever_bytes", row["id"]) or {"content": ""}
        return Response(base64.b64decode(held["content"]), media_type="application/pdf")
    if len(path) > 2:
        raise Refusal(404, "ResourceNotFound", "Not found")
    return JSONResponse({"data": row})


async def _write(
    store: Store, clock: WorkspaceClock, request: Request, path: list[str]
) -> Response:
    filters.check(request.query_params, "", writing=True)
    body = await _body(request)
    if path[0] == "webhooks":
        return _answer(request, webhooks.write(store, request.method, path[1:], body))
    who = request.query_params.get("perform_as", "")
    if (request.method, path) == ("POST", ["opportunities"]):
        return _answer(request, shown(store, people.create(store, clock, who, body), []))
    if request.method == "PUT" and path[0] == "contacts" and len(path) == 2:
        return _answer(request, people.change_contact(store, clock, path[1], body))
    if path[0] != "opportunities" or len(path) < 3:
        raise Refusal(404, "ResourceNotFound", "Not found")
    opportunity = _one(store, "lever_opportunities", path[1])
    return _answer(
        request, _act(Writes(store, clock, who), request.method, opportunity, path, body)
    )


def _act(writes: Writes, method: str, opportunity: Doc, path: list[str], body: Doc) -> Doc | None:
    """One write to an opportunity, or to what hangs below it."""
    acts: dict[tuple[str, str, int], Callable[[], Doc | None]] = {
        ("PUT", "stage", 3): lambda: writes.stage(opportunity, body),
        ("PUT", "archived", 3): lambda: writes.archive(opportunity, body),
        ("POST", "notes", 3): lambda: writes.note(opportunity, body),
        ("POST", "panels", 3): lambda: writes.panel(opportunity, body),
        ("POST", "interviews", 3): lambda: writes.interview(opportunity, body),
        ("PUT", "interviews", 4): lambda: writes.change_interview(opportunity, path[3], body),
        ("DELETE", "interviews", 4): lambda: writes.delete_interview(opportunity, path[3]),
        ("POST", "feedback", 3): lambda: writes.feedback(opportunity, body),
        ("PUT", "feedback", 4): lambda: writes.change_feedback(opportunity, path[3], body),
        ("POST", "files", 3): lambda: writes.file(opportunity, body),
    }
    if method == "POST" and len(path) == 3 and path[2] in WORDS:
        return writes.words(opportunity, *WORDS[path[2]], body)
    act = acts.get((method, path[2], len(path)))
    if act is None:
        raise Refusal(404, "ResourceNotFound", "Not found")
    return act()


def _answer(request: Request, made: Doc | None) -> Response:
    if made is None:
        return Response(status_code=204)
    return JSONResponse({"data": made}, 201 if request.method == "POST" else 200)


async def _body(request: Request) -> Doc:
    """A JSON object, or the one file of a form as `{name, content}`."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        try:
            return asking.body(await request.body())
        except ValueError:
            raise Refusal(400, "BadRequest", "The body is not a JSON object") from None
    try:
        part = (await request.form()).get("file")
    except HTTPException:
        raise Refusal(400, "BadRequest", "The form cannot be read") from None
    if not isinstance(part, UploadFile) or not part.filename:
        raise Refusal(400, "BadRequest", "file: is required")
    return {"name": part.filename, "content": base64.b64encode(await part.read()).decode()}


def _one(store: Store, kind: str, id: str) -> Doc:
    found = store.get(kind, id)
    if found is None:
        raise Refusal(404, "ResourceNotFound", "Not found")
    return found
