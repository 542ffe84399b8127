"""Puts the workspace together: Slack, the page, the ATSs, the calendar and the mail server, each at its own port."""

import asyncio
import base64
import json
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace import ats, company, faults, pages
from bot.workspace.calendars import google
from bot.workspace.client.answers import respond
from bot.workspace.client.gestures import Gestures
from bot.workspace.client.routes import Client
from bot.workspace.clock import WorkspaceClock
from bot.workspace.mail import Mailbox
from bot.workspace.slack import api, chat, files, people, response_urls, unfurls, views
from bot.workspace.slack.deliver import Delivery
from bot.workspace.slack.parcels import PATIENCE
from bot.workspace.slack.posts import Posts
from bot.workspace.slack.sockets import Sockets
from bot.workspace.slack.team import SlackError, Team
from bot.workspace.store import Store

METHODS = (chat, files, people, unfurls, views)  # imported so that their methods are registered


class Workspace:
    """One running workspace. `start` gives the places where everything listens."""

    def __init__(
        self,
        store: Store,
        manifest: dict[str, Any],
        app_url: str,
        signing_secret: str,
        bot_token: str,
        *,
        app_token: str = "",
        monotonic: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE,
        vendors: Sequence[str] = ats.DEFAULT,
    ) -> None:
        self.store, self.vendors = store, tuple(vendors)
        self.clock = WorkspaceClock(store)
        self.manifest, self.app_url = manifest, app_url
        self.signing_secret, self.bot_token, self.app_token = signing_secret, bot_token, app_token
        self._monotonic, self._patience = monotonic, patience
        self._servers: list[uvicorn.Server] = []
        self._client: Client | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self.mailbox = Mailbox(store, self.clock)
        self._carry_on: Callable[[], None] = lambda: None
        self._closing: list[Callable[[], Awaitable[None]]] = []

    @property
    def by_socket(self) -> bool:
        """Whether the app uses Socket Mode: its manifest says so, or there is no address to post to."""
        settings = self.manifest.get("settings") or {}
        return bool(settings.get("socket_mode_enabled") or (self.app_token and not self.app_url))

    def page(self, url: str) -> Starlette:
        """The app that people open: the page, the client API, and Slack's own API."""
        company.seed(self.store, self.clock, self.vendors)
        info = {**(self.store.get("slack_team", "team") or {}), "url": url.rstrip("/")}
        self.store.put("slack_team", "team", info)
        team = Team(self.store, self.clock, self.manifest, self._monotonic)
        posts = Posts(self.app_url, self.signing_secret, self._patience)
        sockets = Sockets(team, lambda: self.by_socket, self._patience)
        delivery = Delivery(team, sockets if self.by_socket else posts)
        self._closing = [delivery.close, sockets.close, posts.close]
        self._carry_on = delivery.carry_on
        gestures = Gestures(team, delivery)
        client = self._client = Client(team, gestures, self.mailbox, sockets, self.app_url)
        routes = [
            *pages.routes(),
            *client.routes(),
            Route("/response/{token}", _answers(team), methods=["POST"]),
            *_files(self.store),
            *api.routes(team, self.bot_token, self.app_token),
        ]
        under = ("/api/", "/response/")
        return faults.Fallible(routes, self.store, "slack", "Service unavailable", under=under)

    async def start(self, host: str, ports: dict[str, int]) -> dict[str, Any]:
        """Listen everywhere; 0 means any free port. Each ATS also tells, under `ats`, what an account of it needs."""
        known, places = ats.stand_ins(), {}
        sockets = {
            name: _listen(host if name == "page" else "127.0.0.1", ports.get(name, 0))
            for name in ("page", "calendar", *self.vendors)
        }
        origin = {
            name: f"http://127.0.0.1:{sock.getsockname()[1]}" for name, sock in sockets.items()
        }
        apps = {
            "page": self.page(origin["page"]),
            "calendar": google.create(self.store, self.clock),
            **{name: known[name].create(self.store, self.clock) for name in self.vendors},
        }
        for name, app in apps.items():
            config = uvicorn.Config(
                app,
                log_level="error",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
            server = uvicorn.Server(config)
            self._servers.append(server)
            places[name] = origin[name]
            self._serving.add(asyncio.create_task(server.serve(sockets=[sockets[name]])))
        self.carry_on()
        smtp = await self.mailbox.start("127.0.0.1", ports.get("smtp", 0))
        return {
            **places, "url": places["page"], "slack_api": f"{places['page']}/api/", "smtp": f"smtp://127.0.0.1:{smtp}",
            "ats": {name: {"label": known[name].label, "keys": known[name].keys} for name in self.vendors},
        }  # fmt: skip

    def carry_on(self) -> None:
        """Send again what was owed to the app when the workspace ended."""
        self._carry_on()

    async def stop(self) -> None:
        if self._client:
            self._client.close()
        for server in self._servers:
            server.should_exit = True
        await self.close()
        await self.mailbox.stop()
        if self._serving:
            await asyncio.wait(self._serving, timeout=3)

    async def close(self) -> None:
        """End what `page` began."""
        for close in self._closing:
            await close()


def _listen(host: str, port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    sock.listen(128)
    return sock


def _answers(team: Team) -> Callable[[Request], Awaitable[Response]]:
    """Every response_url."""

    async def answer(request: Request) -> Response:
        token = request.path_params["token"]
        try:
            place = response_urls.place(team, token)
        except SlackError as gone:
            return JSONResponse({"ok": False, "error": gone.error}, 404)
        try:
            respond(team, place, await request.json())
        except (SlackError, ValueError) as error:
            return JSONResponse({"ok": False, "error": str(error)}, 400)
        response_urls.used(team, token, place)
        return JSONResponse({"ok": True})

    return answer


def _files(store: Store) -> list[Route]:
    """Where uploads go and where people open them."""

    async def upload(request: Request) -> Response:
        file = store.get("slack_file", request.path_params["id"])
        if file is None:
            return Response("unknown file", 404)
        body = await request.body()
        if request.headers.get("content-type", "").startswith("multipart/"):
            form = await request.form()
            part: Any = next((v for v in form.values() if hasattr(v, "read")), None)
            body = await part.read() if part else b""
        store.put("slack_file", file["id"], {**file, "done": True, "size": len(body)})
        store.put("slack_bytes", file["id"], {"content": base64.b64encode(body).decode()})
        return Response("OK")

    async def download(request: Request) -> Response:
        file, found = (
            store.get("slack_file", request.path_params["id"]),
            store.get("slack_bytes", request.path_params["id"]),
        )
        if file is None or found is None:
            return Response("unknown file", 404)
        kinds = {
            "pdf": "application/pdf",
            "png": "image/png",
            "txt": "text/plain",
            "ics": "text/calendar",
        }
        kind = kinds.get(file["name"].rpartition(".")[2].lower(), "application/octet-stream")
        return Response(base64.b64decode(found["content"]), media_type=kind)

    return [Route("/upload/{id}", upload, methods=["POST"]), Route("/files/{id}/{name}", download)]


def read_manifest(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found
