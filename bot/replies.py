"""Answers to one gesture: whispers, replaced messages, modals, the Home tab, files."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_client import LOST, Clients, ask
from commands import blocks
from commands.router import Blocks, Gesture, Message, View
from connectors.errors import Rejected, TryLater

_KEPT = [
    "type",
    "callback_id",
    "title",
    "submit",
    "close",
    "private_metadata",
    "clear_on_close",
    "notify_on_close",
    "external_id",
    "blocks",
]


class SlackReply:
    """Implements `commands.router.Reply` for the person who made the gesture."""

    def __init__(
        self, clients: Clients, gesture: Gesture, *, view: View | None = None, patient: bool = False
    ) -> None:
        self._clients = clients
        self._gesture = gesture
        self._patient = patient
        self._standing = view  # the modal the gesture came from, when it is at hand
        self._top = ""  # the modal this gesture opened

    async def _client(self) -> AsyncWebClient:
        return await self._clients.of(self._gesture.team, patient=self._patient)

    async def whisper(self, message: Message) -> None:
        gesture = self._gesture
        if gesture.response_url:
            body = {"response_type": "ephemeral", "replace_original": False, **_body(message)}
            if await self._clients.post(gesture.response_url, body):
                return
        client = await self._client()
        if gesture.channel and not gesture.channel.startswith("D"):
            try:
                await ask(
                    client.chat_postEphemeral,
                    channel=gesture.channel,
                    user=gesture.user,
                    **_body(message),
                )
                return
            except Rejected:  # not a member of that channel: their direct messages are left
                pass
        await ask(
            client.chat_postMessage, channel=await self._direct(client), **_body(message),
            unfurl_links=False, unfurl_media=False,
        )  # fmt: skip

    async def replace(self, message: Message) -> None:
        gesture = self._gesture
        if gesture.response_url:
            body = {"replace_original": True, **_body(message)}
            if await self._clients.post(gesture.response_url, body):
                return
        if gesture.channel and gesture.message_ts:
            client = await self._client()
            await ask(
                client.chat_update, channel=gesture.channel, ts=gesture.message_ts, **_body(message)
            )
        else:
            await self.whisper(message)

    async def open(self, view: View) -> str:
        client = await self._client()
        call = client.views_push if self._gesture.view_id else client.views_open
        answer = await ask(call, trigger_id=self._gesture.trigger, view=view)
        self._top, self._standing = str(answer["view"]["id"]), None
        return self._top

    async def update(self, view: View, view_id: str = "") -> None:
        client = await self._client()
        wanted = view_id or self._top or self._gesture.view_id
        try:
            await ask(client.views_update, view_id=wanted, view=view)
        except TryLater as error:  # it may stand there already, and the same once more does no harm
            if error.code != LOST:
                raise
            await ask(client.views_update, view_id=wanted, view=view)
        if wanted == self._gesture.view_id:
            self._standing = view

    async def home(self, view: View) -> None:
        client = await self._client()
        seen = {"hash": self._gesture.view_hash} if self._gesture.view_hash else {}
        try:
            await ask(client.views_publish, user_id=self._gesture.user, view=view, **seen)
        except Rejected as error:
            if error.code != "hash_conflict":  # else a newer one stands there already
                raise

    async def unfurl(self, cards: Mapping[str, Blocks]) -> None:
        told, client = self._gesture.private, await self._client()
        place = {"channel": self._gesture.channel, "ts": self._gesture.message_ts}
        if told.get("unfurl_id"):
            place = {"unfurl_id": str(told["unfurl_id"]), "source": str(told.get("source") or "")}
        unfurls = {url: {"blocks": made} for url, made in cards.items()}
        await ask(client.chat_unfurl, **place, unfurls=unfurls)

    async def hand_over(self, filename: str, content: bytes, title: str) -> None:
        client = await self._client()
        channel = await self._direct(client)
        await ask(
            client.files_upload_v2, channel=channel, filename=filename, content=content, title=title
        )

    async def refuse(self, sentence: str) -> None:
        """Say why not where the person is looking: in the modal at hand, else by a whisper."""
        text = f":warning: {blocks.escape(sentence)}"
        try:
            if self._top or (self._gesture.view_id and self._gesture.kind == "view"):
                await self.update(blocks.notice("Callsheet", text), self._top)
                return
            if self._standing is not None and self._gesture.view_id:
                await self.update(banner(self._standing, text), self._gesture.view_id)
                return
        except Rejected:  # the modal is closed: say it outside
            pass
        await self.whisper(blocks.said(text))

    async def _direct(self, client: AsyncWebClient) -> str:
        answer = await ask(client.conversations_open, users=self._gesture.user)
        return str(answer["channel"]["id"])


def banner(view: Mapping[str, Any], text: str) -> View:
    """The same modal with a line on top; what was typed stays, since block ids do not change."""
    kept = {name: view[name] for name in _KEPT if view.get(name) is not None}
    kept.pop("external_id", None)
    rest: Sequence[Mapping[str, Any]] = kept.get("blocks") or []
    line = {**blocks.section(text), "block_id": "callsheet.refused"}
    kept["blocks"] = [line, *(b for b in rest if b.get("block_id") != "callsheet.refused")][:100]
    return kept


def _body(message: Message) -> dict[str, Any]:
    return {"text": message.text, **({"blocks": message.blocks} if message.blocks else {})}


def fingerprint(message: Message) -> str:
    """The same for messages that look alike."""
    from hashlib import sha256

    return sha256(json.dumps([message.text, message.blocks], sort_keys=True).encode()).hexdigest()
