"""Cuts a window of time into the parts that a vendor answers in one call."""

from datetime import timedelta

from connectors.contract import Interval


def spans(window: Interval, longest: timedelta) -> list[Interval]:
    """Parts that meet, none longer than `longest`; none of an empty window."""
    start, end = window
    found = []
    while start < end:
        found.append((start, min(start + longest, end)))
        start += longest
    return found
