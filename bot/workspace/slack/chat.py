"""The Web API's messages, files and reactions."""

import secrets
from typing import Any

from bot.workspace.slack import limits
from bot.workspace.slack.api import method, need
from bot.workspace.slack.team import SlackError, Team, check_message, mint

Doc = dict[str, Any]


@method("chat.postMessage", "chat:write")
def post_message(team: Team, args: Doc) -> Doc:
    channel = _place(team, args)
    check_message(args.get("text"), args.get("blocks"), args.get("attachments"))
    thread = args.get("thread_ts")
    if thread and not team.store.get("slack_message", f"{channel['id']}:{thread}"):
        raise SlackError("thread_not_found")
    message = team.post(channel, _message(team, args))
    return {"channel": channel["id"], "ts": message["ts"], "message": message}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(team: Team, args: Doc) -> Doc:
    need(args, "user")
    channel = _place(team, args)
    if args["user"] not in channel["members"]:
        raise SlackError("user_not_in_channel")
    check_message(args.get("text"), args.get("blocks"), args.get("attachments"))
    return {"message_ts": team.whisper(channel["id"], args["user"], _message(team, args))["ts"]}


@method("chat.update", "chat:write")
def update(team: Team, args: Doc) -> Doc:
    need(args, "channel", "ts")
    channel = team.channel(args["channel"])
    message = team.message(channel["id"], args["ts"])
    if message.get("user") != team.bot_user:
        raise SlackError("cant_update_message")
    check_message(args.get("text"), args.get("blocks"), args.get("attachments"))
    values: Doc = {"text": args.get("text") or ""}
    if "blocks" in args:
        values["blocks"] = mint(args["blocks"] or [])
    changed = team.change(message, **values)
    return {
        "channel": channel["id"],
        "ts": message["ts"],
        "text": changed["text"],
        "message": changed,
    }


@method("chat.delete", "chat:write")
def delete(team: Team, args: Doc) -> Doc:
    need(args, "channel", "ts")
    message = team.message(args["channel"], args["ts"])
    if message.get("user") != team.bot_user:
        raise SlackError("cant_delete_message")
    team.remove(message)
    return {"channel": args["channel"], "ts": args["ts"]}


@method("chat.getPermalink")
def permalink(team: Team, args: Doc) -> Doc:
    need(args, "channel", "message_ts")
    team.message(args["channel"], args["message_ts"])
    path = f"{args['channel']}/p{args['message_ts'].replace('.', '')}"
    return {
        "channel": args["channel"],
        "permalink": f"https://{team.info['domain']}.slack.com/archives/{path}",
    }


@method("reactions.add", "reactions:write")
def react(team: Team, args: Doc) -> Doc:
    need(args, "channel", "timestamp", "name")
    message = team.message(args["channel"], args["timestamp"])
    reactions = message.setdefault("reactions", [])
    if any(r["name"] == args["name"] and team.bot_user in r["users"] for r in reactions):
        raise SlackError("already_reacted")
    reactions.append({"name": args["name"], "users": [team.bot_user], "count": 1})
    team.change(message)
    return {}


@method("files.getUploadURLExternal", "files:write")
def upload_url(team: Team, args: Doc) -> Doc:
    need(args, "filename", "length")
    file: Doc = {
        "id": f"F{secrets.token_hex(5).upper()}",
        "name": str(args["filename"]),
        "size": int(args["length"]),
        "done": False,
    }
    team.store.put("slack_file", file["id"], file)
    return {"upload_url": f"{team.info['url']}/upload/{file['id']}", "file_id": file["id"]}


@method("files.completeUploadExternal", "files:write")
def complete_upload(team: Team, args: Doc) -> Doc:
    need(args, "files")
    found = []
    for wanted in args["files"]:
        file = team.store.get("slack_file", wanted["id"])
        if file is None or not file["done"]:
            raise SlackError("file_not_found")
        file |= {
            "title": wanted.get("title") or file["name"],
            "url_private": f"{team.info['url']}/files/{file['id']}/{file['name']}",
        }
        team.store.put("slack_file", file["id"], file)
        found.append(file)
    if args.get("channel_id"):
        channel = _place(team, {"channel": args["channel_id"]})
        comment = str(args.get("initial_comment") or "")
        team.post(
            channel,
            {"user": team.bot_user, "bot_id": team.info["bot_id"], "text": comment, "files": found},
        )
    return {"files": found}


@method("blocks.validate")
def validate(team: Team, args: Doc) -> Doc:
    """New in 2026: says what is wrong instead of posting."""
    if "view" in args:
        errors, name = (
            limits.check_view(args["view"], home=args["view"].get("type") == "home"),
            "invalid_view",
        )
    else:
        errors, name = limits.check_blocks(args.get("blocks"), view=False), "invalid_blocks"
    if errors:
        raise SlackError(name, errors=[{"code": "failed_constraint", "message": e} for e in errors])
    return {}


def _place(team: Team, args: Doc) -> Doc:
    need(args, "channel")
    channel = team.channel(args["channel"])
    if channel.get("is_archived"):
        raise SlackError("is_archived")
    if team.bot_user not in channel["members"]:
        raise SlackError("not_in_channel" if not channel.get("is_private") else "channel_not_found")
    return channel


def _message(team: Team, args: Doc) -> Doc:
    message: Doc = {
        "user": team.bot_user, "bot_id": team.info["bot_id"], "app_id": team.app_id, "team": team.info["id"], "text": args.get("text") or "",
    }  # fmt: skip
    if args.get("blocks"):
        message["blocks"] = mint(args["blocks"])
    for name in ("thread_ts", "metadata", "attachments"):
        if args.get(name):
            message[name] = args[name]
    return message
