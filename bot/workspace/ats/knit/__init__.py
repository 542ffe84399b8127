"""Knit over HTTP, stateful: its unified calls, syncs and webhooks, with a pretended Workable account behind it."""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.ats.knit import rules, shapes, upstream
from bot.workspace.ats.knit.rules import Refusal
from bot.workspace.ats.knit.seed import fill
from bot.workspace.ats.knit.syncs import Syncs
from bot.workspace.ats.knit.upstream import Upstream, Workable
from bot.workspace.ats.knit.writes import Writes
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview"]
Doc = dict[str, Any]
label = "Knit"
keys = {
    "api_key": "{secret}", "integration_id": "mg_brightwater_workable",
    "origin_org_id": "brightwater", "app": "workable",
}  # fmt: skip
RATE, BURST = 50.0, 200.0  # calls a second and at once; the vendor names no figures
ABSENT = ("ats.job.get", "ats.job.create")  # calls that Knit has, but not for Workable


def create(
    store: Store,
    clock: WorkspaceClock,
    monotonic: Callable[[], float] = time.monotonic,
    pause: faults.Pause = asyncio.sleep,
) -> Starlette:
    """Everything under `/v1.0/`, and the signed addresses of files."""
    server = Server(store, clock, monotonic)

    async def file(request: Request) -> Response:
        found = store.get("knit_files", request.path_params["id"])
        if found is None or request.query_params.get("X-Amz-Signature") != found["signature"]:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403)
        return Response(base64.b64decode(found["content"]), media_type=found["mime"])

    routes = [
        Route("/v1.0/{call}", server.answer, methods=["GET", "POST"]),
        Route("/uploads/{id}/{name}", file),
    ]
    return faults.Fallible(routes, store, "knit", "Knit is having a rest", pause=pause)


