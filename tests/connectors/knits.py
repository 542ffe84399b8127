"""Knit before another ATS than Workable, and a network that loses what passes through."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.workspace.ats import knit as stand_in
from connectors import registry
from connectors.ats.knit import Knit
from connectors.contract import Account
from connectors.http import Pool

Doc = dict[str, Any]
CONFIG = {name: stand_in.keys[name] for name in ("integration_id", "origin_org_id", "app")}
KEY = "knit-key-77f0"


def made(
    pool: Pool, url: str | None, config: Mapping[str, str] = CONFIG, *, started: bool = False
) -> Knit:
    """The connector of an account whose syncs were `started`, or not yet."""
    secrets = {"api_key": KEY} | ({"webhook_secret": KEY} if started else {})
    ats = registry.make(Account("knit-1", "knit", "Brightwater", config, secrets, url), pool)
    assert isinstance(ats, Knit)
    return ats


def application(id: str, person: str, **more: Any) -> Doc:
    """An application as Knit tells it of an ATS whose lists are whole and whose people have ids of their own."""
    return {
        "info": {
            "id": id, "status": "ACTIVE", "jobId": "job-1", "appliedAt": "2026-11-10T00:00:00Z", "updatedAt": f"2026-11-1{id[-1]}T17:22:09Z",
            "origin": "REFERRAL", "owner": None, "creditedTo": {"id": "u2", "email": None, "employeeId": None},
            "candidate": {
                "id": person, "firstName": "Emily", "lastName": None, "links": None, "location": "Lyon",
                "phones": [{"type": "PERSONAL", "phoneNumber": "+33 1"}], "emails": [{"type": "NOT_SPECIFIED", "email": "emily@mailbox.example"}],
            },
        },
        "currentStage": {"currentStage": {"id": "s1", "text": "Phone screen"}}, "rejection": None, "interviews": None,
        "offers": None, "attachments": None, "questionResponses": None, "customFields": None, **more,
    }  # fmt: skip


JOBS = [
    {
        "info": {"id": "job-1", "title": "Frontend Engineer", "status": "OPEN", "confidential": None}, "departments": None, "offices": None,
        "hiringManagers": [{"id": "u1", "email": "hm@brightwater.example", "employeeId": "e1"}], "recruiters": None,
        "stages": [{"id": "s1", "text": "Phone screen"}, {"id": "s2", "text": "Offer"}],
    },
]  # fmt: skip


@dataclass
class Elsewhere:
    """Knit before an ATS with a few calls only; `calls` answers by call, anything else is not supported."""

    calls: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        call = request.url.path.rpartition("/")[2]
        self.asked.append(call)
        query = dict(request.query_params)
        if call == "ats.application.get":
            found = [a for a in self.calls["all"] if a["info"]["id"] == query["applicationId"]]
            right = found and found[0]["info"]["candidate"]["id"] == query["candidateId"]
            said: Any = {"application": found[0]} if right else None
        elif call == "ats.application.list":
            at = int(query.get("pageToken") or 0)
            more = str(at + 1) if at + 1 < len(self.calls["all"]) else None
            said = {"applications": self.calls["all"][at : at + 1], "nextPageToken": more}
        else:
            said = self.calls.get(call)
        await _answer(call, said)(scope, receive, send)


def _answer(call: str, said: Any) -> Response:
    if isinstance(said, Response):
        return said
    if said is None:
        sorry = {"msg": f"{call} is not supported for this app"}
        return JSONResponse({"success": False, "error": sorry}, 404)
    return JSONResponse({"success": True, "data": said})


@dataclass
class Losing:
    """Lets a passthrough that writes do its work, and drops the first answer on its way back."""

    app: ASGIApp
    lost: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        if json.loads(body or b"{}").get("method") != "POST" or self.lost:
            await self.app(scope, again, send)
            return
        self.lost += 1

        async def nowhere(message: Message) -> None:
            """The answer that nobody gets."""

        await self.app(scope, again, nowhere)
        headers = [(b"content-length", b"100"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{"})
