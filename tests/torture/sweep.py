"""Kills the bot at every commit and every effect of every story in turn, and compares what is left with a calm run."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.torture.holdings import Holdings, Verdict, compare, holdings
from tests.torture.stories import STORIES, Story
from tests.torture.world import Stuck, World


@dataclass(frozen=True)
class Outcome:
    """One kill: where it struck, and what was left."""

    story: str
    number: int
    point: str
    verdict: Verdict
    trouble: str
    seconds: float

    @property
    def good(self) -> bool:
        return not self.trouble and self.verdict.good


class Sweep:
    """One world and its stories."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.journal = world.folder / "journal"
        self.armed = world.folder / "armed"
        self._calm: dict[str, Holdings] = {}
        self._points: dict[str, list[str]] = {}

    def prepare(self, story: Story) -> list[str]:
        """Lead up to the story, tell it once undisturbed, and give its boundaries in order."""
        world = self.world
        world.later = story.later * 0
        world.build()
        if story.before:
            story.before(world)
            world.rest()
        world.keep(story.name)
        world.later = story.later
        self._calm[story.name] = self._tell(story, 0)
        self._points[story.name] = self._crossed()
        return self._points[story.name]

    def strike(self, story: Story, number: int) -> Outcome:
        """Tell the story with the bot killed at one boundary."""
        start = time.monotonic()
        trouble = ""
        verdict = Verdict((), (), 0)
        try:
            verdict = compare(self._calm[story.name], self._tell(story, number))
        except Stuck as stuck:
            trouble = str(stuck)
        crossed = self._crossed()
        point = crossed[number - 1] if len(crossed) >= number else "not reached"
        return Outcome(story.name, number, point, verdict, trouble, time.monotonic() - start)

    def _tell(self, story: Story, number: int) -> Holdings:
        for file in (self.journal, self.armed):
            file.unlink(missing_ok=True)
        self.world.put_back(story.name, [str(self.journal), str(self.armed), str(number)])
        self.armed.touch()
        story.act(self.world)
        self.world.rest()
        return holdings(self.world.var / "workspace.db")

    def _crossed(self) -> list[str]:
        text = self.journal.read_text() if self.journal.exists() else ""
        return [line.partition(" ")[2] for line in text.splitlines()]


def sweep(
    world: World,
    choose: Callable[[str, int], Iterator[int] | range],
    names: list[str] | None = None,
) -> Iterator[Outcome]:
    """Every chosen boundary of every story; `choose` gets a story's name and how many boundaries it has."""
    made = Sweep(world)
    for story in STORIES.values():
        if names is None or story.name in names:
            points = made.prepare(story)
            for number in choose(story.name, len(points)):
                yield made.strike(story, number)


def folder(base: Path, name: str) -> Path:
    place = base / name
    place.mkdir(parents=True, exist_ok=True)
    return place
