"""Signed deliveries to the app, as Slack sends them: commands, interactions, options and events; three seconds each."""

import asyncio
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
PATIENCE = 3.0  # seconds
TIMED_OUT, FAILED = "operation_timeout", "dispatch_failed"
UNTRIGGERED = ("block_suggestion", "view_closed")  # they carry no trigger_id


class NotAcknowledged(Exception):
    """The app did not answer in time or not with 200; `error` is Slack's word for it."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Delivery:
    """Sends to the request URLs of the app's manifest, at the origin the workspace was started with."""

    def __init__(
        self, team: Team, app_url: str, signing_secret: str, patience: float = PATIENCE
    ) -> None:
        self._team = team
        self._secret = signing_secret.encode()
        self._origin = app_url.rstrip("/")
        self._patience = patience
        self._http = httpx.AsyncClient(timeout=patience, trust_env=False)
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
            self._command_url(command),
        )  # fmt: skip

    async def interaction(self, kind: str, user: str, **more: Any) -> Any:
        payload = {**self._common(kind, user), **more}
        if kind not in UNTRIGGERED:
            payload["trigger_id"] = self._team.trigger(user)
        interactivity = self._settings("interactivity")
        address = interactivity.get("request_url")
        if kind == "block_suggestion":
            address = interactivity.get("message_menu_options_url") or address
        return await self._form(kind, {"payload": json.dumps(payload)}, address)

    async def event(self, event: Doc) -> None:
        info = self._team.info
        body = {
            "token": "legacy", "team_id": info["id"], "api_app_id": info["app_id"], "event": event, "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(6).upper()}", "event_time": int(time.time()), "is_ext_shared_channel": False,
            "context_team_id": info["id"], "context_enterprise_id": None, "event_context": f"4-{secrets.token_urlsafe(24)}",
            "authorizations": [{"enterprise_id": None, "team_id": info["id"], "user_id": info["bot_user"], "is_bot": True,
                                "is_enterprise_install": False}],
        }  # fmt: skip
        await self._json(str(event["type"]), body)

    async def verify(self) -> bool:
        """What Slack does when a request URL is saved: does the app send the challenge back?"""
        challenge = secrets.token_urlsafe(30)
        body = {"token": "legacy", "challenge": challenge, "type": "url_verification"}
        answer = await self._json("url_verification", body)
        said = answer.get("challenge", answer.get("text")) if isinstance(answer, dict) else answer
        return bool(said == challenge)

    def response_url(self, user: str, channel: str, ts: str = "") -> str:
        """Where the app may answer an interaction."""
        token = secrets.token_urlsafe(18)
        self._team.store.put("slack_response", token, {"user": user, "channel": channel, "ts": ts})
        return f"{self._team.info['url']}/response/{token}"

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

    async def _form(self, kind: str, fields: Doc, address: Any) -> Any:
        form = "application/x-www-form-urlencoded"
        return await self._send(kind, urlencode(fields).encode(), form, address)

    async def _json(self, kind: str, body: Doc) -> Any:
        address = self._settings("event_subscriptions").get("request_url")
        return await self._send(kind, json.dumps(body).encode(), "application/json", address)

    async def _send(self, kind: str, body: bytes, content_type: str, address: Any) -> Any:
        """Post it, signed, to the path of `address` at the app's origin. Raises NotAcknowledged."""
        stamp = str(int(time.time()))
        signed = hmac.new(self._secret, f"v0:{stamp}:".encode() + body, hashlib.sha256)
        headers = {
            "content-type": content_type, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={signed.hexdigest()}",
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }  # fmt: skip
        url = self._origin + (urlsplit(str(address or "")).path or "/slack/events")
        started, status, error = time.monotonic(), 0, ""
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._http.post(url, content=body, headers=headers)
            status = answer.status_code
            if status != 200:
                error = FAILED
                raise NotAcknowledged(FAILED)
            return _body(answer)
        except (TimeoutError, httpx.TimeoutException):
            error = TIMED_OUT
            raise NotAcknowledged(TIMED_OUT) from None
        except httpx.HTTPError:
            error = FAILED
            raise NotAcknowledged(FAILED) from None
        finally:
            ms = round((time.monotonic() - started) * 1_000)
            line = {
                "id": secrets.token_hex(4), "kind": kind, "status": status, "ms": ms, "error": error,
                "at": self._team.clock.now().isoformat(),
            }  # fmt: skip
            self.log = [*self.log[-199:], line]


def _body(answer: httpx.Response) -> Any:
    """The body of an ack: JSON, plain text for a command, or nothing."""
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        return {"text": answer.text}
