"""Block Kit in a few words: every text that is not ours goes through `escape` or a plain_text object."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from commands.router import Blocks, Message, View

Block = dict[str, Any]
Style = Literal["primary", "danger"]


def escape(text: str | None) -> str:
    """Make text harmless in mrkdwn: no mention, link or broadcast survives (docs.slack.dev, formatting)."""
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, most: int) -> str:
    """Shorten to what Slack allows, saying so with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def plain(text: str, most: int = 3_000) -> Block:
    return {"type": "plain_text", "text": clip(text, most) or " ", "emoji": True}


def markdown(text: str, most: int = 3_000) -> Block:
    return {"type": "mrkdwn", "text": clip(text, most) or " "}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}


def section(text: str, *, accessory: Block | None = None, block_id: str = "") -> Block:
    """`text` is mrkdwn: escape what is not ours."""
    block: Block = {"type": "section", "text": markdown(text)}
    return (
        block
        | ({"accessory": accessory} if accessory else {})
        | ({"block_id": block_id} if block_id else {})
    )


def fields(pairs: Iterable[tuple[str, str]]) -> Block:
    """Two columns of label and value; the first ten. Values are mrkdwn: escape what is not ours."""
    rows = [markdown(f"*{label}*\n{value}", 2_000) for label, value in pairs]
    return {"type": "section", "fields": rows[:10]}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [markdown(text) for text in texts[:10]]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block, block_id: str = "") -> Block:
    return {"type": "actions", "elements": list(elements)} | (
        {"block_id": block_id} if block_id else {}
    )


def confirm(title: str, text: str, yes: str, no: str = "Not now", *, danger: bool = False) -> Block:
    """Ask before an act that others will notice."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    } | ({"style": "danger"} if danger else {})


def button(
    label: str,
    action: str,
    value: str = "",
    *,
    style: Style | None = None,
    ask: Block | None = None,
    url: str = "",
    aria: str = "",
) -> Block:
    block: Block = {"type": "button", "text": plain(label, 75), "action_id": action}
    block |= {"value": value} if value else {}
    block |= {"style": style} if style else {}
    block |= {"confirm": ask} if ask else {}
    block |= {"url": url} if url else {}
    return block | ({"accessibility_label": clip(aria, 75)} if aria else {})


def option(label: str, value: str, description: str = "") -> Block:
    choice: Block = {"text": plain(label, 75), "value": value}
    return choice | ({"description": plain(description, 75)} if description else {})


def select(
    action: str,
    options: Sequence[Block],
    *,
    initial: Block | None = None,
    placeholder: str = "Choose",
) -> Block:
    block: Block = {
        "type": "static_select",
        "action_id": action,
        "options": list(options)[:100],
        "placeholder": plain(placeholder, 150),
    }
    return block | ({"initial_option": initial} if initial else {})


def multi_select(action: str, options: Sequence[Block], *, initial: Sequence[Block] = ()) -> Block:
    block: Block = {
        "type": "multi_static_select",
        "action_id": action,
        "options": list(options)[:100],
        "placeholder": plain("Choose", 150),
    }
    return block | ({"initial_options": list(initial)[:100]} if initial else {})


def external_select(action: str, *, placeholder: str, initial: Block | None = None) -> Block:
    block: Block = {
        "type": "external_select",
        "action_id": action,
        "min_query_length": 2,
        "placeholder": plain(placeholder, 150),
    }
    return block | ({"initial_option": initial} if initial else {})


def private_channel(action: str) -> Block:
    """A picker of the asker's private channels that nobody outside is in."""
    return {
        "type": "conversations_select",
        "action_id": action,
        "placeholder": plain("Choose a channel", 150),
        "filter": {
            "include": ["private"],
            "exclude_external_shared_channels": True,
            "exclude_bot_users": True,
        },
    }


def text_input(
    action: str,
    *,
    initial: str = "",
    multiline: bool = False,
    placeholder: str = "",
    most: int = 3_000,
    tells: bool = False,
) -> Block:
    """`tells` sends an action while somebody types, for an entry that tells of its changes."""
    block: Block = {
        "type": "plain_text_input",
        "action_id": action,
        "multiline": multiline,
        "max_length": most,
    }
    block |= {"initial_value": clip(initial, most)} if initial else {}
    if tells:
        block["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    return block | ({"placeholder": plain(placeholder, 150)} if placeholder else {})


def entry(
    label: str,
    element: Block,
    block_id: str,
    *,
    optional: bool = False,
    hint: str = "",
    tells: bool = False,
) -> Block:
    """An input block. `tells` sends an action when its value changes."""
    block: Block = {
        "type": "input",
        "label": plain(label, 2_000),
        "element": element,
        "block_id": block_id,
        "optional": optional,
    }
    block |= {"hint": plain(hint, 2_000)} if hint else {}
    return block | ({"dispatch_action": True} if tells else {})


def modal(
    title: str,
    callback: str,
    blocks: Blocks,
    *,
    submit: str = "",
    close: str = "Cancel",
    private: Mapping[str, Any] | None = None,
    tell_when_closed: bool = False,
) -> View:
    """A modal. Without `submit` it only shows something. `private` rides along (3,000 characters at most)."""
    view: View = {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": blocks[:100],
        "private_metadata": json.dumps(dict(private or {}), separators=(",", ":")),
    }
    view |= {"submit": plain(submit, 24)} if submit else {}
    return view | ({"notify_on_close": True} if tell_when_closed else {})


def loading(title: str, text: str = "One moment…") -> View:
    """What a modal shows while an ATS or a calendar is asked."""
    return modal(title, "loading", [section(f":hourglass_flowing_sand: {text}")], close="Close")


def notice(title: str, text: str, *more: Block) -> View:
    """A modal that says one thing. `text` is mrkdwn."""
    return modal(title, "notice", [section(text), *more], close="Close")


def said(text: str, *blocks: Block) -> Message:
    """A message whose blocks start with the text itself. `text` is mrkdwn and also the notification."""
    return Message(text, [section(text), *blocks])


def moment(at: datetime, fallback: str, form: str = "{date_short_pretty} at {time}") -> str:
    """A time each reader sees in their own zone; `fallback` for clients that cannot."""
    return f"<!date^{int(at.timestamp())}^{form}|{escape(fallback)}>"


def link(url: str | None, label: str) -> str:
    """A link in mrkdwn; only the label when there is no safe address."""
    safe = (url or "").startswith(("https://", "http://")) and not any(
        c in (url or "") for c in "<>| \n"
    )
    return f"<{url}|{escape(label)}>" if safe else escape(label)
