"""Stands between Slack, the ATS and the bot: every delivery arrives one to five times, late and out of order."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.bot.conftest import sign
from tests.serving import serve

MOST = 5  # times that one thing is delivered
ACT_BY = 0.3  # seconds: who waits for a modal has three in all
LATEST = 3.0  # seconds after which the last copy arrives
REASONS = ("http_timeout", "http_error", "connection_failed")
HOP = {"host", "content-length", "connection", "accept-encoding"}


class Storm:
    """Passes everything on once until `rage` is called. `sent` counts copies by kind."""

    def __init__(self) -> None:
        self.url = self.beyond = ""
        self.sent: Counter[str] = Counter()
        self._random: Random | None = None
        self._copies: set[asyncio.Task[Response]] = set()
        self._http = httpx.AsyncClient(timeout=20, trust_env=False)

    @property
    def under_way(self) -> int:
        """How many copies have not arrived yet."""
        return len(self._copies)

    def rage(self, seed: str) -> None:
        self.sent.clear()
        self._random = Random(seed)

    def abate(self) -> None:
        self._random = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        headers = {k: v for k, v in request.headers.items() if k not in HOP}
        answer = await self._deliver(request.url.path, headers, body)
        await answer(scope, receive, send)

    async def _deliver(self, path: str, headers: dict[str, str], body: bytes) -> Response:
        """The sender hears the answer to one of the copies, which need not be the first to arrive."""
        dice = self._random
        if dice is None:
            return await self._pass(path, headers, body, 0)
        heard = asyncio.create_task(self._pass(path, headers, body, dice.uniform(0, ACT_BY)))
        copies = [heard]
        for number in range(1, dice.randint(1, MOST)):
            again = retried(headers, body, number, dice.choice(REASONS))
            late = self._pass(path, again, body, dice.uniform(0, LATEST))
            copies.append(asyncio.create_task(late))
        self.sent[kind(path, body)] += len(copies)
        for copy in copies:
            self._copies.add(copy)
            copy.add_done_callback(self._copies.discard)
        return await heard

    async def _pass(self, path: str, headers: dict[str, str], body: bytes, wait: float) -> Response:
        await asyncio.sleep(wait)
        try:
            answer = await self._http.post(f"{self.beyond}{path}", content=body, headers=headers)
        except httpx.HTTPError:
            return Response("nobody there", 502)
        kept = {k: v for k, v in answer.headers.items() if k not in HOP}
        return Response(answer.content, answer.status_code, kept)


def retried(headers: dict[str, str], body: bytes, number: int, reason: str) -> dict[str, str]:
    """Slack signs a retried event anew and numbers it; anything else comes again as it was, bytes and signature."""
    if b'"event_id"' not in body:
        return headers
    told = {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
    return {**headers, **sign(body), **told}


def kind(path: str, body: bytes) -> str:
    """webhook, event, command or interaction."""
    if path.startswith("/hooks/"):
        return "webhook"
    if body.startswith(b"{"):
        return "event" if "event" in json.loads(body) else "other"
    return "interaction" if body.startswith(b"payload=") else "command"


@contextmanager
def storm() -> Iterator[Storm]:
    """One that is listening."""
    made = Storm()
    with serve(made) as url:
        made.url = url
        yield made
