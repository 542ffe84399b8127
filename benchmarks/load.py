"""A load of signed Slack requests over kept-alive connections, each request fresh and unique."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
Kind = Literal["command", "button"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds and requests a second."""

    p50: float
    p99: float
    rate: float
    errors: int


def body(kind: Kind, answers: str) -> bytes:
    """What Slack sends for `/hire help`, or for a button that changes something."""
    trigger = secrets.token_hex(16)
    if kind == "command":
        fields = {
            "token": "x", "team_id": "T0BRIGHT1", "team_domain": "brightwater", "channel_id": "C0HIRING1", "channel_name": "hiring",
            "user_id": "U0ROSA001", "user_name": "rosa", "command": "/hire", "text": "help", "api_app_id": "A0CALLSHT",
            "is_enterprise_install": "false", "response_url": answers, "trigger_id": trigger,
        }  # fmt: skip
        return urlencode(fields).encode()
    payload = {
        "type": "block_actions", "team": {"id": "T0BRIGHT1", "domain": "brightwater"}, "user": {"id": "U0MAYA001", "name": "maya"},
        "api_app_id": "A0CALLSHT", "token": "x", "trigger_id": trigger, "response_url": answers,
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "D1"}, "channel": {"id": "D1", "name": "directmessage"},
        "message": {"ts": "1.1", "text": "Offer", "blocks": []}, "state": {"values": {}},
        "actions": [{"type": "button", "action_id": "offer.approve", "block_id": "b", "value": "off_1|abc", "action_ts": "1.2"}],
    }  # fmt: skip
    return urlencode({"payload": json.dumps(payload)}).encode()


def request(kind: Kind, answers: str) -> bytes:
    content, stamp = body(kind, answers), str(int(time.time()))
    signature = hmac.new(
        SECRET.encode(), f"v0:{stamp}:".encode() + content, hashlib.sha256
    ).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={signature}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def drive(port: int, kind: Kind, connections: int, requests: int, answers: str) -> Figures:
    """Send `requests` over `connections`, one at a time on each, and time every answer."""
    times: list[float] = []
    errors = 0

    async def one(count: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count):
            message = request(kind, answers)
            started = time.perf_counter()
            writer.write(message)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line[15:])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length:")
                ),
                0,
            )
            if length:
                await reader.readexactly(length)
            times.append(time.perf_counter() - started)
            errors += not head.startswith(b"HTTP/1.1 200")
        writer.close()

    share = max(requests // connections, 1)
    started = time.perf_counter()
    await asyncio.gather(*(one(share) for _ in range(connections)))
    seconds = time.perf_counter() - started
    times.sort()
    at = lambda part: times[min(int(len(times) * part), len(times) - 1)] * 1_000  # noqa: E731  # two uses, one line
    return Figures(at(0.5), at(0.99), len(times) / seconds, errors)


async def sink() -> tuple[asyncio.Server, str]:
    """Stands for Slack behind the app: takes answers and look-ups, says that all is well."""
    member = {
        "ok": True,
        "user": {
            "id": "U0ROSA001",
            "name": "rosa",
            "real_name": "Rosa",
            "tz": "Europe/Berlin",
            "profile": {},
        },
    }
    content = json.dumps(member).encode()
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        + str(len(content)).encode()
        + b"\r\n\r\n"
        + content
    )

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    (
                        int(x[15:])
                        for x in head.split(b"\r\n")
                        if x.lower().startswith(b"content-length:")
                    ),
                    0,
                )
                await reader.readexactly(length)
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    return server, f"http://127.0.0.1:{port}/api/"
