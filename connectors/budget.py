"""How often a vendor may be asked: a declared rate, what the vendor's own count says, and the pauses it asks for.

Of one process, or shared by a port. A person goes first: work in the background leaves some places free.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from math import ceil
from typing import Protocol

from connectors.errors import TryLater
from connectors.limits import Told

PATIENCE = 5.0  # seconds a call waits for the budget before the caller is told to try later
LONG_PATIENCE = 90.0  # the same for work in the background
RESERVE = 0.2  # of the places at once: left free by work in the background
MOMENT = 0.002  # seconds: no wait
AHEAD = 0.05  # of a vendor's window: how far work in the background may be ahead of an even pace
SLACK = 1.5  # seconds by which two answers may differ about when the same window ends

_background: ContextVar[bool] = ContextVar("background", default=False)


@contextmanager
def in_background() -> Iterator[None]:
    """Calls of the block are nobody's who waits: they take only places that a person does not need."""
    token = _background.set(True)
    try:
        yield
    finally:
        _background.reset(token)


def waits_for_nobody() -> bool:
    """Whether what runs here was started by `in_background`."""
    return _background.get()


@dataclass(frozen=True, slots=True)
class Rate:
    """`calls` at once, and as many again every `seconds` (a leaky bucket); `at_once` under way together, 0 for any."""

    calls: float
    seconds: float
    at_once: int = 0


class Budget(Protocol):
    """What one account may still ask."""

    async def take(self, cost: float = 1.0) -> None:
        """Wait for one call's place. Raises TryLater when that would take longer than `PATIENCE`."""
        ...

    async def pause(self, seconds: float) -> None:
        """The vendor said 429: nobody asks before then."""
        ...

    async def learn(self, told: Told, flying: int = 0) -> None:
        """Heed the vendor's own count; `flying` calls of ours may not be in it yet."""
        ...


Budgets = Callable[[str, Rate | None], Budget]


@dataclass(slots=True)
class Bucket:
    """The state of a budget and its arithmetic; no clock, no waiting. Moments are epoch seconds.

    The declared rate is a leaky bucket kept as the moment `empty_at` at which it would be empty again (GCRA). What the
    vendor counts is a window: `left` calls until `ends_at`, at most `span` seconds long, `size` calls in each.
    """

    empty_at: float = 0.0
    left: float = 0.0
    ends_at: float = 0.0
    span: float = 0.0
    size: float = 0.0

    def place(
        self, now: float, rate: Rate | None, cost: float, *, background: bool
    ) -> tuple[float, bool]:
        """Seconds until the call may go, and whether it has its place; without one it has to ask again by then.

        A person takes a place up to `PATIENCE` ahead of time, work in the background only one that is free now.
        """
        calls = self._calls(rate)
        cost = min(cost, calls) if calls else cost
        kept = int((calls or self.size) * RESERVE) if background else 0
        full, wait = self.empty_at, self.empty_at - now
        if rate:
            step = rate.seconds / calls
            full = max(self.empty_at, now) + cost * step
            wait = full - rate.seconds + kept * step - now
        window = self._window(now, cost, kept)
        wait = max(wait, window)
        wait = wait if wait > MOMENT else 0.0
        has = wait == 0 or not (background or window or wait > PATIENCE)
        if has:
            self.empty_at = full
            self.left -= cost
        return wait, has

    def _calls(self, rate: Rate | None) -> float:
        """The declared number of calls, or what the vendor told for a window of that length."""
        if rate is None:
            return 0.0
        fits = 0 < self.size <= 10 * rate.calls and self.span <= 2 * rate.seconds
        return self.size if fits else rate.calls

    def _window(self, now: float, cost: float, kept: int) -> float:
        """Seconds until the vendor's window has room.

        Work in the background is spread over it, a little ahead of time, so that there is room for a person whenever
        one comes and nothing is left at its end.
        """
        if self.ends_at <= now and self.size and self.span:
            self.left = self.size
            self.ends_at += self.span * ceil((now - self.ends_at) / self.span + 1e-9)
        rest = self.ends_at - now
        if rest <= 0:
            return 0.0
        if self.left < cost:
            return rest
        if not kept or not self.span:
            return 0.0
        usable = self.left - cost + 1 + AHEAD * self.size
        return max(0.0, rest - self.span * usable / max(self.size, kept))

    def pause(self, now: float, rate: Rate | None, seconds: float) -> None:
        self.empty_at = max(self.empty_at, now + seconds + (rate.seconds if rate else 0.0))

    def learn(self, now: float, rate: Rate | None, told: Told, flying: int) -> bool:
        """Take over what the vendor told; False when we knew. `flying` calls of ours may not be counted yet."""
        before = (self.empty_at, self.left, self.ends_at, self.size)
        if told.limit and (told.left is None or told.left <= told.limit):
            self.size = told.limit
        if told.left is not None and told.seconds is not None:
            self._learn_window(now, rate, told.left, told.seconds, flying)
        elif told.left is not None and rate:
            step = rate.seconds / self._calls(rate)
            self.empty_at = max(self.empty_at, now + rate.seconds - told.left * step)
        return before != (self.empty_at, self.left, self.ends_at, self.size)

    def _learn_window(
        self, now: float, rate: Rate | None, left: float, seconds: float, flying: int
    ) -> None:
        ends_at = now + seconds
        slack = min(SLACK, rate.seconds / 4) if rate else SLACK
        if ends_at < self.ends_at - slack:
            return  # a late answer, of a window that is over
        self.span = max(self.span, seconds)
        if self.ends_at <= now or ends_at > self.ends_at + slack:
            self.left, self.ends_at = max(0.0, left - flying), ends_at
            return
        self.left = min(self.left, left)
        if ends_at < self.ends_at - 0.2:  # told in whole seconds: the earliest of them is nearest
            self.ends_at = ends_at


class Own:
    """A budget of this process alone."""

    def __init__(
        self,
        account: str,
        rate: Rate | None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._account, self._rate = account, rate
        self._now, self._sleep = now, sleep
        self._bucket = Bucket()
        self._one = asyncio.Lock()

    async def take(self, cost: float = 1.0) -> None:
        async def place(background: bool) -> tuple[float, bool]:
            return self._bucket.place(self._now(), self._rate, cost, background=background)

        await queue(self._account, place, self._one, self._sleep, self._now)

    async def pause(self, seconds: float) -> None:
        self._bucket.pause(self._now(), self._rate, seconds)

    async def learn(self, told: Told, flying: int = 0) -> None:
        self._bucket.learn(self._now(), self._rate, told, flying)


async def queue(
    account: str,
    place: Callable[[bool], Awaitable[tuple[float, bool]]],
    one: asyncio.Lock,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    now: Callable[[], float] = time.time,
) -> None:
    """Wait until `place` gives the call its place. Raises TryLater when that takes longer than it has patience.

    In the background one call at a time asks, so that they go in the order in which they came.
    """
    begun = now()
    if not waits_for_nobody():
        await _wait(account, partial(place, False), begun + PATIENCE, sleep, now)
        return
    async with one:
        await _wait(account, partial(place, True), begun + LONG_PATIENCE, sleep, now)


async def _wait(
    account: str,
    place: Callable[[], Awaitable[tuple[float, bool]]],
    until: float,
    sleep: Callable[[float], Awaitable[None]],
    now: Callable[[], float],
) -> None:
    while True:
        seconds, has = await place()
        if now() + seconds > until and not has:
            raise TryLater(
                "The rate limit is reached.",
                after=timedelta(seconds=seconds),
                account=account,
                code="budget",
            )
        if seconds:
            await sleep(seconds)
        if has:
            return
