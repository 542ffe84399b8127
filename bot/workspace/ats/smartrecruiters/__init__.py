"""SmartRecruiters over HTTP, stateful: its paths, keys, pages and limits, and its webhooks with their handshake."""

import asyncio
import base64
import time
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.ats.smartrecruiters import reads, rules, webhooks
from bot.workspace.ats.smartrecruiters.rules import Refusal
from bot.workspace.ats.smartrecruiters.seed import fill
from bot.workspace.ats.smartrecruiters.writes import Writes
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview"]
Doc = dict[str, Any]
label = "SmartRecruiters"
keys = {"api_key": "{secret}", "webhook_secret": "{secret}"}
LIMIT = 100  # calls a second: ten times what SmartRecruiters gives, so that the demo need not wait
TOKEN = 1_800  # seconds
HOOKS = ["webhooks-api", "v201907", "subscriptions"]


def create(
    store: Store,
    clock: WorkspaceClock,
    now: Callable[[], float] = time.time,
    pause: faults.Pause = asyncio.sleep,
) -> Starlette:
    """Every path, and the login of client credentials."""
    server = Server(store, clock, now)

    async def login(request: Request) -> Response:
        form = await request.form()
        if form.get("grant_type") != "client_credentials" or not form.get("client_secret"):
            return JSONResponse({"error": "invalid_client"}, 401)
        made = asking.token(store, "smartrecruiters", {"until": now() + TOKEN})
        return JSONResponse({"access_token": made, "token_type": "Bearer", "expires_in": TOKEN})

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    routes = [
        Route("/identity/oauth/token", login, methods=["POST"]),
        Route("/{path:path}", server.answer, methods=methods),
    ]
    return faults.Fallible(routes, store, "smartrecruiters", "We will be back soon", pause=pause)


class Server:
    """Answers every call: whose key, how many in this second, then the call itself."""

    def __init__(self, store: Store, clock: WorkspaceClock, now: Callable[[], float]) -> None:
        self.store, self._now = store, now
        self._second, self._used, self._listing = 0, 0, False
        self.writes = Writes(store, clock, lambda event, ids: webhooks.tell(store, clock, event, ids))  # fmt: skip

    async def answer(self, request: Request) -> Response:
        headers = self._count()
        try:
            if self._used > LIMIT:
                raise Refusal(429, "TOO_MANY_REQUESTS", "Too many requests.")
            self._key(request)
            parts = [part for part in request.path_params["path"].split("/") if part]
            if request.method == "GET":
                return await self._read(request, parts, headers)
            told = await self._write(request, parts)
        except Refusal as no:
            said = {"message": no.message, "errors": [{"code": no.code, "message": no.message}]}
            return JSONResponse(said, no.status, headers)
        if not told:
            return Response(status_code=204, headers=headers)
        return JSONResponse(told, 201 if request.method == "POST" else 200, headers)

    def _count(self) -> dict[str, str]:
        """One call more in this second, and what is told of it: there is no word on when it starts anew."""
        second = int(self._now())
        self._used = self._used + 1 if second == self._second else 1
        self._second = second
        return {"x-ratelimit-limit": str(LIMIT), "x-ratelimit-remaining": str(max(0, LIMIT - self._used))}  # fmt: skip

    def _key(self, request: Request) -> None:
        if request.headers.get("x-smarttoken", "").strip():
            return
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not asking.claims(self.store, "smartrecruiters", token, self._now()):
            raise Refusal(401, "UNAUTHORIZED", "The key is not known.")

    async def _read(self, request: Request, parts: list[str], headers: Doc) -> Response:
        """Everybody's list is given to one caller at a time."""
        match parts:
            case ["candidates", "attachments", id]:
                found = self.store.get("smart_files", id)
                if found is None:
                    raise rules.gone()
                return Response(base64.b64decode(found["content"]), 200, headers, found["contentType"])  # fmt: skip
            case ["candidates"] if self._listing:
                raise Refusal(429, "TOO_MANY_REQUESTS", "One concurrent request only.")
            case ["candidates"]:
                self._listing = True
                try:
                    await asyncio.sleep(0)
                    return JSONResponse(reads.read(self.store, parts, request.query_params), 200, headers)  # fmt: skip
                finally:
                    self._listing = False
        return JSONResponse(reads.read(self.store, parts, request.query_params), 200, headers)

    async def _write(self, request: Request, parts: list[str]) -> Doc:
        if request.headers.get("content-type", "").startswith("multipart/"):
            if len(parts) != 3 or parts[2] != "attachments":
                raise rules.gone()
            form = await request.form()
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise rules.invalid("file is required.")
            mime = part.content_type or "application/octet-stream"
            return self.writes.attach(parts[1], str(form.get("attachmentType") or ""), part.filename or "", mime, await part.read())  # fmt: skip
        try:
            body = asking.body(await request.body())
        except ValueError:
            raise Refusal(400, "BAD_REQUEST", "The body is not a JSON object.") from None
        if parts[:3] == HOOKS:
            return await webhooks.answer(self.store, request.method, parts[3:], body)
        return self.writes.answer(request.method, parts, body)


def overview(store: Store) -> list[Doc]:
    """A row for each application."""
    rows = []
    for row in store.all("smart_candidates"):
        for held in row["assignments"]:
            job = store.get("smart_jobs", held["job"]) or {}
            rows.append(
                {"vendor": "smartrecruiters", "id": f"{row['id']}~{held['job']}", "name": f"{row['firstName']} {row['lastName']}",
                 "job": job.get("title"), "stage": held["subStatus"] or held["status"], "status": held["status"].lower()}
            )  # fmt: skip
    return rows


def detail(store: Store, id: str) -> Doc:
    """What hangs below one application; notes and files hang on its person."""
    person, _, job = id.partition("~")
    files = store.find("smart_files", candidate=person)
    return {
        "interviews": [], "notes": store.find("smart_messages", candidate=person),
        "scorecards": store.find("smart_reviews", candidateId=person, jobId=job),
        "offers": store.find("smart_offers", candidate=person, job=job),
        "attachments": [{"name": f["name"], "kind": f["type"]} for f in files],
    }  # fmt: skip
