"""A short-lived memory of this process: answers worth keeping for minutes, never written anywhere."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Memory:
    """Keeps at most `size` answers, each for its own number of seconds (real time, since it guards real calls)."""

    def __init__(self, size: int = 5_000) -> None:
        self._size = size
        self._kept: dict[Hashable, tuple[float, object]] = {}
        self._asking: dict[Hashable, asyncio.Lock] = {}

    async def recall(self, key: Hashable, seconds: float, ask: Callable[[], Awaitable[T]]) -> T:
        """The kept answer, or a fresh one from `ask`, which many who want it at once ask only once. Errors are not kept."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return cast(T, kept[1])  # the key names the kind of answer, so the type is the asker's
        lock = self._asking.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                return await self._fresh(key, seconds, ask)
        finally:
            if not lock.locked():
                self._asking.pop(key, None)

    async def _fresh(self, key: Hashable, seconds: float, ask: Callable[[], Awaitable[T]]) -> T:
        kept = self._kept.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return cast(T, kept[1])
        answer = await ask()
        now = time.monotonic()
        if len(self._kept) >= self._size:
            self._kept = {k: v for k, v in self._kept.items() if v[0] > now}
            while len(self._kept) >= self._size:
                self._kept.pop(next(iter(self._kept)))
        self._kept[key] = (now + seconds, answer)
        return answer

    def forget(self, key: Hashable | None = None) -> None:
        """Forget one answer, or all of them."""
        if key is None:
            self._kept.clear()
        else:
            self._kept.pop(key, None)
