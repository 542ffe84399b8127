"""One Slack team: people, channels, messages, open modals, and what open browser pages have to hear."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bot.workspace.clock import WorkspaceClock
from bot.workspace.slack import limits, measures
from bot.workspace.store import Store

Doc = dict[str, Any]
TRIGGER_LIVES = 3.0  # seconds
MOST_TEXT = 40_000
MOST_BLOCK_TEXT = 13_000  # nowhere documented; what people met in practice
MOST_ATTACHMENTS = 100


class SlackError(Exception):
    """An answer with `ok: false`: Slack's own error name and what goes along."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


class Team:
    """All state goes through the store; `monotonic` tells how old a trigger is."""

    def __init__(
        self,
        store: Store,
        clock: WorkspaceClock,
        manifest: Doc,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self.clock = clock
        self.manifest = manifest
        self.monotonic = monotonic
        self._listeners: set[tuple[str, asyncio.Queue[Doc]]] = set()
        self._triggers: dict[str, tuple[float, str]] = {}
        self._used: set[str] = set()
        self.info = store.get("slack_team", "team") or {}
        self.ephemeral: list[Doc] = []
        self.dial: Callable[[], Awaitable[str]] | None = None  # gives a fresh address for a socket

    # ---- who

    @property
    def app_id(self) -> str:
        return str(self.info["app_id"])

    @property
    def bot_user(self) -> str:
        return str(self.info["bot_user"])

    def user(self, user: str) -> Doc:
        found = self.store.get("slack_user", user)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def channel(self, channel: str) -> Doc:
        found = self.store.get("slack_channel", channel)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def direct(self, user: str) -> Doc:
        """The direct messages of the app with a person; opened on first use."""
        self.user(user)
        for found in self.store.find("slack_channel", is_im=True, user=user):
            return found
        channel: Doc = {"id": f"D{self.store.next_id('direct', 100_000)}", "is_im": True, "is_private": True, "user": user,
                   "members": [user, self.bot_user], "created": int(time.time())}  # fmt: skip
        return self.store.put("slack_channel", channel["id"], channel)

    # ---- messages

    def stamp(self) -> str:
        """A `ts`: the clock's seconds and a number that always rises."""
        return f"{int(self.clock.now().timestamp())}.{self.store.next_id('ts'):06d}"

    def post(self, channel: Doc, message: Doc) -> Doc:
        message = {"type": "message", "ts": self.stamp(), "channel": channel["id"], **message}
        message["order"] = self.store.next_id("order")
        self.store.put("slack_message", f"{channel['id']}:{message['ts']}", message)
        if parent := message.get("thread_ts"):
            self._count_reply(channel["id"], parent)
        self.tell(
            channel["members"], {"type": "message", "channel": channel["id"], "message": message}
        )
        return message

    def message(self, channel: str, ts: str) -> Doc:
        found = self.store.get("slack_message", f"{channel}:{ts}")
        if found is None:
            raise SlackError("message_not_found")
        return found

    def change(self, message: Doc, *, edited: bool = True, **values: Any) -> Doc:
        message |= values
        if edited:
            message["edited"] = {"user": self.bot_user, "ts": self.stamp()}
        self.store.put("slack_message", f"{message['channel']}:{message['ts']}", message)
        members = self.channel(message["channel"])["members"]
        self.tell(
            members, {"type": "message_changed", "channel": message["channel"], "message": message}
        )
        return message

    def remove(self, message: Doc) -> None:
        self.store.delete("slack_message", f"{message['channel']}:{message['ts']}")
        members = self.channel(message["channel"])["members"]
        self.tell(
            members, {"type": "message_deleted", "channel": message["channel"], "ts": message["ts"]}
        )

    def whisper(self, channel: str, user: str, message: Doc) -> Doc:
        """An ephemeral message: seen by one person, kept until the workspace ends, never part of a history."""
        message = {
            "type": "message",
            "ts": self.stamp(),
            "channel": channel,
            "is_ephemeral": True,
            "to": user,
            **message,
        }
        message["order"] = self.store.next_id("order")
        self.ephemeral.append(message)
        self.tell([user], {"type": "ephemeral", "channel": channel, "message": message})
        return message

    def history(self, user: str, channel: str, thread: str = "") -> list[Doc]:
        rows = self.store.find("slack_message", channel=channel)
        rows += [m for m in self.ephemeral if m["channel"] == channel and m["to"] == user]
        if thread:
            rows = [m for m in rows if thread in (m.get("thread_ts"), m["ts"])]
        else:
            rows = [
                m
                for m in rows
                if not m.get("thread_ts") or m["thread_ts"] == m["ts"] or m.get("reply_broadcast")
            ]
        return sorted(rows, key=lambda m: int(m["order"]))

    def _count_reply(self, channel: str, parent: str) -> None:
        found = self.store.get("slack_message", f"{channel}:{parent}")
        if found:
            found["reply_count"] = int(found.get("reply_count") or 0) + 1
            found["thread_ts"] = parent
            self.store.put("slack_message", f"{channel}:{parent}", found)
            members = self.channel(channel)["members"]
            self.tell(members, {"type": "message_changed", "channel": channel, "message": found})

    # ---- triggers and modals

    def trigger(self, user: str) -> str:
        found = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[found] = (self.monotonic(), user)
        return found

    def use(self, trigger: str) -> str:
        """Who made the gesture. A trigger works once, for three seconds."""
        if trigger in self._used:
            raise SlackError("exchanged_trigger_id")
        if trigger not in self._triggers:
            raise SlackError("invalid_trigger_id")
        made, user = self._triggers[trigger]
        if self.monotonic() - made > TRIGGER_LIVES:
            raise SlackError("expired_trigger_id")
        self._used.add(trigger)
        return user

    def stack(self, user: str) -> list[Doc]:
        """The open modals of a person, the top one last."""
        ids = (self.store.get("slack_stack", user) or {"views": []})["views"]
        return [v for v in (self.store.get("slack_view", i) for i in ids) if v]

    def set_stack(self, user: str, views: list[Doc]) -> None:
        self.store.put("slack_stack", user, {"views": [v["id"] for v in views]})
        self.tell([user], {"type": "view", "stack": views})

    def make_view(
        self, user: str, view: Doc, *, root: str = "", previous: str = "", keep: Doc | None = None
    ) -> Doc:
        """A view as Slack returns it: ids minted, a fresh hash, the state of what stands in it."""
        blocks = mint(view.get("blocks") or [])
        made = {
            **{k: v for k, v in view.items() if v is not None},
            "id": (keep or {}).get("id") or f"V{secrets.token_hex(5).upper()}",
            "team_id": self.info["id"],
            "app_id": self.app_id,
            "app_installed_team_id": self.info["id"],
            "bot_id": self.info["bot_id"],
            "blocks": blocks,
            "private_metadata": view.get("private_metadata", ""),
            "callback_id": view.get("callback_id", ""),
            "external_id": view.get("external_id", ""),
            "state": {"values": _kept((keep or {}).get("state"), blocks)},
            "hash": f"{int(time.time())}.{secrets.token_hex(4)}",
            "clear_on_close": bool(view.get("clear_on_close")),
            "notify_on_close": bool(view.get("notify_on_close")),
            "previous_view_id": (keep or {}).get("previous_view_id") or previous or None,
            "user": user,
        }
        made["root_view_id"] = (keep or {}).get("root_view_id") or root or made["id"]
        return self.store.put("slack_view", made["id"], made)

    # ---- open pages

    def listen(self, user: str) -> "asyncio.Queue[Doc]":
        queue: asyncio.Queue[Doc] = asyncio.Queue()
        self._listeners.add((user, queue))
        return queue

    def forget(self, user: str, queue: "asyncio.Queue[Doc]") -> None:
        self._listeners.discard((user, queue))

    def tell(self, users: list[str] | None, event: Doc) -> None:
        """Hand an event to the open pages of these people (of everybody for None)."""
        for user, queue in list(self._listeners):
            if users is None or user in users:
                queue.put_nowait(event)


def mint(blocks: list[Doc]) -> list[Doc]:
    """Give every block and element the id Slack would give it."""
    for block in limits.every(blocks):
        block["block_id"] = block.get("block_id") or secrets.token_urlsafe(4)
    for _, element in limits.walk(blocks):
        element["action_id"] = element.get("action_id") or secrets.token_urlsafe(4)
    return blocks


def check_message(text: Any, blocks: Any, attachments: Any, *, answer: bool = False) -> None:
    """What Slack refuses in a message; the answer to a response_url may be longer. Raises SlackError."""
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if isinstance(text, str) and len(text) > MOST_TEXT:
        raise SlackError("msg_too_long")
    if blocks:
        _check(limits.check_blocks(blocks, view=False))
        counted = [block for block in blocks if block["type"] != "data_table"]  # it has its own
        if measures.characters(counted) > MOST_BLOCK_TEXT and not answer:
            raise SlackError("msg_blocks_too_long")
    if not isinstance(attachments or [], list):
        raise SlackError("invalid_attachments")
    if len(attachments or []) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for attachment in attachments or []:
        if not isinstance(attachment, dict):
            raise SlackError("invalid_attachments")
        _check(limits.check_blocks(attachment.get("blocks") or [], view=False))


def _check(errors: list[str]) -> None:
    if errors:
        messages = [f"[ERROR] {e}" for e in errors]
        raise SlackError("invalid_blocks", errors=errors, response_metadata={"messages": messages})


def _kept(state: Doc | None, blocks: list[Doc]) -> Doc:
    """What was typed and still has its field (same block_id and action_id) in the new blocks."""
    old: Doc = (state or {}).get("values") or {}
    kept: Doc = {}
    for block, element in limits.walk(blocks):
        found = (old.get(block["block_id"]) or {}).get(element["action_id"])
        if found is not None and found.get("type") == element["type"]:
            kept.setdefault(block["block_id"], {})[element["action_id"]] = found
    return kept
