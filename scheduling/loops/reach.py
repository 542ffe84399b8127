"""From which cells the rest of a loop can be finished, if each person could sit in many seats: all days at once, as bits.

The loops that exist are among those counted here, so an empty answer ends a search at once.
"""

from scheduling.loops.prepare import Prepared


class Reach:
    """Asked with exact sums: `outside` sessions outside of the preferred times, `days` days, `gap` cells of breaks.

    `rest` are the sessions still to place, as bits; `room` is how many cells may pass before a long break is due.
    """

    def __init__(self, loop: Prepared) -> None:
        self._loop = loop
        self._full = loop.request.grid.full | 1 << loop.request.grid.cells
        self._begin = dict[tuple[int, int, int, int, int], int]()
        self._after = dict[tuple[int, int, int, int, int], int]()
        self._some = dict[tuple[int, int, int], int]()
        self.fresh = loop.long_after or 1 << 30
        self._longest = max(loop.gaps, default=0)
        count = len(loop.cells)
        self._sizes = [
            sum(c for i, c in enumerate(loop.cells) if rest >> i & 1) for rest in range(1 << count)
        ]
        self._ready = dict[int, list[int]]()

    def ready(self, rest: int) -> list[int]:
        """The sessions of `rest` that may come next."""
        found = self._ready.get(rest)
        if found is None:
            before = self._loop.before
            found = [i for i in range(len(before)) if rest >> i & 1 and not before[i] & rest]
            self._ready[rest] = found
        return found

    def begin(self, outside: int, days: int, gap: int, rest: int, room: int) -> int:
        """The starts of a next session from which all of `rest` can be placed."""
        breaks = rest.bit_count() - days
        if breaks < 0 or gap > breaks * self._longest or not self.some(outside, days, rest):
            return 0
        if self._sizes[rest] + gap <= room:  # no long break can fall due any more
            room = self.fresh
        key = (outside, days, gap, rest, room)
        found = self._begin.get(key)
        if found is not None:
            return found
        found, loop = 0, self._loop
        for i in self.ready(rest):
            size = loop.cells[i]
            left = room - size
            if left < 0:
                if room < self.fresh:
                    continue
                left = 0
            for cost, at in ((0, loop.liked[i]), (1, loop.other[i])):
                if at and cost <= outside:
                    found |= at & self.after(outside - cost, days, gap, rest ^ 1 << i, left) >> size
        self._begin[key] = found
        return found

    def after(self, outside: int, days: int, gap: int, rest: int, room: int) -> int:
        """The ends of a session from which all of `rest` can be placed."""
        if not rest:
            return self._full if outside == 0 and days == 1 and gap == 0 else 0
        if gap > (rest.bit_count() - days + 1) * self._longest:
            return 0
        if self._sizes[rest] + gap <= room:
            room = self.fresh
        key = (outside, days, gap, rest, room)
        found = self._after.get(key)
        if found is not None:
            return found
        found, loop = 0, self._loop
        for pause in loop.gaps:
            if pause > gap:
                break
            left = self.left(room, pause)
            if left >= 0:
                then = self.begin(outside, days, gap - pause, rest, left)
                found |= then >> pause & loop.same_day[pause]
        if days > 1:
            found |= self._before_day(self.begin(outside, days - 1, gap, rest, self.fresh))
        self._after[key] = found
        return found

    def left(self, room: int, pause: int) -> int:
        """Cells before a long break is due, once `pause` is over."""
        if not self._loop.long_after or pause >= self._loop.long_break:
            return self.fresh
        return room - pause

    def some(self, outside: int, days: int, rest: int) -> int:
        """The starts as in `begin`, whatever the breaks come to, and without the rule on long ones."""
        key = (outside, days, rest)
        found = self._some.get(key)
        if found is not None:
            return found
        found, loop = 0, self._loop
        for i in self.ready(rest):
            for cost, at in ((0, loop.liked[i]), (1, loop.other[i])):
                if at and cost <= outside:
                    found |= (
                        at & self._some_after(outside - cost, days, rest ^ 1 << i) >> loop.cells[i]
                    )
        self._some[key] = found
        return found

    def _some_after(self, outside: int, days: int, rest: int) -> int:
        if not rest:
            return self._full if outside == 0 and days == 1 else 0
        found, then = 0, self.some(outside, days, rest)
        for pause in self._loop.gaps:
            found |= then >> pause & self._loop.same_day[pause]
        if days > 1:
            found |= self._before_day(self.some(outside, days - 1, rest))
        return found

    def _before_day(self, begins: int) -> int:
        """The ends that lie on a day before the last of these starts."""
        if not begins:
            return 0
        return (1 << self._loop.day_of(begins.bit_length() - 1)[0] + 1) - 1
