"""Five-minute cells: the unit in which a person can be booked once."""

from datetime import datetime

SECONDS = 300


def cells(start: datetime, end: datetime) -> range:
    """The numbers of all cells since the epoch that [start, end) touches, rounded outward."""
    if end <= start:
        return range(0)
    return range(int(start.timestamp() // SECONDS), int(-(-end.timestamp() // SECONDS)))
