"""One websocket to Slack: greets, hands envelopes over, acknowledges them, and notices when it has gone silent.

Written on the bare websocket: the SDK's clients reconnect behind our back, dial a used-up address again, and count a
socket as connected that has stopped delivering.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import WSMsgType

from bot import logs

log = logs.logger(__name__)
Envelope = Mapping[str, Any]
_OVER = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


@dataclass(frozen=True, slots=True)
class Ack:
    """What goes back for an envelope; `payload` only where it may carry one."""

    payload: Mapping[str, Any] | None = None


Hear = Callable[[Envelope], Awaitable[Ack | None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. A socket that answers pings but carries nothing may be broken, too, so it is replaced after `idle`."""

    beat: float = 5.0
    silence: float = 15.0
    hello: float = 10.0
    farewell: float = 3.0
    idle: float = 1_800.0
    longest_wait: float = 60.0


class Dismissed(Exception):
    """Slack ended the socket before it began; the text is its reason."""


class Line:
    """A socket after its hello. `over` is set to the reason once it should be replaced; it works on until closed."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, hear: Hear, pace: Pace) -> None:
        self.over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.born = self.heard = self._carried = time.monotonic()
        self._ws, self._hear, self._pace = ws, hear, pace
        self._acting: set[asyncio.Task[None]] = set()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._watch())]

    async def close(self) -> None:
        """Acknowledge what is under way, then hang up. A peer that has gone silent is not waited for."""
        if self._acting:
            await asyncio.wait(self._acting, timeout=self._pace.farewell)
        for task in (*self._acting, *self._tasks):
            task.cancel()
        try:
            async with asyncio.timeout(self._pace.farewell):
                await self._ws.close()
        except (TimeoutError, ConnectionError):
            log.debug("socket closed without a farewell")

    async def _read(self) -> None:
        try:
            while True:
                message = await self._ws.receive()
                if message.type in _OVER:
                    self._end("closed")
                    return
                self.heard = time.monotonic()
                if message.type == WSMsgType.PING:
                    await self._ws.pong(message.data)
                elif message.type == WSMsgType.TEXT:
                    self._take(read(message.data))
        except ConnectionError:
            self._end("closed")

    def _take(self, told: Envelope) -> None:
        if told.get("type") == "disconnect":
            self._end(str(told.get("reason") or "disconnect"))
        elif told.get("envelope_id"):
            self._carried = time.monotonic()
            task = asyncio.create_task(self._act(told))
            self._acting.add(task)
            task.add_done_callback(self._acting.discard)

    async def _act(self, envelope: Envelope) -> None:
        """Hand it over and acknowledge it; what failed stays unacknowledged, so that Slack sends events again."""
        kind = envelope.get("type")
        try:
            ack = await self._hear(envelope)
            if ack is not None:
                said: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
                if ack.payload is not None and envelope.get("accepts_response_payload"):
                    said["payload"] = ack.payload
                await self._ws.send_str(json.dumps(said))
        except ConnectionError:
            log.warning("ack not sent: the socket is gone", kind=kind)
        except Exception as error:  # noqa: BLE001  # the edge: as a 500 is for HTTP
            log.error("envelope failed", kind=kind, error=type(error).__name__)

    async def _watch(self) -> None:
        """Ping, and give the socket up when nothing has come back for too long, whatever else it looks like."""
        while not self.over.done():
            await asyncio.sleep(self._pace.beat)
            now = time.monotonic()
            if now - self.heard > self._pace.silence:
                self._end("silent")
            elif now - self._carried > self._pace.idle:
                self._end("idle")
            else:
                try:
                    await self._ws.ping()
                except ConnectionError:
                    self._end("closed")

    def _end(self, reason: str) -> None:
        if not self.over.done():
            self.over.set_result(reason)


async def dial(
    session: aiohttp.ClientSession, url: str, hear: Hear, pace: Pace, proxy: str | None = None
) -> Line:
    """Connect and wait for the hello. Raises Dismissed, TimeoutError or aiohttp.ClientError."""
    async with asyncio.timeout(pace.hello):
        ws = await session.ws_connect(
            url, autoping=False, max_msg_size=0, proxy=proxy,
            timeout=aiohttp.ClientWSTimeout(ws_close=pace.farewell),
        )  # fmt: skip
        reason = "gone"
        try:
            reason = await _greeting(ws)
        finally:
            if reason:
                await ws.close()
    if reason:
        raise Dismissed(reason)
    return Line(ws, hear, pace)


async def _greeting(ws: aiohttp.ClientWebSocketResponse) -> str:
    """Why Slack will not have this socket; empty after its hello."""
    while True:
        message = await ws.receive()
        if message.type in _OVER:
            return "closed"
        told = read(message.data) if message.type == WSMsgType.TEXT else {}
        if told.get("type") == "hello":
            return ""
        if told.get("type") == "disconnect":
            return str(told.get("reason") or "disconnect")


def read(text: str) -> Envelope:
    """The object of a frame; empty for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
