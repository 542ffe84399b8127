"""From Slack's payloads to one `Gesture`: every form field read once, missing ones empty."""

import json
from collections.abc import Mapping
from typing import Any

from commands.router import Gesture

Payload = Mapping[str, Any]

_PLURAL = (
    "selected_options",
    "selected_users",
    "selected_channels",
    "selected_conversations",
    "files",
)
_SINGLE = (
    "value",
    "selected_option",
    "selected_user",
    "selected_date",
    "selected_time",
    "selected_date_time",
    "selected_conversation",
    "selected_channel",
    "rich_text_value",
)


def kind(payload: Payload) -> str:
    """What the payload is: command, action, view, closed, options, shortcut, event, or "" for none of them."""
    if "command" in payload:
        return "command"
    return {
        "block_actions": "action",
        "view_submission": "view",
        "view_closed": "closed",
        "block_suggestion": "options",
        "shortcut": "shortcut",
        "message_action": "shortcut",
        "event_callback": "event",
    }.get(str(payload.get("type")), "")


def read(payload: Payload, delivery: str) -> Gesture:
    """Read any payload that has a kind. Raises ValueError when a part every such payload has is missing."""
    what = kind(payload)
    _check(payload)
    if what == "command":
        return _command(payload, delivery)
    if what == "event":
        return _event(payload, delivery)
    if not what:
        raise ValueError("not a payload that Slack sends")
    return _interaction(what, payload, delivery)


def _check(payload: Payload) -> None:
    """The parts that everything behind us takes for granted are objects, where they are there at all."""
    for name in ("user", "view", "container", "channel", "event", "message", "enterprise"):
        if not isinstance(payload.get(name, {}), dict) and (name, payload[name]) != (
            "enterprise",
            None,
        ):
            raise ValueError(f"{name} is not an object")
    if not isinstance(payload.get("team") or {}, dict):
        raise ValueError("team is not an object")


def base(name: str) -> str:
    """The part of an action id that names its handler: what follows a `:` only makes it unique."""
    return name.partition(":")[0]


def _command(payload: Payload, delivery: str) -> Gesture:
    return Gesture(
        kind="command",
        team=_text(payload, "team_id"),
        user=_text(payload, "user_id"),
        name=_text(payload, "command").removeprefix("/"),
        text=_text(payload, "text").strip(),
        channel=_text(payload, "channel_id"),
        trigger=_text(payload, "trigger_id"),
        response_url=_text(payload, "response_url"),
        delivery=delivery,
    )


def _event(payload: Payload, delivery: str) -> Gesture:
    event = _part(payload, "event")
    user = event.get("user")
    channel = event.get("channel")
    return Gesture(
        kind="event",
        team=_text(payload, "context_team_id") or _text(payload, "team_id"),
        user=user if isinstance(user, str) else _text(_part(event, "user"), "id"),
        name=_text(event, "type"),
        text=_text(event, "text"),
        value=_text(event, "tab"),
        view_hash=_text(_part(event, "view"), "hash"),
        channel=channel if isinstance(channel, str) else "",
        delivery=delivery,
        **_links(payload, event),
    )


def _links(payload: Payload, event: Payload) -> dict[str, Any]:
    """The addresses somebody posted, and what is needed to show something below them."""
    links = event.get("links")
    if not isinstance(links, list):
        return {}
    urls = [url for url in (_text(link, "url") for link in links) if url]
    told = {name: _text(event, name) for name in ("unfurl_id", "source")}
    outside = payload.get("is_ext_shared_channel") is True
    return {
        "message_ts": _text(event, "message_ts"),
        "values": {"links": urls},
        "private": {**told, "outside": outside},
    }


def _interaction(what: str, payload: Payload, delivery: str) -> Gesture:
    user, view, box = _part(payload, "user"), _part(payload, "view"), _part(payload, "container")
    action = _action(what, payload)
    state = _part(view, "state") or _part(payload, "state")
    name = _text(action, "action_id") or _text(view, "callback_id") or _text(payload, "callback_id")
    urls = payload.get("response_urls") or [{}]
    return Gesture(
        kind=what,
        team=_text(_part(payload, "team"), "id") or _text(user, "team_id"),
        user=_text(user, "id"),
        name=name,
        text=_text(payload, "value") if what == "options" else "",
        value=_spoken(flat(action)) if what == "action" else "",
        channel=_text(_part(payload, "channel"), "id") or _text(box, "channel_id"),
        trigger=_text(payload, "trigger_id"),
        response_url=_text(payload, "response_url") or _text(urls[0], "response_url"),
        view_id=_text(view, "id") if _text(view, "type") != "home" else "",
        view_hash=_text(view, "hash"),
        root_view_id=_text(view, "root_view_id"),
        block_id=_text(action, "block_id"),
        message_ts=_text(box, "message_ts") or _text(payload, "message_ts"),
        delivery=delivery,
        private=_private(view),
        values=values(_part(state, "values")),
    )


def _action(what: str, payload: Payload) -> Payload:
    if what == "options":
        return payload
    if what != "action":
        return {}
    actions = payload.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise ValueError("a press without an action")
    if not isinstance(actions[0].get("action_id"), str):
        raise ValueError("a press without an action id")
    first: Payload = actions[0]
    return first


def values(state: Payload) -> dict[str, str | list[str] | None]:
    """`view.state.values` as {block_id: what stands there}: text, a list for several choices, None for nothing."""
    found: dict[str, str | list[str] | None] = {}
    for block, elements in state.items():
        if isinstance(elements, dict):
            read_ = [flat(e) for e in elements.values() if isinstance(e, dict)]
            found[block] = next((value for value in read_ if value is not None), None)
    return found


def flat(element: Payload) -> str | list[str] | None:
    """What one element holds, whatever its type."""
    for key in _PLURAL:
        if isinstance(element.get(key), list):
            return [_one(item) for item in element[key]]
    for key in _SINGLE:
        if element.get(key) is not None:
            return _one(element[key])
    return None


def _one(item: Any) -> str:
    """An option's value, a file's id, the words of a rich text, or the plain thing itself."""
    if not isinstance(item, dict):
        return str(item)
    if item.get("type") == "rich_text":
        return "\n".join(_words(part) for part in item.get("elements", []))
    return str(item.get("value") or item.get("id") or "")


def _words(part: Any) -> str:
    if not isinstance(part, dict):
        return ""
    own = str(part.get("text") or part.get("url") or "")
    return own + "".join(_words(inner) for inner in part.get("elements", []))


def _spoken(value: str | list[str] | None) -> str:
    return ",".join(value) if isinstance(value, list) else value or ""


def _private(view: Payload) -> Mapping[str, Any]:
    try:
        found = json.loads(_text(view, "private_metadata") or "{}")
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _part(payload: Payload, name: str) -> Payload:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def _text(payload: Any, name: str) -> str:
    found = payload.get(name) if isinstance(payload, dict) else None
    return found if isinstance(found, str) else ""
