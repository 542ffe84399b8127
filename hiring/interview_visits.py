"""What a candidate tells on the page of one interview: when they can instead, what they need. Sealed."""

import contextlib
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import answers, audit, beyond, first_fit, ids, interview_changes, interview_flow
from hiring.claims import TAKEN
from hiring.errors import AlreadyDone, Taken
from hiring.first_fit import Fit
from hiring.interview_records import Interview, get, load
from hiring.services import Services
from scheduling.hours import Interval


async def answer(
    services: Services, interview: str, windows: Sequence[Interval], note: str
) -> bool:
    """No time works: when they can instead. True when the first that fits is booked with it, as the plan wants.

    The same answer to what it booked changes nothing. Raises Refused when nothing was said, AlreadyDone when it is
    booked at another time or called off.
    """
    ahead = answers.ahead(services, windows, note)
    for _ in range(first_fit.TRIES):
        fit = await first_fit.for_interview(services, await get(services, interview), ahead)
        with contextlib.suppress(Taken):
            return await _answered(services, interview, ahead, note, fit)
    return await _answered(services, interview, ahead, note, first_fit.LOST)


async def _answered(
    services: Services, interview: str, ahead: tuple[Interval, ...], note: str, fit: Fit
) -> bool:
    """Keep what they said, and book what fits as whoever asked them: both, or (Taken) neither."""
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        if now.state == "scheduled":
            if await answers.booked_by(tx, services, interview, ahead):
                return True
            raise AlreadyDone("Your interview is booked. Move it instead.")
        if now.state == "cancelled":
            raise AlreadyDone(interview_changes.OFF)
        await answers.keep_times(
            tx,
            services,
            interview,
            now.application,
            ahead,
            note,
            ways=fit.ways,
            why_not=fit.why_not,
        )
        if fit.slot is None:
            await _changed(tx, services, now, "answered")
            return False
        if now.stamp != fit.mark:  # it was looked for something else
            raise Taken(TAKEN)
        await _changed(tx, services, now, "answered", news="auto")
        await interview_changes.set_time(
            tx, services, interview, fit.slot, sequence=0, by=now.created_by
        )
        await beyond.keep(tx, services, fit.allowed)
        await audit.record(
            tx, services, now.created_by, "interview.booked", interview, before=now.state,
            after=interview_changes.state("scheduled", fit.slot), application=str(now.application),
            first_of=str(fit.ways),
        )  # fmt: skip
        await interview_changes.follow(tx, services, interview, "book")
        return True


async def tell_needs(services: Services, interview: str, needs: str, language: str) -> None:
    """What they need on the day, and the language they would like. The same again changes nothing."""
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        if await answers.keep_needs(tx, services, interview, now.application, needs, language):
            await _changed(tx, services, now, "needs")


async def _changed(
    tx: AsyncConnection, services: Services, now: Interview, what: str, news: str = ""
) -> None:
    """The card and the recruiter learn of it (or of the `news`); what was offered or is booked stays as it is."""
    await audit.record(
        tx, services, "candidate", "interview.told", now.id, before=now.state, after=now.state,
        application=str(now.application), why=what,
    )  # fmt: skip
    mark = ids.new("told")
    await services.jobs.enqueue(
        tx, interview_flow.show, key=f"interview-card:{now.id}:{mark}", interview=now.id
    )
    await interview_changes.tell(tx, services, now.id, news or what, mark)
