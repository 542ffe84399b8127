"""Five-minute cells of a horizon as the bits of one number: bit 0 is the first cell, a set bit means free."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import compress

from scheduling.hours import Interval, Span

CELL = timedelta(minutes=5)
SECONDS = 300
PART = 256  # cells counted together where thousands of times are marked

_AFTER = {1 << cell: cell * SECONDS for cell in range(64)}
_RUNS = [(1 << cells) - 1 for cells in range(PART + 1)]


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

    @property
    def first(self) -> int:
        """The number of the first cell since the epoch."""
        return int(self.start.timestamp()) // SECONDS

    def within(self, spans: Iterable[Span]) -> int:
        """As `inward`, of seconds since the epoch."""
        first = self.first
        return self._mask((-(-s // SECONDS) - first, e // SECONDS - first) for s, e in spans)

    def touching(self, spans: Sequence[Span]) -> int:
        """As `outward`, of seconds since the epoch, and made for thousands.

        A short time is marked in a small number for its part of the grid, and may reach into the next part.
        """
        base, cells, runs, rest = self.first * SECONDS, self.cells, _RUNS, []
        parts = [0] * (cells // PART + 2)
        for span in spans:
            start, end = span
            cell = (start - base) // SECONDS
            length = (end - base + SECONDS - 1) // SECONDS - cell
            if 0 < length <= PART and 0 <= cell < cells:
                parts[cell // PART] |= runs[length] << cell % PART
            else:
                rest.append((cell, cell + length))
        found = 0
        for phase in (0, 1):
            row = b"".join([part.to_bytes(PART // 4, "little") for part in parts[phase::2]])
            found |= int.from_bytes(row, "little") << phase * PART
        return (found & self.full) | self._mask(rest)

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


def days_over(window: Interval) -> Grid:
    """The whole UTC days that cover a window: the same grid for every window of the same days."""
    first, last = int(window[0].timestamp() // 86_400), int(-(-window[1].timestamp() // 86_400))
    return Grid(datetime.fromtimestamp(first * 86_400, UTC), max(last - first, 0) * 288)


def spread(taken: int, before: int, after: int) -> int:
    """Taken cells, and as many more before and after each of them."""
    have = 1
    while have <= after:
        step = min(have, after + 1 - have)
        taken |= taken << step
        have += step
    have = 1
    while have <= before:
        step = min(have, before + 1 - have)
        taken |= taken >> step
        have += step
    return taken


def seconds(mask: int, first: int) -> list[int]:
    """When each set cell begins, in order, as seconds since the epoch; `first` is the grid's first cell."""
    length = -(-mask.bit_length() // 64)
    words = struct.unpack(f"<{length}Q", mask.to_bytes(length * 8, "little"))
    found: list[int] = []
    for part in compress(range(length), words):
        word, at = words[part], (first + part * 64) * SECONDS
        while word:
            low = word & -word
            found.append(at + _AFTER[low])
            word ^= low
    return found
