"""Five-minute cells of a horizon as the bits of one number: bit 0 is the first cell, a set bit means free."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduling.hours import Interval

CELL = timedelta(minutes=5)
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Grid:
    """A horizon of `cells` cells from `start`, aware UTC and a multiple of five minutes since the epoch."""

    start: datetime
    cells: int

    @property
    def full(self) -> int:
        """Every cell set."""
        return (1 << self.cells) - 1

    def at(self, cell: int) -> datetime:
        """When a cell begins, aware UTC."""
        return self.start + cell * CELL

    def inward(self, times: Iterable[Interval]) -> int:
        """The cells that lie wholly inside the times: hours, and whatever else allows."""
        return self._mask((self._up(start), self._down(end)) for start, end in times)

    def outward(self, times: Iterable[Interval]) -> int:
        """The cells that the times touch: busy times, and whatever else forbids."""
        return self._mask((self._down(start), self._up(end)) for start, end in times)

    def intervals(self, mask: int) -> Iterator[Interval]:
        """The runs of set bits as times, in order."""
        cell = 0
        while mask:
            skip = (mask & -mask).bit_length() - 1
            mask >>= skip
            run = ((mask + 1) & ~mask).bit_length() - 1
            yield (self.at(cell + skip), self.at(cell + skip + run))
            mask >>= run
            cell += skip + run

    def _mask(self, runs: Iterable[tuple[int, int]]) -> int:
        found = 0
        for first, last in runs:
            first, last = max(first, 0), min(last, self.cells)
            if first < last:
                found |= ((1 << (last - first)) - 1) << first
        return found

    def _down(self, at: datetime) -> int:
        return int((at - self.start) // CELL)

    def _up(self, at: datetime) -> int:
        return -int((self.start - at) // CELL)


def over(window: Interval) -> Grid:
    """The smallest grid that covers a window."""
    first = int(window[0].timestamp() // SECONDS)
    last = int(-(-window[1].timestamp() // SECONDS))
    return Grid(datetime.fromtimestamp(first * SECONDS, UTC), max(last - first, 0))


def starts(free: int, cells: int) -> int:
    """The cells from which `cells` cells in a row are free (a run test by doubling)."""
    have = 1
    while have < cells:
        step = min(have, cells - have)
        free &= free >> step
        have += step
    return free
