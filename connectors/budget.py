"""How often a vendor may be asked: a rate with bursts, and the pauses it asks for. Of one process, or shared by a port."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from aiolimiter import AsyncLimiter

from connectors.errors import TryLater

PATIENCE = 5.0  # seconds a call waits for the budget before the caller is told to try later


@dataclass(frozen=True, slots=True)
class Rate:
    """`calls` at once, and as many again every `seconds` (a leaky bucket)."""

    calls: int
    seconds: float


class Budget(Protocol):
    """What one account may still ask."""

    async def take(self) -> None:
        """Wait for one call's place. Raises TryLater when that would take longer than `PATIENCE`."""
        ...

    async def pause(self, seconds: float) -> None:
        """The vendor said 429: nobody asks before then."""
        ...


Budgets = Callable[[str, Rate | None], Budget]


class Own:
    """A budget of this process alone."""

    def __init__(self, account: str, rate: Rate | None) -> None:
        self._account = account
        self._limiter = AsyncLimiter(rate.calls, rate.seconds) if rate else None
        self._until = 0.0

    async def take(self) -> None:
        await wait(self._account, self._until - time.time())
        if self._limiter:
            await self._limiter.acquire()

    async def pause(self, seconds: float) -> None:
        self._until = max(self._until, time.time() + seconds)


async def wait(account: str, seconds: float) -> None:
    """Wait, or raise TryLater with how long it would have been."""
    if seconds > PATIENCE:
        after = timedelta(seconds=seconds)
        raise TryLater("The rate limit is reached.", after=after, account=account, code="budget")
    if seconds > 0:
        await asyncio.sleep(seconds)
