"""Socket Mode: Slack's deliveries over a websocket that we open, for installations without a public address."""

import asyncio
import time

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot import intake, logs
from bot.slack import Slack
from bot.slack_client import Clients

log = logs.logger(__name__)
CHECK = 10.0  # seconds between looks at the connection


class Socket:
    """One connection with a watchdog: the library's client can stay broken after a failed reconnect."""

    def __init__(self, slack: Slack, clients: Clients, app_token: str) -> None:
        self._slack = slack
        self._clients = clients
        self._token = app_token
        self._client: SocketModeClient | None = None
        self._watch: asyncio.Task[None] | None = None
        self.last_heard = time.monotonic()

    async def start(self) -> None:
        await self._connect()
        self._watch = asyncio.create_task(self._keep_connected())

    async def stop(self) -> None:
        if self._watch:
            self._watch.cancel()
        if self._client:
            await self._client.close()  # type: ignore[no-untyped-call]  # the SDK lacks annotations

    async def _connect(self) -> None:
        client = SocketModeClient(
            app_token=self._token,
            web_client=self._clients.make(self._token),
            auto_reconnect_enabled=True,
        )
        client.socket_mode_request_listeners.append(self._hear)
        await client.connect()  # type: ignore[no-untyped-call]  # the SDK lacks annotations
        self._client = client

    async def _hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.last_heard = time.monotonic()
        key = intake.key(request.payload, f"socket:{request.envelope_id}")
        answer = await self._slack.deliver(intake.Delivery(key, request.payload))
        if answer.status >= 500:
            return  # not written down, so not acknowledged: Slack says so to the person, or sends it again
        body = intake.body_of(answer.body)
        await client.send_socket_mode_response(
            SocketModeResponse(envelope_id=request.envelope_id, payload=body)
        )

    async def _keep_connected(self) -> None:
        while True:
            await asyncio.sleep(CHECK)
            client = self._client
            if client is not None and await client.is_connected():
                continue
            log.warning("socket lost; connecting again")
            try:
                if client is not None:
                    await client.close()  # type: ignore[no-untyped-call]  # the SDK lacks annotations
                await self._connect()
            except Exception as error:  # noqa: BLE001  # the edge: the next look tries again
                log.warning("socket not connected", error=type(error).__name__)
