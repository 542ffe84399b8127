"""A visitor who types every verb, presses every button and submits every form, and keeps everything that was drawn."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot import acting
from commands.router import Blocks, Gesture, Message, Router, View
from connectors.errors import ConnectorError
from hiring import ids
from hiring.errors import Refused
from hiring.people import Actor
from tests.firm import BEN, CHEN, TEAM, TOM, Firm

Doc = dict[str, Any]
LAST = {"account.remove"}  # after which the others would have nothing left
ROOM = "C0PANEL01"  # a private channel
OFTEN = 2  # how often one person presses the same kind of button
ONCE = {
    "cancel",
    "loop.cancel",
    "reject",
    "offer.withdraw",
    "offer.decline",
}  # each takes away what others still need


@dataclass(frozen=True)
class Drawn:
    """One payload: a message, modal, home or options, who saw it, and what led to it."""

    kind: str
    payload: Doc
    user: str
    after: str


@dataclass
class Pen:
    """Answers a gesture by keeping what was drawn."""

    crawl: "Crawl"
    gesture: Gesture

    async def whisper(self, message: Message) -> None:
        self.crawl.keep_message(message, self.gesture.user, self.gesture.name)

    async def replace(self, message: Message) -> None:
        await self.whisper(message)

    async def open(self, view: View) -> str:
        return await self._view(view)

    async def update(self, view: View, view_id: str = "") -> None:
        await self._view(view)

    async def home(self, view: View) -> None:
        self.crawl.keep("home", view, self.gesture.user, self.gesture.name)

    async def hand_over(self, filename: str, content: bytes, title: str) -> None:
        assert filename
        assert content

    async def _view(self, view: View) -> str:
        self.crawl.keep("modal", view, self.gesture.user, self.gesture.name)
        return "V0CRAWL"


@dataclass
class Crawl:
    """`typed` is what the visitor types where nothing is filled in."""

    firm: Firm
    router: Router
    typed: str
    drawn: list[Drawn] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    astray: set[str] = field(default_factory=set)  # refusals beside no field of their modal
    queue: list[Gesture] = field(default_factory=list)
    last: list[Gesture] = field(default_factory=list)
    at_home: dict[str, Gesture] = field(default_factory=dict)
    _pressed: Counter[str] = field(default_factory=Counter)
    _cards: int = 0

    def keep(self, kind: str, payload: Doc, user: str, after: str) -> None:
        self.drawn.append(Drawn(kind, payload, user, after))
        view = payload if kind != "message" else {}
        private = _json(view.get("private_metadata"))
        origin = Gesture(
            "action", TEAM, user, "", view_id="V0CRAWL" if view else "", private=private
        )
        if kind in ("message", "modal", "home"):
            values = self._values(payload.get("blocks") or [])
            for block, element in elements(payload.get("blocks") or []):
                self._press(replace(origin, values=values), block, element, at_last=kind == "home")
        if view.get("submit"):
            name = view["callback_id"]
            for chosen in self._ways(view["blocks"]):
                now, delivery = {**values, **chosen}, ids.new("d")
                made = replace(origin, kind="view", name=name, values=now, delivery=delivery)
                self._add(made, way=" ".join(chosen.values()))
            if view.get("notify_on_close"):
                self._add(replace(origin, kind="closed", name=name, values=values))

    def keep_message(self, message: Message, user: str, after: str) -> None:
        self.keep("message", {"text": message.text, "blocks": message.blocks}, user, after)

    def _add(self, gesture: Gesture, way: str = "") -> None:
        base = gesture.name.split(":")[0]
        who = gesture.user if base not in ONCE else "somebody"
        key = f"{who} {gesture.kind} {base} {way}"
        same = f"{key} {gesture.value} {gesture.private if gesture.kind != 'action' else ''}"
        if self._pressed[same] or self._pressed[key] >= (1 if base in ONCE else OFTEN):
            return
        self._pressed.update((same, key))
        (self.last if base in LAST else self.queue).append(gesture)

    def _press(self, origin: Gesture, block: Doc, element: Doc, *, at_last: bool = False) -> None:
        """What stands in the Home tab stands on a card, too: it is pressed there first, and here at the end."""
        name = element.get("action_id", "")
        if at_last:
            pressed = replace(origin, name=name, value=element.get("value", ""))
            self.at_home.setdefault(f"{pressed.user} {name.split(':')[0]}", pressed)
            return
        if element["type"] == "button":
            self._add(
                replace(origin, name=name, value=element.get("value", ""), delivery=ids.new("d"))
            )
        elif element["type"] == "external_select":
            self._add(replace(origin, kind="options", name=name, text=self.typed))
        elif block.get("dispatch_action"):
            self._choose(replace(origin, name=name), block["block_id"], element)

    def _choose(self, gesture: Gesture, block: str, element: Doc) -> None:
        """Every choice of a menu once, whoever sees it first; what is typed or picked as often as buttons."""
        for option in element.get("options") or []:
            value = option["value"]
            if not self._pressed[same := f"{gesture.name} {value}"]:
                self._pressed[same] += 1
                now = [value] if element["type"] == "checkboxes" else value
                values = {**gesture.values, block: now}
                made = replace(gesture, value=value, values=values, delivery=ids.new("d"))
                self.queue.append(made)
        if not element.get("options"):
            self._add(replace(gesture, delivery=ids.new("d")))

    def _ways(self, blocks: Blocks) -> list[dict[str, Any]]:
        """A form with radio buttons is sent once for each of them, any other form as it stands."""
        return [
            {block["block_id"]: option["value"]}
            for block, element in elements(blocks)
            if element["type"] == "radio_buttons"
            for option in element["options"]
        ] or [{}]

    def _values(self, blocks: Blocks) -> Mapping[str, Any]:
        return {
            block["block_id"]: self._value(element)
            for block, element in elements(blocks)
            if block["type"] == "input"
        }

    def _value(self, element: Doc) -> Any:
        """What stands in the field, else what a person would put there."""
        match element["type"]:
            case "plain_text_input":
                return element.get("initial_value") or (
                    (element.get("placeholder") or {}).get("text") or self.typed
                )
            case "users_select":
                return element.get("initial_user") or TOM
            case "multi_users_select":
                return element.get("initial_users") or [BEN, CHEN]
            case "conversations_select":
                return ROOM
            case "multi_static_select":
                return [option["value"] for option in element["options"][:2]]
            case "datepicker":
                return element.get("initial_date")
            case "checkboxes":
                return [element["options"][0]["value"]]
            case _:
                return (element.get("initial_option") or element["options"][0])["value"]

    async def types(self, user: str, *texts: str) -> None:
        """Every verb, with each of the texts."""
        for verb in self.router.verbs:
            for text in texts:
                await self.does(Gesture("command", TEAM, user, verb, text=text))
        for event in self.router.events:
            await self.does(Gesture("event", TEAM, user, event))

    async def goes_on(self) -> None:
        """Press and submit what was drawn, until nothing new is left."""
        while True:
            while self.queue:
                await self.does(self.queue.pop(0))
            await self._rests()
            shown, self._cards = self.firm.desk.shown[self._cards :], len(self.firm.desk.shown)
            for user, kind, subject in dict.fromkeys(shown):
                if user.startswith("loop-") and user not in self.firm.desk.rooms:
                    continue  # a channel that was archived meanwhile
                await self.looks_at(user, kind, subject)
            if not self.queue:
                return

    async def ends(self) -> None:
        """Press what was kept for the end."""
        for gesture in list(self.at_home.values()):  # pressing one draws the Home tab anew
            await self.does(replace(gesture, delivery=ids.new("d")))
        await self._rests()
        for gesture in self.last:
            await self.does(gesture)

    async def _rests(self) -> None:
        """Jobs are done, but for those that wait for a vendor that is away: they would be tried for a long while."""
        await self.firm.services.jobs.settle(self.firm.services, timeout=20)

    async def looks_at(self, user: str, kind: str, subject: str) -> None:
        self.used.add(f"cards {kind}")
        message = await self.router.cards[kind](self.firm.services, TEAM, user, subject)
        self.keep_message(message, user if user.startswith("U") else BEN, kind)  # BEN: in a channel

    async def does(self, gesture: Gesture) -> None:
        actor = await self.firm.actor(gesture.user)
        base = gesture.name.split(":")[0]
        if gesture.kind == "options":
            await self._chooses(gesture, actor, base)
            return
        tables = {"command": "verbs", "action": "actions", "view": "views", "event": "events"}
        table = tables.get(gesture.kind, "closed")
        self.used.add(f"{table} {base}")
        entry = getattr(self.router, table)[base]
        try:
            await acting.allow(self.firm.services, actor, entry)
            if entry.check:
                refused = await entry.check(gesture, actor, self.firm.services)
                self.astray |= {
                    f"{base}: {name}" for name in refused.keys() - gesture.values.keys()
                }
                if refused:
                    return
            await entry.handler(gesture, actor, self.firm.services, Pen(self, gesture))
        except (Refused, ConnectorError):
            return  # `bot/acting.py` says it, escaped

    async def _chooses(self, gesture: Gesture, actor: Actor, base: str) -> None:
        self.used.add(f"pickers {base}")
        found = await self.router.pickers[base](gesture, actor, self.firm.services)
        self.keep("options", {"options": found}, gesture.user, base)
        for option in found[:2]:
            self._add(replace(gesture, kind="action", text="", value=option["value"]))


def elements(blocks: Blocks) -> Iterator[tuple[Doc, Doc]]:
    """Everything that can be pressed or filled in, with its block."""
    for block in blocks:
        for name in ("element", "accessory"):
            if isinstance(block.get(name), dict):
                yield block, block[name]
        if block["type"] == "actions":
            for found in block["elements"]:
                yield block, found


def _json(text: str | None) -> Doc:
    return dict(json.loads(text)) if text else {}
