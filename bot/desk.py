"""The desk on a real Slack: looks members up, keeps one card per thing and person, says a sentence once."""

import asyncio
import contextlib
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import audience, rooms
from bot.replies import SlackReply, fingerprint
from bot.slack_client import LOST, Clients, ask
from commands import blocks
from commands.router import Gesture, Message, Router, View
from connectors.errors import ConnectorError, Rejected, TryLater
from hiring import cards
from hiring.desk import Person, drawing
from hiring.errors import NotFound, Refused
from hiring.memory import Memory
from hiring.services import Services

KEEP = 600.0  # seconds a member is remembered
DRAWS = 5  # times a card is drawn while others change it
_GONE = {
    "message_not_found",
    "cant_update_message",
    "channel_not_found",
    "edit_window_closed",
    "is_inactive",
}


class SlackDesk:
    """Implements `hiring.desk.Desk`. `bind` gives it the services its cards are drawn with."""

    def __init__(self, clients: Clients, router: Router) -> None:
        self._clients = clients
        self.router = router
        self._memory = Memory()
        self._locks: dict[tuple[str, ...], asyncio.Lock] = {}
        self._services: Services | None = None

    def bind(self, services: Services) -> None:
        self._services = services

    @property
    def services(self) -> Services:
        assert self._services is not None, "the desk is used before it is bound"
        return self._services

    def reply_to(
        self, gesture: Gesture, *, view: View | None = None, patient: bool = False
    ) -> SlackReply:
        """What a handler answers this gesture with."""
        return SlackReply(self._clients, gesture, view=view, patient=patient)

    async def teams(self) -> list[str]:
        return await self._memory.recall(("teams",), KEEP, self._clients.teams)

    async def audience(self, team: str, channel: str) -> list[str]:
        return await audience.of(await self._clients.of(team), channel)

    async def make_channel(self, team: str, name: str) -> str:
        return await rooms.make(await self._clients.of(team, patient=True), team, name)

    async def in_channel(self, team: str, channel: str) -> bool:
        return await rooms.is_in(await self._clients.of(team, patient=True), channel)

    async def invite(self, team: str, channel: str, user: str) -> bool:
        return await rooms.invite(await self._clients.of(team, patient=True), channel, user)

    async def archive(self, team: str, channel: str) -> None:
        await rooms.archive(await self._clients.of(team, patient=True), channel)

    async def person(self, team: str, user: str) -> Person:
        async def look() -> Person:
            client = await self._clients.of(team)
            try:
                answer = await ask(client.users_info, user=user)
            except Rejected as error:
                raise NotFound("I cannot see this person in Slack.") from error
            return _person(team, answer["user"])

        return await self._memory.recall(("person", team, user), KEEP, look)

    async def person_by_email(self, team: str, email: str) -> Person | None:
        async def look() -> Person | None:
            client = await self._clients.of(team)
            try:
                answer = await ask(client.users_lookupByEmail, email=email)
            except Rejected as error:
                if error.code in ("users_not_found", "user_not_visible"):
                    return None
                raise
            return None if answer["user"].get("deleted") else _person(team, answer["user"])

        return await self._memory.recall(("email", team, email.casefold()), KEEP, look)

    def forget(self) -> None:
        """Forget every member: somebody's zone or address changed."""
        self._memory.forget()

    async def show(self, team: str, user: str, kind: str, subject: str) -> None:
        if kind not in self.router.cards:
            raise NotFound(f"There is no card called {kind}.")
        if not await self._bring_up_to_date(cards.Place(team, user, kind, subject)):
            await cards.finish_later(self.services, kind, subject)

    async def refresh(self, kind: str, subject: str) -> None:
        if not await self.redraw(kind, subject):
            await cards.finish_later(self.services, kind, subject)

    async def redraw(self, kind: str, subject: str) -> bool:
        if kind not in self.router.cards:
            return True
        whole = True
        for card in await cards.standing(self.services, kind, subject):
            with contextlib.suppress(Refused):  # may no longer see it; the card stays as it was
                whole &= await self._bring_up_to_date(card.place)
        return whole

    async def say(self, team: str, user: str, text: str, *, key: str) -> None:
        if await cards.was_said(self.services, key):
            return
        client = await self._clients.of(team, patient=True)
        channel = await self._direct(client, team, user)
        if ts := await self._post(client, channel, Message(blocks.escape(text)), key):
            await cards.note_said(self.services, key, channel, ts)

    async def _bring_up_to_date(self, place: cards.Place) -> bool:
        """Draw the card until what stands in Slack is what was drawn last, whoever else draws it at the same time.

        False when something that belongs on it could not be read.
        """
        draw, missing = self.router.cards[place.kind], list[str]()
        async with self._lock(place):
            for _ in range(DRAWS):
                with drawing() as missing:
                    message = await draw(self.services, place.team, place.user, place.subject)
                before = await cards.find(self.services, place)
                if before is not None and before.look == fingerprint(message):
                    break
                if await self._put(place, message, before):
                    break
        return not missing

    async def _put(self, place: cards.Place, message: Message, before: cards.Card | None) -> bool:
        """Edit the card or post it; False when another process did meanwhile."""
        client = await self._clients.of(place.team, patient=True)
        look = fingerprint(message)
        if before is not None and await self._edit(client, before, message):
            return await cards.keep(
                self.services, cards.Card(place, before.channel, before.ts, look), before
            )
        channel = await self._direct(client, place.team, place.user)
        ts = await self._post(client, channel, message, place.key)
        if not ts or await cards.keep(self.services, cards.Card(place, channel, ts, look), before):
            return True
        await ask(client.chat_delete, channel=channel, ts=ts)  # the other process's card stays
        return False

    async def _edit(self, client: AsyncWebClient, card: cards.Card, message: Message) -> bool:
        """False when the message is gone."""
        try:
            await ask(
                client.chat_update, channel=card.channel, ts=card.ts, text=message.text, blocks=message.blocks
            )  # fmt: skip
        except Rejected as error:
            if error.code not in _GONE:
                raise
            return False
        return True

    async def _post(self, client: AsyncWebClient, channel: str, message: Message, key: str) -> str:
        """Post and give the message's `ts`; empty when a person says that it stands there already. Raises InDoubt."""
        if not await cards.begin_post(self.services, key):
            return ""
        metadata = {"event_type": "callsheet_card", "event_payload": {"key": key}}
        try:
            answer = await ask(
                client.chat_postMessage, channel=channel, text=message.text, blocks=message.blocks or None,
                metadata=metadata, unfurl_links=False, unfurl_media=False,
            )  # fmt: skip
        except ConnectorError as error:
            if not (isinstance(error, TryLater) and error.code == LOST):
                await cards.not_posted(self.services, key)
            raise
        return str(answer["ts"])

    async def _direct(self, client: AsyncWebClient, team: str, user: str) -> str:
        async def open_() -> str:
            return str((await ask(client.conversations_open, users=user))["channel"]["id"])

        if user.startswith(("C", "G")):
            return user  # a channel
        return await self._memory.recall(("direct", team, user), KEEP, open_)

    def _lock(self, place: cards.Place) -> asyncio.Lock:
        if len(self._locks) > 10_000:
            self._locks = {key: lock for key, lock in self._locks.items() if lock.locked()}
        return self._locks.setdefault(
            (place.team, place.user, place.kind, place.subject), asyncio.Lock()
        )


def _person(team: str, user: dict[str, Any]) -> Person:
    profile = user.get("profile") or {}
    return Person(
        team=team,
        id=str(user["id"]),
        name=str(
            profile.get("real_name") or user.get("real_name") or user.get("name") or "Somebody"
        ),
        email=profile.get("email") or None,
        zone=str(user.get("tz") or "UTC"),
        is_bot=bool(user.get("is_bot")),
        is_admin=bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
    )
