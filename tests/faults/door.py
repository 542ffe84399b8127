"""A door between the bot and one outside system: real TCP, notes every request, does one named fault to a chosen one."""

import asyncio
import contextlib
import json
import re
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

DRIP = 0.25  # seconds between two bytes


@dataclass(frozen=True)
class Strike:
    """One fault, to be done once, to the `nth` request of this shape."""

    fault: str
    call: str
    nth: int = 1


@dataclass
class Door:
    """Forwards to `upstream`, a port on loopback that may change between two runs; `start` gives its own port."""

    name: str
    upstream: int = 0
    calls: list[str] = field(default_factory=list)
    strike: Strike | None = None
    struck: bool = False
    busy: int = 0
    port: int = 0
    _seen: Counter[str] = field(default_factory=Counter)

    async def start(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    def arm(self, strike: Strike | None) -> None:
        """Forget what was seen, and lie in wait for the next one."""
        self.strike, self.struck = strike, False
        self.calls, self._seen = [], Counter()

    def notes(self, call: str) -> str:
        """Write a request down; gives the fault that it meets, mostly none."""
        self.calls.append(call)
        self._seen[call] += 1
        strike = self.strike
        if strike is None or self.struck or (call, self._seen[call]) != (strike.call, strike.nth):
            return ""
        self.struck = True
        return strike.fault

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self.answer(reader, writer)
        finally:
            self.busy -= 1
            writer.close()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError


class HttpDoor(Door):
    """HTTP/1.1, one request a connection."""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        size = re.search(rb"(?i)\ncontent-length: *(\d+)", head)
        body = await reader.readexactly(int(size.group(1))) if size else b""
        method, path, _ = head.split(b" ", 2)
        if fault := self.notes(f"{method.decode()} {shape(path.decode())}"):
            await FAULTS[fault](_Request(self, head, body, reader, writer))
        else:
            writer.write(await self.forward(head, body))
            await writer.drain()

    async def forward(self, head: bytes, body: bytes) -> bytes:
        """The whole answer of the system behind the door."""
        head = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head)
        line, _, rest = head.partition(b"\r\n")
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        writer.write(line + b"\r\nconnection: close\r\n" + rest + body)
        try:
            return await reader.read()
        finally:
            writer.close()

    def expired(self) -> bytes:
        """What the system says of a token whose time is over."""
        if self.name == "slack":
            return page(200, json.dumps({"ok": False, "error": "token_expired"}))
        return page(401, '{"error": "invalid_token", "message": "The access token expired"}')


@dataclass(frozen=True)
class _Request:
    door: HttpDoor
    head: bytes
    body: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def forwarded(self) -> bytes:
        return await self.door.forward(self.head, self.body)

    async def say(self, answer: bytes) -> None:
        self.writer.write(answer)
        await self.writer.drain()

    async def silence(self) -> None:
        """Say nothing until the other side has had enough."""
        await self.reader.read()


async def _silent_before(request: _Request) -> None:
    await request.silence()


async def _silent_after(request: _Request) -> None:
    await request.forwarded()
    await request.silence()


async def _reset_before(request: _Request) -> None:
    cut(request.writer)


async def _reset_after(request: _Request) -> None:
    await request.forwarded()
    cut(request.writer)


async def _too_many(request: _Request) -> None:
    await request.say(page(429, '{"ok": false, "error": "ratelimited"}', "retry-after: 1\r\n"))


async def _broken_server(request: _Request) -> None:
    await request.say(page(500, "Internal Server Error", kind="text/plain"))


async def _maintenance(request: _Request) -> None:
    await request.say(page(503, "<html><body><h1>Back soon</h1></body></html>", kind="text/html"))


async def _truncated(request: _Request) -> None:
    """The length is right for what is sent: only the JSON ends in the middle."""
    _, _, body = (await request.forwarded()).partition(b"\r\n\r\n")
    await request.say(page(200, (body[: len(body) // 2] or b"{").decode("utf-8", "ignore")))


async def _drip(request: _Request) -> None:
    for byte in await request.forwarded():
        await request.say(bytes([byte]))
        await asyncio.sleep(DRIP)


async def _expired(request: _Request) -> None:
    await request.say(request.door.expired())


FAULTS: dict[str, Callable[[_Request], Awaitable[None]]] = {
    "silence before it is done": _silent_before,
    "silence after it was done": _silent_after,
    "reset before it is done": _reset_before,
    "reset after it was done": _reset_after,
    "429 with Retry-After": _too_many,
    "500": _broken_server,
    "503 with a page": _maintenance,
    "half of the JSON": _truncated,
    "a byte at a time": _drip,
    "an expired token": _expired,
}


def cut(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def page(status: int, body: str, more: str = "", kind: str = "application/json") -> bytes:
    content = body.encode()
    head = f"HTTP/1.1 {status} Said\r\ncontent-type: {kind}\r\ncontent-length: {len(content)}\r\n{more}"
    return f"{head}connection: close\r\n\r\n".encode() + content


def shape(path: str) -> str:
    """A path without its ids and its query."""
    parts = path.partition("?")[0].split("/")
    return "/".join(
        "…" if len(part) > 2 and re.search(r"\d|[A-Za-z0-9_-]{32}", part) else part
        for part in parts
    )
