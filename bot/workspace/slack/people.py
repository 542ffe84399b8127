"""The Web API's people and channels, and who the app is."""

from typing import Any

from bot.workspace.slack.api import method, need
from bot.workspace.slack.team import SlackError, Team

Doc = dict[str, Any]


@method("api.test")
def api_test(team: Team, args: Doc) -> Doc:
    return {"args": {k: v for k, v in args.items() if k != "token"}}


@method("auth.test")
def auth_test(team: Team, args: Doc) -> Doc:
    return {
        "url": f"https://{team.info['domain']}.slack.com/", "team": team.info["name"], "user": "callsheet",
        "team_id": team.info["id"], "user_id": team.bot_user, "bot_id": team.info["bot_id"], "is_enterprise_install": False,
    }  # fmt: skip


@method("users.info", "users:read")
def users_info(team: Team, args: Doc) -> Doc:
    need(args, "user")
    return {"user": shown(team, team.user(args["user"]))}


@method("users.list", "users:read")
def users_list(team: Team, args: Doc) -> Doc:
    return {
        "members": [shown(team, u) for u in team.store.all("slack_user")],
        "response_metadata": {"next_cursor": ""},
    }


@method("users.lookupByEmail", "users:read.email")
def by_email(team: Team, args: Doc) -> Doc:
    need(args, "email")
    for user in team.store.all("slack_user"):
        if user["email"].casefold() == str(args["email"]).casefold() and user["email"]:
            return {"user": shown(team, user)}
    raise SlackError("users_not_found")


@method("conversations.open", "im:write|mpim:write")
def open_direct(team: Team, args: Doc) -> Doc:
    users = [u for u in str(args.get("users") or "").split(",") if u]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    return {"channel": {"id": team.direct(users[0])["id"]}}


@method("conversations.info", "channels:read|groups:read|im:read|mpim:read")
def info(team: Team, args: Doc) -> Doc:
    need(args, "channel")
    return {"channel": team.channel(args["channel"])}


@method("conversations.list", "channels:read|groups:read|im:read|mpim:read")
def listing(team: Team, args: Doc) -> Doc:
    rows = [
        c
        for c in team.store.all("slack_channel")
        if not c.get("is_im") and (not c["is_private"] or team.bot_user in c["members"])
    ]
    return {"channels": rows, "response_metadata": {"next_cursor": ""}}


@method("conversations.members", "channels:read|groups:read|im:read|mpim:read")
def members(team: Team, args: Doc) -> Doc:
    need(args, "channel")
    return {
        "members": team.channel(args["channel"])["members"],
        "response_metadata": {"next_cursor": ""},
    }


@method("conversations.create", "channels:manage|groups:write")
def create(team: Team, args: Doc) -> Doc:
    need(args, "name")
    name = str(args["name"])
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if any(c.get("name") == name for c in team.store.all("slack_channel")):
        raise SlackError("name_taken")
    private = str(args.get("is_private")).lower() in ("true", "1")
    channel: Doc = {
        "id": f"C{team.store.next_id('channel', 900_000)}",
        "name": name,
        "is_private": private,
        "is_im": False,
        "members": [team.bot_user],
    }
    team.store.put("slack_channel", channel["id"], channel)
    return {"channel": channel}


@method(
    "conversations.invite",
    "channels:manage|channels:write.invites|groups:write|groups:write.invites",
)
def invite(team: Team, args: Doc) -> Doc:
    need(args, "channel", "users")
    channel = team.channel(args["channel"])
    for user in str(args["users"]).split(","):
        team.user(user)
        if user in channel["members"]:
            raise SlackError("already_in_channel")
        channel["members"].append(user)
    team.store.put("slack_channel", channel["id"], channel)
    return {"channel": channel}


@method("conversations.archive", "channels:manage|groups:write")
def archive(team: Team, args: Doc) -> Doc:
    need(args, "channel")
    channel = team.channel(args["channel"])
    if channel.get("is_archived"):
        raise SlackError("already_archived")
    team.store.put("slack_channel", channel["id"], {**channel, "is_archived": True})
    return {}


def shown(team: Team, user: Doc) -> Doc:
    """A member as users.info gives them; the address only with its scope."""
    scopes = ((team.manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    profile: Doc = {
        "real_name": user["real_name"],
        "display_name": user["name"],
        "title": user.get("title", ""),
    }
    if "users:read.email" in scopes:
        profile["email"] = user["email"]
    return {
        "id": user["id"], "team_id": team.info["id"], "name": user["name"], "real_name": user["real_name"], "deleted": False,
        "tz": user["tz"], "is_bot": user.get("is_bot", False), "is_admin": user.get("is_admin", False),
        "is_owner": False, "profile": profile,
    }  # fmt: skip
