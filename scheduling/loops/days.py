"""The candidate's days and the quarter hours of her wall clock, as cells of a grid."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.grid import CELL, Grid


def midnights(grid: Grid, zone: str) -> list[int]:
    """The first cell of each local day that begins inside the grid. Where midnight is skipped, the day's first moment."""
    there, found = ZoneInfo(zone), list[int]()
    day = grid.start.astimezone(there).date()
    while True:
        at = datetime(day.year, day.month, day.day, tzinfo=there).astimezone(UTC)
        cell = -int((grid.start - at) // CELL)
        if cell >= grid.cells:
            return found
        if cell >= 0:
            found.append(cell)
        day += timedelta(days=1)


def aligned(grid: Grid, zone: str, step: int) -> int:
    """The cells that begin on a multiple of `step` minutes of the local wall clock."""
    edges, found = [0, *midnights(grid, zone), grid.cells], 0
    for first, last in itertools.pairwise(edges):
        found |= _stretch(grid, ZoneInfo(zone), step, first, last)
    return found


def _stretch(grid: Grid, zone: ZoneInfo, step: int, first: int, last: int) -> int:
    """The same for at most a day; halved until the clock does not change inside."""
    if last - first <= 1 or _offset(grid, zone, first) == _offset(grid, zone, last):
        return _every(grid, zone, step, first, last)
    middle = (first + last) // 2
    before = _stretch(grid, zone, step, first, middle)
    return before | _stretch(grid, zone, step, middle, last)


def _offset(grid: Grid, zone: ZoneInfo, cell: int) -> timedelta | None:
    return grid.at(cell).astimezone(zone).utcoffset()


def _every(grid: Grid, zone: ZoneInfo, step: int, first: int, last: int) -> int:
    """The same for a stretch in which the clock does not change."""
    local = grid.at(first).astimezone(zone)
    skip, cells = -(local.hour * 60 + local.minute) % step, step // 5
    if skip % 5:
        return 0
    first += skip // 5
    many = -(-(last - first) // cells)
    return ((1 << cells * many) - 1) // ((1 << cells) - 1) << first if many > 0 else 0
