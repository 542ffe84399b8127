"""Finds the best loop: best first within each tier of (outside preferred times, days, breaks), until it is proven.

In a tier only people and the end are open. A part of a loop is judged by the cheapest distinct people who could sit in the
sessions already placed at their times and in the others anywhere in the time that is left; that is never too dear, so the first
whole loop that comes off the heap is the best. Nothing depends on a clock: the same request gives the same answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from scheduling.loops.parts import Part, Parts
from scheduling.loops.prepare import Prepared
from scheduling.loops.reach import Reach
from scheduling.loops.seating import Seating
from scheduling.loops.teams import Chain, Teams

LAST = 200  # nodes that are always left to find any loop at all
Entry = tuple[int, int, int, int, Part]


@dataclass(frozen=True, slots=True)
class Found:
    """The best chain and who sits where (bits for each seat), or None; and how sure that is."""

    chain: Chain | None
    seats: tuple[int, ...]
    proven: bool
    nodes: int


class Search:
    """One search over all tiers. After `most` nodes it takes any loop it can still find with a quarter more."""

    def __init__(self, loop: Prepared, most: int) -> None:
        self._loop, self._most, self._looked = loop, most, 0
        self.reach = Reach(loop)
        self._parts = Parts(loop, self.reach)
        self._seating, self._teams = Seating(loop), Teams(loop)
        self._sure = True

    @property
    def nodes(self) -> int:
        """Parts judged and people tried."""
        return self._looked + self._teams.nodes

    def best(self) -> Found:
        """The best loop of the first tier that has one."""
        if self._judge(self._parts.anywhen()) is None:
            return Found(None, (), True, self.nodes)
        for tier in self._tiers():
            part = self._tier(tier)
            if part:
                return Found(part.chain, tuple(part.held), self._sure, self.nodes)
            if self.nodes > 2 * self._most + LAST:
                break
        return Found(None, (), self._sure, self.nodes)

    def _tiers(self) -> Iterator[tuple[int, int, int]]:
        loop, count = self._loop, len(self._loop.cells)
        everything = (1 << count) - 1
        for outside in range(count + 1 if any(loop.other) else 1):
            for days in range(1, min(loop.request.max_days, count) + 1):
                if not self.reach.some(outside, days, everything):
                    continue
                for gap in _sums(loop.gaps, count - days):
                    if self.reach.begin(outside, days, gap, everything, self.reach.fresh):
                        yield outside, days, gap

    def _tier(self, tier: tuple[int, int, int]) -> Part | None:
        heap: list[Entry] = [(0, 0, 0, 0, self._parts.whole(tier))]
        count, until, diving = 0, self._most, False
        while heap:
            points, _, _, _, part = heappop(heap)
            if diving:
                points = part.points
            if not part.judged:
                if self.nodes >= until:
                    self._sure = False
                    if diving:
                        return None
                    diving, until = True, self.nodes + max(self._most // 4, LAST)
                    heap = [(e[4].open, e[0], e[1], e[3], e[4]) for e in heap]
                    heapify(heap)
                now = self._judge(part)
                if now is None:
                    continue
                if now > points and not diving:
                    heappush(heap, (now, part.end, part.open, count, part))
                    count += 1
                    continue
            if not part.rest:
                if part.solved or self._solve(part, points):
                    if part.points == points or diving:
                        return part
                    heappush(heap, (part.points, part.end, 0, count, part))
                    count += 1
                continue
            for child in self._parts.after(part):
                count += 1
                child.held, child.points = part.held, part.points
                key = (child.points, child.end, child.open)
                if diving:
                    key = (child.open, child.points, child.end)
                heappush(heap, (*key, count, child))
        return None

    def _judge(self, part: Part) -> int | None:
        """The points that the part costs at least; None when it cannot become a loop."""
        self._looked += 1
        part.judged = True
        allowed = self._parts.allowed(part)
        if allowed is None:
            return None
        part.allowed = allowed
        if part.held:
            for mine, may in zip(part.held, allowed, strict=True):
                if mine & ~may:
                    break
            else:
                return part.points
        seated = self._seating.seat(allowed)
        if seated is None:
            return None
        part.points, part.held = seated
        return part.points

    def _solve(self, part: Part, points: int) -> bool:
        """Settle who sits in a whole loop where seating alone does not decide."""
        part.solved = True
        if self._loop.plain:
            return True
        seated = self._teams.seat(part.chain, part.allowed, points, self._most)
        if isinstance(seated, bool):
            self._sure = False
            return False
        if seated is None:
            return False
        part.points, part.held = seated
        return True


def _sums(gaps: tuple[int, ...], breaks: int) -> list[int]:
    """All that so many breaks can come to."""
    found = {0}
    for _ in range(breaks):
        found = {a + b for a in found for b in gaps}
    return sorted(found)
