"""What a candidate tells on the page of one interview: when they can instead, what they need. Sealed."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import answers, audit, ids, interview_changes, interview_flow
from hiring.errors import AlreadyDone
from hiring.interview_records import Interview, load
from hiring.services import Services
from scheduling.hours import Interval


async def answer(
    services: Services, interview: str, windows: Sequence[Interval], note: str
) -> None:
    """No time works: when they can instead. Raises Refused when nothing was said, AlreadyDone when it is booked."""
    ahead = answers.ahead(services, windows, note)
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        if now.state == "scheduled":
            raise AlreadyDone("Your interview is booked. Move it instead.")
        if now.state == "cancelled":
            raise AlreadyDone(interview_changes.OFF)
        await answers.keep_times(tx, services, interview, now.application, ahead, note)
        await _changed(tx, services, now, "answered")


async def tell_needs(services: Services, interview: str, needs: str, language: str) -> None:
    """What they need on the day, and the language they would like. The same again changes nothing."""
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        if await answers.keep_needs(tx, services, interview, now.application, needs, language):
            await _changed(tx, services, now, "needs")


async def _changed(tx: AsyncConnection, services: Services, now: Interview, what: str) -> None:
    """The card and the recruiter learn of it; what was offered or is booked stays as it is."""
    await audit.record(
        tx, services, "candidate", "interview.told", now.id, before=now.state, after=now.state,
        application=str(now.application), why=what,
    )  # fmt: skip
    mark = ids.new("told")
    await services.jobs.enqueue(
        tx, interview_flow.show, key=f"interview-card:{now.id}:{mark}", interview=now.id
    )
    await interview_changes.tell(tx, services, now.id, what, mark)
