"""The same request of a loop as a model of OR-Tools CP-SAT, written from the rules in docs/loops.md and from nothing else of ours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ortools.sat.python import cp_model

from scheduling.loops.answer import AGAIN, EMPTY, PAIR, Costs
from scheduling.loops.request import Request

Bool = cp_model.IntVar


@dataclass
class Oracle:
    """`costs` None: proven that there is no loop."""

    costs: Costs | None
    proven: bool
    picks: dict[str, int]


def solve(request: Request, workers: int = 2, seconds: float = 60) -> Oracle:
    """Build the model and solve it."""
    model = _Model(request)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model.model)
    if status != cp_model.OPTIMAL:
        return Oracle(None, status == cp_model.INFEASIBLE, {})
    values = [int(solver.value(term)) for term in model.terms]
    costs = Costs(values[0], values[1], 5 * values[2], values[3], 5 * values[4])
    picks = {s.id: int(solver.value(model.start[i])) for i, s in enumerate(request.sessions)}
    return Oracle(costs, True, picks)


class _Model:
    def __init__(self, request: Request) -> None:
        self.request, self.model = request, cp_model.CpModel()
        self.count, self.cells = len(request.sessions), request.grid.cells
        self.size = [s.minutes // 5 for s in request.sessions]
        self.zone, self.full = ZoneInfo(request.zone), (1 << self.cells) - 1
        self.local: dict[int, datetime] = {}
        self._times()
        self._people()
        self._sequence()
        self._objective()

    def _there(self, cell: int) -> datetime:
        """A cell on the candidate's wall clock."""
        found = self.local.get(cell)
        if found is None:
            moment = self.request.grid.start + timedelta(minutes=5 * cell)
            found = self.local[cell] = moment.astimezone(self.zone)
        return found

    def _may(self, start: int, size: int) -> bool:
        """Whether the candidate can, on the wall clock's step and within one day."""
        r, block = self.request, (1 << size) - 1
        if r.window >> start & block != block or (
            r.starts is not None and not r.starts >> start & 1
        ):
            return False
        at = self._there(start)
        aligned = (at.hour * 60 + at.minute) % r.step == 0
        return aligned and at.date() == self._there(start + size - 1).date()

    def _times(self) -> None:
        r, m = self.request, self.model
        self.at: list[dict[int, Bool]] = []
        self.start: list[cp_model.IntVar] = []
        self.on: list[cp_model.IntVar] = []
        seen = {
            size: [s for s in range(self.cells - size + 1) if self._may(s, size)]
            for size in set(self.size)
        }
        dates = {self._there(s).date() for starts in seen.values() for s in starts}
        days = {day: n for n, day in enumerate(sorted(dates))}
        for i, session in enumerate(r.sessions):
            block, rooms = (1 << self.size[i]) - 1, [r.rooms[x] for x in session.rooms]
            at = {
                s: m.new_bool_var("")
                for s in seen[self.size[i]]
                if not rooms or any(room >> s & block == block for room in rooms)
            }
            m.add_exactly_one(at.values())
            self.at.append(at)
            start = m.new_int_var_from_domain(cp_model.Domain.from_values(list(at)), "")
            on = m.new_int_var(0, len(days), "")
            for s, x in at.items():
                m.add(start == s).only_enforce_if(x)
                m.add(on == days[self._there(s).date()]).only_enforce_if(x)
            self.start.append(start)
            self.on.append(on)

    def _people(self) -> None:
        r, m = self.request, self.model
        known = {p.id: p for p in r.people}
        self.sits: list[dict[str, Bool]] = [{} for _ in r.sessions]  # in any seat of the session
        self.points: list[cp_model.LinearExprT] = []
        for i, session in enumerate(r.sessions):
            chairs: dict[str, list[Bool]] = {}
            for seat in session.seats:
                here = {
                    p: m.new_bool_var("")
                    for p in sorted(seat.members)
                    if p in known and p not in r.excluded
                }
                for p, y in here.items():
                    chairs.setdefault(p, []).append(y)
                if seat.kind == "interviewer":
                    m.add(sum(here.values()) == seat.need)
                else:
                    m.add(sum(here.values()) <= seat.need)
                    self.points.append(EMPTY * (seat.need - sum(here.values())))
            for p, ys in chairs.items():
                sits = self.sits[i][p] = m.new_bool_var("")
                m.add(sum(ys) == sits)
                mask, block = known[p].free, (1 << self.size[i]) - 1
                for s, x in self.at[i].items():
                    if mask >> s & block != block:
                        m.add_implication(x, sits.negated())
            self._pairs(i)
        for p, person in known.items():
            here = [(i, sits[p]) for i, sits in enumerate(self.sits) if p in sits]
            if here:
                self._person(person.load, [y for _, y in here])
                for limit in person.limits:
                    self._limit(limit.mask, limit.left, here)

    def _person(self, load: int, sits: list[Bool]) -> None:
        self.points.append(load * sum(sits))
        if self.request.nobody_twice:
            self.model.add_at_most_one(sits)
            return
        again = [self.model.new_bool_var("") for _ in sits]
        self.model.add(sum(again) == sum(sits))
        self.points += [AGAIN * n * y for n, y in enumerate(again)]

    def _limit(self, mask: int, left: int, here: list[tuple[int, Bool]]) -> None:
        if left >= len(here) or (left >= 1 and self.request.nobody_twice):
            return
        inside = []
        for i, sits in here:
            both = self.model.new_bool_var("")
            within = sum(x for s, x in self.at[i].items() if mask >> s & 1)
            self.model.add(both >= sits + within - 1)
            inside.append(both)
        self.model.add(sum(inside) <= left)

    def _pairs(self, i: int) -> None:
        r, m, sits = self.request, self.model, self.sits[i]
        pairs = [tuple(pair) for pair in r.pairs if all(p in sits for p in pair)]
        if pairs:
            together = []
            for a, b in pairs:
                both = m.new_bool_var("")
                m.add(both <= sits[a])
                m.add(both <= sits[b])
                together.append(both)
            missed = m.new_bool_var("")
            m.add(missed + sum(together) >= 1)
            self.points.append(PAIR * missed)
        for pair in r.apart:
            if all(p in sits for p in pair):
                m.add(sum(sits[p] for p in pair) <= 1)

    def _sequence(self) -> None:
        r, m, k = self.request, self.model, self.count
        breaks, long = r.breaks, r.breaks.long
        m.add_no_overlap(
            m.new_fixed_size_interval_var(self.start[i], self.size[i], "") for i in range(k)
        )
        allowed = set(range(breaks.least // 5, breaks.most // 5 + 1))
        if long:
            allowed |= set(range(max(long.minutes, breaks.least) // 5, long.at_most // 5 + 1))
        domain = cp_model.Domain.from_values(sorted(allowed))
        begins = [m.new_int_var(0, self.cells, "") for _ in range(k)]
        arcs: list[tuple[int, int, Bool]] = []
        self.breaks: list[cp_model.IntVar] = []
        self.nights: list[Bool] = []
        for i in range(k):
            first, last = m.new_bool_var(""), m.new_bool_var("")
            arcs += [(k, i, first), (i, k, last)]
            m.add(begins[i] == self.start[i]).only_enforce_if(first)
            for j in range(k):
                if i != j:
                    same, night = m.new_bool_var(""), m.new_bool_var("")
                    arcs += [(i, j, same), (i, j, night)]
                    m.add(self.on[j] > self.on[i]).only_enforce_if(night)
                    m.add(begins[j] == self.start[j]).only_enforce_if(night)
                    self.nights.append(night)
                    self._behind(i, j, same, domain, max(allowed, default=0), begins)
        m.add_circuit(arcs)
        number = {s.id: i for i, s in enumerate(r.sessions)}
        order = [(number[a], number[b]) for a, b in r.order]
        for i, session in enumerate(r.sessions):
            others = [j for j in range(k) if j != i]
            order += [(i, j) for j in others if session.place == "first"]
            order += [(j, i) for j in others if session.place == "last"]
        for a, b in order:
            m.add(self.start[a] + self.size[a] <= self.start[b])

    def _behind(
        self,
        i: int,
        j: int,
        same: Bool,
        domain: cp_model.Domain,
        most: int,
        begins: list[cp_model.IntVar],
    ) -> None:
        m, long = self.model, self.request.breaks.long
        gap, cost = m.new_int_var_from_domain(domain, ""), m.new_int_var(0, most, "")
        m.add(self.start[j] == self.start[i] + self.size[i] + gap).only_enforce_if(same)
        m.add(self.on[j] == self.on[i]).only_enforce_if(same)
        m.add(cost == gap).only_enforce_if(same)
        self.breaks.append(cost)
        if not long:
            return
        rested = m.new_bool_var("")
        m.add(gap >= long.minutes // 5).only_enforce_if(rested)
        m.add(gap < long.minutes // 5).only_enforce_if(rested.negated())
        m.add(begins[j] == self.start[j]).only_enforce_if(same, rested)
        m.add(begins[j] == begins[i]).only_enforce_if(same, rested.negated())
        end = self.start[j] + self.size[j]
        m.add(end - begins[j] <= long.after // 5).only_enforce_if(same, rested.negated())

    def _objective(self) -> None:
        r, m, k = self.request, self.model, self.count
        outside: list[Bool] = []
        if r.preferred is not None:
            for i, at in enumerate(self.at):
                block = (1 << self.size[i]) - 1
                outside += [x for s, x in at.items() if r.preferred >> s & block != block]
        end = m.new_int_var(0, self.cells, "")
        for i in range(k):
            m.add(end >= self.start[i] + self.size[i])
        days = 1 + sum(self.nights)
        m.add(days <= r.max_days)
        self.terms = [sum(outside), days, sum(self.breaks), sum(self.points), end]
        loads = {p.id: p.load + (0 if r.nobody_twice else AGAIN * k) for p in r.people}
        most = PAIR * k + sum(
            seat.need * max([0, *(loads.get(p, 0) for p in seat.members)])
            + (EMPTY * seat.need if seat.kind != "interviewer" else 0)
            for s in r.sessions
            for seat in s.seats
        )
        longest = max(r.breaks.most, r.breaks.long.at_most if r.breaks.long else 0) // 5
        points_at = self.cells + 1
        gap_at = points_at * (most + 1)
        days_at = gap_at * (k * longest + 1)
        weights = [days_at * 4, days_at, gap_at, points_at, 1]
        m.minimize(sum(w * t for w, t in zip(weights, self.terms, strict=True)))
