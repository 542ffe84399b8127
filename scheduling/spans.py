"""Spans of time as people type them: `24h, 1h`, `2 days, 30 min`, `none`. Pure."""

import re
from datetime import timedelta

UNITS = {"m": 1, "h": 60, "d": 1_440}
MOST = 5  # in one list
LONGEST = 14 * 1_440
_SPAN = re.compile(r"(\d{1,5})\s*(m|min|minutes?|h|hours?|d|days?)")


def minutes(text: str) -> tuple[int, ...]:
    """The spans in minutes, longest first; empty for `none`. Raises ValueError with a sentence."""
    words = text.strip().casefold()
    if words in ("", "none"):
        return ()
    found = set()
    for part in words.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            raise ValueError("Write spans such as 24h, 1h or 30 min, separated by commas, or none.")
        found.add(int(match[1]) * UNITS[match[2][0]])
    if len(found) > MOST or not all(5 <= each <= LONGEST for each in found):
        raise ValueError("Choose up to five spans between 5 minutes and 14 days.")
    return tuple(sorted(found, reverse=True))


def spell(spans: tuple[int, ...]) -> str:
    """`24h, 1h, 30m`, as `minutes` reads it; `none` when there is none."""
    words = (f"{each // 60}h" if each % 60 == 0 else f"{each}m" for each in spans)
    return ", ".join(words) or "none"


def about(span: timedelta) -> str:
    """A span in one unit, rounded: `40 min`, `6 h`, `3 days`."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 1_440)} days"
