"""Why there is no loop, in plain values: what each session lacks, and which rules would have to give way."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from scheduling.loops.answer import Obstacle
from scheduling.loops.days import aligned
from scheduling.loops.prepare import enough, prepare, session_starts
from scheduling.loops.request import Breaks, Request, Session

Possible = Callable[[Request], bool]
LONGEST = 60  # minutes: what "longer breaks" tries


def order(request: Request) -> Obstacle | None:
    """The sessions that wait for each other in a circle, if some do."""
    before = prepare(replace(request, window=0)).before
    left = (1 << len(before)) - 1
    while left:
        ready = [i for i in range(len(before)) if left >> i & 1 and not before[i] & left]
        if not ready:
            stuck = tuple(s.id for i, s in enumerate(request.sessions) if left >> i & 1)
            return Obstacle("order", stuck)
        for i in ready:
            left ^= 1 << i
    return None


def found(request: Request, proven: bool, possible: Possible) -> tuple[Obstacle, ...]:
    """What stands in the way of a request without a loop; `possible` says whether another request has one."""
    helps = tuple(name for name, relaxed in _relaxed(request) if possible(relaxed))
    alone = [o for session in request.sessions if (o := _alone(request, session))]
    if alone:
        return tuple(replace(o, helps=helps) for o in alone)
    everybody = tuple(s.id for s in request.sessions)
    if not proven:
        return (Obstacle("not_found", everybody, helps=helps),)
    return (
        Obstacle("too_few" if helps == ("somebody_twice",) else "chain", everybody, helps=helps),
    )


def _relaxed(request: Request) -> Iterator[tuple[str, Request]]:
    """Each rule given up alone."""
    breaks = request.breaks
    if request.max_days < min(3, len(request.sessions)):
        yield "one_more_day", replace(request, max_days=request.max_days + 1)
    if breaks.most < LONGEST:
        yield "longer_breaks", replace(request, breaks=replace(breaks, most=LONGEST))
    if breaks.long:
        yield "no_long_break", replace(request, breaks=Breaks(breaks.least, breaks.most))
    if request.order or any(s.place != "any" for s in request.sessions):
        free = tuple(replace(s, place="any") for s in request.sessions)
        yield "no_order", replace(request, order=(), sessions=free)
    if any(p.limits for p in request.people):
        yield (
            "limits",
            replace(request, people=tuple(replace(p, limits=()) for p in request.people)),
        )
    if request.nobody_twice:
        yield "somebody_twice", replace(request, nobody_twice=False)
    if request.excluded:
        yield "excluded", replace(request, excluded=frozenset())
    if request.apart:
        yield "apart", replace(request, apart=frozenset())


def _alone(request: Request, session: Session) -> Obstacle | None:
    """What keeps one session, taken by itself, from every time."""
    one = replace(request, sessions=(replace(session, rooms=()),), order=())
    days = prepare(one).days
    may = aligned(request.grid, request.zone, request.step)
    may &= request.grid.full if request.starts is None else request.starts
    if not session_starts(one, one.sessions[0], may, days):
        return Obstacle("candidate", (session.id,))
    at = session_starts(request, session, may, days)
    if not at:
        return Obstacle("room", (session.id,))
    for number, seat in enumerate(session.seats):
        if seat.kind != "interviewer":
            continue
        rows = _times(request, session, number, at)
        if enough([mask for _, mask in rows], seat.need).bit_count() == 0:
            unlimited = replace(
                request, people=tuple(replace(p, limits=()) for p in request.people)
            )
            without = [mask for _, mask in _times(unlimited, session, number, at)]
            people = tuple((name, mask.bit_count()) for name, mask in rows)
            kind: Literal["limits", "people"] = "limits" if enough(without, seat.need) else "people"
            return Obstacle(kind, (session.id,), people, seat.need)
    loop = prepare(replace(one, sessions=(session,)))
    if not any(loop.liked + loop.other):
        return Obstacle("together", (session.id,))
    return None


def _times(request: Request, session: Session, seat: int, at: int) -> list[tuple[str, int]]:
    """The times at which each member of a seat, known and not excluded, could sit there."""
    alone = replace(session, seats=(replace(session.seats[seat], kind="shadow"),))
    loop = prepare(replace(request, sessions=(alone,), order=()))
    known = {bit: mask & at for bit, mask in loop.groups[0].members}
    members = session.seats[seat].members - request.excluded
    return sorted(
        (p.id, known.get(1 << n, 0)) for n, p in enumerate(loop.people) if p.id in members
    )
