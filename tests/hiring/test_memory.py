"""The short memory of a process: asks once for many, keeps no errors, stays small."""

import asyncio

import pytest

from connectors.errors import TryLater
from hiring.memory import Memory

pytestmark = pytest.mark.anyio


class Source:
    """Counts how often it is asked; fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.asked, self.failures = 0, failures

    async def __call__(self) -> int:
        self.asked += 1
        await asyncio.sleep(0)
        if self.failures:
            self.failures -= 1
            raise TryLater("down")
        return self.asked


async def test_many_who_want_the_same_at_once_ask_once() -> None:
    memory, source = Memory(), Source()
    assert set(await asyncio.gather(*(memory.recall("k", 60, source) for _ in range(50)))) == {1}


async def test_an_answer_that_is_too_old_is_asked_for_again() -> None:
    memory, source = Memory(), Source()
    assert [await memory.recall("k", 0, source) for _ in range(2)] == [1, 2]


async def test_errors_are_not_kept() -> None:
    memory, source = Memory(), Source(failures=1)
    with pytest.raises(TryLater):
        await memory.recall("k", 60, source)
    assert await memory.recall("k", 60, source) == 2


async def test_when_the_first_who_asked_is_cancelled_the_others_still_get_an_answer() -> None:
    memory, source = Memory(), Source()
    first, second = (asyncio.create_task(memory.recall("k", 60, source)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second >= 1


async def test_it_forgets_one_or_all_when_told() -> None:
    memory, source = Memory(), Source()
    for key in ("a", "b"):
        await memory.recall(key, 60, source)
    memory.forget("a")
    assert await memory.recall("b", 60, source) == 2
    assert await memory.recall("a", 60, source) == 3
    memory.forget()
    assert await memory.recall("b", 60, source) == 4


async def test_it_never_holds_more_than_its_size_and_drops_the_oldest_first() -> None:
    memory, source = Memory(size=3), Source()
    for key in range(10):
        await memory.recall(key, 60, source)
    asked = source.asked
    for key in (7, 8, 9):
        await memory.recall(key, 60, source)
    assert source.asked == asked
    await memory.recall(0, 60, source)
    assert source.asked == asked + 1
