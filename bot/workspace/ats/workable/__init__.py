"""Workable over HTTP, stateful: its own words, pages by address, ten seconds' windows, empty answers, signed webhooks."""

import asyncio
import base64
import hashlib
import hmac
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
from bot.workspace.ats import hooks
from bot.workspace.ats.workable import reads
from bot.workspace.ats.workable.rules import Refusal
from bot.workspace.ats.workable.seed import fill
from bot.workspace.ats.workable.writes import Writes
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

__all__ = ["create", "detail", "fill", "keys", "label", "overview", "signed"]
Doc = dict[str, Any]
label = "Workable"
keys = {"api_key": "{secret}", "subdomain": "brightwater"}
LIMIT, WINDOW = (
    100,
    10,
)  # calls in so many seconds: ten times what Workable gives, so that the demo need not wait


def create(
    store: Store,
    clock: WorkspaceClock,
    now: Callable[[], float] = time.time,
    pause: faults.Pause = asyncio.sleep,
) -> Starlette:
    """Everything under `/spi/v3/`, and the signed addresses of files."""
    server = Server(store, clock, now)

    async def file(request: Request) -> Response:
        found = store.get("workable_files", request.path_params["id"])
        if found is None or request.query_params.get("X-Amz-Signature") != found["signature"]:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403)
        return Response(base64.b64decode(found["content"]), media_type="application/pdf")

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    routes = [
        Route("/spi/v3/{path:path}", server.answer, methods=methods),
        Route("/uploads/{id}/file", file),
    ]
    return faults.Fallible(routes, store, "workable", "Workable is being repaired", pause=pause)


class Server:
    """Answers every call: whose token, how many in this window, then the call itself."""

    def __init__(self, store: Store, clock: WorkspaceClock, now: Callable[[], float]) -> None:
        self.store, self.clock, self._now = store, clock, now
        self._window, self._used = 0, 0
        self.writes = Writes(store, clock, self.tell)

    async def answer(self, request: Request) -> Response:
        headers = self._count()
        try:
            if self._used > LIMIT:
                raise Refusal(429, "Rate limit exceeded")
            kind, _, token = request.headers.get("authorization", "").partition(" ")
            if kind != "Bearer" or not token.strip():
                raise Refusal(401, "Not authorized")
            told = await self._told(request, token)
        except Refusal as no:
            return JSONResponse({"error": no.message}, no.status, headers)
        if told is None:
            return Response("", 200, headers, media_type="text/plain")
        return JSONResponse(told, headers=headers)

    async def _told(self, request: Request, token: str) -> Any:
        parts = [part for part in request.path_params["path"].split("/") if part]
        if request.method == "GET":
            return reads.read(self.store, parts, request.query_params)
        try:
            body = asking.body(await request.body())
        except ValueError:
            raise Refusal(400, "The body is not a JSON object") from None
        return self.writes.answer(request.method, parts, request.query_params, body, token)

    def _count(self) -> dict[str, str]:
        """One call more in this window, and what Workable tells of it."""
        window = int(self._now() // WINDOW)
        self._used = self._used + 1 if window == self._window else 1
        self._window = window
        return {
            "x-rate-limit-limit": str(LIMIT), "x-rate-limit-remaining": str(max(0, LIMIT - self._used)),
            "x-rate-limit-reset": str((window + 1) * WINDOW),
        }  # fmt: skip

    def tell(self, event: str, row: Doc) -> None:
        """Send an event to its subscriptions, and to the address that an admin of the demo gave."""
        places = [(s["target"], s["token"]) for s in self.store.find("workable_subscriptions", event=event)]  # fmt: skip
        if hook := self.store.get("webhook", "workable"):
            places.append((hook["url"], hook["secret"]))
        told = {
            "id": secrets.token_hex(12), "event_type": event, "resource_type": "candidate", "data": reads.detail(self.store, row),
            "fired_at": self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }  # fmt: skip
        body = json.dumps(told, ensure_ascii=False).encode()
        for url, token in places:
            hooks.send(str(url), body, signed(body, str(token)), only=200)


def signed(body: bytes, token: str) -> dict[str, str]:
    """The headers of a delivery: the raw bytes' HMAC by the token that made the subscription."""
    digest = hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
    return {"content-type": "application/json", "x-workable-signature": digest}


def overview(store: Store) -> list[Doc]:
    """A row for each candidate."""
    rows = []
    for row in store.all("workable_candidates"):
        told = reads.detail(store, row)
        status = "disqualified" if row["disqualified"] else "hired" if row["hired_at"] else "active"
        rows.append(
            {"vendor": "workable", "id": row["id"], "name": told["name"], "job": (told["job"] or {}).get("title"),
             "stage": told["stage"], "status": status}
        )  # fmt: skip
    return rows


def detail(store: Store, id: str) -> Doc:
    """What hangs below one candidate."""
    acts = store.find("workable_activities", candidate=id)
    offer = store.get("workable_offers", id)
    files = store.find("workable_files", candidate=id)
    return {
        "interviews": store.find("workable_events", candidate=id),
        "notes": [act for act in acts if act["action"] == "comment"],
        "scorecards": [act for act in acts if act["action"] == "rating"],
        "offers": [offer] if offer else [],
        "attachments": [{"name": f["name"], "kind": f["type"]} for f in files],
    }
