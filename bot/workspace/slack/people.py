"""The Web API's people and channels, and who the app is."""

import re
from typing import Any

from bot.workspace.slack.api import granted, method, need, page
from bot.workspace.slack.team import SlackError, Team

Doc = dict[str, Any]
GENERAL = "C0GENERAL"  # nobody can archive it
KINDS = {"public_channel", "private_channel", "im", "mpim"}


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
    rows, following = page(args, team.store.all("slack_user"))
    return {"members": [shown(team, user) for user in rows], "response_metadata": following}


@method("users.lookupByEmail", "users:read.email")
def by_email(team: Team, args: Doc) -> Doc:
    need(args, "email")
    for user in team.store.all("slack_user"):
        if user["email"].casefold() == str(args["email"]).casefold() and user["email"]:
            return {"user": shown(team, user)}
    raise SlackError("users_not_found")


@method("conversations.open", "im:write|mpim:write")
def open_direct(team: Team, args: Doc) -> Doc:
    """Direct messages with one person; this workspace has no group direct messages."""
    users = [u for u in (args.get("users") or "").split(",") if u]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("too_many_users")
    return {"channel": {"id": team.direct(users[0])["id"]}}


@method("conversations.info", "channels:read|groups:read|im:read|mpim:read")
def info(team: Team, args: Doc) -> Doc:
    return {"channel": room(team, _visible(team, args))}


@method("conversations.list", "channels:read|groups:read|im:read|mpim:read")
def listing(team: Team, args: Doc) -> Doc:
    """Public channels only, unless `types` names others (docs.slack.dev/reference/methods/conversations.list)."""
    types = (args.get("types") or "public_channel").split(",")
    if unknown := set(types) - KINDS:
        raise SlackError("invalid_types", arg=",".join(sorted(unknown)))
    mine = [c for c in team.store.all("slack_channel") if _kind(c) in types and _may_see(team, c)]
    if args.get("exclude_archived") in ("true", "1"):
        mine = [c for c in mine if not c.get("is_archived")]
    rows, following = page(args, mine)
    return {"channels": [room(team, c) for c in rows], "response_metadata": following}


@method("conversations.members", "channels:read|groups:read|im:read|mpim:read")
def members(team: Team, args: Doc) -> Doc:
    rows, following = page(args, _visible(team, args)["members"])
    return {"members": rows, "response_metadata": following}


@method("conversations.create", "channels:manage|groups:write")
def create(team: Team, args: Doc) -> Doc:
    need(args, "name")
    name = args["name"]
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    if any(c.get("name") == name for c in team.store.all("slack_channel")):
        raise SlackError("name_taken")
    private = args.get("is_private") in ("true", "1")
    _manages(team, private)
    channel: Doc = {
        "id": f"C{team.store.next_id('channel', 900_000)}",
        "name": name,
        "is_private": private,
        "is_im": False,
        "members": [team.bot_user],
        "created": int(team.clock.now().timestamp()),
    }
    team.store.put("slack_channel", channel["id"], channel)
    return {"channel": room(team, channel)}


@method(
    "conversations.invite",
    "channels:manage|channels:write.invites|groups:write|groups:write.invites",
)
def invite(team: Team, args: Doc) -> Doc:
    need(args, "channel", "users")
    channel = _visible(team, args)
    if channel.get("is_archived"):
        raise SlackError("is_archived")
    if team.bot_user not in channel["members"]:
        raise SlackError("not_in_channel")
    for user in args["users"].split(","):
        if user == team.bot_user:
            raise SlackError("cant_invite_self")
        team.user(user)
        if user in channel["members"]:
            raise SlackError("already_in_channel")
        channel["members"].append(user)
    team.store.put("slack_channel", channel["id"], channel)
    return {"channel": room(team, channel)}


@method("conversations.archive", "channels:manage|groups:write")
def archive(team: Team, args: Doc) -> Doc:
    channel = _visible(team, args)
    if channel["id"] == GENERAL:
        raise SlackError("cant_archive_general")
    if channel.get("is_archived"):
        raise SlackError("already_archived")
    _manages(team, bool(channel.get("is_private")))
    team.store.put("slack_channel", channel["id"], {**channel, "is_archived": True})
    return {}


def shown(team: Team, user: Doc) -> Doc:
    """A member as users.info gives them; the address only with its scope."""
    profile: Doc = {
        "real_name": user["real_name"],
        "display_name": user["name"],
        "title": user.get("title", ""),
    }
    if "users:read.email" in granted(team):
        profile["email"] = user["email"]
    return {
        "id": user["id"], "team_id": team.info["id"], "name": user["name"], "real_name": user["real_name"], "deleted": False,
        "tz": user["tz"], "is_bot": user.get("is_bot", False), "is_admin": user.get("is_admin", False),
        "is_owner": False, "profile": profile,
    }  # fmt: skip


def room(team: Team, channel: Doc) -> Doc:
    """A channel as conversations.info gives it."""
    direct, private = bool(channel.get("is_im")), bool(channel.get("is_private"))
    made: Doc = {
        "id": channel["id"], "created": channel.get("created", 0), "is_archived": bool(channel.get("is_archived")),
        "is_im": direct, "is_mpim": False, "is_channel": not direct and not private, "is_group": not direct and private,
        "is_private": private, "is_member": team.bot_user in channel["members"], "is_general": channel["id"] == GENERAL,
        "is_shared": bool(channel.get("is_ext_shared")), "is_ext_shared": bool(channel.get("is_ext_shared")),
        "is_org_shared": False,
        "context_team_id": team.info["id"],
    }  # fmt: skip
    if direct:
        return made | {"user": channel["user"]}
    topic = {"value": channel.get("topic", ""), "creator": "", "last_set": 0}
    return made | {"name": channel["name"], "topic": topic, "num_members": len(channel["members"])}


def _kind(channel: Doc) -> str:
    if channel.get("is_im"):
        return "im"
    return "private_channel" if channel.get("is_private") else "public_channel"


def _manages(team: Team, private: bool) -> None:
    """Private channels have a scope of their own. Raises SlackError."""
    wanted = "groups:write" if private else "channels:manage"
    if wanted not in granted(team):
        raise SlackError("missing_scope", needed=wanted, provided=",".join(granted(team)))


def _may_see(team: Team, channel: Doc) -> bool:
    return not channel.get("is_private") or team.bot_user in channel["members"]


def _visible(team: Team, args: Doc) -> Doc:
    """The channel that is asked for; a private one only when the app is in it. Raises SlackError."""
    need(args, "channel")
    channel = team.channel(args["channel"])
    if not _may_see(team, channel):
        raise SlackError("channel_not_found")
    return channel
