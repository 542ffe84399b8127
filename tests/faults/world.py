"""A bot, the local workspace and a door before every outside system, in one process; its state can be put back."""

import asyncio
import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx

import commands
from bot import demo_state, manifest, ports, serving, wiring
from bot.wiring import Parts
from bot.worker import Worker
from bot.workspace.app import Workspace
from bot.workspace.store import Store
from hiring import hooks, issues
from hiring.secrets import new_key
from tests.bot.conftest import SECRET, settings
from tests.bot.town import TOKEN
from tests.conftest import migrate
from tests.contracts.stand_ins import credentials
from tests.faults.door import Door, HttpDoor
from tests.faults.mail_door import MailDoor
from tests.flows.person import Mailbox, Person, words
from tests.ports import free_port

T = TypeVar("T")
NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)
PATIENCE = 1.0  # seconds for which the bot waits for an outside system
LONG = 40.0  # seconds until something has to have happened


class Stuck(AssertionError):
    """Something never happened."""


class World:
    """Driven from the test's own thread; everything else runs on the loop of another."""

    def __init__(self, folder: Path, vendor: str = "greenhouse") -> None:
        self.folder, self.vendor = folder, vendor
        self.var = folder / "var"
        self.kept = folder / "kept"
        self.bot_port, self.key = free_port(), new_key()
        self.later = timedelta()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.doors: dict[str, Door] = {
            name: HttpDoor(name) for name in ("slack", "greenhouse", "lever", "calendar")
        }
        self.doors["smtp"] = MailDoor("smtp")
        for door in self.doors.values():
            self.run(door.start())
        self._over: asyncio.Event | None = None
        self._life: Any = None
        self._last: Person | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.bot_port}"

    def place(self, name: str) -> str:
        return f"http://127.0.0.1:{self.doors[name].port}"

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the bot's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def person(self, user: str) -> Person:
        self._last = found = Person(self.http, user)
        return found

    def _unanswered(self) -> bool:
        """Whether the form in front of the person says that a system did not answer: they close it and ask again."""
        stack = self._last.look("view")["stack"] if self._last else []
        return (
            bool(stack) and "did not answer" in words(stack[-1]) and ":warning:" in words(stack[-1])
        )

    def mailbox(self, address: str) -> Mailbox:
        return Mailbox(self.http, address)

    def build(self) -> None:
        """A fresh company with the bot connected to one ATS and to the calendar; running afterwards."""
        self.stop()
        shutil.rmtree(self.var, ignore_errors=True)
        self.var.mkdir(parents=True)
        self.later = timedelta()
        self.start(fresh=True)

    def keep(self, name: str) -> None:
        """Stop everything and keep its state under a name."""
        self.stop()
        shutil.rmtree(self.kept / name, ignore_errors=True)
        shutil.copytree(self.var, self.kept / name)

    def put_back(self, name: str) -> None:
        """The kept state, running again."""
        self.stop()
        shutil.rmtree(self.var, ignore_errors=True)
        shutil.copytree(self.kept / name, self.var)
        self.start()

    def start(self, *, fresh: bool = False) -> None:
        ready, self._last = threading.Event(), None
        self._life = asyncio.run_coroutine_threadsafe(self._live(ready, fresh), self._loop)
        while not ready.wait(0.01):
            if self._life.done():
                self._life.result()
        self.http = httpx.Client(base_url=self._page, timeout=30)

    def stop(self) -> None:
        if self._over is not None:
            self.http.close()
            self._loop.call_soon_threadsafe(self._over.set)
            self._life.result(60)
            self._over = None

    async def _live(self, ready: threading.Event, fresh: bool) -> None:
        store = Store(self.var / "workspace.db")
        described = manifest.build(commands.load(), url=self.url)
        workspace = Workspace(store, described, self.url, SECRET, TOKEN)
        workspace.clock.move_to(NOON + self.later)
        places = await workspace.start("127.0.0.1", {})
        for row in store.find("lever_opportunities", name="Ada Lovelace"):
            opened = {"archived": None, "archivedAt": None, "archiveReason": None}
            store.put("lever_opportunities", row["id"], row | opened)  # open there too
        for name, place in (("slack", "url"), *((n, n) for n in ("greenhouse", "lever", "calendar", "smtp"))):  # fmt: skip
            self.doors[name].upstream = int(places[place].rpartition(":")[2])
        team = store.get("slack_team", "team") or {}
        store.put("slack_team", "team", {**team, "url": self.place("slack")})  # for response_urls
        self._page, self._over = places["url"], asyncio.Event()
        async with contextlib.AsyncExitStack() as stack:
            await self._bot(stack, fresh)
            ready.set()
            await self._over.wait()
        await workspace.stop()

    async def _bot(self, stack: contextlib.AsyncExitStack, fresh: bool) -> None:
        chosen = settings(
            self.var, slack_api_url=f"{self.place('slack')}/api/", bot_token=TOKEN, secret_keys=self.key,
            smtp_url=f"smtp://127.0.0.1:{self.doors['smtp'].port}", mail_from="hiring@brightwater.example",
            company="Brightwater Labs", public_url=self.url,
        )  # fmt: skip
        if fresh:
            await asyncio.to_thread(migrate, chosen.database)
        self.parts = await stack.enter_async_context(wiring.parts(chosen, patience=PATIENCE))
        services = self.parts.services
        if fresh:
            state = demo_state.State()
            for vendor, place in ((self.vendor, self.vendor), ("google", "calendar")):
                keys = credentials(vendor, state)
                await services.accounts.add(vendor, vendor, {}, keys, self.place(place))
            await hooks.beat(services)  # not some time during a telling
        await services.clock.move(services.store, at=NOON + self.later)
        worker = Worker(self.parts)
        await worker.start()
        stack.push_async_callback(worker.stop, 0)
        sock = ports.listen("127.0.0.1", self.bot_port)
        await stack.enter_async_context(serving.web(self.parts, sock))

    def wait(self, look: Callable[[], T], what: str, *, seconds: float = LONG) -> T:
        """What `look` gives once it is something. Raises Stuck."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(httpx.HTTPError, StopIteration, KeyError):
                if found := look():
                    return found
            time.sleep(0.06)
        raise Stuck(f"waited {seconds:.0f} s in vain for {what}")

    def insist(self, gesture: Callable[[], Any], done: Callable[[], Any], what: str) -> None:
        """What a person does whose press goes nowhere: looks, and presses again."""
        for _ in range(15):
            with contextlib.suppress(httpx.HTTPError, AssertionError):
                gesture()
            with contextlib.suppress(Stuck):
                self.wait(lambda: done() and not self._unanswered(), what, seconds=2.2)
                return
        raise Stuck(f"pressed and pressed, but never: {what}")

    def rest(self) -> None:
        """Wait until nothing is queued, running or due, and nobody is being asked anything."""
        self.run(_rest(self.parts, list(self.doors.values())))

    def open_issues(self) -> list[issues.Issue]:
        return self.run(issues.listing(self.parts.services))

    def try_again(self) -> None:
        """Press “Try again” on everything that waits for a person."""
        for issue in self.open_issues():
            self.run(issues.retry(self.parts.services, issue.id))
        self.rest()

    def close(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)


async def _rest(parts: Parts, doors: list[Door]) -> None:
    calm, end = 0, time.monotonic() + LONG
    while calm < 3:
        if time.monotonic() > end:
            raise Stuck("the work was never done")
        settled = await parts.services.jobs.settle(parts.services, timeout=1.0)
        calm = calm + 1 if settled and not any(door.busy for door in doors) else 0
        await asyncio.sleep(0.08)


@contextlib.contextmanager
def world(folder: Path, vendor: str = "greenhouse") -> Iterator[World]:
    made = World(folder, vendor)
    try:
        yield made
    finally:
        made.close()
