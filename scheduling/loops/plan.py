"""Plans loops: the best one and four that differ from it, with reasons, or what stands in the way."""

import itertools

from scheduling.loops import alternatives, obstacles
from scheduling.loops.answer import AGAIN, EMPTY, PAIR, Answer, Costs, Loop, Placed, Taken, Why
from scheduling.loops.prepare import Prepared, prepare
from scheduling.loops.request import Request, checked
from scheduling.loops.search import Found, Search
from scheduling.loops.teams import Teams


def plan(request: Request, more: int = 4) -> Answer:
    """The best loop, then up to `more` alternatives; the same request always gives the same answer.

    Raises ValueError for a request that `request.checked` refuses.
    """
    if obstacle := obstacles.order(checked(request)):
        return Answer((), True, 0, (obstacle,))
    best, found = solve(request, request.nodes)
    if best is None:
        return Answer(
            (), found.proven, found.nodes, obstacles.found(request, found.proven, possible)
        )
    others = alternatives.of(request, best, more, _other)
    return Answer((best, *others), found.proven, found.nodes)


def solve(
    request: Request, nodes: int, avoid: frozenset[str] = frozenset()
) -> tuple[Loop | None, Found]:
    """The best loop alone. `avoid` are people that another loop already has."""
    loop = prepare(request, avoid)
    found = Search(loop, nodes).best()
    return (_loop(loop, found) if found.chain else None), found


def possible(request: Request) -> bool:
    """Whether a short search finds any loop."""
    return solve(request, request.nodes // 50)[0] is not None


def _other(request: Request, avoid: frozenset[str]) -> Loop | None:
    return solve(request, request.nodes // 100, avoid)[0]


def _loop(loop: Prepared, found: Found) -> Loop:
    """The chain as times and people."""
    placed, room, held = [], None, dict[str, list[int]]()
    request = loop.request
    for session, start in found.chain or ():
        room = _room(request, session, start, room)
        taken = tuple(
            t for g in loop.of_session[session] for t in _taken(loop, found, g, start, held)
        )
        for one in taken:
            held.setdefault(one.person, []).append(start)
        placed.append(
            Placed(
                request.sessions[session].id,
                request.grid.at(start),
                request.grid.at(start + loop.cells[session]),
                taken,
                room,
                bool(loop.liked[session] >> start & 1),
            )
        )
    return Loop(tuple(placed), _costs(loop, found))


def _costs(loop: Prepared, found: Found) -> Costs:
    chain, _request = found.chain or (), loop.request
    breaks = sum(
        later - start - loop.cells[i]
        for (i, start), (_, later) in itertools.pairwise(chain)
        if loop.day_of(start) == loop.day_of(later)
    )
    points, times, teams = 0, dict[int, int](), Teams(loop)
    for session, _ in chain:
        team = 0
        for g in loop.of_session[session]:
            group, seated = loop.groups[g], found.seats[g]
            team |= seated
            points += EMPTY * (group.need - seated.bit_count()) if group.optional else 0
            for n, person in enumerate(loop.people):
                if seated >> n & 1:
                    points += person.load + AGAIN * times.get(n, 0)
                    times[n] = times.get(n, 0) + 1
        points += PAIR if teams.together(session, team) else 0
    last, end = chain[-1]
    return Costs(
        sum(1 for i, start in chain if not loop.liked[i] >> start & 1),
        len({loop.day_of(start) for _, start in chain}),
        5 * breaks,
        points,
        5 * (end + loop.cells[last]),
    )


def _room(request: Request, session: int, start: int, before: str | None) -> str | None:
    """The room of the session before where it is free, else the first of the list."""
    one = request.sessions[session]
    block = ((1 << one.minutes // 5) - 1) << start
    free = [r for r in one.rooms if request.rooms[r] & block == block]
    if not free:
        return None
    return before if before in free else free[0]


def _taken(
    loop: Prepared, found: Found, seat: int, start: int, held: dict[str, list[int]]
) -> list[Taken]:
    """The people of one seat, and what kept those with less load out of it."""
    group, pairs = loop.groups[seat], loop.request.pairs
    first = loop.of_session[group.session][0]
    spec = loop.request.sessions[group.session].seats[seat - first]
    team = 0
    for g in loop.of_session[group.session]:
        team |= found.seats[g]
    here = {p.id for n, p in enumerate(loop.people) if team >> n & 1}
    everywhere = 0
    for seated in found.seats:
        everywhere |= seated
    free = {bit for bit, at in group.members if at >> start & 1}
    size = loop.cells[group.session]
    rows = []
    for n, person in enumerate(loop.people):
        if not found.seats[seat] >> n & 1:
            continue
        partner = next(
            (x for p in pairs if person.id in p and p <= here for x in p - {person.id}), None
        )
        cheaper: list[tuple[str, Why]] = []
        for m, other in enumerate(loop.people):
            if other.load < person.load and other.id in spec.members and not team >> m & 1:
                if other.id in loop.request.excluded:
                    continue
                block = ((1 << size) - 1) << start
                why: Why
                if 1 << m in free:
                    why = "elsewhere" if everywhere >> m & 1 else "better_together"
                else:
                    why = "limit" if other.free & block == block else "not_free"
                cheaper.append((other.id, why))
        rows.append(Taken(person.id, spec.kind, person.load, partner, tuple(cheaper)))
    return rows
