"""Bolt behind our own door: verified payloads in, one catch-all listener per payload type, our dispatch behind it."""

import logging
import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot import gestures
from bot.dispatch import Dispatch
from bot.intake import Delivery
from bot.slack_client import Clients, Tokens
from hiring.inbox import NotStored

ANY = re.compile("")


class Authorize(AsyncAuthorize):
    """The workspace's token from the sealed store (kept in memory for minutes); Slack is not asked per request."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        token = await self._tokens.token(team_id or "", enterprise_id or "")
        if token is None:
            return None
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)


class Slack:
    """What both transports, signed HTTP and Socket Mode, hand their deliveries to."""

    def __init__(
        self,
        dispatch: Dispatch,
        clients: Clients,
        tokens: Tokens,
        install: AsyncOAuthFlow | None = None,
    ) -> None:
        _keep_bodies_out_of_the_log()
        self._dispatch = dispatch
        self.app = AsyncApp(
            name="callsheet",
            process_before_response=True,
            signing_secret="checked by bot/intake.py before",
            client=clients.make(None),
            authorize=Authorize(tokens),  # type: ignore[arg-type]  # Bolt takes this class, its annotation forgot it
            oauth_flow=install,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )
        self._listen()

    async def deliver(self, delivery: Delivery) -> BoltResponse:
        """Hand over one verified delivery; gives the status and body of the ack.

        400 for what Slack could not have sent, which Bolt would stumble over; kinds nobody answers get a plain 200.
        """
        if not gestures.kind(delivery.payload):
            return BoltResponse(status=200)
        try:
            gesture = gestures.read(delivery.payload, delivery.key)
        except ValueError:
            return BoltResponse(status=400)
        request = AsyncBoltRequest(
            body=dict(delivery.payload), context={"gesture": gesture}, mode="socket_mode"
        )
        return await self.app.async_dispatch(request)

    def _listen(self) -> None:
        async def hear(body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
            view = body.get("view")
            try:
                answer = await self._dispatch.take(context["gesture"], view)
            except NotStored:
                return BoltResponse(status=503, body="Callsheet could not write this down.")
            return BoltResponse(status=200, body=dict(answer) if answer is not None else "")

        self.app.command(ANY)(hear)
        self.app.action(ANY)(hear)
        self.app.view(ANY)(hear)
        self.app.view_closed(ANY)(hear)
        self.app.options(ANY)(hear)
        self.app.shortcut(ANY)(hear)
        self.app.event(ANY)(hear)


def _keep_bodies_out_of_the_log() -> None:
    """Bolt logs bodies of refused requests and keys of unmatched ones; neither belongs into a log."""
    logging.getLogger("slack_bolt.RequestVerification").disabled = True
    for name in ("slack_bolt", "slack_bolt.AsyncApp", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.ERROR)
