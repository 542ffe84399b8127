"""The worker: runs jobs, and the clock's beats that ask what is due. Any number may run beside each other."""

from collections.abc import Sequence
from datetime import datetime

from bot import logs
from bot.wiring import Parts
from hiring import (  # noqa: F401  # some register their beats
    calendar_watch,
    grant_care,
    hooks,
    jobs,
    reconciling,
    replies,
    restore,
    retention,
    unknown_words,
    zone_watch,
)
from scheduling.ticker import BEATS, Beat, Ticker

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
            log.warning("an older copy of the database: what may be done already is not repeated")
        await self._parts.services.jobs.start_worker(self._parts.services)
        self._ticker.start()

    async def stop(self, grace: int = 7) -> None:
        """Finish what is under way within the grace; the rest is taken up by the next start."""
        self._ticker.stop()
        await self._parts.services.jobs.stop_worker(grace)

    async def beat_all(self, names: Sequence[str] = ("due-timers",)) -> None:
        """Run beats now, whatever the clock says; used when the demo's clock is moved."""
        for name in names:
            await self._ticker.beat_now(name)

    async def on_beat(self, beat: Beat, slot: datetime) -> None:
        """Shared beats are jobs called `beat.<name>`, one per slot; what is due is shared out by the rows themselves."""
        services = self._parts.services
        if beat.name == "high-water":
            await restore.advance(services, self._parts.settings.var)
            return
        if beat.name == "unknown-words":
            await unknown_words.keep(services)
            return
        if not beat.shared:
            await services.jobs.run_due(services)
            return
        key = f"beat:{beat.name}:{slot.isoformat()}"
        async with services.store.begin() as tx:
            await services.jobs.enqueue(tx, jobs.registered(f"beat.{beat.name}"), key=key)
