"""Events that the app did not take are sent again: at once, after a minute, after five; by the workspace's clock."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.clock import WorkspaceClock
from bot.workspace.slack.parcels import NotAcknowledged, Parcel
from bot.workspace.store import Store

KIND = "slack_retry"
WAITS = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))


class Retries:
    """Keeps what is owed in the store, so that a restart forgets none. `carry_on` takes it up after one."""

    def __init__(
        self, store: Store, clock: WorkspaceClock, send: Callable[[Parcel], Awaitable[Any]]
    ) -> None:
        self._store, self._clock, self._send = store, clock, send
        self._wake = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._sending: dict[str, asyncio.Task[None]] = {}
        clock.on_move.append(self._wake.set)

    async def send(self, parcel: Parcel) -> None:
        """Send an event; when it fails it is owed. Never raises: nobody in Slack sees that an event was lost."""
        try:
            await self._send(parcel)
        except NotAcknowledged as failure:
            if parcel.attempt < len(WAITS) and not failure.final:
                self._owe(parcel, failure.reason)

    def carry_on(self) -> None:
        """Work on what is owed, unless that is being done already."""
        if self._store.all(KIND) and (self._work is None or self._work.done()):
            self._work = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        for task in (self._work, *self._sending.values()):
            if task:
                task.cancel()

    def _owe(self, parcel: Parcel, reason: str) -> None:
        due = self._clock.now() + WAITS[parcel.attempt]
        again = {**asdict(parcel), "attempt": parcel.attempt + 1, "reason": reason}
        event = str(parcel.payload["event_id"])
        self._store.put(KIND, event, {"id": event, "due": due.isoformat(), "parcel": again})
        self._wake.set()
        self.carry_on()

    async def _run(self) -> None:
        """Send what is due, side by side, and sleep until the next is or the clock was moved."""
        while owed := self._store.all(KIND):
            self._wake.clear()
            now, waits = self._clock.now(), []
            for one in owed:
                left = (datetime.fromisoformat(one["due"]) - now).total_seconds()
                if one["id"] in self._sending:
                    continue
                if left > 0:
                    waits.append(left)
                    continue
                parcel = Parcel(**one["parcel"])
                self._sending[one["id"]] = asyncio.create_task(self._again(one["id"], parcel))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(waits, default=None)):
                    await self._wake.wait()

    async def _again(self, event: str, parcel: Parcel) -> None:
        """One more try; what it leaves owing has a later attempt."""
        await self.send(parcel)
        owed = self._store.get(KIND, event)
        if owed and owed["parcel"]["attempt"] == parcel.attempt:
            self._store.delete(KIND, event)
        del self._sending[event]
        self._wake.set()
