"""Checks a loop against every rule, and finds the best one by trying everything: for tiny requests only."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import combinations, pairwise, permutations, product
from zoneinfo import ZoneInfo

from scheduling.loops.answer import AGAIN, EMPTY, PAIR, Costs
from scheduling.loops.request import Request

Seats = tuple[tuple[str, ...], ...]
Chain = list[tuple[int, int, Seats]]  # session, start cell, who sits in each of its seats


def price(request: Request, chain: Chain) -> Costs | None:
    """What a loop costs, or None when it breaks a rule. The chain is in order of time."""
    if not (_times_hold(request, chain) and _people_hold(request, chain)):
        return None
    size = [s.minutes // 5 for s in request.sessions]
    breaks = _breaks(request, chain)
    if breaks is None:
        return None
    outside = 0
    if request.preferred is not None:
        outside = sum(not _covers(request.preferred, s, size[i]) for i, s, _ in chain)
    days = len({_at(request, s).date() for _, s, _ in chain})
    if days > request.max_days:
        return None
    last, end, _ = chain[-1]
    return Costs(outside, days, 5 * breaks, _points(request, chain), 5 * (end + size[last]))


def best(request: Request) -> Costs | None:
    """The least costs of all loops; tries every order, start and team."""
    found = None
    count = len(request.sessions)
    for order in permutations(range(count)):
        for starts in combinations(range(request.grid.cells), count):
            times = [(i, s, ()) for i, s in zip(order, starts, strict=True)]
            if not _times_hold(request, times):
                continue
            for teams in product(*(_teams(request, i, s) for i, s, _ in times)):
                chain = [(i, s, t) for (i, s, _), t in zip(times, teams, strict=True)]
                costs = price(request, chain)
                if costs and (found is None or costs < found):
                    found = costs
    return found


def _teams(request: Request, session: int, start: int) -> Iterator[Seats]:
    size, known = request.sessions[session].minutes // 5, {p.id: p for p in request.people}
    choices = []
    for seat in request.sessions[session].seats:
        free = sorted(m for m in seat.members if m in known and _covers(known[m].free, start, size))
        counts = [seat.need] if seat.kind == "interviewer" else range(seat.need + 1)
        choices.append([c for n in counts for c in combinations(free, n)])
    yield from product(*choices)


def _times_hold(request: Request, chain: Chain) -> bool:
    number = {s.id: n for n, s in enumerate(request.sessions)}
    place = {i: n for n, (i, _, _) in enumerate(chain)}
    for n, (i, start, _) in enumerate(chain):
        session = request.sessions[i]
        size = session.minutes // 5
        local, end = _at(request, start), _at(request, start + size - 1)
        if not _covers(request.window, start, size) or local.date() != end.date():
            return False
        if (local.hour * 60 + local.minute) % request.step:
            return False
        if request.starts is not None and not request.starts >> start & 1:
            return False
        if session.rooms and not any(_covers(request.rooms[r], start, size) for r in session.rooms):
            return False
        if (session.place == "first" and n) or (session.place == "last" and n < len(chain) - 1):
            return False
        if n and start < chain[n - 1][1] + request.sessions[chain[n - 1][0]].minutes // 5:
            return False
    return all(place[number[a]] < place[number[b]] for a, b in request.order)


def _people_hold(request: Request, chain: Chain) -> bool:
    held: dict[str, list[int]] = {}
    known = {p.id: p for p in request.people}
    for i, start, seats in chain:
        session = request.sessions[i]
        everybody = [p for seat in seats for p in seat]
        if len(set(everybody)) < len(everybody) or set(everybody) & request.excluded:
            return False
        if any(pair <= set(everybody) for pair in request.apart):
            return False
        for seat, taken in zip(session.seats, seats, strict=True):
            filled = len(taken) == seat.need or (
                seat.kind != "interviewer" and len(taken) < seat.need
            )
            if not filled or not set(taken) <= seat.members:
                return False
        for person in everybody:
            if not _covers(known[person].free, start, session.minutes // 5):
                return False
            held.setdefault(person, []).append(start)
    for person, starts in held.items():
        if request.nobody_twice and len(starts) > 1:
            return False
        for limit in known[person].limits:
            if sum(limit.mask >> s & 1 for s in starts) > max(limit.left, 0):
                return False
    return True


def _breaks(request: Request, chain: Chain) -> int | None:
    rules, long, total = request.breaks, request.breaks.long, 0
    begun = chain[0][1]
    for (i, start, _), (j, later, _) in pairwise(chain):
        if _at(request, start).date() != _at(request, later).date():
            begun = later
            continue
        gap = 5 * (later - start) - request.sessions[i].minutes
        usual = rules.least <= gap <= rules.most
        rested = long is not None and max(long.minutes, rules.least) <= gap <= long.at_most
        if not usual and not rested:
            return None
        total += gap // 5
        if long is not None and gap >= long.minutes:
            begun = later
        elif long is not None:
            end = 5 * (later - begun) + request.sessions[j].minutes
            if end > long.after:
                return None
    return total


def _points(request: Request, chain: Chain) -> int:
    load, times, total = {p.id: p.load for p in request.people}, dict[str, int](), 0
    for i, _, seats in chain:
        session = request.sessions[i]
        team = {p for seat in seats for p in seat}
        for person in team:
            total += load[person] + AGAIN * times.get(person, 0)
            times[person] = times.get(person, 0) + 1
        for seat, taken in zip(session.seats, seats, strict=True):
            total += EMPTY * (seat.need - len(taken))
        could = {m for seat in session.seats for m in seat.members} - request.excluded
        here = [pair for pair in request.pairs if pair <= could & load.keys()]
        total += PAIR if here and not any(pair <= team for pair in here) else 0
    return total


def _covers(mask: int, start: int, cells: int) -> bool:
    return all(mask >> c & 1 for c in range(start, start + cells))


def _at(request: Request, cell: int) -> datetime:
    moment = request.grid.start + timedelta(minutes=5 * cell)
    return moment.astimezone(ZoneInfo(request.zone))
