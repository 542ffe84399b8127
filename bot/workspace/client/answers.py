"""What the app's answers show: to a command, or posted to a response_url."""

from typing import Any

from bot.workspace.slack.team import SlackError, Team, check_message, mint

Doc = dict[str, Any]


def respond(team: Team, place: Doc, body: Any) -> None:
    """What an answer to a command or to a response_url shows; only to the asker unless it says otherwise.

    Raises SlackError.
    """
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    if body.get("delete_original") and place["ts"]:
        _original(team, place, None)
        return
    check_message(body.get("text"), body.get("blocks"), None, answer=True)
    shown: Doc = {
        "user": team.bot_user,
        "bot_id": team.info["bot_id"],
        "text": body.get("text") or "",
    }
    if body.get("blocks"):
        shown["blocks"] = mint(body["blocks"])
    if body.get("thread_ts"):
        shown["thread_ts"] = body["thread_ts"]
    if body.get("replace_original") and place["ts"]:
        _original(team, place, shown)
    elif body.get("response_type") == "in_channel":
        team.post(team.channel(place["channel"]), shown)
    else:
        team.whisper(place["channel"], place["user"], shown)


def _original(team: Team, place: Doc, shown: Doc | None) -> None:
    for message in team.ephemeral:
        if message["ts"] == place["ts"]:
            if shown is None:
                team.ephemeral.remove(message)
                team.tell(
                    [place["user"]],
                    {"type": "message_deleted", "channel": place["channel"], "ts": place["ts"]},
                )
            else:
                message |= {"blocks": [], **shown}
                team.tell(
                    [place["user"]],
                    {
                        "type": "message_changed",
                        "channel": place["channel"],
                        "message": message,
                    },
                )
            return
    message = team.message(place["channel"], place["ts"])
    if shown is None:
        team.remove(message)
    else:
        team.change(message, **{"blocks": [], **shown})
