"""Loops that differ from the best one: on other days, with other people, or at other times of the day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from scheduling.grid import CELL
from scheduling.loops.answer import Loop
from scheduling.loops.request import Request

Differs = Literal["days", "people", "times"]
Solve = Callable[[Request, frozenset[str]], Loop | None]
HOUR = timedelta(hours=1)


def of(request: Request, best: Loop, many: int, solve: Solve) -> list[Loop]:
    """At most `many` loops; each time the one that differs most from those chosen, and among equals the better one.

    The candidates are the best loops (1) on none of the days taken so far, (2) with as few of the people of the best loop
    as can be, (3) beginning no session within an hour of one of the best, (4) both 1 and 2.
    """
    chosen: list[Loop] = []
    while len(chosen) < many:
        taken = [best, *chosen]
        found = [
            loop for loop in _tries(request, taken, solve) if difference(loop, taken, request.zone)
        ]
        if not found:
            break
        found.sort(key=lambda loop: (-difference(loop, taken, request.zone), loop.costs))
        for loop in found:
            if len(chosen) < many and difference(loop, [best, *chosen], request.zone):
                chosen.append(replace(loop, differs=apart(loop, best, request.zone)))
    return chosen


def difference(loop: Loop, others: list[Loop], zone: str) -> int:
    """In how many of the three ways (days, people, times) a loop differs from that of the others which is most like it."""
    return min(len(apart(loop, other, zone)) for other in others)


def apart(loop: Loop, other: Loop, zone: str) -> tuple[Differs, ...]:
    """days: no day in common. people: at least half of the seats are taken by others. times: no session starts within an
    hour of the same session's time of day."""
    there, found = ZoneInfo(zone), list[Differs]()
    if not _days(loop, zone) & _days(other, zone):
        found.append("days")
    seats = [t.person for p in loop.placed for t in p.taken]
    known = {t.person for p in other.placed for t in p.taken}
    if seats and 2 * sum(person not in known for person in seats) >= len(seats):
        found.append("people")
    before = {p.session: _of_day(p.start, there) for p in other.placed}
    if all(abs(_of_day(p.start, there) - before[p.session]) >= HOUR for p in loop.placed):
        found.append("times")
    return tuple(found)


def _tries(request: Request, taken: list[Loop], solve: Solve) -> list[Loop]:
    best, latest = taken[0], taken[-1]
    elsewhen = replace(request, window=request.window & ~_whole_days(request, taken))
    people = frozenset(t.person for p in latest.placed for t in p.taken)
    later = replace(request, starts=_away(request, taken))
    tries = [
        (elsewhen, frozenset[str]()),
        (request, people),
        (later, frozenset[str]()),
        (elsewhen, people),
    ]
    if latest is not best:
        everybody = people | {t.person for p in best.placed for t in p.taken}
        tries.append((later, everybody))
    found = [solve(one, avoid) for one, avoid in tries if one.window]
    return [loop for loop in found if loop]


def _whole_days(request: Request, loops: list[Loop]) -> int:
    """The cells of the local days on which these loops are."""
    zone, taken = ZoneInfo(request.zone), 0
    for loop in loops:
        for placed in loop.placed:
            day = placed.start.astimezone(zone).date()
            first = datetime(day.year, day.month, day.day, tzinfo=zone)
            after = day + timedelta(days=1)
            last = datetime(after.year, after.month, after.day, tzinfo=zone)
            taken |= request.grid.outward([(first, last)])
    return taken


def _away(request: Request, loops: list[Loop]) -> int:
    """The cells that are at least an hour from the start of every session of these loops."""
    near = 0
    for loop in loops:
        for placed in loop.placed:
            near |= request.grid.outward([(placed.start - HOUR + CELL, placed.start + HOUR)])
    every = request.grid.full if request.starts is None else request.starts
    return every & ~near


def _days(loop: Loop, zone: str) -> set[object]:
    return {p.start.astimezone(ZoneInfo(zone)).date() for p in loop.placed}


def _of_day(at: datetime, zone: ZoneInfo) -> timedelta:
    local = at.astimezone(zone)
    return timedelta(hours=local.hour, minutes=local.minute)
