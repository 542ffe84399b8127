"""Real HTTP servers for tests: an app on a free loopback port, and a gate in front that can misbehave."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class Gate:
    """Stands before an app. Notes every call; `refuse` answers for it, `lose` lets it work and drops the answer."""

    app: ASGIApp
    writes: Callable[[str, str], bool] = lambda method, path: method != "GET" and path != "/token"
    refusals: Mapping[int, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    refuse: int = 0  # a status to answer with instead of asking the app, worded as `refusals` says
    lost: str = ""  # a path that answers with 500
    lose: bool = False  # the answer of the next write is lost on its way back
    calls: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = str(scope["method"])
        self.calls.append((method, str(scope["path"])))
        if self.lost and scope["path"] == self.lost:
            await send({"type": "http.response.start", "status": 500, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        elif self.refuse and scope["path"] != "/token":
            status, told, body = self.refusals.get(self.refuse, (self.refuse, {}, b""))
            headers = [(name.encode(), value.encode()) for name, value in told.items()]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        elif self.lose and self.writes(method, str(scope["path"])):
            self.lose = False
            await self.app(scope, receive, _nowhere)
            await _cut_short(send)
        else:
            await self.app(scope, receive, send)

    def written(self) -> int:
        """How often something was written."""
        return len([path for method, path in self.calls if self.writes(method, path)])


async def _nowhere(message: Message) -> None:
    """The answer that nobody gets."""


async def _cut_short(send: Send) -> None:
    """Promise a hundred bytes and hang up after one."""
    headers = [(b"content-length", b"100"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": False})


class Prompt(uvicorn.Server):
    """One that ends when it is told to, not at the next tick of its own."""

    async def main_loop(self) -> None:
        self.told, self.loop = asyncio.Event(), asyncio.get_running_loop()
        while not await self.on_tick(0):  # which tells the time of answers
            with suppress(TimeoutError):
                await asyncio.wait_for(self.told.wait(), 0.9)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """At once: whoever is still being answered is not waited for."""
        for server in self.servers:
            server.close()
        for sock in sockets or []:
            sock.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()

    def end(self) -> None:
        self.should_exit = True
        if told := getattr(self, "told", None):
            self.loop.call_soon_threadsafe(told.set)


@contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """The app's address while the block runs."""
    sock = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = Prompt(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([sock])), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.end()
        thread.join(5)
