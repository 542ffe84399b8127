"""The cheapest people for sessions whose times are fixed, with limits, repeated people and pairs: exact, by branch and bound."""

from collections.abc import Sequence

from scheduling.loops.answer import AGAIN, EMPTY, PAIR
from scheduling.loops.prepare import Prepared
from scheduling.loops.seating import Seated

Chain = tuple[tuple[int, int], ...]  # (session, start cell) in order of time


class Teams:
    """Asked once for each complete set of times. `nodes` counts the people who were tried in a seat."""

    def __init__(self, loop: Prepared) -> None:
        self._loop, self.nodes = loop, 0
        bit = {p.id: 1 << i for i, p in enumerate(loop.people)}
        at = [
            sum(bit.get(name, 0) for name in frozenset().union(*(s.members for s in one.seats)))
            for one in loop.request.sessions
        ]
        bit = {name: mask for name, mask in bit.items() if name not in loop.request.excluded}
        pairs = [_both(pair, bit) for pair in loop.request.pairs]
        self._pairs = [[p for p in pairs if p and p & ~here == 0] for here in at]
        self._apart = [p for p in (_both(pair, bit) for pair in loop.request.apart) if p]
        self._most = 1 if loop.request.nobody_twice else len(loop.cells)

    def seat(
        self, chain: Chain, allowed: Sequence[int], bound: int, most: int
    ) -> Seated | bool | None:
        """People for a chain at `bound` points or the fewest above it; None: nobody fits; False: gave up after `most` nodes."""
        return _Seats(self, self._loop, chain, allowed, bound, most).best()

    def together(self, session: int, people: int) -> int | None:
        """Points for a team as a team; None where two of them must not meet."""
        if any(pair & ~people == 0 for pair in self._apart):
            return None
        pairs = self._pairs[session]
        return PAIR if pairs and not any(pair & ~people == 0 for pair in pairs) else 0

    def possible(self, session: int, people: int) -> int:
        """Points that a session costs at least when these people can be chosen."""
        pairs = self._pairs[session]
        return PAIR if pairs and not any(pair & ~people == 0 for pair in pairs) else 0

    def may_again(self, bit: int, start: int, taken: dict[int, list[int]]) -> bool:
        """Whether somebody may take one more session, with what they hold already."""
        starts = taken.get(bit, [])
        if len(starts) >= self._most:
            return False
        for limit in self._loop.people[bit.bit_length() - 1].limits:
            if limit.mask >> start & 1:
                held = sum(limit.mask >> s & 1 for s in starts)
                if held >= limit.left:
                    return False
        return True


class _Seats:
    """One search: seat after seat, session after session."""

    def __init__(
        self,
        teams: Teams,
        loop: Prepared,
        chain: Chain,
        allowed: Sequence[int],
        bound: int,
        most: int,
    ) -> None:
        self._teams, self._loop, self._allowed = teams, loop, allowed
        self._bound, self._last = bound, teams.nodes + most
        # one entry for each chair: (its seat, its session, the session's start, whether the session ends with it)
        self._chairs = [
            (g, i, start, g == loop.of_session[i][-1] and n == loop.groups[g].need - 1)
            for i, start in chain
            for g in loop.of_session[i]
            for n in range(loop.groups[g].need)
        ]
        self._rest = [0]
        for g, i, _, last in reversed(self._chairs):
            low = allowed[g] & -allowed[g]
            least = loop.loads[low.bit_length() - 1] if low else 0
            if not low and loop.groups[g].optional:
                least = EMPTY
            everybody = 0
            for other in loop.of_session[i]:
                everybody |= allowed[other]
            self._rest.append(
                self._rest[-1] + least + (teams.possible(i, everybody) if last else 0)
            )
        self._rest.reverse()
        self._held, self._taken = [0] * len(allowed), dict[int, list[int]]()
        self._best: Seated | None = None

    def best(self) -> Seated | bool | None:
        if any(
            not mask and not group.optional
            for mask, group in zip(self._allowed, self._loop.groups, strict=True)
        ):
            return None
        self._next(0, 0, 0)
        if self._best is None and self._teams.nodes > self._last:
            return False
        return self._best

    def _next(self, chair: int, points: int, team: int) -> None:
        if self._best and (
            self._best[0] <= self._bound or points + self._rest[chair] >= self._best[0]
        ):
            return
        if chair == len(self._chairs):
            self._best = (points, self._held[:])
            return
        g, session, start, last = self._chairs[chair]
        mask = self._allowed[g] & ~team
        if self._held[g]:  # within one seat in order, so that no team comes twice
            mask &= -1 << self._held[g].bit_length()
        while mask and self._teams.nodes <= self._last:
            bit = mask & -mask
            mask ^= bit
            self._teams.nodes += 1
            if self._teams.may_again(bit, start, self._taken):
                mine = self._taken.setdefault(bit, [])
                cost = self._loop.loads[bit.bit_length() - 1] + AGAIN * len(mine)
                mine.append(start)
                self._held[g] |= bit
                self._end(chair, points + cost, team | bit, session, last)
                self._held[g] ^= bit
                mine.pop()
        if self._loop.groups[g].optional:
            self._end(chair, points + EMPTY, team, session, last)

    def _end(self, chair: int, points: int, team: int, session: int, last: bool) -> None:
        """Go on with the next chair, closing the session after its last one."""
        if not last:
            self._next(chair + 1, points, team)
            return
        extra = self._teams.together(session, team)
        if extra is not None:
            self._next(chair + 1, points + extra, 0)


def _both(pair: frozenset[str], bit: dict[str, int]) -> int:
    """The two people as bits; 0 where one is not there."""
    known = [bit[name] for name in pair if name in bit]
    return known[0] | known[1] if len(known) == 2 else 0
