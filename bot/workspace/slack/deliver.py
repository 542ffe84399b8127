"""Signed deliveries to the app, as Slack sends them: commands, interactions, options and events; three seconds each."""

import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from bot.workspace.slack.team import Team

Doc = dict[str, Any]
PATIENCE = 3.0
TIMED_OUT, FAILED = "operation_timeout", "dispatch_failed"


class NotAcknowledged(Exception):
    """The app did not answer in time or not with 200; `error` is Slack's word for it."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Delivery:
    """Sends to the request URL of the app's manifest, at the origin the workspace was started with."""

    def __init__(self, team: Team, app_url: str, signing_secret: str) -> None:
        self._team = team
        self._secret = signing_secret.encode()
        url = str(
            ((team.manifest.get("settings") or {}).get("interactivity") or {}).get("request_url")
            or "/slack/events"
        )
        self._url = app_url.rstrip("/") + (urlsplit(url).path or "/slack/events")
        self._http = httpx.AsyncClient(timeout=PATIENCE, trust_env=False)
        self.log: list[Doc] = []

    async def close(self) -> None:
        await self._http.aclose()

    async def command(self, user: str, channel: Doc, command: str, text: str) -> Any:
        info = self._team.info
        return await self._form(
            "command",
            {
                "token": "legacy", "team_id": info["id"], "team_domain": info["domain"], "channel_id": channel["id"],
                "channel_name": channel.get("name") or "directmessage", "user_id": user,
                "user_name": self._team.user(user)["name"], "command": command, "text": text,
                "api_app_id": info["app_id"], "is_enterprise_install": "false",
                "response_url": self.response_url(user, channel["id"]), "trigger_id": self._team.trigger(user),
            },
        )  # fmt: skip

    async def interaction(self, kind: str, user: str, **more: Any) -> Any:
        payload = {**self._common(kind, user), **more}
        if kind != "block_suggestion":
            payload["trigger_id"] = self._team.trigger(user)
        return await self._form(kind, {"payload": json.dumps(payload)})

    async def event(self, event: Doc) -> None:
        info = self._team.info
        body = {
            "token": "legacy", "team_id": info["id"], "api_app_id": info["app_id"], "event": event, "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(6).upper()}", "event_time": int(time.time()), "is_ext_shared_channel": False,
            "authorizations": [{"enterprise_id": None, "team_id": info["id"], "user_id": info["bot_user"], "is_bot": True}],
        }  # fmt: skip
        await self._send(str(event["type"]), json.dumps(body).encode(), "application/json")

    def response_url(self, user: str, channel: str, ts: str = "") -> str:
        """Where the app may answer an interaction."""
        token = secrets.token_urlsafe(18)
        self._team.store.put("slack_response", token, {"user": user, "channel": channel, "ts": ts})
        return f"{self._team.info['url']}/response/{token}"

    def _common(self, kind: str, user: str) -> Doc:
        info, person = self._team.info, self._team.user(user)
        return {
            "type": kind, "team": {"id": info["id"], "domain": info["domain"]}, "enterprise": None,
            "user": {"id": user, "username": person["name"], "name": person["name"], "team_id": info["id"]},
            "api_app_id": info["app_id"], "token": "legacy", "is_enterprise_install": False,
        }  # fmt: skip

    async def _form(self, kind: str, fields: Doc) -> Any:
        return await self._send(
            kind, urlencode(fields).encode(), "application/x-www-form-urlencoded"
        )

    async def _send(self, kind: str, body: bytes, content_type: str) -> Any:
        stamp = str(int(time.time()))
        signature = (
            "v0="
            + hmac.new(self._secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        )
        headers = {
            "content-type": content_type, "x-slack-request-timestamp": stamp, "x-slack-signature": signature,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }  # fmt: skip
        started, status, error = time.monotonic(), 0, ""
        try:
            answer = await self._http.post(self._url, content=body, headers=headers)
            status = answer.status_code
            if status != 200:
                error = FAILED
                raise NotAcknowledged(FAILED)
            return _body(answer)
        except httpx.TimeoutException:
            error = TIMED_OUT
            raise NotAcknowledged(TIMED_OUT) from None
        except httpx.HTTPError:
            error = FAILED
            raise NotAcknowledged(FAILED) from None
        finally:
            ms = round((time.monotonic() - started) * 1_000)
            line = {
                "id": secrets.token_hex(4),
                "kind": kind,
                "status": status,
                "ms": ms,
                "error": error,
                "at": self._team.clock.now().isoformat(),
            }
            self.log = [*self.log[-199:], line]


def _body(answer: httpx.Response) -> Any:
    """The body of an ack: JSON, plain text for a command, or nothing."""
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        return {"text": answer.text}
