"""A process with the local Greenhouse stand-in and a crowd of candidates; each page is made once and then served as it is.

Without that the stand-in, which looks through all its rows for each page, would be what is measured.
"""

import json
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benchmarks.search_people import people
from bot.workspace import company
from bot.workspace.ats import greenhouse
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

VENDOR = b"https://harvest.greenhouse.io"
LIMITS = b"x-ratelimit"


class Still(Store):
    """A store in which nothing changes any more, so that lists need no copies."""

    def all(self, kind: str) -> list[dict[str, Any]]:
        return list(self._docs.get(kind, {}).values())


class Prebuilt:
    """Keeps every list's answer, with addresses of this server and without a limit of calls."""

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app, self._origin = app, origin.encode()
        self._kept: dict[tuple[str, bytes], list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"])
        if key not in self._kept:
            made: list[Message] = []

            async def keep(message: Message) -> None:
                made.append(message)

            await self._app(scope, receive, keep)
            made[0]["headers"] = [
                (name, value.replace(VENDOR, self._origin))
                for name, value in made[0]["headers"]
                if not name.startswith(LIMITS)
            ]
            if made[0]["status"] != 200:
                await _give(made, send)
                return
            self._kept[key] = made
        await _give(self._kept[key], send)


async def _give(messages: list[Message], send: Send) -> None:
    for message in messages:
        await send(message)


def crowd(store: Store, count: int) -> None:
    """So many people with the shape of one of the company's, whose own are taken away."""
    (pattern, *_) = store.all("gh_candidates")
    for row in store.all("gh_candidates"):
        store.delete("gh_candidates", row["id"])
    for row in store.all("gh_applications"):
        store.delete("gh_applications", row["id"])
    with store.batch():
        for number, made in enumerate(people(count)):
            given, _, family = made.name.partition(" ")
            at = made.active_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            store.put("gh_candidates", 10_000_000 + number, {
                **pattern, "id": 10_000_000 + number, "first_name": given, "last_name": family,
                "email_addresses": [{"value": made.email, "type": "personal"}] if made.email else [],
                "phone_numbers": [{"value": made.phone, "type": "mobile"}] if made.phone else [],
                "created_at": at, "updated_at": at, "last_activity_at": at,
            })  # fmt: skip


def main(state: Path, count: int) -> None:
    """Print the address once everything stands."""
    store = Still(state)
    clock = WorkspaceClock(store)
    company.seed(store, clock, ["greenhouse"])
    crowd(store, count)
    sock = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{sock.getsockname()[1]}"
    app = Prebuilt(greenhouse.create(store, clock, lambda: datetime.now(UTC).timestamp()), origin)
    print(json.dumps({"url": origin}), flush=True)
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")).run([sock])  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
