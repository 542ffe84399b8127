"""Parts of loops: how one is opened into the next, and who could still sit where in it."""

from collections.abc import Iterator

from scheduling.loops.prepare import Prepared
from scheduling.loops.reach import Reach
from scheduling.loops.teams import Chain


class Part:
    """Some sessions placed, some open. Within a day the next session starts at `t` or after a break.

    With `begin`, the next session begins a day at one of these cells. `outside`, `days` (this one included) and `gap` are what
    is left of the tier; `room` is how long until a long break is due; `points` and `end` are what it costs at least.
    """

    __slots__ = (
        *("allowed", "begin", "chain", "days", "end", "gap", "held"),
        *("judged", "open", "outside", "points", "rest", "room", "solved", "t"),
    )

    def __init__(
        self,
        outside: int,
        days: int,
        gap: int,
        rest: int,
        room: int,
        t: int,
        begin: int,
        chain: Chain,
    ) -> None:
        self.outside, self.days, self.gap, self.rest = outside, days, gap, rest
        self.room, self.t, self.begin, self.chain = room, t, begin, chain
        self.judged = self.solved = False
        self.points = self.end = 0
        self.open = rest.bit_count()
        self.allowed: tuple[int, ...] = ()
        self.held: list[int] = []


class Parts:
    """The parts of one loop's tiers."""

    def __init__(self, loop: Prepared, reach: Reach) -> None:
        self._loop, self._reach = loop, reach
        self._windows = dict[tuple[int, int, int], tuple[int, ...] | None]()
        self._any_start = 0
        for at in (*loop.liked, *loop.other):
            self._any_start |= at
        count = len(loop.cells)
        self._sizes = [
            sum(c for i, c in enumerate(loop.cells) if m >> i & 1) for m in range(1 << count)
        ]
        self._short = min(loop.cells)

    def anywhen(self) -> Part:
        """Nothing is placed, and no tier is chosen: who could sit where at any time."""
        rest = (1 << len(self._loop.cells)) - 1
        return Part(0, len(self._loop.cells) + 1, 0, rest, self._reach.fresh, 0, 0, ())

    def whole(self, tier: tuple[int, int, int]) -> Part:
        """Nothing is placed yet."""
        outside, days, gap = tier
        rest = (1 << len(self._loop.cells)) - 1
        begin = self._reach.begin(outside, days, gap, rest, self._reach.fresh)
        return self._ending(Part(outside, days, gap, rest, self._reach.fresh, 0, begin, ()))

    def after(self, part: Part) -> Iterator[Part]:
        """Every part that follows, each loop of `part` in one of them."""
        if part.begin:
            yield from self._opened(part)
            return
        loop, reach = self._loop, self._reach
        for pause in loop.gaps:
            if pause > part.gap:
                break
            room = reach.left(part.room, pause)
            if room >= 0 and loop.same_day[pause] >> part.t & 1:
                yield from self._placed(part, part.t + pause, part.gap - pause, room)
        if part.days > 1:
            begin = reach.begin(part.outside, part.days - 1, part.gap, part.rest, reach.fresh)
            tomorrow = loop.day_of(part.t - 1)[1]
            begin = begin >> tomorrow << tomorrow
            if begin:
                left = (part.outside, part.days - 1, part.gap, part.rest)
                yield self._ending(Part(*left, reach.fresh, part.t, begin, part.chain))

    def _opened(self, part: Part) -> Iterator[Part]:
        """By day, then by start, then by the session that is first."""
        begin, left = part.begin, (part.outside, part.days, part.gap, part.rest, part.room)
        first = (begin & -begin).bit_length() - 1
        tomorrow = self._loop.day_of(first)[1]
        if begin >> tomorrow:
            while begin:
                tomorrow = self._loop.day_of((begin & -begin).bit_length() - 1)[1]
                later = begin >> tomorrow << tomorrow
                yield self._ending(Part(*left, part.t, begin ^ later, part.chain))
                begin = later
        elif begin & (begin - 1):
            while begin:
                low = begin & -begin
                yield self._ending(Part(*left, part.t, low, part.chain))
                begin ^= low
        else:
            yield from self._placed(part, first, part.gap, part.room)

    def _placed(self, part: Part, start: int, gap: int, room: int) -> Iterator[Part]:
        loop, reach = self._loop, self._reach
        for i in reach.ready(part.rest):
            size = loop.cells[i]
            left = room - size
            if left < 0:
                if room < reach.fresh:
                    continue
                left = 0
            if loop.liked[i] >> start & 1:
                outside = part.outside
            elif part.outside and loop.other[i] >> start & 1:
                outside = part.outside - 1
            else:
                continue
            rest, end = part.rest ^ 1 << i, start + size
            if reach.after(outside, part.days, gap, rest, left) >> end & 1:
                chain = (*part.chain, (i, start))
                yield self._ending(Part(outside, part.days, gap, rest, left, end, 0, chain))

    def _ending(self, part: Part) -> Part:
        """Set the earliest end: exact once the last day is begun."""
        begin = (part.begin & -part.begin).bit_length() - 1 if part.begin else part.t
        if part.days > 1:
            tomorrow = self._loop.day_of(begin if part.begin else begin - 1)[1]
            later = self._any_start >> tomorrow
            part.end = tomorrow + (later & -later).bit_length() - 1 + self._short
        else:
            part.end = begin + self._sizes[part.rest] + part.gap
        return part

    def allowed(self, part: Part) -> tuple[int, ...] | None:
        """Who could sit in each seat, as bits; None when a seat has too few."""
        count = len(self._loop.cells)
        low = [0] * count
        high = [self._loop.request.grid.cells] * count
        first, last = part.t, part.t
        if part.begin:
            first = (part.begin & -part.begin).bit_length() - 1
            last = part.begin.bit_length() - 1
        last += self._sizes[part.rest] + part.gap
        for i in range(count):
            low[i] = first
            if part.days == 1:
                high[i] = last - self._loop.cells[i]
        for i, start in part.chain:
            low[i] = high[i] = start
        found: tuple[int, ...] = ()
        for i in range(count):
            key = (i, low[i], high[i])
            here = self._windows.get(key, ())
            if here == ():
                here = self._windows[key] = self._window(*key)
            if here is None:
                return None
            found += here
        return found

    def _window(self, session: int, first: int, last: int) -> tuple[int, ...] | None:
        """Who could sit in the seats of a session that starts within these cells, both included."""
        window, found = ((1 << last - first + 1) - 1) << first, []
        for g in self._loop.of_session[session]:
            group, people = self._loop.groups[g], 0
            for bit, at in group.members:
                if at & window:
                    people |= bit
            if people.bit_count() < group.need and not group.optional:
                return None
            found.append(people)
        return tuple(found)
