"""A small set of features that use everything a handler may do, to test the machinery behind them."""

import asyncio
from collections.abc import Mapping
from typing import Any

from commands import blocks
from commands.router import Gesture, Message, Reply, Router
from connectors.errors import TryLater
from hiring.errors import Refused
from hiring.people import Actor
from hiring.services import Services


class Toy:
    """The features, and what happened to them."""

    def __init__(self) -> None:
        self.router = Router()
        self.done: list[str] = []
        self.state = "open"
        self.stumbles = 0
        self.release = asyncio.Event()  # lets the check of a form with the word "held" end
        self._verbs()
        self._presses()
        self._modals()

    def _verbs(self) -> None:
        router = self.router

        @router.slash("help", help="Help", roles=set())
        async def help_(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            await reply.whisper(blocks.said(f"help on {g.text or 'everything'}"))

        @router.slash(
            "echo", help="Say it again", roles=set(), alias="parrot", example="echo hello"
        )
        async def echo(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            self.done.append(g.text)
            name = blocks.escape(actor.person.name)
            await reply.whisper(blocks.said(f"{name} said {blocks.escape(g.text)}"))

        @router.slash("vault", help="For nobody", roles={"recruiter"})
        async def vault(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            self.done.append("vault")

        @router.slash("fall", help="Fall over", roles=set())
        async def fall(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            raise RuntimeError(f"a bug with {g.text} in it")

        @router.slash("form", help="Open the form", roles=set())
        async def form(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            await reply.update(self.form(), await reply.open(blocks.loading("Form")))

        @router.slash("refuse", help="Refuse in a modal", roles=set())
        async def refuse(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            await reply.open(blocks.loading("Form"))
            raise Refused("There is no such thing here.")

        @router.event("app_home_opened")
        async def home(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            await reply.home({"type": "home", "blocks": [blocks.section("Welcome home")]})

    def _presses(self) -> None:
        router = self.router

        @router.card("thing")
        async def thing(services: Services, team: str, user: str, subject: str) -> Message:
            press = blocks.button("Approve", "thing.approve", subject)
            return Message(
                "A thing", [blocks.section(f"Thing is {self.state}"), blocks.actions(press)]
            )

        @router.action("thing.approve", durable=True)
        async def approve(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            if self.stumbles:
                self.stumbles -= 1
                raise TryLater("not now")
            if self.state == "approved":
                raise Refused("It is approved already.")
            self.state = "approved"
            self.done.append(f"approved {g.value} by {actor.user}")
            await services.desk.refresh("thing", g.value)

        @router.action("stale")
        async def stale(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            raise Refused("Somebody was faster.")

        @router.options("pick")
        async def pick(g: Gesture, actor: Actor, services: Services) -> list[dict[str, Any]]:
            if g.text == "broken":
                raise TryLater("down")
            return [blocks.option(f"{g.text} {n}", str(n)) for n in range(3)]

    def _modals(self) -> None:
        async def check(g: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
            word = g.values.get("word")
            if word == "slow":
                await asyncio.sleep(30)
            if word == "held":
                await self.release.wait()
            return {"word": "Not this word."} if word == "bad" else {}

        @self.router.view("form", check=check)
        async def save(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            self.done.append(f"saved {g.values['word']}")
            await reply.whisper(blocks.said(f"Saved {blocks.escape(g.values['word'])}"))

        @self.router.view("waiting", then="wait", durable=False)
        async def wait(g: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
            await reply.update(blocks.notice("Form", "It is done"))

    def form(self, callback: str = "form") -> dict[str, Any]:
        return blocks.modal(
            "Form",
            callback,
            [
                blocks.entry("Word", blocks.text_input("word"), "word"),
                blocks.section("Choose", accessory=blocks.external_select("pick:1", placeholder="x"), block_id="p"),
                blocks.actions(blocks.button("Stale", "stale", "1")),
            ],
            submit="Save",
        )  # fmt: skip
