"""Socket Mode: Slack's deliveries over websockets that we open, for installations without a public address.

Two sockets stand open, so that Slack may recycle one, or one may go silent, without a gap: the next one is open before
the old one is closed, unless the old one is dead.
"""

import asyncio
import secrets
import time
from collections.abc import Coroutine
from typing import Any

import structlog

from bot import intake, logs
from bot.errors import NotSetUp
from bot.slack import Slack
from bot.slack_client import Clients, ask
from bot.socket_line import Ack, Dismissed, Envelope, Line, Pace, dial
from connectors.errors import ConnectorError, TryLater

log = logs.logger(__name__)
LINES = 2
DEAD = ("closed", "silent")  # every other reason leaves a socket that still works for a while


class Sockets:
    """Keeps the sockets open for as long as the process runs; `silence` is how long nothing has been heard on any."""

    def __init__(
        self, clients: Clients, app_token: str, *, lines: int = LINES, pace: Pace | None = None
    ) -> None:
        self._clients, self._token, self._count = clients, app_token, lines
        self._pace = pace or Pace()
        self._slack: Slack | None = None
        self._lines: set[Line] = set()
        self._heard: float | None = None
        self._keepers: list[asyncio.Task[None]] = []
        self._closing: set[asyncio.Task[None]] = set()

    async def start(self, slack: Slack) -> None:
        """Open the sockets, and go on trying while Slack cannot be reached. Raises NotSetUp for a refused token."""
        self._slack = slack
        try:
            await address(self._clients, self._token)
        except TryLater as error:
            log.warning("Slack does not answer; trying on", code=error.code)
        except ConnectorError as error:
            raise NotSetUp(
                f"Slack refuses SLACK_APP_TOKEN ({error.code}). It starts with xapp- and needs the scope "
                "connections:write: Basic Information → App-Level Tokens."
            ) from None
        self._keepers = [asyncio.create_task(self._keep()) for _ in range(self._count)]

    async def stop(self) -> None:
        """Acknowledge what is under way, then close."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._closing, *(line.close() for line in self._lines))
        self._lines.clear()

    @property
    def open(self) -> int:
        """How many sockets are in use."""
        return len(self._lines)

    def silence(self) -> float | None:
        """Seconds since the last sign of life on any socket; None before the first."""
        heard = [line.heard for line in self._lines]
        if self._heard is not None:
            heard.append(self._heard)
        return time.monotonic() - max(heard) if heard else None

    def health(self) -> tuple[dict[str, object], str]:
        """What /readyz shows of the sockets, and what is wrong with them, empty when nothing is."""
        silence = self.silence()
        rounded = None if silence is None else round(silence, 1)
        shown: dict[str, object] = {"open": self.open, "silent_for": rounded}
        if silence is None:
            return shown, "no socket to Slack has been opened yet"
        if silence > self._pace.silence:
            return shown, f"nothing has been heard from Slack for {silence:.0f} s"
        return shown, ""

    async def _keep(self) -> None:
        """Hold one socket open for ever; a better one takes over before a leaving one is closed."""
        leaving: Line | None = None
        wait = 0.0
        while True:
            await asyncio.sleep(wait)
            try:
                line = await self._dial()
            except Exception as error:  # noqa: BLE001  # the edge: whatever it was, the next try may go better
                wait = self._longer(wait, error)
                log.warning("socket not opened", reason=_reason(error), next=wait)
                continue
            self._lines.add(line)
            if leaving is not None:
                self._close(leaving)
            reason = await line.over
            log.info("socket over", reason=reason)
            leaving = None if reason in DEAD else line
            if reason in DEAD:
                self._close(line)
            lived = time.monotonic() - line.born
            wait = 0.0 if lived > self._pace.beat else self._longer(wait, None)

    async def _dial(self) -> Line:
        url = await address(self._clients, self._token)
        proxy = self._clients.make(None).proxy
        return await dial(self._clients.session, url, self._hear, self._pace, proxy)

    def _longer(self, wait: float, error: Exception | None) -> float:
        """How long to wait after one more failure: twice as long, or what Slack asks for."""
        if isinstance(error, TryLater) and error.after is not None:
            return error.after.total_seconds()
        if isinstance(error, Dismissed) and str(error) == "link_disabled":
            return self._pace.longest_wait
        return min(self._pace.longest_wait, max(self._pace.beat / 10, wait * 2))

    def _close(self, line: Line) -> None:
        self._heard = max(line.heard, self._heard or 0.0)
        self._lines.discard(line)
        self._later(line.close())

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _hear(self, envelope: Envelope) -> Ack | None:
        """Deliver one envelope; None when it must not be acknowledged."""
        payload = envelope.get("payload")
        if self._slack is None or not isinstance(payload, dict):
            return None
        structlog.contextvars.bind_contextvars(request=secrets.token_hex(8))
        key = intake.key(payload, f"socket:{envelope['envelope_id']}")
        answer = await self._slack.deliver(intake.Delivery(key, payload))
        return Ack(intake.body_of(answer.body)) if answer.status == 200 else None


async def address(clients: Clients, app_token: str) -> str:
    """A fresh address to dial, good once. Raises ConnectorError."""
    answer = await ask(clients.make(app_token).apps_connections_open, app_token=app_token)
    return str(answer["url"])


def _reason(error: Exception) -> str:
    if isinstance(error, Dismissed):
        return str(error)
    return error.code if isinstance(error, ConnectorError) else type(error).__name__
