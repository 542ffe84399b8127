"""Private channels that the app makes itself: made once by their name, filled, archived. Reads no message."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_client import ask
from connectors.errors import MissingPermission, Rejected
from hiring.errors import Refused

WRITE, READ = "groups:write", "groups:read"
OTHERS = ("", "-2", "-3")  # endings tried where a name is somebody else's
THERE = ("already_in_channel", "cant_invite_self")
OVER = ("already_archived", "channel_not_found", "not_in_channel", "is_archived")
RESTRICTED = (
    "This Slack workspace does not let the app make private channels. An admin changes that in Slack's "
    "settings under Permissions, then it can be tried again."
)
ALL_TAKEN = "Slack has channels called {name} already. Archive or rename one, then try again."


async def make(client: AsyncWebClient, team: str, name: str) -> str:
    """The id of the private channel of that name, or of the next one where others have it.

    A name that is taken by a private channel the app is in is the app's own, made when the answer was lost: names come
    from our own ids. `team` says where, for a token of a whole organisation. Raises Refused.
    """
    for ending in OTHERS:
        wanted = f"{name}{ending}"
        try:
            made = await _ask(
                client.conversations_create, name=wanted, is_private=True, team_id=team
            )
            return str(made["channel"]["id"])
        except Rejected as error:
            if error.code == "restricted_action":
                raise Refused(RESTRICTED) from None
            if error.code != "name_taken":
                raise
        if found := await _ours(client, team, wanted):
            return found
    raise Refused(ALL_TAKEN.format(name=name))


async def _ours(client: AsyncWebClient, team: str, name: str) -> str:
    """The private channel of that name which the app is in; empty when there is none."""
    cursor = ""
    while True:
        answer = await _ask(
            client.conversations_list, READ, types="private_channel", exclude_archived=True, limit=200,
            cursor=cursor, team_id=team,
        )  # fmt: skip
        for room in answer["channels"]:
            if room.get("name") == name and room.get("is_private") and not room.get("is_archived"):
                return str(room["id"])
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return ""


async def is_in(client: AsyncWebClient, channel: str) -> bool:
    """Whether the app is in it and it is not archived."""
    try:
        about = (await _ask(client.conversations_info, READ, channel=channel))["channel"]
    except Rejected as error:
        if error.code == "channel_not_found":
            return False
        raise
    return bool(about.get("is_member")) and not about.get("is_archived")


async def invite(client: AsyncWebClient, channel: str, user: str) -> bool:
    """One member at a time, so that one whom Slack refuses keeps nobody else out. False: refused."""
    try:
        await _ask(client.conversations_invite, channel=channel, users=user)
    except Rejected as error:
        return error.code in THERE
    return True


async def archive(client: AsyncWebClient, channel: str) -> None:
    """Twice changes nothing."""
    try:
        await _ask(client.conversations_archive, channel=channel)
    except Rejected as error:
        if error.code not in OVER:
            raise


async def _ask(call: Callable[..., Awaitable[Any]], scope: str = WRITE, **arguments: Any) -> Any:
    """As `ask`; a scope that is missing becomes a sentence for whoever can mend it. Raises Refused.

    `scope` is what private channels take: Slack itself names every scope that would do for some kind of channel.
    """
    try:
        return await ask(call, **arguments)
    except MissingPermission:
        raise Refused(
            f"The Slack app lacks the scope {scope}, which private channels of panels need. An admin adds it "
            "(`callsheet manifest` writes it) and installs the app again; then this can be tried again."
        ) from None
