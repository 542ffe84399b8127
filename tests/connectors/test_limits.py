"""What vendors tell of their rate limits, in all the ways they tell it, and how a budget heeds it."""

import asyncio
from datetime import timedelta
from email.utils import formatdate

import pytest

from connectors import limits
from connectors.budget import Own, Rate, in_background
from connectors.errors import TryLater
from connectors.limits import Told

pytestmark = pytest.mark.anyio
NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"x-ratelimit-limit": "75", "x-ratelimit-remaining": "74", "x-ratelimit-reset": "1800000012"}, Told(75, 74, 12)),
        ({"x-rate-limit-limit": "50", "x-rate-limit-remaining": "0", "x-rate-limit-reset": "7"}, Told(50, 0, 7)),
        ({"x-ratelimit-limit": "10", "x-ratelimit-remaining": "9", "x-ratelimit-concurrent-remaining": "1"}, Told(10, 9)),
        ({"ratelimit-limit": "100, 100;w=60", "ratelimit-remaining": "3", "ratelimit-reset": "20"}, Told(100, 3, 20)),
        ({"ratelimit": '"default";r=50;t=30', "ratelimit-policy": '"default";q=100;w=60'}, Told(100, 50, 30)),
        ({"ratelimit": "limit=100, remaining=5, reset=9"}, Told(100, 5, 9)),
        ({"x-ratelimit-remaining": "4", "x-ratelimit-reset": "1800000012000"}, Told(None, 4, 12)),
        ({"x-ratelimit-remaining": "many", "x-ratelimit-limit": "-"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_headers_are_read_whatever_they_are_called(
    headers: dict[str, str], told: Told | None
) -> None:
    assert limits.read(headers, NOW) == told


def test_a_moment_is_measured_by_the_vendors_own_clock() -> None:
    theirs = formatdate(NOW - 600, usegmt=True)  # ten minutes behind ours
    headers = {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": f"{NOW - 590:.0f}",
        "date": theirs,
    }
    assert limits.read(headers, NOW) == Told(None, 0, 10)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "999999"}, 3_600),
        ({"retry-after": formatdate(NOW + 30, usegmt=True)}, 30),
        ({"retry-after": formatdate(NOW, usegmt=True), "date": formatdate(NOW - 5, usegmt=True)}, 5),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "9"}, 9),
        ({"retry-after": formatdate(NOW - 30, usegmt=True)}, None),
        ({"retry-after": "soon"}, None),
        ({"x-rate-limit-remaining": "3", "x-rate-limit-reset": "9"}, None),
    ],
)  # fmt: skip
def test_a_refused_caller_is_told_how_long_to_wait(
    headers: dict[str, str], wait: float | None
) -> None:
    assert limits.wish(headers, NOW) == (None if wait is None else timedelta(seconds=wait))


class Day:
    """A clock that moves when somebody sleeps: everybody waits for the earliest of those who do."""

    def __init__(self) -> None:
        self.at = NOW
        self._waiting: list[tuple[float, asyncio.Event]] = []

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._waiting.append((self.at + seconds, woken))
        await woken.wait()

    async def pass_until(self, end: float) -> None:
        """Let everybody do what they can, then move on to the next thing that is due."""
        while True:
            for _ in range(20):
                await asyncio.sleep(0)
            self._waiting.sort(key=lambda due: due[0])
            if not self._waiting or self._waiting[0][0] > end:
                return
            due, woken = self._waiting.pop(0)
            self.at = max(self.at, due)
            woken.set()


