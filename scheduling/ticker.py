"""The clock's beats: every recurring rule of the product, ticked by APScheduler. A beat does no work itself."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger(__name__)
logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a beat says what went wrong
OnBeat = Callable[["Beat", datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Beat:
    """A recurring rule: every so many real `seconds`, or by `cron` in its zone.

    Every replica beats. A `shared` beat becomes a job named by its slot, so that all replicas together cause it once;
    the others must be harmless side by side.
    """

    name: str
    seconds: float | None = None
    cron: str | None = None
    zone: str = "UTC"
    shared: bool = True

    def slot(self, now: datetime) -> datetime:
        """The beat's moment as every replica names it: the minute for cron, a multiple of `seconds` since the epoch."""
        step = self.seconds or 60
        return datetime.fromtimestamp(now.timestamp() // step * step, UTC)


BEATS = (
    Beat("due-timers", seconds=1, shared=False),
    Beat("high-water", seconds=30, shared=False),
    Beat("unknown-words", seconds=60, shared=False),
    Beat("mail-replies", seconds=60),
    Beat("reconcile", seconds=300),
    Beat("webhooks", cron="23 * * * *"),
    Beat("calendar-changes", seconds=300),
    Beat("calendars", cron="41 * * * *"),
    Beat("grants", seconds=3_600),
    Beat("retention", cron="17 3 * * *"),
    Beat("zones", cron="41 4 * * *"),
)


class Ticker:
    """Runs beats on the event loop of this process, each at most once at a time. Memory only."""

    def __init__(self, beats: tuple[Beat, ...], on_beat: OnBeat) -> None:
        self._beats = {beat.name: beat for beat in beats}
        self._on_beat = on_beat
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        for beat in self._beats.values():
            trigger = (
                CronTrigger.from_crontab(beat.cron, timezone=beat.zone)
                if beat.cron
                else IntervalTrigger(seconds=beat.seconds or 60)
            )
            self._scheduler.add_job(
                self.beat_now, trigger, args=[beat.name], id=beat.name, coalesce=True, max_instances=1,
                misfire_grace_time=30,
            )  # fmt: skip
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def beat_now(self, name: str) -> None:
        """Run one beat; what goes wrong is logged and the clock ticks on."""
        beat = self._beats[name]
        try:
            await self._on_beat(beat, beat.slot(datetime.now(UTC)))
        except Exception:  # the edge: a failing beat must not stop the clock
            log.exception("beat %s failed", name)
