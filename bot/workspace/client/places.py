"""Where a gesture happens: the message or view a person sees, the element in it, and what is filled in there."""

from typing import Any

from bot.workspace.slack import limits
from bot.workspace.slack.team import Team

Doc = dict[str, Any]
# what an element of a type keeps its answer in; every other type keeps a `value`
FIELDS = {
    "static_select": "selected_option", "external_select": "selected_option", "radio_buttons": "selected_option",
    "overflow": "selected_option", "multi_static_select": "selected_options", "multi_external_select": "selected_options",
    "checkboxes": "selected_options", "users_select": "selected_user", "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation", "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel", "multi_channels_select": "selected_channels", "datepicker": "selected_date",
    "timepicker": "selected_time", "datetimepicker": "selected_date_time", "rich_text_input": "rich_text_value",
    "file_input": "files",
}  # fmt: skip
VALUES = ("value", *dict.fromkeys(FIELDS.values()))
BUTTONS = ("button", "icon_button", "feedback_buttons", "overflow")


class Wrong(Exception):
    """The gesture makes no sense here; the text says why (answered 400)."""


def channel_of(team: Team, who: Doc) -> Doc:
    """The channel a person names, which they are in. Raises Wrong or SlackError."""
    channel = team.channel(str(who.get("channel") or ""))
    if who["as"] not in channel["members"]:
        raise Wrong("You are not in this channel.")
    return channel


def holder(team: Team, who: Doc) -> tuple[Doc, Doc]:
    """What Slack calls the container, and the message or view itself. Raises Wrong or SlackError."""
    place = who.get("container")
    if not isinstance(place, dict):
        raise Wrong("A gesture happens in a message or in a view.")
    if place.get("type") == "view":
        view = view_of(team, {"as": who["as"], "view_id": place.get("view_id")})
        return {"type": "view", "view_id": view["id"]}, view
    channel, ts = str(place.get("channel_id")), str(place.get("message_ts"))
    secret = [m for m in team.ephemeral if m["ts"] == ts and m["to"] == who["as"]]
    channel_of(team, {"as": who["as"], "channel": channel})
    message = secret[0] if secret else team.message(channel, ts)
    container: Doc = {
        "type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": bool(secret),
    }  # fmt: skip
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    return container, message


def view_of(team: Team, who: Doc) -> Doc:
    """The open modal, or the Home tab, a person means. Raises Wrong."""
    home = team.store.get("slack_home", who["as"])
    if home and home["id"] == who.get("view_id"):
        return home
    for view in team.stack(who["as"]):
        if view["id"] == who.get("view_id"):
            return view
    raise Wrong("That modal is not open any more.")


def element_of(holder: Doc, who: Doc) -> tuple[Doc, Doc]:
    """The element with this action_id (and block_id), with its block. Raises Wrong."""
    below = [b for one in holder.get("attachments") or [] for b in one.get("blocks") or []]
    for block, element in limits.walk([*(holder.get("blocks") or []), *below]):
        if element.get("action_id") == who.get("action_id") and who.get("block_id") in (
            block["block_id"],
            None,
        ):
            return block, element
    raise Wrong("There is no such button here (any more).")


def channel_named(team: Team, id: str) -> Doc:
    """A channel as interactions tell of it."""
    return {"id": id, "name": team.channel(id).get("name") or "directmessage"}


def sent(thing: Doc) -> Doc:
    """A message or view without what only this workspace keeps with it."""
    inner = ("user",) if "root_view_id" in thing else ("order", "to")
    return {k: v for k, v in thing.items() if k not in inner}


def untouched(element: Doc) -> Doc:
    """What the state says of an element nobody has touched: what it was offered with, or nothing."""
    field = FIELDS.get(element["type"], "value")
    initial = "initial_" + field.removeprefix("selected_").removeprefix("rich_text_")
    nothing: Any = [] if field.endswith("s") else None
    return {"type": element["type"], field: element.get(initial, nothing)}


def filled(view: Doc, values: Any) -> Doc:
    """`state.values` as Slack sends it: every input is in it, also those nobody touched."""
    given: Doc = {k: v for k, v in (values or {}).items() if isinstance(v, dict)}
    made = {**given}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            own = given.get(block["block_id"], {}).get(element["action_id"])
            made[block["block_id"]] = {element["action_id"]: own or untouched(element)}
    return made


def kept(view: Doc, state: Any, block: Doc, element: Doc, action: Doc) -> Doc:
    """The values of a view in which an element has just changed."""
    values = dict(state or {})
    if element["type"] not in BUTTONS:
        changed = {"type": element["type"], **{k: action[k] for k in VALUES if k in action}}
        values[block["block_id"]] = {
            **(values.get(block["block_id"]) or {}),
            element["action_id"]: changed,
        }
    return filled(view, values)