class Counter:
    """A vendor that counts calls in fixed windows, as most do, and refuses what is over its limit."""

    def __init__(self, day: Day, limit: int, window: float) -> None:
        self.day, self.limit, self.window = day, limit, window
        self.calls: dict[int, int] = {}
        self.refused = 0

    def call(self) -> Told:
        number = int(self.day.at // self.window)
        done = self.calls[number] = self.calls.get(number, 0) + 1
        self.refused += done > self.limit
        ends = (number + 1) * self.window
        return Told(self.limit, max(0, self.limit - done), ends - self.day.at)


async def work(budget: Own, vendor: Counter, latency: float) -> None:
    """Ask again and again, as one of several that fill an index."""
    with in_background():
        while True:
            await budget.take()
            told = vendor.call()
            await vendor.day.sleep(latency)
            await budget.learn(told)


@pytest.mark.parametrize(
    ("rate", "limit", "window"),
    [
        (Rate(75, 30), 75, 30),  # declared as it is
        (Rate(10, 10), 50, 10),  # declared lower than this account's plan
        (None, 75, 30),  # not declared: only the headers tell
        (Rate(100, 60), 100, 60),
    ],
)
async def test_work_in_the_background_uses_nearly_all_of_the_budget_and_is_never_refused(
    rate: Rate | None, limit: int, window: float
) -> None:
    day = Day()
    vendor, budget = Counter(day, limit, window), Own("acme-1", rate, day.now, day.sleep)
    workers = [asyncio.create_task(work(budget, vendor, 0.15)) for _ in range(4)]
    await day.pass_until(NOW + 20 * window)
    for worker in workers:
        worker.cancel()
    whole = [vendor.calls[number] for number in sorted(vendor.calls)][2:-1]
    assert len(whole) >= 15
    assert sum(whole) >= 0.95 * limit * len(whole)
    assert vendor.refused <= 4, "at most as many as were under way when a window was first met"


async def person(budget: Own, vendor: Counter, waits: list[float]) -> None:
    """Five calls at once, every eleven seconds."""
    while True:
        for _ in range(5):
            before = vendor.day.at
            await budget.take()
            waits.append(vendor.day.at - before)
            await budget.learn(vendor.call())
        await vendor.day.sleep(11)


async def test_a_person_hardly_waits_while_the_background_uses_what_is_left() -> None:
    day = Day()
    vendor, budget = Counter(day, 75, 30), Own("acme-1", Rate(75, 30), day.now, day.sleep)
    waits: list[float] = []
    everybody = [asyncio.create_task(work(budget, vendor, 0.15)) for _ in range(4)]
    everybody.append(asyncio.create_task(person(budget, vendor, waits)))
    await day.pass_until(NOW + 20 * 30)
    for one in everybody:
        one.cancel()
    assert len(waits) > 200
    assert max(waits) < 3, "only when a window is nearly over"
    assert sum(wait == 0 for wait in waits) > 0.9 * len(waits)
    assert vendor.refused == 0
    whole = [vendor.calls[number] for number in sorted(vendor.calls)][2:-1]
    assert sum(whole) >= 0.95 * 75 * len(whole), "together they use all of it"


async def test_when_the_vendor_counts_fewer_than_we_do_everybody_slows_down() -> None:
    day = Day()
    budget = Own("acme-1", Rate(20, 10), day.now, day.sleep)
    await budget.take()
    await budget.learn(Told(20, 1, 9))  # somebody else uses the same key
    await budget.take()
    with pytest.raises(TryLater) as later:
        await budget.take()
    assert later.value.after is not None
    assert 8 < later.value.after.total_seconds() <= 9


async def test_a_count_without_an_end_empties_the_bucket_as_far() -> None:
    day = Day()
    budget = Own("acme-1", Rate(10, 100), day.now, day.sleep)
    await budget.learn(Told(10, 0))
    with pytest.raises(TryLater):
        await budget.take()


async def test_a_heavy_call_takes_more() -> None:
    day = Day()
    budget = Own("acme-1", Rate(10, 100), day.now, day.sleep)
    await budget.take(5)
    await budget.take(5)
    with pytest.raises(TryLater):
        await budget.take(1)


async def test_the_background_leaves_places_and_a_person_takes_them() -> None:
    day = Day()
    budget = Own("acme-1", Rate(10, 1_000), day.now, day.sleep)
    with in_background():
        for _ in range(8):
            await budget.take()
        with pytest.raises(TryLater):
            await budget.take()
    await budget.take()
    await budget.take()
