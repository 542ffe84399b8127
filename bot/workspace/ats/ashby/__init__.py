"""Ashby's API over HTTP, stateful: every call is a POST of JSON, and most refusals come with status 200."""

import asyncio
import base64
import inspect
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
from bot.workspace.ats.ashby import (
    applications,
    files,
    forms,
    interviews,
    jobs,
    offers,
    people,
    settings,
    webhooks,
)
from bot.workspace.ats.ashby.desk import CALLS, Desk, Doc, Refusal, new_id
from bot.workspace.ats.ashby.seed import KEY, fill
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview"]
PARTS = (
    applications,
    files,
    forms,
    interviews,
    jobs,
    offers,
    people,
    settings,
    webhooks,
)  # their calls are registered
label = "Ashby"
keys = {"api_key": KEY, "webhook_secret": "{secret}"}
RATE, BURST = (
    20.0,
    100.0,
)  # Ashby publishes no general limit: calls a second and at once, for each key
OLD = {
    "application.change_stage": "application.changeStage",
    "application.change_source": "application.changeSource",
}


def create(
    store: Store,
    clock: WorkspaceClock,
    monotonic: Callable[[], float] = time.monotonic,
    pause: faults.Pause = asyncio.sleep,
) -> Starlette:
    """Every call, the storage that files are put into, and the short-lived addresses they are fetched from."""
    buckets: dict[str, tuple[float, float]] = {}

    async def answer(request: Request) -> Response:
        id = new_id().replace("-", "")[:26].upper()
        headers = {
            "x-ashby-request-id": id,
            "ashby-version": "2026-01-01",
            "ashby-version-status": "current",
        }
        try:
            key = _key(store, request)
            _spend(buckets, str(key["key"]), monotonic())
            made = await _call(store, clock, request, key)
            return JSONResponse({"success": True, **_told(made)}, headers=headers)
        except Refusal as refused:
            told = {"code": refused.code, "message": refused.message, "requestId": id}
            body = {"success": False, "errors": [refused.code], "errorInfo": told}
            more = {"retry-after": "1"} if refused.status == 429 else {}
            return JSONResponse(body, refused.status, headers | more)

    routes = [
        Route("/storage/{id}", files.receive(store), methods=["POST"]),
        Route("/storage/{id}/{name}", files.give(store), methods=["GET"]),
        Route("/{call}", answer, methods=["POST"]),
    ]
    return faults.Fallible(routes, store, "ashby", "Ashby is down", pause=pause)


async def _call(store: Store, clock: WorkspaceClock, request: Request, key: Doc) -> Doc:
    """What a call gives, beside `success`. Raises Refusal."""
    name = request.path_params["call"]
    known = CALLS.get(OLD.get(name, name))
    if known is None:
        raise Refusal("not_found", f"There is no endpoint {name}", 404)
    permission, act = known
    if permission not in key["permissions"]:
        said = f"Your API key does not have the {permission} permission."
        raise Refusal("missing_endpoint_permission", said, 403)
    origin = f"{request.url.scheme}://{request.url.netloc}"
    made = act(Desk(store, clock, key, await _body(request), origin, _actor(store, request, key)))
    if inspect.isawaitable(made):
        made = await made
    return made if isinstance(made, dict) and "results" in made else {"results": made}


def _key(store: Store, request: Request) -> Doc:
    """The caller's key: the user name, with an empty password. A wrong one is told apart from none."""
    found = asking.basic(request.headers.get("authorization", ""))
    if found is None or not found[0].strip() or found[1]:
        raise Refusal("unauthorized", "No API key was given.", 401)
    known = store.get("ashby_keys", found[0])
    if known is None or not known["enabled"]:
        raise Refusal("missing_endpoint_permission", "The API key is not active.", 403)
    return known


def _told(value: Any) -> Any:
    """What is not known is left out."""
    if isinstance(value, dict):
        return {name: _told(held) for name, held in value.items() if held is not None}
    return [_told(held) for held in value] if isinstance(value, list) else value


def _actor(store: Store, request: Request, key: Doc) -> Doc | None:
    """The user named in `X-On-Behalf-Of`, which a key must be allowed to send."""
    id = request.headers.get("x-on-behalf-of")
    if id is None:
        return None
    if not key.get("acts"):
        raise Refusal("missing_endpoint_permission", "The key may not act for a user.", 403)
    user = store.get("ashby_users", id)
    if user is None or not user["isEnabled"]:
        raise Refusal("user_not_found", "User not found")
    return user


def _spend(buckets: dict[str, tuple[float, float]], key: str, now: float) -> None:
    """A token bucket."""
    left, then = buckets.get(key, (BURST, now))
    left = min(BURST, left + (now - then) * RATE)
    if left < 1:
        raise Refusal("rate_limit_exceeded", "Too many requests", 429)
    buckets[key] = (left - 1, now)


async def _body(request: Request) -> Doc:
    """The JSON object; of a form its fields, with the one file under `_file` as `{name, content}`. Raises Refusal."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/json":
        try:
            return asking.body(await request.body())
        except ValueError:
            raise Refusal("invalid_input", "The body is not a JSON object", 400) from None
    if kind != "multipart/form-data":
        raise Refusal("invalid_input", "Content-Type must be application/json", 415)
    try:
        form = await request.form()
    except HTTPException:
        raise Refusal("invalid_input", "The form cannot be read", 400) from None
    body: Doc = {}
    for name, part in form.items():
        if isinstance(part, UploadFile):
            content = base64.b64encode(await part.read()).decode()
            body["_file"] = {"name": part.filename or name, "content": content}
        else:
            body[name] = part
    return body


def overview(store: Store) -> list[Doc]:
    """Everybody's candidacies, for the panel that shows what the ATSs hold."""
    names = {row["id"]: row["name"] for row in store.all("ashby_candidates")}
    jobs = {row["id"]: row["title"] for row in store.all("ashby_jobs")}
    stages = {row["id"]: row["title"] for row in store.all("ashby_stages")}
    return [
        {"vendor": "ashby", "id": row["id"], "name": names[row["candidateId"]], "job": jobs[row["jobId"]],
         "stage": stages[row["stageId"]], "status": row["status"].lower()}
        for row in store.all("ashby_applications")
    ]  # fmt: skip


def detail(store: Store, id: str) -> Doc:
    """What Ashby holds about one candidacy, for the workspace page."""
    application = store.get("ashby_applications", id) or {}
    person = store.get("ashby_candidates", str(application.get("candidateId"))) or {}
    schedules: list[Doc] = store.find("ashby_schedules", applicationId=id)
    files: list[Any] = [person.get("resumeFileHandle"), *person.get("fileHandles", [])]
    return {
        "interviews": [event for row in schedules for event in row["interviewEvents"]],
        "notes": [
            row["content"] for row in store.find("ashby_notes", candidateId=person.get("id"))
        ],
        "offers": store.find("ashby_offers", applicationId=id),
        "scorecards": store.find("ashby_feedback", applicationId=id),
        "attachments": list(dict.fromkeys(file["name"] for file in files if file)),
    }
