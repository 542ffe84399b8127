"""A running workspace, an app that hears what it sends, and people who use it; all in this process, over HTTP."""

import asyncio
import inspect
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.workspace.app import Workspace
from bot.workspace.store import Store

Doc = dict[str, Any]
TOKEN, APP_TOKEN, SECRET = "xoxb-office", "xapp-1-office", "an office secret"
ROSA, BEN, BOT = "U0ROSA001", "U0BEN0001", "U0CALLBOT"
HIRING, GENERAL = "C0HIRING1", "C0GENERAL"
SCOPES = (
    "chat:write", "links:write", "im:write", "users:read", "users:read.email", "files:write", "reactions:write", "channels:read", "groups:read",
    "channels:manage", "groups:write",
)  # fmt: skip
MANIFEST: Doc = {
    "features": {
        "app_home": {"home_tab_enabled": True}, "unfurl_domains": ["ats.example"],
        "slash_commands": [{"command": "/hire", "url": "https://app.example/commands", "description": "Hiring"}],
        "shortcuts": [{"name": "Find", "type": "global", "callback_id": "find", "description": "Find"}],
    },
    "oauth_config": {"scopes": {"bot": list(SCOPES)}},
    "settings": {
        "event_subscriptions": {"request_url": "https://app.example/events", "bot_events": ["app_mention", "app_home_opened", "link_shared"]},
        "interactivity": {"is_enabled": True, "request_url": "https://app.example/presses",
                          "message_menu_options_url": "https://app.example/options"},
    },
}  # fmt: skip


class Seconds:
    """A monotonic clock that only tests move."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Heard:
    """One delivery: where it went, its headers and raw body, and the fields in it."""

    path: str
    headers: dict[str, str]
    body: bytes
    fields: Doc


@dataclass
class App:
    """The app of this workspace: keeps what arrives, answers as told."""

    heard: list[Heard] = field(default_factory=list)
    reply: Callable[[Doc], Awaitable[Response]] | None = None
    hush: asyncio.Event = field(default_factory=asyncio.Event)

    def answers(self, body: Any, status: int = 200) -> None:
        """Answer everything from now on with this: JSON, plain words, or nothing for None."""
        text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        kind = "text/plain" if isinstance(body, str) else "application/json"

        async def reply(fields: Doc) -> Response:
            return Response(text, status, media_type=kind)

        self.reply = reply

    def falls_silent(self) -> None:
        """Take deliveries from now on and never answer them."""

        async def reply(fields: Doc) -> Response:
            await self.hush.wait()
            return Response()

        self.reply = reply

    @property
    def last(self) -> Heard:
        return self.heard[-1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        heard = Heard(request.url.path, dict(request.headers), body, _fields(request, body))
        self.heard.append(heard)
        answer = await self.reply(heard.fields) if self.reply else Response()
        await answer(scope, receive, send)


def _fields(request: Request, body: bytes) -> Doc:
    if request.headers["content-type"] == "application/json":
        return dict(json.loads(body))
    form = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    return dict(json.loads(form["payload"])) if "payload" in form else form


@dataclass
class Person:
    """Somebody at the workspace's front door."""

    id: str
    http: httpx.AsyncClient

    async def does(self, gesture: str, **more: Any) -> Doc:
        answer = await self.http.post(f"/client/{gesture}", json={"as": self.id, **more})
        assert answer.status_code < 500, answer.text
        return dict(answer.json())

    async def sees(self, what: str, **query: str) -> Doc:
        answer = await self.http.get(f"/client/{what}", params={"as": self.id, **query})
        return dict(answer.json())

    async def messages(self, channel: str = HIRING) -> list[Doc]:
        return list((await self.sees("history", channel=channel))["messages"])

    async def texts(self, channel: str = HIRING) -> list[str]:
        return [message["text"] for message in await self.messages(channel)]

    async def modals(self) -> list[Doc]:
        return list((await self.sees("view"))["stack"])

    async def presses(self, message: Doc, action_id: str = "press", **value: Any) -> Doc:
        """A button or menu of a message (or of a modal, when it is one)."""
        place = {"type": "view", "view_id": message["id"]} if "root_view_id" in message else {
            "type": "message", "channel_id": message["channel"], "message_ts": message["ts"]}  # fmt: skip
        return await self.does("action", container=place, action_id=action_id, **value)

    async def submits(self, view: Doc, values: Doc | None = None) -> Doc:
        return await self.does("submit", view_id=view["id"], values=values or {})


@dataclass
class Office:
    """Everything a test talks to."""

    url: str
    slack: AsyncWebClient
    http: httpx.AsyncClient
    app: App
    seconds: Seconds

    async def waits(self, **by: float) -> None:
        """Move the workspace's clock."""
        await self.http.post("/client/clock", json={"by": timedelta(**by).total_seconds()})

    async def fails(self, what: str, mode: str, **more: Any) -> None:
        """Make something misbehave."""
        wish = {"what": what, "mode": mode, **more}
        assert (await self.http.post("/client/faults", json=wish)).json()["ok"]

    def person(self, id: str = ROSA) -> Person:
        return Person(id, self.http)

    async def trigger(self, person: str = ROSA) -> str:
        """A fresh trigger_id: the person types a command, and the app hears of it."""
        await self.person(person).does("command", channel=HIRING, command="/hire", text="")
        return str(self.app.last.fields["trigger_id"])

    async def opens(self, view: Doc, person: str = ROSA) -> Doc:
        """The app opens a modal for somebody."""
        answer = await self.slack.views_open(trigger_id=await self.trigger(person), view=view)
        return dict(answer["view"])


async def until(look: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
    """Ask again and again until there is an answer; `look` may be a coroutine function."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found := await found if inspect.isawaitable(found) else found:
            return found
        await asyncio.sleep(0.01)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


@asynccontextmanager
async def listening(make: Callable[[str], ASGIApp]) -> AsyncIterator[str]:
    """Serve what `make` gives for its own address; ends with the block."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    config = uvicorn.Config(
        make(url), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([sock]))
    try:
        yield url
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def office(
    folder: Path, manifest: Doc = MANIFEST, patience: float = 3.0, app_url: str = ""
) -> AsyncIterator[Office]:
    """A workspace whose state is in `folder`; it forgets nothing when it is opened again."""
    app, seconds = App(), Seconds()
    async with listening(lambda _: app) as home:
        workspace = Workspace(
            Store(folder / "workspace.db"), manifest, app_url or home, SECRET, TOKEN,
            app_token=APP_TOKEN, monotonic=seconds, patience=patience,
        )  # fmt: skip
        async with (
            listening(workspace.page) as url,
            httpx.AsyncClient(base_url=url, timeout=20, trust_env=False) as http,
        ):
            slack = AsyncWebClient(TOKEN, base_url=f"{url}/api/")
            workspace.carry_on()
            yield Office(url, slack, http, app, seconds)
            app.hush.set()
            await workspace.close()
