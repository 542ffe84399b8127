"""Socket Mode: websockets that the app opens, and the workspace's deliveries over them, each over one of them.

Slack's rules (docs.slack.dev/apis/events-api/using-socket-mode): at most ten sockets, an ack by `envelope_id` within
three seconds, `disconnect` before a socket is recycled. On request a socket goes silent, as real ones have been seen to:
it stays open, delivers nothing and answers no ping.
"""

import asyncio
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import WSMsgType, web

from bot.workspace.slack.api import method
from bot.workspace.slack.parcels import FAILED, PATIENCE, TIMED_OUT, NotAcknowledged, Parcel
from bot.workspace.slack.team import SlackError, Team

Doc = dict[str, Any]
MOST = 10
TICKET_LIVES = 30.0  # seconds until an address nobody dialled is worthless
PULSE = 10.0  # seconds between the workspace's own pings
GRACE = 10.0  # seconds that a socket which was told to go stays for acks under way
HOST = "applink-1"
REASONS = ("warning", "refresh_requested", "link_disabled")


@dataclass
class Line:
    """One socket, and the envelopes that wait for their ack on it."""

    id: str
    ws: web.WebSocketResponse
    transport: asyncio.Transport | None
    state: Literal["open", "leaving", "silent"] = "open"
    sent: int = 0
    waiting: dict[str, "asyncio.Future[Any]"] = field(default_factory=dict)


class Sockets:
    """Opens its port with the first `apps.connections.open`. `enabled` says whether the app uses Socket Mode."""

    def __init__(self, team: Team, enabled: Callable[[], bool], patience: float = PATIENCE) -> None:
        self._team, self._enabled, self._patience = team, enabled, patience
        self._lines: list[Line] = []
        self._tickets: dict[str, float] = {}
        self._runner: web.AppRunner | None = None
        self._opening = asyncio.Lock()
        self._turn = 0
        self._later: set[asyncio.Task[None]] = set()
        team.dial = self.address

    async def address(self) -> str:
        """A fresh address, good for one connection."""
        async with self._opening:
            if self._runner is None:
                app = web.Application()
                app.router.add_get("/link/", self._link)
                self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
                await self._runner.setup()
                await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        ticket = str(uuid.uuid4())
        self._tickets[ticket] = self._team.monotonic()
        port = self._runner.addresses[0][1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={self._team.app_id}"

    async def close(self) -> None:
        for line in self._lines:
            _cut(line)
        for task in self._later:
            task.cancel()
        if self._runner:
            await self._runner.cleanup()

    # ---- deliveries

    async def send(self, parcel: Parcel) -> Any:
        """Over one socket, in turn. Raises NotAcknowledged."""
        line = self._next()
        if line is None:
            raise NotAcknowledged(FAILED, "connection_failed")
        envelope: Doc = {
            "envelope_id": str(uuid.uuid4()), "type": parcel.form, "payload": parcel.payload,
            "accepts_response_payload": parcel.answerable,
        }  # fmt: skip
        if parcel.form == "events_api":
            envelope |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
        ack = asyncio.get_running_loop().create_future()
        line.waiting[envelope["envelope_id"]] = ack
        line.sent += 1
        try:
            async with asyncio.timeout(self._patience):
                if line.state != "silent":
                    await line.ws.send_json(envelope)
                answer = await ack
        except TimeoutError:
            raise NotAcknowledged(TIMED_OUT, "timeout") from None
        except ConnectionError:
            raise NotAcknowledged(FAILED, "connection_failed") from None
        finally:
            line.waiting.pop(envelope["envelope_id"], None)
        return answer if parcel.answerable else None

    def _next(self) -> Line | None:
        """The socket whose turn it is; one that was told to go only when there is no other."""
        usable = [line for line in self._lines if line.state != "leaving"] or self._lines
        self._turn += 1
        return usable[self._turn % len(usable)] if usable else None

    # ---- connections

    async def _link(self, request: web.Request) -> web.StreamResponse:
        made = self._tickets.pop(request.query.get("ticket", ""), None)
        if made is None or self._team.monotonic() - made > TICKET_LIVES:
            return web.Response(status=408)
        ws = web.WebSocketResponse(autoping=False, autoclose=False, max_msg_size=0)
        await ws.prepare(request)
        if not self._enabled() or len(self._lines) >= MOST:
            reason = "too_many_websockets" if self._enabled() else "link_disabled"
            await ws.send_json(_disconnect(reason))
            await ws.close()
            return ws
        line = Line(secrets.token_hex(4), ws, request.transport)
        self._lines.append(line)
        try:
            await ws.send_json(self._hello())
            await self._listen(line)
        except ConnectionError:
            pass  # the app is gone
        finally:
            self._lines.remove(line)
        return ws

    def _hello(self) -> Doc:
        info = {"host": HOST, "build_number": 1, "approximate_connection_time": 18_060}
        return {
            "type": "hello", "num_connections": len(self._lines), "debug_info": info,
            "connection_info": {"app_id": self._team.app_id},
        }  # fmt: skip

    async def _listen(self, line: Line) -> None:
        """Take acks and answer pings until the socket closes."""
        while True:
            try:
                message = await line.ws.receive(timeout=PULSE)
            except TimeoutError:
                if line.state != "silent":
                    await line.ws.ping(f"Ping from {HOST}".encode())
                continue
            if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):  # fmt: skip
                if line.state != "silent":
                    await line.ws.close()
                return
            if line.state == "silent":
                continue
            if message.type == WSMsgType.PING:
                await line.ws.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                _acknowledge(line, message.data)

    # ---- on request

    def told(self) -> list[Doc]:
        """The sockets that are there, oldest first."""
        return [{"id": line.id, "state": line.state, "sent": line.sent} for line in self._lines]

    async def act(self, wish: Doc) -> list[Doc]:
        """`do`: `silence`, `cut`, or a reason to `disconnect`; with the `socket` named, else with all. Raises ValueError."""
        do, chosen = str(wish.get("do")), wish.get("socket")
        lines = [line for line in self._lines if chosen in (None, line.id)]
        if do not in ("silence", "cut", *REASONS):
            raise ValueError(f"A socket can be told to silence, cut, {', '.join(REASONS)}.")
        for line in lines:
            if do == "silence":
                line.state = "silent"
            elif do == "cut":
                _cut(line)
            else:
                await self._dismiss(line, do)
        return self.told()

    async def _dismiss(self, line: Line, reason: str) -> None:
        line.state = "leaving"
        await line.ws.send_json(_disconnect(reason))

        async def go() -> None:
            await asyncio.sleep(0 if reason == "link_disabled" else GRACE)
            await line.ws.close()

        task = asyncio.create_task(go())
        self._later.add(task)
        task.add_done_callback(self._later.discard)


@method("apps.connections.open")
async def connections_open(team: Team, args: Doc) -> Doc:
    if team.dial is None:
        raise SlackError("internal_error")
    return {"url": await team.dial()}


def _disconnect(reason: str) -> Doc:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}


def _acknowledge(line: Line, text: str) -> None:
    """An ack that cannot be read, or comes too late, is nobody's."""
    try:
        said = json.loads(text)
    except ValueError:
        return
    ack = line.waiting.get(str(said.get("envelope_id"))) if isinstance(said, dict) else None
    if ack is not None and not ack.done():
        ack.set_result(said.get("payload") or None)


def _cut(line: Line) -> None:
    """Break the connection without a word."""
    if line.transport is not None:
        line.transport.abort()
