"""The cheapest distinct people for seats whose possible people are known: exact, by greedy choice with exchanges.

Sets of people that can be seated together are the independent sets of a transversal matroid (with several copies of a
person: of a gammoid), so taking people in order of cost, each if seats can be rearranged for them, gives the least sum.
"""

from collections.abc import Sequence

from scheduling.loops.answer import AGAIN, EMPTY
from scheduling.loops.prepare import Prepared

Seated = tuple[int, list[int]]  # points, and for each seat the bits of its people


class Seating:
    """Seats people for one loop. A person sits at most once in a session."""

    def __init__(self, loop: Prepared) -> None:
        self._need = [g.need for g in loop.groups]
        self._optional = [g.optional for g in loop.groups]
        self._session = [g.session for g in loop.groups]
        self._sessions = len(loop.cells)
        self._total = sum(self._need)
        times = 1 if loop.request.nobody_twice else self._sessions
        costs = [
            (load + AGAIN * again, 1 << i)
            for i, load in enumerate(loop.loads)
            for again in range(min(times, _most(loop, i)))
        ]
        self._costs = sorted(costs)

    def seat(self, allowed: Sequence[int]) -> Seated | None:
        """`allowed` are the people of each seat, as bits. None when a seat of an interviewer must stay empty."""
        spare, held, inside = self._need[:], [0] * len(allowed), [0] * self._sessions
        anybody, missing, points = 0, self._total, 0
        for g, mask in enumerate(allowed):
            anybody |= mask
            if self._optional[g]:  # an empty seat is nothing to wait for
                missing -= max(self._need[g] - mask.bit_count(), 0)
        session = self._session
        for cost, bit in self._costs:
            if not anybody & bit:
                continue
            for g, mask in enumerate(allowed):
                if mask & bit and spare[g] and not inside[session[g]] & bit:
                    held[g] |= bit
                    inside[session[g]] |= bit
                    spare[g] -= 1
                    break
            else:
                if not self._move(bit, -1, allowed, spare, held, inside, set()):
                    continue
            points += cost
            missing -= 1
            if not missing:
                return points + EMPTY * sum(spare), held
        if any(spare[g] and not self._optional[g] for g in range(len(spare))):
            self._give_up(allowed, spare, held, inside)
            if any(spare[g] and not self._optional[g] for g in range(len(spare))):
                return None
        return points + EMPTY * sum(spare), held

    def _give_up(
        self, allowed: Sequence[int], spare: list[int], held: list[int], inside: list[int]
    ) -> None:
        """Let trainees leave their seats where that helps an interviewer's seat."""
        for g, optional in enumerate(self._optional):
            for bit in _bits(held[g]) if optional else ():
                if self._to_required(bit, g, allowed, spare, held, inside, {g}):
                    held[g] ^= bit
                    spare[g] += 1

    def _to_required(
        self,
        bit: int,
        away: int,
        allowed: Sequence[int],
        spare: list[int],
        held: list[int],
        inside: list[int],
        seen: set[int],
    ) -> bool:
        """As `_move`, but only free seats of interviewers count as an end of the exchange."""
        kept = [n if not o else 0 for n, o in zip(spare, self._optional, strict=True)]
        before = kept[:]
        if not self._move(bit, away, allowed, kept, held, inside, seen):
            return False
        for g, (old, new) in enumerate(zip(before, kept, strict=True)):
            spare[g] -= old - new
        return True

    def _move(
        self,
        bit: int,
        away: int,
        allowed: Sequence[int],
        spare: list[int],
        held: list[int],
        inside: list[int],
        seen: set[int],
    ) -> bool:
        """Find a seat for a person who leaves seat `away` (-1: has none); others may be moved on."""
        session = self._session
        here = session[away] if away >= 0 else -1
        full = []
        for g, mask in enumerate(allowed):
            if not mask & bit or g == away or (session[g] != here and inside[session[g]] & bit):
                continue
            if spare[g]:
                spare[g] -= 1
                self._sit(bit, g, here, held, inside)
                return True
            if g not in seen:
                full.append(g)
        for g in full:
            if g in seen:
                continue
            seen.add(g)
            for other in _bits(held[g]):
                if other != bit and self._move(other, g, allowed, spare, held, inside, seen):
                    held[g] ^= other
                    self._sit(bit, g, here, held, inside)
                    return True
        return False

    def _sit(self, bit: int, seat: int, leaves: int, held: list[int], inside: list[int]) -> None:
        held[seat] |= bit
        if leaves >= 0 and leaves != self._session[seat]:
            inside[leaves] ^= bit
        inside[self._session[seat]] |= bit


def _most(loop: Prepared, person: int) -> int:
    """How often the limits could let somebody sit in one loop."""
    limits = [x for x in loop.people[person].limits if x.mask.bit_count()]
    whole = [x.left for x in limits if x.mask & loop.request.window == loop.request.window]
    return max(min(whole, default=10), 0)


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low)
        mask ^= low
    return found
