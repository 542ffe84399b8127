"""A running Ashby stand-in, the connector that talks to it, and what went to and fro."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from bot.workspace.ats.ashby.desk import keep
from bot.workspace.ats.ashby.seed import KEY, ident
from bot.workspace.store import Store
from connectors.contract import Ats
from connectors.model import Ref
from tests.workspace_vendors.hearing import Hearing

Doc = dict[str, Any]
ADA, HERS = ident("candidate 0"), ident("application 0")
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


class Recorder:
    """Stands before the stand-in and keeps what was asked and answered."""

    def __init__(self, app: Any) -> None:
        self.app, self.exchanges = app, list[tuple[str, Doc, Doc]]()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked, answered = bytearray(), bytearray()

        async def hear() -> Any:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def say(message: Any) -> None:
            answered.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, hear, say)
        if not scope["path"].startswith("/storage/"):
            pair = (json.loads(asked or b"{}"), json.loads(answered))
            self.exchanges.append((scope["path"], *pair))


class Office:
    """A running Ashby and the connector that talks to it."""

    def __init__(self, store: Store, recorder: Recorder, ats: Ats) -> None:
        self.store, self.recorder, self.ats = store, recorder, ats

    def key(self, **change: Any) -> None:
        self.store.put("ashby_keys", KEY, {**(self.store.get("ashby_keys", KEY) or {}), **change})

    def without(self, permission: str) -> None:
        held = (self.store.get("ashby_keys", KEY) or {})["permissions"]
        self.key(permissions=[name for name in held if name != permission])

    def crowd(self, number: int, name: str) -> None:
        ada = self.store.get("ashby_candidates", ADA) or {}
        with self.store.batch():
            for one in range(number):
                keep(self.store, "candidates", {**ada, "id": ident(f"crowd {one}"), "name": name})

    async def user(self, name: str) -> Ref:
        found = await self.ats.user_by_email(f"{name}@brightwater.example")
        assert found is not None
        return found.ref


async def heard(hearing: Hearing, number: int) -> None:
    """Wait until so many deliveries, pings among them, have come."""
    async with asyncio.timeout(10):
        while len(hearing.bodies) < number:  # noqa: ASYNC110 - filled in by a server in another thread
            await asyncio.sleep(0.01)


async def walked(ats: Ats, kind: Any, position: str | None) -> tuple[list[str], str]:
    """The ids a walk meets, and the position after it."""
    ids: list[str] = []
    after = ""
    async for page, reached in ats.walk(kind, position):
        ids, after = ids + [thing.ref.id for thing in page], reached
    return ids, after
