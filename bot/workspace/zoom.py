"""Zoom's dialect, as far as a scheduler asks: server-to-server tokens, and meetings of the workspace's people."""

import asyncio
import secrets
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import asking, faults
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
KEYS = {"account_id": "zoom-account", "client_id": "zoom-app", "client_secret": "{secret}"}
OWNER = "owner"  # whom `me` means
DAILY = 100  # creations and changes of one host in a UTC day
CUT = 250  # letters of an agenda in lists
LIFE = 3_600
DAY_LIMIT = "You have reached the maximum per-day rate limit for this API. You can resume these API calls at GMT 00:00:00."


def create(store: Store, clock: WorkspaceClock, pause: faults.Pause = asyncio.sleep) -> Starlette:
    """`POST /oauth/token`, and the meetings under `/v2`."""
    zoom = _Zoom(store, clock)
    routes = [
        Route("/oauth/token", zoom.token, methods=["POST"]),
        Route("/v2/users/{user}/meetings", zoom.listed, methods=["GET"]),
        Route("/v2/users/{user}/meetings", zoom.made, methods=["POST"]),
        Route("/v2/meetings/{id}", zoom.one, methods=["GET", "PATCH", "DELETE"]),
    ]
    return faults.Fallible(routes, store, "zoom", "Zoom is down for maintenance", pause=pause)


class _Zoom:
    def __init__(self, store: Store, clock: WorkspaceClock) -> None:
        self._store, self._clock = store, clock

    async def token(self, request: Request) -> Response:
        form = await request.form()
        if asking.basic(request.headers.get("authorization", "")) is None:
            return JSONResponse({"reason": "Invalid client_id or client_secret", "error": "invalid_client"}, 400)  # fmt: skip
        if form.get("grant_type") != "account_credentials" or not form.get("account_id"):
            return JSONResponse({"reason": "unsupported grant type", "error": "unsupported_grant_type"}, 400)  # fmt: skip
        until = self._clock.now().timestamp() + LIFE
        made = asking.token(self._store, "zoom", {"until": until})
        return JSONResponse({"access_token": made, "token_type": "bearer", "expires_in": LIFE})

    async def listed(self, request: Request) -> Response:
        """A host's meetings that are not over, `page_size` at a time, their agendas cut short and without passcodes."""
        host = self._host(request)
        if isinstance(host, Response):
            return host
        now = self._clock.now()
        rows = [
            {**row, "agenda": row["agenda"][:CUT]}
            for row in self._store.find("zoom_meeting", host=host)
            if asking.moment(row["start_time"]) + timedelta(minutes=row["duration"]) > now
        ]
        rows.sort(key=lambda row: (row["start_time"], row["id"]))
        size, begin = (int(request.query_params.get(k) or d) for k, d in (("page_size", "30"), ("next_page_token", "0")))  # fmt: skip
        shown = ("id", "uuid", "topic", "type", "start_time", "duration", "timezone", "agenda", "join_url")  # fmt: skip
        page = [{k: row[k] for k in shown} for row in rows[begin : begin + size]]
        more = str(begin + size) if begin + size < len(rows) else ""
        return JSONResponse({"page_size": size, "total_records": len(rows), "next_page_token": more, "meetings": page})  # fmt: skip

    async def made(self, request: Request) -> Response:
        host = self._host(request)
        if isinstance(host, Response):
            return host
        said = asking.body(await request.body())
        if said.get("type") != 2 or not said.get("start_time"):
            return _error(400, 300, "Validation Failed.")
        if refused := self._count(host):
            return refused
        number = 81_000_000_000 + self._store.next_id("zoom_meeting")
        code = secrets.token_hex(3)
        row = {
            "id": number, "uuid": secrets.token_urlsafe(16), "host": host, "topic": "", "agenda": "", "duration": 60,
            "timezone": "UTC", **said, "status": "waiting", "password": code, "join_url": f"https://zoom.us/j/{number}?pwd={code}",
            "start_url": f"https://zoom.us/s/{number}?zak={secrets.token_hex(8)}",
        }  # fmt: skip
        self._store.put("zoom_meeting", str(number), row)
        return JSONResponse(row, 201)

    async def one(self, request: Request) -> Response:
        id = request.path_params["id"]
        row = self._store.get("zoom_meeting", id)
        if refused := self._known(request):
            return refused
        if row is None:
            return _error(404, 3001, f"Meeting does not exist: {id}.")
        if request.method == "GET":
            return JSONResponse(row)
        if request.method == "DELETE":
            self._store.delete("zoom_meeting", id)
            return Response(status_code=204)
        if refused := self._count(row["host"]):
            return refused
        self._store.put("zoom_meeting", id, {**row, **asking.body(await request.body())})
        return Response(status_code=204)

    def _host(self, request: Request) -> str | Response:
        """The host's address; `me` is the account's owner."""
        user = str(request.path_params["user"]).casefold()
        people = {str(one["email"]).casefold() for one in self._store.all("slack_user")} - {""}
        if refused := self._known(request):
            return refused
        if user == "me":
            return OWNER
        return user if user in people else _error(404, 1001, f"User does not exist: {user}.")

    def _known(self, request: Request) -> Response | None:
        """A refusal for a token that is not ours, or is over."""
        kind, _, said = request.headers.get("authorization", "").partition(" ")
        try:
            found = asking.claims(self._store, "zoom", said, self._clock.now().timestamp())
        except ValueError:
            found = None
        return None if kind == "Bearer" and found else _error(401, 124, "Invalid access token.")

    def _count(self, host: str) -> Response | None:
        """Count a creation or change; a refusal once the day's are used up, with a date where seconds are usual."""
        today = self._clock.now().date()
        key = f"{host} {today.isoformat()}"
        used = int((self._store.get("zoom_day", key) or {"used": 0})["used"])
        if used >= DAILY:
            again = f"{(today + timedelta(days=1)).isoformat()}T00:00:00Z"
            return JSONResponse({"code": 429, "message": DAY_LIMIT}, 429, {"retry-after": again})
        self._store.put("zoom_day", key, {"used": used + 1})
        return None


def _error(status: int, code: int, message: str) -> Response:
    return JSONResponse({"code": code, "message": message}, status)
