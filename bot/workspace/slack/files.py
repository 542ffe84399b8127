"""The Web API's files: a place to upload to, and the message that shows what was uploaded."""

import secrets
from typing import Any
from urllib.parse import quote

from bot.workspace.slack.api import method, need
from bot.workspace.slack.chat import place
from bot.workspace.slack.team import SlackError, Team

Doc = dict[str, Any]


@method("files.getUploadURLExternal", "files:write")
def upload_url(team: Team, args: Doc) -> Doc:
    need(args, "filename", "length")
    if not args["length"].isdecimal():
        raise SlackError("invalid_arguments")
    file: Doc = {
        "id": f"F{secrets.token_hex(5).upper()}",
        "name": args["filename"].replace("/", "_"),
        "size": int(args["length"]),
        "done": False,
    }
    team.store.put("slack_file", file["id"], file)
    return {"upload_url": f"{team.info['url']}/upload/{file['id']}", "file_id": file["id"]}


@method("files.completeUploadExternal", "files:write")
def complete_upload(team: Team, args: Doc) -> Doc:
    """Shows the files in `channel_id`, when there is one. Raises SlackError before anything is shown."""
    need(args, "files")
    if not isinstance(args["files"], list):
        raise SlackError("invalid_arguments")
    found = [_uploaded(team, wanted) for wanted in args["files"]]
    channel = place(team, {"channel": args["channel_id"]}) if args.get("channel_id") else None
    for file in found:
        team.store.put("slack_file", file["id"], file)
    if channel:
        shown: Doc = {
            "user": team.bot_user, "bot_id": team.info["bot_id"],
            "text": args.get("initial_comment") or "", "files": found,
        }  # fmt: skip
        if args.get("thread_ts"):
            shown["thread_ts"] = args["thread_ts"]
        team.post(channel, shown)
    return {"files": found}


def _uploaded(team: Team, wanted: Any) -> Doc:
    if not isinstance(wanted, dict) or "id" not in wanted:
        raise SlackError("invalid_arguments")
    file = team.store.get("slack_file", str(wanted["id"]))
    if file is None or not file["done"]:
        raise SlackError("file_not_found")
    return {
        **file,
        "title": wanted.get("title") or file["name"],
        "url_private": f"{team.info['url']}/files/{file['id']}/{quote(file['name'])}",
    }
