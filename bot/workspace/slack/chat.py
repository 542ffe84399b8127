"""The Web API's messages and reactions, and what it says of blocks without posting them."""

from typing import Any

from bot.workspace.slack import limits, measures
from bot.workspace.slack.api import method, need
from bot.workspace.slack.team import MOST_TEXT, SlackError, Team, check_message, mint

Doc = dict[str, Any]


@method("chat.postMessage", "chat:write")
def post_message(team: Team, args: Doc) -> Doc:
    """Text over 40,000 characters is cut off, as Slack does it (docs.slack.dev/reference/methods/chat.postMessage)."""
    channel = place(team, args)
    args = _marked_down(args)
    args["text"] = (args.get("text") or "")[:MOST_TEXT]
    check_message(args["text"], args.get("blocks"), args.get("attachments"))
    _check_metadata(args.get("metadata"))
    thread = args.get("thread_ts")
    if thread and not team.store.get("slack_message", f"{channel['id']}:{thread}"):
        raise SlackError("thread_not_found")
    message = team.post(channel, _message(team, args))
    return {"channel": channel["id"], "ts": message["ts"], "message": message}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(team: Team, args: Doc) -> Doc:
    need(args, "user")
    channel = place(team, args)
    if args["user"] not in channel["members"]:
        raise SlackError("user_not_in_channel")
    args = _marked_down(args)
    check_message(args.get("text"), args.get("blocks"), args.get("attachments"))
    return {"message_ts": team.whisper(channel["id"], args["user"], _message(team, args))["ts"]}


@method("chat.update", "chat:write")
def update(team: Team, args: Doc) -> Doc:
    """Blocks and attachments that are not named stay as they are."""
    need(args, "channel", "ts")
    message = _own(team, args, args["ts"], "cant_update_message")
    args = _marked_down(args)
    check_message(args.get("text"), args.get("blocks"), args.get("attachments"))
    _check_metadata(args.get("metadata"))
    if args.get("blocks") and _rich(message.get("blocks")) and not _rich(args["blocks"]):
        raise SlackError("block_mismatch")
    values: Doc = {"text": args.get("text") or ""}
    if "blocks" in args:
        values["blocks"] = mint(args["blocks"] or [])
    values |= {name: args[name] for name in ("attachments", "metadata") if name in args}
    changed = team.change(message, **values)
    return {
        "channel": message["channel"],
        "ts": message["ts"],
        "text": changed["text"],
        "message": changed,
    }


@method("chat.delete", "chat:write")
def delete(team: Team, args: Doc) -> Doc:
    need(args, "channel", "ts")
    message = _own(team, args, args["ts"], "cant_delete_message")
    team.remove(message)
    return {"channel": args["channel"], "ts": args["ts"]}


@method("chat.getPermalink")
def permalink(team: Team, args: Doc) -> Doc:
    need(args, "channel", "message_ts")
    channel = team.channel(args["channel"])
    team.message(channel["id"], args["message_ts"])
    path = f"{channel['id']}/p{args['message_ts'].replace('.', '')}"
    return {
        "channel": channel["id"],
        "permalink": f"https://{team.info['domain']}.slack.com/archives/{path}",
    }


@method("reactions.add", "reactions:write")
def react(team: Team, args: Doc) -> Doc:
    need(args, "channel", "timestamp", "name")
    message = team.message(team.channel(args["channel"])["id"], args["timestamp"])
    reactions = message.setdefault("reactions", [])
    if any(r["name"] == args["name"] and team.bot_user in r["users"] for r in reactions):
        raise SlackError("already_reacted")
    reactions.append({"name": args["name"], "users": [team.bot_user], "count": 1})
    team.change(message, edited=False)
    return {}


@method("blocks.validate")
def validate(team: Team, args: Doc) -> Doc:
    """New in 2026: says what is wrong with blocks, a message or a view instead of showing it."""
    given = [name for name in ("blocks", "message", "view") if name in args]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    name, thing = given[0], args[given[0]]
    if name == "view":
        errors = limits.check_view(thing, home=measures.kind_of(thing) == "home")
    else:
        blocks = (
            thing if name == "blocks" else thing.get("blocks") if isinstance(thing, dict) else None
        )
        errors = limits.check_blocks(blocks, view=False)
    if errors:
        raise SlackError(f"invalid_{name}", errors=[_explained(error) for error in errors])
    return {}


def _explained(error: str) -> Doc:
    message, _, pointer = error.partition(" [json-pointer:")
    pointer = pointer.removesuffix("]")
    return {
        "code": "failed_constraint", "message": message, "pointer": pointer,
        "constraint": message, "field": pointer.rpartition("/")[2],
    }  # fmt: skip


def place(team: Team, args: Doc) -> Doc:
    """Where the app may post: a channel it is in, or the direct messages of a person. Raises SlackError."""
    need(args, "channel")
    known = team.store.get("slack_user", args["channel"])
    channel = team.direct(args["channel"]) if known else team.channel(args["channel"])
    if channel.get("is_archived"):
        raise SlackError("is_archived")
    if team.bot_user not in channel["members"]:
        raise SlackError("not_in_channel" if not channel.get("is_private") else "channel_not_found")
    return channel


def _own(team: Team, args: Doc, ts: str, refusal: str) -> Doc:
    """A message of the app. Raises SlackError."""
    message = team.message(team.channel(args["channel"])["id"], ts)
    if message.get("user") != team.bot_user:
        raise SlackError(refusal)
    return message


def _marked_down(args: Doc) -> Doc:
    """`markdown_text` stands for one markdown block and excludes text and blocks. Raises SlackError."""
    written = args.get("markdown_text")
    if not written:
        return dict(args)
    if args.get("text") or args.get("blocks"):
        raise SlackError("markdown_text_conflict")
    if len(written) > limits.MOST_MARKDOWN:
        raise SlackError("msg_too_long")
    return {**args, "blocks": [{"type": "markdown", "text": written}]}


def _check_metadata(found: Any) -> None:
    if found and not (
        isinstance(found, dict)
        and isinstance(found.get("event_type"), str)
        and isinstance(found.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")


def _rich(blocks: Any) -> bool:
    return any(measures.kind_of(block) == "rich_text" for block in blocks or [])


def _message(team: Team, args: Doc) -> Doc:
    message: Doc = {
        "user": team.bot_user, "bot_id": team.info["bot_id"], "app_id": team.app_id, "team": team.info["id"], "text": args.get("text") or "",
    }  # fmt: skip
    if args.get("blocks"):
        message["blocks"] = mint(args["blocks"])
    for name in ("thread_ts", "metadata", "attachments"):
        if args.get(name):
            message[name] = args[name]
    if args.get("reply_broadcast") in ("true", "1"):
        message["reply_broadcast"] = True
    return message
