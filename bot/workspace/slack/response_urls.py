"""response_urls: where the app may answer an interaction, five times, for thirty minutes of the workspace's clock."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.slack.team import SlackError, Team

Doc = dict[str, Any]
MOST_USES, LIVES = 5, timedelta(minutes=30)


def mint(team: Team, user: str, channel: str, ts: str = "") -> str:
    """A fresh address; `ts` is the message that was pressed."""
    token = secrets.token_urlsafe(18)
    until = (team.clock.now() + LIVES).isoformat()
    place = {"user": user, "channel": channel, "ts": ts, "until": until, "uses": 0}
    team.store.put("slack_response", token, place)
    return f"{team.info['url']}/response/{token}"


def place(team: Team, token: str) -> Doc:
    """What the address answers to, while it does. Raises SlackError."""
    found = team.store.get("slack_response", token)
    if found is None or team.clock.now() > datetime.fromisoformat(found["until"]):
        raise SlackError("expired_url")
    if found["uses"] >= MOST_USES:
        raise SlackError("used_url")
    return found


def used(team: Team, token: str, found: Doc) -> None:
    """Count an answer that was taken."""
    team.store.put("slack_response", token, {**found, "uses": found["uses"] + 1})
