"""Teamtailor over HTTP, stateful: JSON:API with a dated version, ten seconds' windows, and webhooks that are sent once."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.ats import hooks
from bot.workspace.ats.teamtailor import reads, resources
from bot.workspace.ats.teamtailor.reads import Refusal
from bot.workspace.ats.teamtailor.seed import fill
from bot.workspace.ats.teamtailor.writes import Writes
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview", "signed"]
Doc = dict[str, Any]
label = "Teamtailor"
keys = {"api_key": "{secret}", "webhook_secret": "{secret}"}
VERSION, OLDEST = "20240904", "20240404"
LIMIT, WINDOW = (
    500,
    10,
)  # calls in so many seconds: ten times what Teamtailor gives, so that the demo need not wait


def create(
    store: Store,
    clock: WorkspaceClock,
    now: Callable[[], float] = time.time,
    pause: faults.Pause = asyncio.sleep,
) -> Starlette:
    """Everything under `/v1/`, and the signed addresses of files."""
    server = Server(store, clock, now)

    async def file(request: Request) -> Response:
        id = request.path_params["id"]
        found = store.get("tailor_files", id)
        if found is None or request.query_params.get("X-Amz-Signature") != id[::-1]:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403)
        return Response(base64.b64decode(found["content"]), media_type="application/pdf")

    routes = [
        Route("/v1/{path:path}", server.answer, methods=["GET", "POST", "PATCH", "DELETE"]),
        Route("/uploads/{id}", file),
    ]
    return faults.Fallible(routes, store, "teamtailor", "Teamtailor is resting", pause=pause)


class Server:
    """Answers every call: whose key, which version, how many in this window, then the call itself."""

    def __init__(self, store: Store, clock: WorkspaceClock, now: Callable[[], float]) -> None:
        self.store, self.clock, self._now = store, clock, now
        self._window, self._used = 0, 0
        self.writes = Writes(store, clock, self.tell)

    async def answer(self, request: Request) -> Response:
        headers = self._count()
        try:
            self._admit(request)
            parts = [part for part in request.path_params["path"].split("/") if part]
            if request.method == "GET":
                status, told = 200, reads.read(self.store, parts, request.query_params)
            else:
                status, told = self.writes.answer(request.method, parts, await _body(request))
        except Refusal as no:
            if no.status == 401:
                return Response(b"", 401, headers)
            source = {"source": {"pointer": no.pointer}} if no.pointer else {}
            said = {"status": str(no.status), "title": no.title, "detail": no.detail, **source}
            return JSONResponse({"errors": [said]}, no.status, headers)
        return JSONResponse(told, status, headers, media_type="application/vnd.api+json")

    def _admit(self, request: Request) -> None:
        """Raises Refusal for a wrong key, a version that is missing or too old, and one call too many."""
        kind, _, key = request.headers.get("authorization", "").partition("=")
        if kind != "Token token" or not key.strip():
            raise Refusal(401, "Unauthorized", "")
        if request.headers.get("x-api-version", "") < OLDEST:
            raise Refusal(406, "Invalid API version", f"The current version is {VERSION}.")
        if self._used > LIMIT:
            raise Refusal(429, "Too many requests", "Rate limit exceeded.")
        wanted = request.headers.get("content-type", "")
        if request.method != "GET" and not wanted.startswith("application/vnd.api+json"):
            raise Refusal(415, "Unsupported media type", "Send application/vnd.api+json.")

    def _count(self) -> dict[str, str]:
        """One call more in this window, and what Teamtailor tells of it: the seconds that are left."""
        now = self._now()
        window = int(now // WINDOW)
        self._used = self._used + 1 if window == self._window else 1
        self._window = window
        return {
            "x-rate-limit-limit": str(LIMIT), "x-rate-limit-remaining": str(max(0, LIMIT - self._used)),
            "x-rate-limit-reset": str(int((window + 1) * WINDOW - now) + 1), "x-api-version": VERSION,
        }  # fmt: skip

    def tell(self, event: str, row: Doc) -> None:
        """Once, to the address that an admin set; what fails is lost."""
        if not (hook := self.store.get("webhook", "teamtailor")):
            return
        held = {key.replace("-", "_"): value for key, value in row["attributes"].items()}
        if event.startswith("job_application."):
            stage = self.store.get("tailor_stages", row["stage"]) or {"attributes": {}}
            held = {
                "id": int(row["id"]), "job_id": int(row["job"]), "stage_name": stage["attributes"].get("name"),
                "rejected_at": held["rejected_at"], "updated_at": held["updated_at"], "last_moved_at": held["changed_stage_at"],
            }  # fmt: skip
        data = {"id": int(row["id"]), "type": event.partition(".")[0], "attributes": held}
        body = json.dumps({"payload": {"event_name": event, "data": data}}).encode()
        hooks.send(hook["url"], body, signed(body, hook["secret"], self.clock.now()), waits=(0.0,))


async def _body(request: Request) -> Doc:
    try:
        return asking.body(await request.body())
    except ValueError:
        raise Refusal(400, "Invalid JSON", "The body is not a JSON object.") from None


def signed(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """The headers of a delivery with a signature of version 2."""
    time = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()
    coded = base64.b64encode(f"t={time},v2={digest}".encode()).decode()
    return {"content-type": "application/json", "tt-signature": coded}


def overview(store: Store) -> list[Doc]:
    """A row for each application."""
    rows = []
    for row in store.all("tailor_job-applications"):
        stage, job, person = (
            (store.get(resources.table(f"{name}s"), row[name]) or {"attributes": {}})["attributes"] for name in ("stage", "job", "candidate")
        )  # fmt: skip
        hired = stage.get("legacy-stage-type-name") == "Hired"
        status = "rejected" if row["attributes"]["rejected-at"] else "hired" if hired else "active"
        rows.append(
            {"vendor": "teamtailor", "id": row["id"], "name": f"{person.get('first-name')} {person.get('last-name')}",
             "job": job.get("title"), "stage": stage.get("name"), "status": status}
        )  # fmt: skip
    return rows


def detail(store: Store, id: str) -> Doc:
    """What hangs below one application; notes and files hang on its person."""
    person = (store.get("tailor_job-applications", id) or {}).get("candidate")
    notes = [row["attributes"] for row in store.find("tailor_notes", candidate=person)]
    files = [row["attributes"] for row in store.find("tailor_uploads", candidate=person)]
    return {
        "interviews": [], "notes": notes, "scorecards": [], "offers": [],
        "attachments": [{"name": f["file-name"], "kind": "upload"} for f in files],
    }  # fmt: skip
