"""The worker: runs jobs, and the clock's beats that ask what is due. Any number may run beside each other."""

from collections.abc import Sequence
from datetime import datetime

from bot import logs
from bot.wiring import Parts
from hiring import origin, replies, restore, retention
from messages.mailbox import MailboxUnreachable
from scheduling.ticker import BEATS, Ticker

log = logs.logger(__name__)


class Worker:
    """Jobs and clock of one process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        reads = parts.services.mailbox is not None
        beats = tuple(beat for beat in BEATS if reads or beat.name != "mail-replies")
        self._ticker = Ticker(beats, self.on_beat)

    async def start(self) -> None:
        if await restore.recognise(self._parts.services, self._parts.settings.var):
            log.warning(
                "this is an older copy of the database: what may have been done since is not repeated unasked"
            )
        await self._parts.services.jobs.start_worker(self._parts.services)
        self._ticker.start()

    async def stop(self, grace: int = 10) -> None:
        """Finish what is under way within the grace; the rest is taken up by the next start."""
        self._ticker.stop()
        await self._parts.services.jobs.stop_worker(grace)

    async def beat_all(self, names: Sequence[str] = ("due-timers",)) -> None:
        """Run beats now, whatever the clock says; used when the demo's clock is moved."""
        for name in names:
            await self._ticker.beat_now(name)

    async def on_beat(self, name: str, slot: datetime) -> None:
        """What each beat does."""
        with origin.coming_from("clock", name):
            await self._beat(name)

    async def _beat(self, name: str) -> None:
        services = self._parts.services
        match name:
            case "due-timers":
                await services.jobs.run_due(services)
            case "retention":
                await retention.forget_old(services, self._parts.settings.retention_days)
            case "high-water":
                await restore.advance(services, self._parts.settings.var)
            case "mail-replies":
                try:
                    await replies.look(services)
                except MailboxUnreachable as error:
                    log.warning("the mailbox could not be read", why=error.why)
            case _:
                log.warning("unknown beat", beat=name)