class Server:
    """Answers every call: whose key it is, which integration it is about, then the call itself."""

    def __init__(self, store: Store, clock: WorkspaceClock, monotonic: Callable[[], float]) -> None:
        self.store, self.clock, self._monotonic = store, clock, monotonic
        self._bucket = (BURST, monotonic())
        self.syncs = Syncs(store, clock, keys["integration_id"])
        self.workable = Workable(store, clock)
        self.writes = Writes(store, self.workable, self.syncs)
        clock.on_move.append(self.syncs.beat)

    async def answer(self, request: Request) -> Response:
        headers = {"x-knit-execution-id": secrets.token_hex(8)}
        try:
            self._spend()
            self._key(request)
            told = await self._call(request, request.path_params["call"])
            return JSONResponse({"success": True, **told}, headers=headers)
        except Refusal as no:
            if no.status == 429:
                headers["retry-after"] = "1"
            said = {"success": False, "error": {"msg": no.message}}
            return JSONResponse(said, no.status, headers)
        except Upstream as no:
            told = {"response": {"body": json.dumps({"error": no.message}), "headers": {}}}
            said = {"success": False, "error": {"msg": no.message}, "data": told}
            return JSONResponse(said, no.status, headers)

    def _spend(self) -> None:
        left, then = self._bucket
        now = self._monotonic()
        left = min(BURST, left + (now - then) * RATE)
        if left < 1:
            raise Refusal(429, "Too many requests")
        self._bucket = (left - 1, now)

    def _key(self, request: Request) -> None:
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not key.strip():
            raise Refusal(401, "Invalid API key")

    def _integration(self, request: Request) -> None:
        given = request.headers.get("x-knit-integration-id")
        if not given:
            raise Refusal(400, "X-Knit-Integration-Id is required")
        if given != keys["integration_id"]:
            raise Refusal(404, "Integration not found")
        if not self.active():
            raise Refusal(400, "Integration is not active")

    def active(self) -> bool:
        return self.store.get("knit_integration", "deactivated") is None

    async def _call(self, request: Request, call: str) -> Doc:
        """One call's answer without `success`. Raises Refusal or Upstream."""
        query = request.query_params
        if request.method == "GET":
            if call == "integration.details":
                return {"data": {"apps": self._apps(query)}}
            self._integration(request)
            return {"data": self._read(call, query)}
        try:
            body = asking.body(await request.body())
        except ValueError:
            raise Refusal(400, "The body is not a JSON object") from None
        if call == "auth.createSession":
            for name in ("originOrgId", "originOrgName", "originUserEmail", "originUserName"):
                rules.text(body, name)
            return {"msg": {"token": secrets.token_urlsafe(24)}}
        self._integration(request)
        return {"data": self._write(call, body)}

    def _apps(self, query: Any) -> list[Doc]:
        if rules.text(dict(query), "originOrgId") != keys["origin_org_id"]:
            return []
        gone = self.store.get("knit_integration", "deactivated") or {"at": None}
        return [
            {"id": keys["app"], "category": "ATS", "integrationId": keys["integration_id"], "isActive": self.active(),
             "deactivatedAt": gone["at"]},
        ]  # fmt: skip

    def _read(self, call: str, query: Any) -> Doc:
        self.syncs.beat()
        if call == "ats.job.list":
            wanted = query.get("status")
            if wanted not in (None, "OPEN", "CLOSED", "DRAFT"):
                raise Refusal(400, "status is not known")
            found = [row for row in self.store.all("knit_jobs") if wanted in (None, row["status"])]
            return rules.page(query, "jobs", found, lambda row: shapes.job(self.store, row))
        if call == "ats.application.list":
            found = self.store.all("knit_candidates")
            return rules.page(query, "applications", found, lambda row: shapes.slim(self.store, row))  # fmt: skip
        if call == "ats.application.get":
            asked = dict(query)
            id, person = rules.text(asked, "applicationId"), rules.text(asked, "candidateId")
            row = self.store.get("knit_candidates", id)
            if row is None or person != id:
                raise Refusal(404, "Application not found")
            return {"application": shapes.whole(self.store, row)}
        raise self._nowhere(call)

    def _write(self, call: str, body: Doc) -> Any:
        acts: dict[str, Callable[[Doc], Any]] = {
            "ats.application.create": self.writes.create, "ats.application.attachment.add": self.writes.attach,
            "ats.application.stage.update": self.writes.move, "ats.candidates.search": self.writes.search,
            "sync.start": self.syncs.start, "events.subscribe": self.syncs.subscribe, "passthrough": self._through,
            "integration.deactivate": self._deactivate,
        }  # fmt: skip
        if call not in acts:
            raise self._nowhere(call)
        return acts[call](body)

    def _nowhere(self, call: str) -> Refusal:
        """Two meanings of 404: only their words tell them apart."""
        if call in ABSENT:
            return Refusal(404, f"{call} is not supported for workable")
        return Refusal(404, "Not found")

    def _through(self, body: Doc) -> Doc:
        try:
            call = upstream.envelope(body)
        except ValueError as no:
            raise Refusal(400, str(no)) from None
        told = self.workable.answer(*call)
        said = "" if told is None else json.dumps(told, ensure_ascii=False)
        return {"response": {"body": said, "headers": {"content-type": "application/json"}}}

    def _deactivate(self, body: Doc) -> None:
        self.store.put("knit_integration", "deactivated", {"at": self.workable.now()})
        self.syncs.stop()


def overview(store: Store) -> list[Doc]:
    """Everybody in the account behind Knit."""
    return [
        {"vendor": "knit", "id": row["id"], "name": f"{row['firstname']} {row['lastname'] or ''}".strip(),
         "job": (store.get("knit_jobs", row["job"]) or {"title": ""})["title"], "stage": shapes.stage_of(store, row).get("name", ""),
         "status": shapes.status(store, row).lower()}
        for row in store.all("knit_candidates")
    ]  # fmt: skip


def detail(store: Store, id: str) -> Doc:
    """What hangs below one application."""
    stream = store.find("knit_activities", candidate=id)
    return {
        "interviews": store.find("knit_events", candidate=id),
        "notes": [line["body"] for line in stream if line["action"] == "comment"],
        "offers": store.find("knit_offers", applicationId=id),
        "scorecards": [line for line in stream if line["action"] == "rating"],
        "attachments": [f["name"] or f["path"] for f in store.find("knit_files", candidate=id)],
    }
