"""What takes time in a calendar, by kind, and which kinds keep interviews away. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from scheduling import hours
from scheduling.hours import Interval, Span

# `hold` is what its owner can move, `in_a_row` the break due after as many interviews as somebody holds without one
Kind = Literal["busy", "out_of_office", "tentative", "focus", "hold", "in_a_row"]
Open = Literal["free", "transparent", "declined", "cancelled"]  # never in anybody's way

_EPOCH, _SECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(seconds=1)

KINDS: tuple[Kind, ...] = ("busy", "out_of_office", "tentative", "focus", "hold", "in_a_row")


@dataclass(frozen=True, slots=True)
class Event:
    """One entry: aware datetimes, or dates for all-day events, whose `end` is the first day after it (RFC 5545, 3.6.1).

    `before` and `after` are the gaps that it asks for itself, as an interview with buffers does.
    """

    start: datetime | date
    end: datetime | date
    kind: Kind | Open = "busy"
    before: timedelta = timedelta()
    after: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Policy:
    """Which kinds keep interviews away. `busy`, `out_of_office` and `in_a_row` always do."""

    tentative: bool = True
    focus: bool = True
    hold: bool = True

    def blocks(self, kind: Kind) -> bool:
        match kind:
            case "tentative":
                return self.tentative
            case "focus":
                return self.focus
            case "hold":
                return self.hold
        return True


@dataclass(frozen=True, slots=True)
class Calendar:
    """Taken times by kind, in any order; they may overlap. Two of the same `revision` are the same calendar.

    `wide` holds, for events that ask for gaps of their own, their times with these gaps.
    """

    revision: str
    spans: Mapping[Kind, Sequence[Span]] = field(compare=False, repr=False)
    wide: Mapping[Kind, Sequence[Span]] = field(default_factory=dict, compare=False, repr=False)


def calendar(events: Iterable[Event], zone: str, revision: str = "") -> Calendar:
    """The events of somebody in `zone`, where all-day events begin and end. Without a `revision` the times are it.

    Raises ValueError for a time without a zone.
    """
    owner = ZoneInfo(zone)
    spans: dict[Kind, list[Span]] = {}
    wide: dict[Kind, list[Span]] = {}
    for event in events:
        start, end = _past(event.start, owner) // _SECOND, -(-_past(event.end, owner) // _SECOND)
        if start >= end:
            continue
        match event.kind:
            case "free" | "transparent" | "declined" | "cancelled":
                continue
            case kind:
                spans.setdefault(kind, []).append((start, end))
        if event.before or event.after:
            gaps = int(event.before.total_seconds()), int(event.after.total_seconds())
            wide.setdefault(kind, []).append((start - gaps[0], end + gaps[1]))
    if not revision:
        told = repr([sorted((k, sorted(v)) for k, v in part.items()) for part in (spans, wide)])
        revision = hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
    return Calendar(revision, spans, wide)


def movable(title: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in a title by itself, whatever its case."""
    return any(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", title, re.IGNORECASE) for w in words if w)


def without(times: Iterable[Interval], own: Interval) -> list[Interval]:
    """Taken times less one of our own, which a calendar may have folded into its neighbours."""
    found = []
    for start, end in times:
        for part in ((start, min(end, own[0])), (max(start, own[1]), end)):
            if part[0] < part[1]:
                found.append(part)
    return found


def _past(at: datetime | date, owner: ZoneInfo) -> timedelta:
    """How long after the epoch a moment is, or the midnight on which a day begins."""
    if not isinstance(at, datetime):
        return timedelta(seconds=hours.moment(at, time(), owner))
    if at.tzinfo is None:
        raise ValueError("a time needs a zone")
    return at - _EPOCH
