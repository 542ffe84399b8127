"""Interview loops: our search beside OR-Tools CP-SAT on the same random requests, model build included, two workers."""

import math
import time
from random import Random
from statistics import median

from benchmarks.table import Row, row, show
from scheduling.loops.answer import Costs
from scheduling.loops.plan import plan, solve
from tests.scheduling import loops_cases, loops_oracle

CASES = 300  # of each kind
KINDS = {
    "plain": loops_cases.plain,
    "rooms, limits, trainees": loops_cases.rich,
}


def main(words: list[str]) -> None:
    """`./dev bench loops [--cases N] [--json]`: N of each kind; ends with exit code 1 when an objective differs."""
    many = int(words[words.index("--cases") + 1]) if "--cases" in words else CASES
    measured = {kind: [_case(kind, seed) for seed in range(many)] for kind in KINDS}
    every = [case for cases in measured.values() for case in cases]
    rows = _rows("all", every)
    for kind, cases in measured.items():
        rows += _rows(kind, cases)
    show("loops", rows, "--json" in words)
    if wrong := [case for case in every if not case.equal]:
        raise SystemExit(f"{len(wrong)} objectives differ: {[c.name for c in wrong]}")


class Case:
    """One request: milliseconds of both, of the answer with its alternatives, and whether the objectives agree."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ours = self.theirs = self.whole = 0.0
        self.equal = self.proven = self.judged = False


def _case(kind: str, seed: int) -> Case:
    request, case = KINDS[kind](Random(seed)), Case(f"{kind} {seed}")
    began = time.perf_counter()
    loop, found = solve(request, request.nodes)
    case.ours = (time.perf_counter() - began) * 1_000
    began = time.perf_counter()
    plan(request)
    case.whole = (time.perf_counter() - began) * 1_000
    began = time.perf_counter()
    judge = loops_oracle.solve(request)
    case.theirs = (time.perf_counter() - began) * 1_000
    case.proven, case.judged = found.proven, judge.proven
    mine: Costs | None = loop.costs if loop else None
    case.equal = mine == judge.costs or not judge.proven
    return case


def _rows(name: str, cases: list[Case]) -> list[Row]:
    ours, theirs = sorted(c.ours for c in cases), sorted(c.theirs for c in cases)
    whole = sorted(c.whole for c in cases)
    judged = [c for c in cases if c.judged]
    equal = 100 * sum(c.equal for c in judged) / max(len(judged), 1)
    faster = median(c.theirs / c.ours for c in cases)
    return [
        row(f"{name}: median of {len(cases)}", median(ours), median(theirs), "CP-SAT", "ms"),
        row(f"{name}: p99", _at(ours, 0.99), _at(theirs, 0.99), "CP-SAT", "ms"),
        row(f"{name}: longest", ours[-1], theirs[-1], "CP-SAT", "ms"),
        row(f"{name}: median of the ratios of each case", faster, None, "", "times"),
        row(f"{name}: objective equal, of {len(judged)} proven by CP-SAT", equal, None, "", "%"),
        row(f"{name}: proven", 100 * sum(c.proven for c in cases) / len(cases), None, "", "%"),
        row(f"{name}: with four alternatives or obstacles, median", median(whole), None, "", "ms"),
        row(f"{name}: with four alternatives or obstacles, p99", _at(whole, 0.99), None, "", "ms"),
    ]


def _at(values: list[float], share: float) -> float:
    return values[min(len(values), math.ceil(len(values) * share)) - 1]
