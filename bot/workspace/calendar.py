"""Google Calendar's dialect, as far as a scheduler asks: tokens for a service account, and freeBusy."""

import asyncio
import base64
import json
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import faults
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]


def create(store: Store, clock: WorkspaceClock, pause: faults.Pause = asyncio.sleep) -> Starlette:
    """`POST /token` and `POST /calendar/v3/freeBusy`."""

    async def token(request: Request) -> Response:
        form = await request.form()
        try:
            _, claims, signature = str(form.get("assertion")).split(".")
            told = json.loads(base64.urlsafe_b64decode(claims + "=="))
        except ValueError:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" or not signature:
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if told.get("sub") and not _known(store, told["sub"]):
            return JSONResponse(
                {"error": "invalid_grant", "error_description": "Invalid email or User ID"}, 400
            )
        return JSONResponse(
            {
                "access_token": f"ya29.{told.get('sub', 'service')}",
                "expires_in": 3_600,
                "token_type": "Bearer",
            }
        )

    async def free_busy(request: Request) -> Response:
        if not request.headers.get("authorization", "").startswith("Bearer ya29."):
            return _error(401, "authError")
        body = await request.json()
        first, last = (
            datetime.fromisoformat(body["timeMin"]),
            datetime.fromisoformat(body["timeMax"]),
        )
        if last <= first:
            return _error(400, "timeRangeEmpty")
        if last - first > timedelta(days=90):
            return _error(400, "timeRangeTooLong")
        if len(body.get("items") or []) > 50:
            return _error(400, "tooManyCalendarsRequested")
        calendars = {
            str(item["id"]): _busy(store, str(item["id"]), first, last)
            for item in body.get("items") or []
        }
        return JSONResponse(
            {
                "kind": "calendar#freeBusy",
                "timeMin": body["timeMin"],
                "timeMax": body["timeMax"],
                "calendars": calendars,
            }
        )

    routes = [
        Route("/token", token, methods=["POST"]),
        Route("/calendar/v3/freeBusy", free_busy, methods=["POST"]),
    ]
    return faults.Fallible(routes, store, "calendar", "Backend error", pause=pause)


def events(store: Store, address: str) -> list[Doc]:
    """One person's events, earliest first."""
    return sorted(
        store.find("calendar_event", address=address.casefold()), key=lambda e: str(e["start"])
    )


def _known(store: Store, address: str) -> bool:
    return any(u["email"].casefold() == address.casefold() for u in store.all("slack_user"))


def _busy(store: Store, address: str, first: datetime, last: datetime) -> Doc:
    if store.get("calendar", address.casefold()) is None:
        return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    found = []
    for event in store.find(
        "calendar_event", address=address.casefold(), status="confirmed", transparent=False
    ):
        start, end = datetime.fromisoformat(event["start"]), datetime.fromisoformat(event["end"])
        if start < last and end > first:
            found.append((max(start, first), min(end, last)))
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return {"busy": [{"start": _iso(start), "end": _iso(end)} for start, end in merged]}


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _error(status: int, reason: str) -> Response:
    return JSONResponse(
        {
            "error": {
                "code": status,
                "message": reason,
                "errors": [{"domain": "global", "reason": reason}],
            }
        },
        status,
    )
