"""A bot on a loopback port with a fresh database, and a hand that signs what it posts as Slack does."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from bot import ports, serving, wiring
from bot.settings import Settings
from bot.wiring import Parts
from commands.router import Router
from hiring.secrets import new_key
from tests.conftest import migrate

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOBODY = "http://127.0.0.1:9/api/"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def settings(var: Path, **given: Any) -> Settings:
    """Settings of a bot for tests, whatever the environment says."""
    chosen = {
        "signing_secret": SECRET,
        "bot_token": "xoxb-test",
        "secret_keys": new_key(),
        "slack_api_url": NOBODY,
        "var": var,
        "public_url": "http://127.0.0.1",
        **given,
    }
    return Settings(_env_file=None, **chosen)  # type: ignore[call-arg]  # a private switch of the library


@dataclass
class Front:
    """The bot's front door."""

    parts: Parts
    url: str
    http: aiohttp.ClientSession

    async def post(self, body: bytes, kind: str, **headers: str) -> tuple[int, str]:
        head = {"content-type": kind, **headers}
        async with self.http.post(f"{self.url}/slack/events", data=body, headers=head) as answer:
            return answer.status, await answer.text()

    async def signed(
        self, body: bytes, kind: str = "application/x-www-form-urlencoded", *, age: float = 0
    ) -> tuple[int, str]:
        return await self.post(body, kind, **sign(body, age=age))

    async def command(self, text: str, **fields: str) -> tuple[int, str]:
        return await self.signed(command(text, **fields))

    async def gesture(self, payload: dict[str, Any]) -> tuple[int, str]:
        return await self.signed(urlencode({"payload": json.dumps(payload)}).encode())

    async def event(self, payload: dict[str, Any]) -> tuple[int, str]:
        return await self.signed(json.dumps(payload).encode(), "application/json")


def sign(body: bytes, *, age: float = 0) -> dict[str, str]:
    stamp = str(int(time.time() - age))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": signature or ""}


def command(text: str, **fields: str) -> bytes:
    form = {
        "command": "/hire",
        "text": text,
        "team_id": "T0BRIGHT1",
        "user_id": "U0ROSA001",
        "channel_id": "C0HIRING1",
        "trigger_id": "1.2.3",
        **fields,
    }
    return urlencode(form).encode()


@asynccontextmanager
async def front(parts: Parts) -> AsyncIterator[Front]:
    """Answer on a free port for as long as the block lasts."""
    sock = ports.listen("127.0.0.1", 0)
    async with serving.web(parts, sock), aiohttp.ClientSession() as http:
        yield Front(parts, f"http://127.0.0.1:{sock.getsockname()[1]}", http)


@asynccontextmanager
async def bot(var: Path, router: Router, **given: Any) -> AsyncIterator[Front]:
    """A whole bot around one router."""
    chosen = settings(var, **given)
    migrate(chosen.database)
    async with wiring.parts(chosen, router) as parts, front(parts) as door:
        yield door
