"""Common free times of 1 to 40 people over 2 to 8 weeks, beside a plain numpy intersection and an open-source scheduler.

Cold is from lists of busy times in epoch seconds to the list of starts; kept is the next question about the same
people. numpy does the same work in this run: hours, a difference array for each person, and the starts. The
scheduler's times were recorded once (cal.com's slot code with its patched dayjs, node 20, on two cores), whole and with
its working hours computed before; its answers are in `slots.json`, and ours must be the same. Where numpy was timed on
that machine as well, each goal against a recorded time is also told for this machine: numpy's time now by its time then,
of which the slowest counts, says how much slower this one is.
"""

import gc
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.table import Row, row, show
from scheduling.busy import Calendar
from scheduling.grid import SECONDS
from scheduling.hours import Range, Week, expand
from scheduling.masks import Kept
from scheduling.query import Person, Query
from scheduling.slots import find

PEER = "cal.com, recorded"
NUMPY, COLD, KEPT = 2.5, 20, 500  # the goals: at most, at least, at least
LARGEST, LARGEST_COLD, LARGEST_KEPT = "N40W8", 5.0, 0.1  # ms
THEN = {"N10W8": 1.6, "N40W2": 1.1, "N40W8": 2.1}  # numpy's slowest time on the peer's machine, ms


def main(words: list[str]) -> None:
    cases = json.loads((Path(__file__).parent / "slots.json").read_text())["cases"]
    rows: list[Row] = []
    said: list[str] = []
    for case in cases:
        found, goals = _measure(case)
        rows += found
        said += goals
    show("slots", rows, "--json" in words)
    print("\n".join(said))


def _measure(case: dict[str, Any]) -> tuple[list[Row], list[str]]:
    name, peer, kept = case["name"], case["peer_ms"], Kept()
    people = tuple(_person(told) for told in case["people"])
    lists = [person.calendar.spans["busy"] for person in people if person.calendar]

    def ask(known: Kept) -> list[int]:
        return find(_query(case, people), known).seconds()

    def beside() -> list[int]:
        return _numpy(case, people, lists)

    for answer in (ask(kept), ask(kept), beside()):
        if answer != case["expected_slots"]:
            raise SystemExit(f"{name}: the times found are not those expected")
    cold, plain = _together(lambda: ask(Kept()), beside, 31)
    again, _ = _together(lambda: ask(kept), lambda: None, 301)
    rows = [
        row(f"{name}, {len(case['expected_slots'])} times: cold", cold, plain, "numpy", "ms"),
        row(f"{name}: cold", cold, peer["patched_full"], PEER, "ms"),
        row(f"{name}: kept", again, peer["patched_hours_cached"], f"{PEER}, hours cached", "ms"),
    ]
    slower = plain / THEN[name] if name in THEN else 1.0
    return rows, [
        f"{name}: cold at most {NUMPY} times numpy: {_met(cold / plain, cold <= NUMPY * plain)}",
        *_beside_the_peer(name, peer, cold, again, slower),
        *(_absolute(name, cold, again, slower) if name == LARGEST else []),
    ]


def _beside_the_peer(name: str, peer: dict[str, float], cold: float, kept: float, slower: float) -> list[str]:  # fmt: skip
    """The goals against the peer for who has ten people or more, as recorded and as it would be here."""
    told = []
    for what, ours, theirs, least in (
        ("cold", cold, peer["patched_full"], COLD),
        ("kept", kept, peer["patched_full"], KEPT),
        ("kept, its hours cached,", kept, peer["patched_hours_cached"], KEPT),
    ):
        times, here = theirs / ours, theirs * slower / ours
        if name in THEN:
            told.append(
                f"{name}: {what} at least {least} times as fast as the peer: as recorded {_met(times, times >= least)}; "
                f"at this machine's speed (numpy {slower:.1f} times its recorded time) {_met(here, here >= least)}"
            )
    return told


def _absolute(name: str, cold: float, kept: float, slower: float) -> list[str]:
    told = []
    for what, ours, most in (("cold", cold, LARGEST_COLD), ("kept", kept, LARGEST_KEPT)):
        there = ours / slower
        told.append(
            f"{name}: {what} at most {most} ms: here {_met(ours, ours <= most)}; "
            f"at the recorded machine's speed {_met(there, there <= most)}"
        )
    return told


def _met(value: float, met: bool) -> str:
    return f"{value:.2f}, {'met' if met else 'NOT met'}"


def _person(told: dict[str, Any]) -> Person:
    hours = told["hours"]
    days = frozenset((day - 1) % 7 for day in hours["days"])  # theirs begin with Sunday
    begin, end = (wall.fromisoformat(hours[key]) for key in ("start", "end"))
    busy = [(start, end) for start, end in told["busy"]]
    week = Week(told["tz"], (Range(begin, end, days),))
    return Person(told["id"], told["id"], week, Calendar("1", {"busy": busy}))


def _query(case: dict[str, Any], people: tuple[Person, ...]) -> Query:
    window = datetime.fromtimestamp(case["from"], UTC), datetime.fromtimestamp(case["to"], UTC)
    return Query(
        people,
        window,
        timedelta(minutes=case["length_min"]),
        datetime.fromtimestamp(case["now"], UTC),
        case["invitee_tz"],
        case["step_min"],
        timedelta(minutes=case["notice_min"]),
    )


def _numpy(case: dict[str, Any], people: tuple[Person, ...], lists: list[Any]) -> list[int]:
    """Hours once for those who share them, busy times as a difference array for each person, and the starts."""
    first, cells = case["from"] // SECONDS, (case["to"] - case["from"]) // SECONDS
    free, known = np.ones(cells, dtype=bool), {}
    for person, busy in zip(people, lists, strict=True):
        key = (person.week.zone, person.week.working)
        if key not in known:
            zone = ZoneInfo(person.week.zone)
            spans = expand(person.week.working, zone, (case["from"], case["to"]))
            known[key] = _covered(spans, first, cells, inward=True)
        free &= known[key]
        free &= ~_covered(busy, first, cells)
    length = case["length_min"] * 60 // SECONDS
    for _ in range(length - 1):
        free[:-1] &= free[1:]
        free[-1] = False
    at = np.flatnonzero(free) + first
    return (at[at % (case["step_min"] * 60 // SECONDS) == 0] * SECONDS).tolist()  # type: ignore[no-any-return]


def _covered(spans: Any, first: int, cells: int, *, inward: bool = False) -> Any:
    table = np.array(spans)
    down, up = table // SECONDS - first, -(-table // SECONDS) - first
    start, end = (up, down) if inward else (down, up)
    begun = np.bincount(np.clip(start[:, 0], 0, cells), minlength=cells + 1)
    over = np.bincount(np.clip(end[:, 1], 0, cells), minlength=cells + 1)
    return np.cumsum(begun - over)[:cells] > 0


def _together(ours: Callable[[], object], other: Callable[[], object], rounds: int) -> tuple[float, float]:  # fmt: skip
    """The medians of two in turn, in ms, after three rounds that do not count; the collector waits, as with timeit."""
    times: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    gc.disable()
    for _ in range(rounds + 3):
        for act, spent in zip((ours, other), times, strict=True):
            begun = time.perf_counter()
            act()
            spent.append((time.perf_counter() - begun) * 1000)
    gc.enable()
    return tuple(sorted(spent[3:])[rounds // 2] for spent in times)  # type: ignore[return-value]
