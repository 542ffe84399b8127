"""Kills the bot at every commit and every effect of every story in turn, and compares what is left with a calm run."""

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, Queue

from tests.torture.holdings import Holdings, Verdict, compare, holdings
from tests.torture.stories import STORIES, Story
from tests.torture.world import Stuck, World

CALM = ""
WORTH_HELPING = 4  # tasks left in a queue


@dataclass(frozen=True)
class Outcome:
    """One kill: where it struck, and what was left. `point` is empty when the boundary was never reached."""

    story: str
    point: str
    verdict: Verdict
    trouble: str
    seconds: float

    @property
    def is_kill(self) -> bool:
        return bool(self.point) and not self.point.startswith("storm ")

    @property
    def good(self) -> bool:
        return not self.trouble and self.verdict.good


class Sweep:
    """One world and the stories told in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.journal = world.folder / "journal"
        self.armed = world.folder / "armed"
        self._calm: dict[str, Holdings] = {}

    def prepare(self, story: Story) -> list[str]:
        """Lead up to the story, tell it once undisturbed, and give its boundaries in order. A slow day gets a second go."""
        try:
            return self._prepared(story)
        except Stuck:
            return self._prepared(story)

    def _prepared(self, story: Story) -> list[str]:
        world = self.world
        world.later = story.later * 0
        world.build()
        if story.before:
            story.before(world)
            world.rest()
        world.keep(story.name)
        self._calm[story.name] = self._tell(story, CALM)
        return self._crossed()

    def strike(self, task: "Task") -> Outcome:
        """Tell the story with the bot killed at one boundary; at the so manieth when that one does not come up."""
        start, story = time.monotonic(), task.story
        trouble, verdict = "", Verdict((), (), 0)
        if story.name not in self._calm:
            self.prepare(story)
        try:
            found = self._tell(story, task.point)
            if (
                not self.world.restarts
            ):  # things run side by side: this time it was called otherwise
                number = min(task.number, int(len(self._crossed()) * 0.8))
                found = self._tell(story, str(number))
            verdict = compare(self._calm[story.name], found)
        except Stuck as stuck:
            trouble = str(stuck)
        struck = self._crossed()[-1] if self.world.restarts else ""
        return Outcome(story.name, struck, verdict, trouble, time.monotonic() - start)

    def weather(self, story: Story, seed: int) -> Outcome:
        """Tell the story with every delivery arriving one to five times, late and out of order."""
        storm = self.world.storm
        assert storm is not None, "this world has no weather"
        start = time.monotonic()
        trouble, verdict = "", Verdict((), (), 0)
        if story.name not in self._calm:
            self.prepare(story)
        storm.rage(f"{story.name} {seed}")
        try:
            verdict = compare(self._calm[story.name], self._tell(story, CALM))
        except Stuck as stuck:
            trouble = str(stuck)
        finally:
            storm.abate()
        copies = ", ".join(f"{n} {kind}s" for kind, n in sorted(storm.sent.items()))
        return Outcome(story.name, f"storm {seed}: {copies}", verdict, trouble, time.monotonic() - start)  # fmt: skip

    def _tell(self, story: Story, point: str) -> Holdings:
        for file in (self.journal, self.armed):
            file.unlink(missing_ok=True)
        self.world.later = story.later
        self.world.put_back(story.name, [str(self.journal), str(self.armed), point])
        self.armed.touch()
        story.act(self.world)
        self.world.rest()
        return holdings(self.world.var / "workspace.db")

    def _crossed(self) -> list[str]:
        return self.journal.read_text().splitlines() if self.journal.exists() else []


@dataclass(frozen=True)
class Task:
    """One boundary to strike at: its name, and the how manieth of its story it is. Without a name it is a storm."""

    story: Story
    point: str
    number: int


class Campaign:
    """Several worlds side by side, each telling the stories it prepared; an idle one helps with the others'."""

    def __init__(self, worlds: Sequence[World], stories: Sequence[Story] = ()) -> None:
        self.sweeps = [Sweep(world) for world in worlds]
        self.stories = stories or list(STORIES.values())
        self.boundaries: dict[str, list[str]] = {}
        self._lock = threading.Lock()
        self._queues: list[list[Task]] = [[] for _ in worlds]

    def run(self, points: int = 0, only: Sequence[str] = (), storms: int = 0) -> Iterator[Outcome]:
        """Strike at so many boundaries spread evenly over the stories, at all of them for 0, or at those with a word.

        Then tell each story in so many storms.
        """
        outcomes: Queue[Outcome | None] = Queue()

        def work(mine: int) -> None:
            try:
                while task := self._next(mine):
                    outcomes.put(self._do(self.sweeps[mine], task))
            finally:
                outcomes.put(None)

        with ThreadPoolExecutor(len(self.sweeps)) as pool:
            owners = self._prepare(pool)
            storms_to_come = [Task(s, "", -n) for s in self.stories for n in range(1, storms + 1)]
            for task in [*storms_to_come, *self._chosen(points, only)]:
                self._queues[owners[task.story.name]].append(task)
            working = [pool.submit(work, mine) for mine in range(len(self.sweeps))]
            for _ in working:
                yield from iter(outcomes.get, None)
            for done in working:
                done.result()

    @staticmethod
    def _do(sweep: Sweep, task: Task) -> Outcome:
        return sweep.strike(task) if task.point else sweep.weather(task.story, -task.number)

    def _prepare(self, pool: ThreadPoolExecutor) -> dict[str, int]:
        """Tell each story undisturbed in one of the worlds; gives which."""
        waiting: Queue[Story] = Queue()
        for story in self.stories:
            waiting.put(story)
        owners: dict[str, int] = {}

        def prepare(mine: int) -> None:
            with contextlib.suppress(Empty):
                while True:
                    story = waiting.get_nowait()
                    owners[story.name] = mine
                    self.boundaries[story.name] = self.sweeps[mine].prepare(story)

        list(pool.map(prepare, range(len(self.sweeps))))
        return owners

    def _next(self, mine: int) -> Task | None:
        """A task of one's own; else one of the longest queue, when that is worth telling the story calmly once more."""
        with self._lock:
            longest = max(self._queues, key=len)
            queue = self._queues[mine] or (longest if len(longest) >= WORTH_HELPING else [])
            return queue.pop() if queue else None

    def _chosen(self, points: int, only: Sequence[str]) -> list[Task]:
        known = [
            Task(story, point, number)
            for story in self.stories
            for number, point in enumerate(self.boundaries[story.name], 1)
            if not only or any(word in point for word in only)
        ]
        if not points or points >= len(known):
            return known
        return [known[int((n + 0.5) * len(known) / points)] for n in range(points)]
