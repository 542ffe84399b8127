"""What an interview needs outside before and beside its mails: a meeting link, and an event in the calendar that invites."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.errors import ConnectorError, InDoubt, TryLater
from hiring import calendar_events, calendar_writing, interview_flow, meeting_links
from hiring.candidate_events import Told
from hiring.errors import Refused
from hiring.interview_records import Interview, get, load
from hiring.interviews_table import interviews
from hiring.jobs import job
from hiring.services import Services

PATIENCE = timedelta(minutes=10)  # for which a candidate's invite waits for its link


async def begin(
    tx: AsyncConnection, services: Services, now: Interview, what: str, told: Sequence[Told]
) -> None:
    """Queue it, in the booking's transaction. Who invites the panel and who makes the link is written down at booking,
    and stays: nobody is ever invited twice because an account came or went."""
    if what == "book":
        sender = await calendar_events.inviting(tx)
        maker = await meeting_links.maker(tx, services, now.location, sender)
        values = {"sender": sender, "meeting": maker}
        await tx.execute(interviews.update().where(interviews.c.id == now.id).values(**values))
        now = await load(tx, now.id)
    waits = now.meeting is not None and what != "cancel"
    if not waits:
        await _mail(tx, services, now, what, [_row(one) for one in told])
    if now.sender or now.meeting:
        await services.jobs.enqueue(
            tx, arrange, key=f"arrange:{now.id}:{now.sequence}:{what}", interview=now.id, what=what,
            told=[_row(one) for one in told] if waits else [], sequence=now.sequence,
        )  # fmt: skip


@job("interview.arrange", order="arrange:{interview}", what="The meeting link and the event")
async def arrange(
    services: Services,
    *,
    interview: str,
    what: str,
    told: Sequence[Mapping[str, Any]],
    sequence: int,
) -> None:
    """Bring the link and the event in line with the interview, then let the mails go that waited for the link.

    Invites wait ten minutes at most for a link that does not come; then they go without it.
    """
    now = await get(services, interview)
    waiting = now.meeting is not None and what != "cancel" and now.sequence == sequence
    try:
        await meeting_links.bring(services, now)
        event = await calendar_writing.bring(services, interview)
        if (
            event
            and now.meeting == meeting_links.CALENDAR
            and not await meeting_links.from_event(services, now, event)
        ):
            raise TryLater(
                "The calendar has not made the meeting link yet.", after=timedelta(seconds=1)
            )
    except (ConnectorError, Refused) as error:
        worth = isinstance(error, (TryLater, InDoubt))
        if waiting and not (worth and services.clock.now() - now.stamp < PATIENCE):
            await _let_go(services, now, what, told)
        raise
    if waiting:
        await _let_go(services, now, what, told)


async def _let_go(
    services: Services, now: Interview, what: str, told: Sequence[Mapping[str, Any]]
) -> None:
    async with services.store.begin() as tx:
        await _mail(tx, services, now, what, told)


async def _mail(
    tx: AsyncConnection,
    services: Services,
    now: Interview,
    what: str,
    told: Sequence[Mapping[str, Any]],
) -> None:
    """Queue the invites: the candidate's, and the panel's where no calendar invites it. The same keys queue once."""
    jobs = services.jobs
    for one in told:
        await jobs.enqueue(
            tx, interview_flow.mail_candidate, key=f"event-mail:{one['event']}:{one['revision']}",
            partition=f"mail:{now.application}", interview=now.id, what=one["what"],
            sequence=now.sequence, event=one["event"], revision=one["revision"],
        )  # fmt: skip
    if now.sender:
        return
    for user in now.users:
        await jobs.enqueue(
            tx, interview_flow.mail_panel, key=f"interview-mail:{now.id}:{now.sequence}:{user}",
            interview=now.id, user=user, what=what, sequence=now.sequence,
        )  # fmt: skip


def _row(one: Told) -> dict[str, Any]:
    return {"event": one.event, "revision": one.revision, "what": one.what}
