"""An app that dials the workspace by websocket and looks at every frame."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import WSMsgType
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.office import APP_TOKEN, MANIFEST, Office, office

Doc = dict[str, Any]
SOCKET_MODE = {**MANIFEST, "settings": {**MANIFEST["settings"], "socket_mode_enabled": True}}


@dataclass
class Socket:
    """One websocket of the app."""

    ws: aiohttp.ClientWebSocketResponse

    async def next(self) -> Doc:
        """The next JSON frame."""
        while True:
            message = await self.ws.receive(timeout=5)
            if message.type == WSMsgType.TEXT:
                return dict(json.loads(message.data))
            assert message.type == WSMsgType.PONG, message

    async def acknowledges(self, envelope: Doc, payload: Any = None) -> None:
        said = {"envelope_id": envelope["envelope_id"]}
        await self.ws.send_json(said if payload is None else {**said, "payload": payload})

    async def answers(self, seconds: float = 5) -> bool:
        """Whether a ping is answered."""
        await self.ws.ping(b"there?")
        try:
            return (await self.ws.receive(timeout=seconds)).data == b"there?"
        except TimeoutError:
            return False

    async def ends(self) -> None:
        """Wait until the other side closes."""
        assert (await self.ws.receive(timeout=5)).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)


@dataclass
class Line:
    """The app's end: dials as often as a test wants."""

    town: Office
    http: aiohttp.ClientSession
    stack: AsyncExitStack

    async def address(self) -> str:
        slack = AsyncWebClient(base_url=self.town.slack.base_url)
        return str((await slack.apps_connections_open(app_token=APP_TOKEN))["url"])

    async def dials(self, url: str = "") -> Socket:
        """A socket that has said hello, or whatever it says instead."""
        ws = await self.stack.enter_async_context(
            self.http.ws_connect(url or await self.address(), autoping=False, max_msg_size=0)
        )
        return Socket(ws)

    async def opens(self) -> Socket:
        socket = await self.dials()
        assert (await socket.next())["type"] == "hello"
        return socket

    async def sockets(self, **wish: Any) -> list[Doc]:
        """What the workspace says of its sockets, after doing something to them if wished."""
        if wish:
            return list((await self.town.person().does("sockets", **wish))["sockets"])
        return list((await self.town.person().sees("sockets"))["sockets"])

    def begins(self, gesture: str, **more: Any) -> "asyncio.Task[Doc]":
        """A person does something; the app has to answer while it is under way."""
        return asyncio.create_task(self.town.person().does(gesture, **more))


@asynccontextmanager
async def dialling(folder: Path, manifest: Doc | None = None, **given: Any) -> AsyncIterator[Line]:
    async with (
        office(folder, manifest or SOCKET_MODE, **given) as town,
        aiohttp.ClientSession() as http,
        AsyncExitStack() as stack,
    ):
        yield Line(town, http, stack)
