"""Which events a candidate's calendar shows: one per interview, per block or per day, with UIDs that stay. Pure.

A UID belongs to an event, not to an interview. When the interviews or the way of grouping change, each event goes on as
the new group with which it shares the most interviews; what is left over is cancelled, and a group that nothing went on
as gets a UID that was never used before. So a calendar is only ever updated, and never holds the same hour twice.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Grouping = Literal["interview", "block", "day"]
GAP = timedelta(minutes=60)  # a longer break ends a block


@dataclass(frozen=True, slots=True)
class Session:
    """One interview that stands. `loop` names the loop it belongs to, if any; times are aware UTC."""

    id: str
    start: datetime
    end: datetime
    location: str | None = None
    loop: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the calendar: its interviews in order, from the first start to the last end.

    `sequence` is what RFC 5546 calls so; `revision` rises with every message about it.
    """

    id: str
    sessions: tuple[str, ...]
    start: datetime
    end: datetime
    location: str | None
    sequence: int = 0
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be told: events that are new, that moved, whose content changed, and that are over."""

    new: tuple[Event, ...] = ()
    moved: tuple[Event, ...] = ()
    changed: tuple[Event, ...] = ()
    gone: tuple[Event, ...] = ()


def group(sessions: Iterable[Session], how: Grouping, zone: str) -> list[tuple[Session, ...]]:
    """Put interviews together, in order. A day is one in the candidate's `zone`; a block is the sessions of one loop
    on one day with no break longer than an hour. An interview of no loop is a block of its own.
    """
    groups: list[list[Session]] = []
    for session in sorted(sessions, key=lambda s: (s.start, s.end, s.id)):
        fitting = (g for g in reversed(groups) if _together(g, session, how, zone))
        home = next(fitting, None) if how != "interview" else None
        if home is None:
            groups.append([session])
        else:
            home.append(session)
    return [tuple(each) for each in groups]


def plan(
    sessions: Iterable[Session],
    how: Grouping,
    zone: str,
    standing: Sequence[Event],
    used: Collection[str] = (),
) -> Plan:
    """Compare what should stand with what does. `used` are all UIDs this candidate ever had; none is given twice.

    The sequence rises when an event's time or place changes and when it is over, and for nothing else.
    """
    groups = group(sessions, how, zone)
    heirs = _heirs(groups, standing)
    taken = {*used, *(event.id for event in standing)}
    new, moved, changed = [], [], []
    for number, members in enumerate(groups):
        before = heirs.get(number)
        if before is None:
            made = _event(_fresh(members[0].id, taken), members)
            taken.add(made.id)
            new.append(made)
            continue
        after = _event(before.id, members, before.sequence, before.revision + 1)
        if (after.start, after.end, after.location) != (before.start, before.end, before.location):
            moved.append(replace(after, sequence=after.sequence + 1))
        elif after.sessions != before.sessions:
            changed.append(after)
    over = set(standing) - set(heirs.values())
    gone = [
        replace(event, sequence=event.sequence + 1, revision=event.revision + 1)
        for event in standing
        if event in over
    ]
    return Plan(tuple(new), tuple(moved), tuple(changed), tuple(gone))


def _together(members: Sequence[Session], session: Session, how: Grouping, zone: str) -> bool:
    here = ZoneInfo(zone)
    if members[0].start.astimezone(here).date() != session.start.astimezone(here).date():
        return False
    if how == "day":
        return True
    same_loop = session.loop is not None and members[0].loop == session.loop
    return same_loop and session.start - max(m.end for m in members) <= GAP


def _heirs(groups: Sequence[Sequence[Session]], standing: Sequence[Event]) -> dict[int, Event]:
    """Which group goes on as which event: most interviews in common first, then the earlier ones."""
    pairs = [
        (-len({s.id for s in members} & set(event.sessions)), number, event.start, event.id, event)
        for number, members in enumerate(groups)
        for event in standing
    ]
    heirs: dict[int, Event] = {}
    given: set[str] = set()
    for shared, number, _, id, event in sorted(pairs, key=lambda pair: pair[:4]):
        if shared and number not in heirs and id not in given:
            heirs[number] = event
            given.add(id)
    return heirs


def _event(id: str, members: Sequence[Session], sequence: int = 0, revision: int = 0) -> Event:
    places = dict.fromkeys(m.location for m in members if m.location)
    return Event(
        id, tuple(m.id for m in members), members[0].start, max(m.end for m in members),
        " / ".join(places) or None, sequence, revision,
    )  # fmt: skip


def _fresh(first: str, taken: Collection[str]) -> str:
    number = 1
    while (id := f"{first}-c{number if number > 1 else ''}") in taken:
        number += 1
    return id
