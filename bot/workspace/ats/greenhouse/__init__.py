"""Greenhouse's Harvest v3 over HTTP, stateful: flat lists, cursors, quirks and all."""

import base64
import json
import secrets
import time
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace.ats.greenhouse import writes
from bot.workspace.ats.greenhouse.rules import Refusal, check_filters, select
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
RESOURCES = (
    "candidates", "applications", "application_stages", "jobs", "openings", "job_interview_stages", "job_interviews",
    "interview_kits", "scorecard_questions", "scorecard_question_options", "default_interviewers", "interviews", "interviewers",
    "scorecards", "scorecard_question_answers", "offers", "notes", "attachments", "users", "job_owners", "job_hiring_managers",
    "rejection_reasons", "rejection_details", "sources", "custom_fields", "user_job_permissions", "departments", "offices",
    "approval_flows", "focus_candidate_attributes",
)  # fmt: skip
WINDOW, MOST = 30, 600  # seconds and calls; the real limit is lower and told in the same headers


def create(store: Store, clock: WorkspaceClock) -> Starlette:
    """`/token` and `/v3/…`."""
    budget: dict[str, float] = {"until": 0.0, "left": MOST}

    async def token(request: Request) -> Response:
        basic = request.headers.get("authorization", "")
        form = await request.form()
        if not basic.startswith("Basic ") or ":" not in base64.b64decode(basic[6:] + "==").decode(
            "utf-8", "replace"
        ):
            return JSONResponse({"error": "invalid_client"}, 401)
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        sub = str(form.get("sub") or "")
        until = time.gmtime(time.time() + 3_600)
        claims = base64.urlsafe_b64encode(json.dumps({"sub": sub}).encode()).rstrip(b"=").decode()
        return JSONResponse(
            {
                "access_token": f"gh.{claims}.{secrets.token_hex(8)}",
                "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", until),
            }
        )

    async def answer(request: Request) -> Response:
        if (store.get("fault", "greenhouse") or {}).get("mode") == "down":
            return Response("<html>We'll be back soon</html>", 503, media_type="text/html")
        limits = _spend(budget)
        if limits is None:
            return JSONResponse({"message": "Too many requests"}, 429, headers={"retry-after": "1"})
        try:
            sub = _user(request)
            path = [p for p in request.path_params["path"].split("/") if p]
            if request.method == "GET":
                return _list(store, request, path, sub, limits)
            content = await request.body()
            body = json.loads(content) if content else {}
            made = writes.write(store, clock, request.method, path, body, sub)
            return JSONResponse(made, 201 if request.method == "POST" else 200, headers=limits)
        except Refusal as error:
            return JSONResponse(
                {"message": error.message, "errors": error.errors}, error.status, headers=limits
            )

    async def file(request: Request) -> Response:
        found = store.get("gh_bytes", request.path_params["id"])
        if found is None or request.query_params.get("signature") != found["signature"]:
            return Response("expired", 403)
        return Response(base64.b64decode(found["content"]), media_type="application/pdf")

    return Starlette(
        routes=[
            Route("/token", token, methods=["POST"]),
            Route("/files/{id}", file),
            Route("/v3/{path:path}", answer, methods=["GET", "POST", "PATCH", "DELETE"]),
        ]
    )


def _spend(budget: dict[str, float]) -> dict[str, str] | None:
    now = time.time()
    if now >= budget["until"]:
        budget |= {"until": now + WINDOW, "left": MOST}
    if budget["left"] <= 0:
        return None
    budget["left"] -= 1
    return {
        "x-ratelimit-limit": str(MOST),
        "x-ratelimit-remaining": str(int(budget["left"])),
        "x-ratelimit-reset": str(int(budget["until"])),
    }


def _user(request: Request) -> str:
    header = request.headers.get("authorization", "")
    if not header.startswith("Bearer gh."):
        raise Refusal(401, "Invalid access token")
    claims = header.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=="))["sub"])


def _list(
    store: Store, request: Request, path: list[str], sub: str, limits: dict[str, str]
) -> Response:
    if len(path) != 1 or path[0] not in RESOURCES:
        raise Refusal(404, "Resource not found")
    query = dict(request.query_params)
    if "cursor" in query:
        if len(query) > 1:
            raise Refusal(422, "cursor must be the only parameter")
        query = json.loads(base64.urlsafe_b64decode(query["cursor"] + "=="))
    size = int(query.pop("per_page", 100))
    offset = int(query.pop("_offset", 0))
    if not 1 <= size <= 500:
        raise Refusal(422, "per_page must be between 1 and 500")
    check_filters(query)
    rows = [] if sub and not _admin(store, sub) else select(store, path[0], query)
    page = rows[offset : offset + size]
    headers = dict(limits)
    if offset + size < len(rows):
        more = json.dumps({**query, "per_page": size, "_offset": offset + size}).encode()
        cursor = base64.urlsafe_b64encode(more).rstrip(b"=").decode()
        headers["link"] = (
            f'<https://harvest.greenhouse.io/v3/{path[0]}?cursor={cursor}>; rel="next"'
        )
    return JSONResponse([_sign(store, path[0], row) for row in page], headers=headers)


def _sign(store: Store, resource: str, row: Doc) -> Doc:
    """An attachment's address is signed afresh at every read."""
    if resource != "attachments":
        return row
    held = store.get("gh_bytes", row["id"]) or {}
    held["signature"] = secrets.token_urlsafe(8)
    store.put("gh_bytes", row["id"], held)
    return {
        **row,
        "url": f"https://harvest.greenhouse.io/files/{row['id']}?signature={held['signature']}",
    }


def _admin(store: Store, sub: str) -> bool:
    return bool((store.get("gh_users", sub) or {}).get("site_admin"))
