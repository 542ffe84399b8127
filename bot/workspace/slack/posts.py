"""The road of signed HTTP requests to the request URLs of the app's manifest; three seconds each."""

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from bot.workspace import outgoing
from bot.workspace.slack.parcels import FAILED, TIMED_OUT, NotAcknowledged, Parcel

MOST_REDIRECTS = 2  # that an event follows; nothing else follows any


class Posts:
    """Posts to the paths of the manifest's addresses, at the origin the workspace was started with."""

    def __init__(self, app_url: str, signing_secret: str, patience: float) -> None:
        self._origin = app_url.rstrip("/")
        self._secret = signing_secret.encode()
        self._patience = patience
        self._http = outgoing.client(patience, max_redirects=MOST_REDIRECTS)

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, parcel: Parcel) -> Any:
        url = self._origin + (urlsplit(parcel.address).path or "/slack/events")
        content_type, body = written(parcel)
        headers = {"content-type": content_type, **self._signed(body)}
        event = parcel.form == "events_api"
        if parcel.attempt:
            headers["x-slack-retry-num"] = str(parcel.attempt)
            headers["x-slack-retry-reason"] = parcel.reason
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._http.post(
                    url, content=body, headers=headers, follow_redirects=event
                )
        except (TimeoutError, httpx.TimeoutException):
            raise NotAcknowledged(TIMED_OUT, "http_timeout") from None
        except httpx.TooManyRedirects:
            raise NotAcknowledged(FAILED, "too_many_redirects") from None
        except httpx.ConnectError as error:
            reason = "ssl_error" if "SSL" in str(error) else "connection_failed"
            raise NotAcknowledged(FAILED, reason) from None
        except httpx.NetworkError:
            raise NotAcknowledged(FAILED, "connection_failed") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise NotAcknowledged(FAILED, "unknown_error") from None
        if not (answer.is_success if event else answer.status_code == 200):
            final = answer.headers.get("x-slack-no-retry") == "1"
            raise NotAcknowledged(FAILED, "http_error", status=answer.status_code, final=final)
        return _body(answer)

    def _signed(self, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        signed = hmac.new(self._secret, f"v0:{stamp}:".encode() + body, hashlib.sha256)
        return {
            "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={signed.hexdigest()}",
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }  # fmt: skip


def written(parcel: Parcel) -> tuple[str, bytes]:
    """Content type and body, as Slack writes each kind."""
    if parcel.form in ("events_api", "url_verification"):
        return "application/json", json.dumps(parcel.payload).encode()
    fields = (
        parcel.payload
        if parcel.form == "slash_commands"
        else {"payload": json.dumps(parcel.payload)}
    )
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def _body(answer: httpx.Response) -> Any:
    """The body of an ack: JSON, plain text for a command, or nothing."""
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        return {"text": answer.text}
