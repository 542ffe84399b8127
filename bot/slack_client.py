"""Slack's Web API, one client per workspace token, and its refusals in our own words."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from connectors.errors import ConnectorError, MissingPermission, Reconnect, Rejected, TryLater
from hiring.errors import Refused

T = TypeVar("T")
TIMEOUT = 20  # seconds for one call

LOST = "lost"  # the answer did not come or said nothing: what was asked for may have been done
_UNKNOWN = {"fatal_error", "internal_error", "request_timeout"}
_CLOSED = (502, 503)  # refused at the door
_LATER = {"ratelimited", "rate_limited", "service_unavailable"}
_TOKEN = {
    "not_authed",
    "invalid_auth",
    "token_expired",
    "token_revoked",
    "account_inactive",
    "team_access_not_granted",
}
_ADDING = ("chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal")
_TOO_LATE = {"expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "invalid_trigger_id"}


class TooLate(Refused):
    """Slack's three seconds to open a modal have passed."""


class Tokens(Protocol):
    """Where a workspace's bot token is found."""

    async def token(self, team: str, enterprise: str = "") -> str | None: ...

    async def teams(self) -> list[str]:
        """The workspaces with a token of their own; none where one token serves all."""
        ...


class OnceMore(AsyncConnectionErrorRetryHandler):
    """Calls again when the call never got there, or may arrive twice without harm.

    The SDK's own handler would post a message again whose answer was lost; that is for a job to decide.
    """

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if isinstance(error, aiohttp.ClientConnectorError):
            return True
        again = await super()._can_retry_async(
            state=state, request=request, response=response, error=error
        )
        return again and not request.url.endswith(_ADDING)


class Clients:
    """Hands out clients that share one connection pool. `patient` ones wait out a rate limit: for workers only."""

    def __init__(self, base_url: str, tokens: Tokens, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self.base_url = base_url.rstrip("/") + "/"
        self._tokens = tokens
        self._session: aiohttp.ClientSession | None = None
        self._made: dict[tuple[str, bool], AsyncWebClient] = {}

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._timeout)
            )
        return self._session

    async def of(self, team: str, *, patient: bool = False) -> AsyncWebClient:
        """The client of a workspace. Raises Reconnect when the app is not installed there (any more)."""
        token = await self._tokens.token(team)
        if not token:
            raise Reconnect("The app is not installed in this workspace.", code="not_installed")
        known = self._made.get((token, patient))
        if known is None or known.session is not self.session:
            known = self._made[(token, patient)] = self.make(token, patient=patient)
        return known

    def make(self, token: str | None, *, patient: bool = False) -> AsyncWebClient:
        client = AsyncWebClient(token=token, base_url=self.base_url, session=self.session)
        client.retry_handlers = [OnceMore(max_retry_count=1)]
        if patient:
            client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
        return client

    async def post(self, url: str, body: Mapping[str, Any]) -> bool:
        """Answer a `response_url`; False when Slack no longer takes it (five answers, thirty minutes)."""
        try:
            async with self.session.post(url, json=body) as answer:
                await answer.read()
                if answer.status == 429 or answer.status >= 500:
                    raise TryLater("Slack asks to wait.", code=str(answer.status))
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise TryLater("Slack did not answer.", code="unreachable") from None

    async def teams(self) -> list[str]:
        """The workspaces where the app is installed."""
        if found := await self._tokens.teams():
            return found
        client = await self.of("")
        return [str((await ask(client.auth_test))["team_id"])]

    async def close(self) -> None:
        if self._session:
            await self._session.close()


async def ask(call: Callable[..., Awaitable[T]], **arguments: Any) -> T:
    """Make one call and translate its refusal: TryLater, Reconnect, MissingPermission, TooLate or Rejected.

    `code` of the raised error is Slack's own error name.
    """
    try:
        return await call(**arguments)
    except SlackApiError as error:
        raise _translated(error) from None
    except aiohttp.ClientConnectorError:
        raise TryLater("Slack is not reached.", code="unreachable") from None
    except (aiohttp.ClientError, TimeoutError, ValueError):  # ValueError: an answer cut short
        raise TryLater("Slack did not answer.", code=LOST) from None


def _translated(error: SlackApiError) -> ConnectorError | TooLate:
    answer = error.response
    found = answer.data if hasattr(answer, "data") else answer
    data: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 200))
    code = str(data.get("error") or f"http_{status}")
    if (status >= 500 and status not in _CLOSED) or code in _UNKNOWN:
        return TryLater("Slack did not answer properly.", code=LOST)
    if status == 429 or status in _CLOSED or code in _LATER:
        seconds = str(getattr(answer, "headers", {}).get("Retry-After", ""))
        after = timedelta(seconds=int(seconds)) if seconds.isdecimal() else None
        return TryLater("Slack asks to wait.", after=after, code=code)
    if status < 300 and "error" not in data:
        return TryLater("Slack's answer could not be read.", code=LOST)
    if code in _TOKEN:
        return Reconnect(
            "Slack no longer takes this app's token. Install the app again.", code=code
        )
    if code == "missing_scope":
        return MissingPermission("The Slack app lacks a scope.", code=str(data.get("needed") or ""))
    if code in _TOO_LATE:
        return TooLate("That took too long for Slack to open a window. Press it again.")
    return Rejected(f"Slack refused this ({code}).", code=code)
