"""Tells each story once calmly to learn its outside calls, then again with faults at them, and compares what is left."""

import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tests.faults.door import FAULTS, Strike
from tests.faults.mail_door import MAIL_FAULTS
from tests.faults.world import Stuck, World
from tests.torture.holdings import holdings
from tests.torture.stories import STORIES, Story

NOT_WITH = {("lever", "scorecard")}  # Ben, whose scorecard it is, has no interview there
SHORT = {
    "greenhouse": ("book", "pick"),
    "lever": ("message", "book"),
}  # together they reach every door
NOTICES = (":warning:", ":hourglass_flowing_sand:", "went through after all")
REFUSED = "That time is no longer free in the calendar of"
READS = re.compile(r"GET |POST \S*(token|freeBusy|users\.|conversations\.open)")
_VARYING = re.compile(r"ref: [0-9a-f]{8}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")

_CLOCK = r"\d\d:\d[\d…]"
_TIMES = re.compile(
    rf"{_CLOCK}(:\d\d)?(–{_CLOCK})?(Z|[+-]\d\d:\d\d)?|\"date\": <millis>|(?<=your time; )the same|\d+(?= times offered)"
)

Strikes = Mapping[str, Strike]  # door: the fault it does


@dataclass
class Outcome:
    """What a disturbed telling left."""

    story: str
    strikes: Strikes
    struck: list[str] = field(default_factory=list)
    trouble: str = ""
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    in_doubt: int = 0
    first_lost: int = 0  # what was missing before a person pressed “Try again”
    sentences: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def silent(self) -> bool:
        """Something was missing, and nobody was told."""
        return bool(self.first_lost) and not self.sentences

    @property
    def good(self) -> bool:
        wrong = self.trouble or self.lost or self.twice or self.errors or self.silent
        return not wrong and self.in_doubt <= 1

    def __str__(self) -> str:
        where = "; ".join(f"{door}: {s.fault} at {s.call}" for door, s in self.strikes.items())
        rows = [f"lost: {r[:300]}" for r in self.lost] + [f"twice: {r[:300]}" for r in self.twice]
        rows += [f"logged: {r[-600:]}" for r in self.errors]
        rows += ["nobody was told"] if self.silent else []
        rows += [f"told: {r}" for r in self.sentences]
        rows += [f"in doubt: {self.in_doubt}"] if self.in_doubt else []
        head = f"{'ok ' if self.good else 'BAD'} {self.story} ({self.seconds:.1f} s) {where} {self.trouble}"
        return "\n      ".join([head, *rows])


@dataclass(frozen=True)
class Held:
    """Multisets by receiver."""

    mails: Counter[str]
    ats: Counter[str]
    slack: Counter[str]


