"""What the workspace delivers to the app: commands, interactions, options and events, in Slack's own field names."""

import secrets
import time
from typing import Any

from bot.workspace.slack import response_urls
from bot.workspace.slack.parcels import NotAcknowledged, Parcel, Road
from bot.workspace.slack.retries import Retries
from bot.workspace.slack.team import Team

Doc = dict[str, Any]
UNTRIGGERED = ("block_suggestion", "view_closed")  # they carry no trigger_id


class Delivery:
    """Sends by the road the app uses: signed HTTP, or sockets. Events that fail are sent again."""

    def __init__(self, team: Team, road: Road) -> None:
        self._team = team
        self._road = road
        self._retries = Retries(team.store, team.clock, self._send)
        self.log: list[Doc] = []

    def carry_on(self) -> None:
        """Take up the events that were owed when the workspace ended."""
        self._retries.carry_on()

    async def close(self) -> None:
        await self._retries.close()

    async def command(self, user: str, channel: Doc, command: str, text: str) -> Any:
        info = self._team.info
        payload = {
            "token": "legacy", "team_id": info["id"], "team_domain": info["domain"], "channel_id": channel["id"],
            "channel_name": channel.get("name") or "directmessage", "user_id": user,
            "user_name": self._team.user(user)["name"], "command": command, "text": text,
            "api_app_id": info["app_id"], "is_enterprise_install": "false",
            "response_url": self.response_url(user, channel["id"]), "trigger_id": self._team.trigger(user),
        }  # fmt: skip
        address = str(self._command_url(command) or "")
        return await self._send(Parcel("command", "slash_commands", payload, address))

    async def interaction(self, kind: str, user: str, **more: Any) -> Any:
        payload = {**self._common(kind, user), **more}
        if kind not in UNTRIGGERED:
            payload["trigger_id"] = self._team.trigger(user)
        interactivity = self._settings("interactivity")
        address = interactivity.get("request_url")
        if kind == "block_suggestion":
            address = interactivity.get("message_menu_options_url") or address
        return await self._send(Parcel(kind, "interactive", payload, str(address or "")))

    async def event(self, event: Doc) -> None:
        info = self._team.info
        channel = self._team.store.get("slack_channel", str(event.get("channel"))) or {}
        body = {
            "token": "legacy", "team_id": info["id"], "api_app_id": info["app_id"], "event": event, "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(6).upper()}", "event_time": int(time.time()), "is_ext_shared_channel": bool(channel.get("is_ext_shared")),
            "context_team_id": info["id"], "context_enterprise_id": None, "event_context": f"4-{secrets.token_urlsafe(24)}",
            "authorizations": [{"enterprise_id": None, "team_id": info["id"], "user_id": info["bot_user"], "is_bot": True,
                                "is_enterprise_install": False}],
        }  # fmt: skip
        address = str(self._settings("event_subscriptions").get("request_url") or "")
        await self._retries.send(Parcel(str(event["type"]), "events_api", body, address))

    async def verify(self) -> bool:
        """What Slack does when a request URL is saved: does the app send the challenge back?"""
        challenge = secrets.token_urlsafe(30)
        body = {"token": "legacy", "challenge": challenge, "type": "url_verification"}
        address = str(self._settings("event_subscriptions").get("request_url") or "")
        answer = await self._send(Parcel("url_verification", "url_verification", body, address))
        said = answer.get("challenge", answer.get("text")) if isinstance(answer, dict) else answer
        return bool(said == challenge)

    def response_url(self, user: str, channel: str, ts: str = "") -> str:
        """Where the app may answer an interaction."""
        return response_urls.mint(self._team, user, channel, ts)

    def _settings(self, name: str) -> Doc:
        return dict((self._team.manifest.get("settings") or {}).get(name) or {})

    def _command_url(self, command: str) -> Any:
        for known in (self._team.manifest.get("features") or {}).get("slash_commands") or []:
            if known["command"] == command:
                return known.get("url")
        return None

    def _common(self, kind: str, user: str) -> Doc:
        info, person = self._team.info, self._team.user(user)
        return {
            "type": kind, "team": {"id": info["id"], "domain": info["domain"]}, "enterprise": None,
            "user": {"id": user, "username": person["name"], "name": person["name"], "team_id": info["id"]},
            "api_app_id": info["app_id"], "token": "legacy", "is_enterprise_install": False,
        }  # fmt: skip

    async def _send(self, parcel: Parcel) -> Any:
        """Send it and note in the request log how it went. Raises NotAcknowledged."""
        started, status, error = time.monotonic(), 200, ""
        try:
            return await self._road.send(parcel)
        except NotAcknowledged as failure:
            status, error = failure.status, failure.error
            raise
        finally:
            line = {
                "id": secrets.token_hex(4), "kind": parcel.kind, "status": status, "error": error,
                "ms": round((time.monotonic() - started) * 1_000), "at": self._team.clock.now().isoformat(),
                **({"retry": parcel.attempt, "reason": parcel.reason} if parcel.attempt else {}),
            }  # fmt: skip
            self.log = [*self.log[-199:], line]
