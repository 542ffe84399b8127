"""Who is in a channel, and whether candidates may be shown there at all."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_client import ask
from connectors.errors import Rejected
from hiring.errors import Refused

NOT_PRIVATE = "Candidates are shown only in private channels of your own company. Choose a private one that nobody outside is in."
NOT_THERE = "I am not in that channel. Invite me there with `/invite @Callsheet`, then share again."


async def of(client: AsyncWebClient, channel: str) -> list[str]:
    """Everybody in a private channel of this company alone. Raises Refused, beside the field `channel`, for any other."""
    try:
        about = (await ask(client.conversations_info, channel=channel))["channel"]
        if not about.get("is_private") or about.get("is_ext_shared") or about.get("is_im"):
            raise Refused(NOT_PRIVATE, field="channel")
        if not about.get("is_member"):
            raise Refused(NOT_THERE, field="channel")
        return await _members(client, channel)
    except Rejected as error:
        if error.code == "channel_not_found":
            raise Refused(NOT_THERE, field="channel") from None
        raise


async def _members(client: AsyncWebClient, channel: str) -> list[str]:
    """Every member of a channel, page by page."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = await ask(client.conversations_members, channel=channel, limit=200, cursor=cursor)
        found += [str(user) for user in answer["members"]]
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return found