class Sweep:
    """One world, its stories as they go calmly, and the calls that each makes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.calls: dict[str, dict[str, list[str]]] = {}
        self._calm: dict[str, Held] = {}

    def prepare(self, name: str) -> dict[str, list[str]]:
        """Tell a story calmly; gives the distinct calls to each door, in order. Once per story."""
        if name not in self.calls:
            story, world = STORIES[name], self.world
            world.build()
            if story.before:
                story.before(world)
                world.rest()
            world.keep(name)
            self._calm[name] = self._tell(story, {})
            self.calls[name] = {
                door.name: list(dict.fromkeys(door.calls)) for door in world.doors.values()
            }
        return self.calls[name]

    def strike(self, name: str, strikes: Strikes) -> Outcome:
        """Tell a story with one fault at each of these doors, then press “Try again” where that is offered."""
        self.prepare(name)
        outcome, begun = Outcome(name, strikes), time.monotonic()
        with logged() as outcome.errors:
            try:
                calm = self._calm[name]
                first = self._tell(STORIES[name], strikes)
                if "calendar" in strikes:  # the form said so, and another time may look free
                    calm, first = any_time(calm), any_time(first)
                outcome.first_lost = len(_missing(calm, first))
                outcome.sentences = [issue.sentence for issue in self.world.open_issues()]
                outcome.sentences += _notices(first)
                if self.world.open_issues():
                    self.world.try_again()
                left = held(self.world)
                _judge(outcome, calm, any_time(left) if "calendar" in strikes else left)
            except Stuck as stuck:
                outcome.trouble = str(stuck)
        outcome.struck = [door.name for door in self.world.doors.values() if door.struck]
        outcome.seconds = time.monotonic() - begun
        return outcome

    def _tell(self, story: Story, strikes: Strikes) -> Held:
        self.world.later = story.later
        self.world.put_back(story.name)
        for door in self.world.doors.values():
            door.arm(strikes.get(door.name))
        try:
            story.act(self.world)
        except Stuck:
            if not self.world.open_issues():
                raise
            self.world.try_again()  # somebody was told, and sees to it; then it goes on
            story.act(self.world)
        self.world.rest()
        return held(self.world)


class logged:
    """Every line of level ERROR that was written while the block ran."""

    def __enter__(self) -> list[str]:
        self._lines: list[str] = []
        self._handler = logging.Handler(logging.ERROR)
        self._handler.emit = lambda record: self._lines.append(  # type: ignore[method-assign]
            logging.Formatter().format(record)
        )
        logging.getLogger().addHandler(self._handler)
        return self._lines

    def __exit__(self, *exc: object) -> None:
        logging.getLogger().removeHandler(self._handler)


def held(world: World) -> Held:
    """What the receivers hold, without the markers that are made anew in every run."""
    found = holdings(world.var / "workspace.db")
    slack = sum(found.slack.values(), Counter())
    return _without(_VARYING, Held(found.mails, found.ats, slack))


def any_time(found: Held) -> Held:
    """The same, whatever the time of day."""
    return _without(_TIMES, found)


def _without(varying: re.Pattern[str], found: Held) -> Held:
    kept: list[Counter[str]] = []
    for rows in (found.mails, found.ats, found.slack):
        counted: Counter[str] = Counter()
        for row, times in rows.items():
            counted[_blanked(varying, row)] += times
        kept.append(counted)
    return Held(*kept)


@lru_cache(maxsize=50_000)
def _blanked(varying: re.Pattern[str], row: str) -> str:
    return varying.sub("<…>", row)


def _judge(outcome: Outcome, calm: Held, after: Held) -> None:
    """Nothing missing and nothing more, but for notices of trouble and one message that Slack holds again."""
    outcome.lost = _missing(calm, after)
    slack = outcome.strikes.get("slack")
    if slack and slack.fault == "an expired token" and outcome.sentences:
        outcome.lost = [
            row for row in outcome.lost if not row.startswith("slack")
        ]  # refused for good, and said so
    # a time looked free while the calendar was silent: whoever chose it was told, and what follows is about the time before
    refused = "calendar" in outcome.strikes and any(REFUSED in s for s in outcome.sentences)
    instead = len(outcome.lost) if refused else 0
    outcome.lost = [] if refused else outcome.lost
    for row in _missing(after, calm):
        place, _, text = row.partition(" | ")
        if place == "slack" and any(notice in text for notice in NOTICES):
            continue
        if place == "slack" and text in calm.slack:
            outcome.in_doubt += 1
            continue
        outcome.twice.append(row)
    if len(outcome.twice) <= instead:
        outcome.twice = []


def _missing(here: Held, there: Held) -> list[str]:
    return [
        f"{place} | {row}"
        for place in ("mails", "slack", "ats")
        for row in (getattr(here, place) - getattr(there, place)).elements()
    ]


def _notices(found: Held) -> list[str]:
    return [row for row in found.slack if any(notice in row for notice in NOTICES)]


def faults_of(door: str) -> list[str]:
    return list(MAIL_FAULTS if door == "smtp" else FAULTS)


def covering(sweep: Sweep, number: int) -> tuple[str, Strikes]:
    """The story and the strikes of one number: taken together, every fault comes to every door.

    With the second ATS only its own door misbehaves, since the others did so with the first.
    """
    vendor = sweep.world.vendor
    names = SHORT[vendor]
    name = names[number % len(names)]
    strikes = {}
    for door, made in sweep.prepare(name).items():
        if made and vendor in ("greenhouse", door):
            faults = faults_of(door)
            strikes[door] = Strike(faults[number % len(faults)], choose(made, number))
    return name, strikes


def choose(made: Sequence[str], number: int) -> str:
    """What changes something for even numbers, anything for odd ones."""
    changing = [call for call in made if not READS.match(call)]
    wanted = changing if changing and number % 2 == 0 else made
    return wanted[(number // 2) % len(wanted)]


def everything(
    sweep: Sweep, names: Sequence[str], *, changing: bool
) -> Iterator[tuple[str, Strikes]]:
    """The whole product: each fault alone at each call of each story, or only at those that change something."""
    for name in names:
        for door, made in sweep.prepare(name).items():
            for call in made:
                if changing and READS.match(call):
                    continue
                for fault in faults_of(door):
                    yield name, {door: Strike(fault, call)}


def told_with(vendor: str) -> list[str]:
    return [name for name in STORIES if (vendor, name) not in NOT_WITH]
