"""From a gesture to an answer: one look-up in the router, written down once, then acknowledged.

What only shows something runs as a task of this process right after the answer. What changes the world is
committed as a job before the answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from bot import acting, gestures, logs, slash
from bot.desk import SlackDesk
from commands import blocks
from commands.router import Entry, Gesture, Router, View
from connectors.errors import ConnectorError
from hiring import access, people
from hiring.errors import Refused
from hiring.inbox import Inbox
from hiring.services import Services

log = logs.logger(__name__)
Body = Mapping[str, Any] | None
PATIENCE = 2.5  # seconds before the ack, of the three that Slack waits


class Dispatch:
    """The one table behind every payload type."""

    def __init__(
        self,
        services: Services,
        inbox: Inbox,
        desk: SlackDesk,
        housekeeping: Mapping[str, Callable[[Gesture], Awaitable[None]]] | None = None,
    ) -> None:
        self._services = services
        self._inbox = inbox
        self._desk = desk
        self._router: Router = desk.router
        self._housekeeping = dict(housekeeping or {})
        self._running: set[asyncio.Task[None]] = set()

    async def take(self, gesture: Gesture, view: View | None) -> Body:
        """Act on one delivery, once, and give the body of the ack. `view` is the modal it came from."""
        kind = gesture.kind
        if kind == "command":
            return await self._command(gesture)
        if kind == "options":
            return await self._options(gesture)
        if kind == "event" and gesture.name in self._housekeeping:
            if await self._inbox.accept(gesture.delivery):
                self._later(self._housekeeping[gesture.name](gesture))
            return None
        if kind == "action" and gestures.base(gesture.name) == "slash.run":
            return await self._command(
                replace(gesture, name=self._root, text=gesture.value, value="")
            )
        entry = acting.entry_of(self._router, gesture)
        if entry is None or not gesture.user:
            return None
        if gesture.name == "app_home_opened" and gesture.value == "messages":
            return None  # the other tab: there is nothing to draw
        return await self._run(entry, gesture, view)

    async def drain(self, seconds: float = 5.0) -> None:
        """Wait for what runs after its ack; called at shutdown."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    @property
    def _root(self) -> str:
        return self._services.company.command

    async def _command(self, gesture: Gesture) -> Body:
        if await self._inbox.accept(gesture.delivery):
            self._later(self._slash(gesture))
        return None

    async def _slash(self, gesture: Gesture) -> None:
        found = slash.resolve(self._router.verbs, self._root, gesture.name, gesture.text)
        if isinstance(found, slash.Call):
            entry = found.entry
            meant = replace(gesture, kind="command", name=entry.name, text=found.text)
        else:
            entry = Entry("", self._suggest(found))
            meant = replace(gesture, kind="command")
        await acting.perform(self._services, entry, meant, self._desk.reply_to(meant))

    def _suggest(self, guess: slash.Guess) -> Callable[..., Awaitable[None]]:
        async def suggest(gesture: Gesture, actor: Any, services: Services, reply: Any) -> None:
            find = self._router.verbs.get("find")
            may = find is not None and bool(find.roles & await access.roles(services, actor, None))
            await reply.whisper(slash.suggest(guess, self._root, may))

        return suggest

    async def _run(self, entry: Entry, gesture: Gesture, view: View | None) -> Body:
        if gesture.kind == "view" and (wrong := await self._check(entry, gesture, view or {})):
            return {"response_action": "errors", "errors": wrong}
        if entry.durable:
            args = {"team": gesture.team, "user": gesture.user, "gesture": acting.stored(gesture)}
            await self._inbox.accept(
                gesture.delivery, acting.act, job_key=f"act:{gesture.delivery}", args=args
            )
        elif await self._inbox.accept(gesture.delivery):
            reply = self._desk.reply_to(gesture, view=view)
            self._later(acting.perform(self._services, entry, gesture, reply))
        return self._then(entry, gesture, view) if gesture.kind == "view" else None

    async def _check(self, entry: Entry, gesture: Gesture, view: View) -> dict[str, str]:
        """The wrong fields of a submitted modal, each under an input that is there.

        A form that was taken is not checked again: by now its own time is booked.
        """
        if entry.check is None or await self._inbox.knows(gesture.delivery):
            return {}
        inputs = [b["block_id"] for b in view.get("blocks", []) if b.get("type") == "input"]
        try:
            async with asyncio.timeout(PATIENCE):
                actor = await people.actor(self._services, gesture.team, gesture.user)
                wrong = await entry.check(gesture, actor, self._services)
        except Refused as error:
            wrong = {error.field or "": error.sentence}
        except (ConnectorError, TimeoutError) as error:
            log.warning("check failed", view=entry.name, error=type(error).__name__)
            wrong = {
                "": "A connected system is slow just now. Nothing was done: press the button again in a moment."
            }
        if not inputs:
            return {}
        return {name if name in inputs else inputs[0]: sentence for name, sentence in wrong.items()}

    @staticmethod
    def _then(entry: Entry, gesture: Gesture, view: View | None) -> Body:
        then = entry.then if isinstance(entry.then, str) else entry.then(gesture)
        if then == "clear":
            return {"response_action": "clear"}
        if then == "wait":
            title = ((view or {}).get("title") or {}).get("text") or "Callsheet"
            return {"response_action": "update", "view": blocks.loading(title)}
        return None

    async def _options(self, gesture: Gesture) -> Body:
        """Rows for an external select; an empty list when there is nothing or something is wrong."""
        ask = self._router.pickers.get(gestures.base(gesture.name))
        if ask is None:
            return {"options": []}
        try:
            async with asyncio.timeout(PATIENCE):
                actor = await people.actor(self._services, gesture.team, gesture.user)
                rows = await ask(gesture, actor, self._services)
        except (Refused, ConnectorError, TimeoutError) as error:
            log.warning("picker failed", picker=gesture.name, error=type(error).__name__)
            rows = []
        return {"options": rows[:100]}

    def _later(self, work: Coroutine[Any, Any, None] | Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Future[None]") -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a task after the ack failed", error=type(error).__name__)
