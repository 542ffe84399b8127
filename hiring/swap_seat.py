"""One seat of a booked interview changes hands, or is dropped: claims, panel, invites, ATS and cards in one transaction."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring import (
    arranging,
    audit,
    channels,
    claims,
    debrief_changes,
    interview_ats,
    interview_flow,
    interview_invites,
    interview_records,
    links,
    reminders,
)
from hiring.interview_records import Interview
from hiring.interviews_table import interviews, panel
from hiring.services import Services


@dataclass(frozen=True, slots=True)
class Coming:
    """Who takes the seat: a member and, when known, their ATS user."""

    user: str
    ats_user: Ref | None


async def change_in(
    tx: AsyncConnection, services: Services, now: Interview, leaving: str, coming: Coming, *, by: str
) -> Interview:  # fmt: skip
    """Put `coming` in the place of `leaving`. The time and SEQUENCE stay.

    Raises Taken when `coming` is booked at that time, and then nothing changed. Taking the seat is the answer to its invite.
    """
    users = [*(u for u in now.claiming if u != leaving), coming.user]
    await interview_records.take(tx, services, now, users, (now.start, now.end))
    moment = services.clock.now()
    theirs = (panel.c.interview == now.id, panel.c.user == leaving)
    position = (await tx.execute(sa.select(panel.c.position).where(*theirs))).scalar_one()
    await tx.execute(
        panel.insert().values(
            interview=now.id, user=coming.user, position=position,
            ats_user=str(coming.ats_user) if coming.ats_user else None, answer="accepted", stale=False,
            answered_at=moment, answer_sequence=now.sequence, answer_stamp=moment,
        )
    )  # fmt: skip
    return await _left(tx, services, now, leaving, coming, by)


async def release_in(
    tx: AsyncConnection, services: Services, now: Interview, leaving: str, *, by: str
) -> Interview:
    """Leave the seat out: their time is free again, the others hold the interview as before. SEQUENCE stays."""
    await claims.leave(tx, now.id, claims.person(now.team, leaving))
    return await _left(tx, services, now, leaving, None, by)


async def _left(
    tx: AsyncConnection, services: Services, now: Interview, leaving: str, coming: Coming | None, by: str
) -> Interview:  # fmt: skip
    moment = services.clock.now()
    theirs = (panel.c.interview == now.id, panel.c.user == leaving)
    await tx.execute(panel.delete().where(*theirs))
    await tx.execute(interviews.update().where(interviews.c.id == now.id).values(stamp=moment))
    await audit.record(
        tx, services, by, "interview.seat", now.id, before=leaving,
        after=coming.user if coming else "dropped", sequence=now.sequence,
    )  # fmt: skip
    await links.revoke(tx, services, interview_invites.ANSWER, f"{now.id}:{leaving}")
    await reminders.left(tx, services, now.id, leaving)
    return await _follow(tx, services, now, leaving, coming)


async def _follow(
    tx: AsyncConnection, services: Services, before: Interview, leaving: str, coming: Coming | None
) -> Interview:
    """Who left is released, who came is invited, the others learn who is there; the ATS and the cards follow."""
    now = await interview_records.load(tx, before.id)
    mark = f"{now.sequence}:{now.stamp.isoformat()}"
    told = dict.fromkeys(now.users, "panel") | {leaving: "release"}
    if coming:
        told[coming.user] = "book"
    for user, what in told.items():
        await services.jobs.enqueue(
            tx, interview_flow.mail_panel, key=f"interview-mail:{now.id}:{mark}:{user}",
            interview=now.id, user=user, what=what, sequence=now.sequence, mark=mark,
        )  # fmt: skip
    await services.jobs.enqueue(
        tx, interview_ats.record, key=f"interview-ats:{now.id}:{mark}",
        partition=f"ats:{now.application}", interview=now.id, sequence=now.sequence,
    )  # fmt: skip
    await services.jobs.enqueue(
        tx, interview_flow.show, key=f"interview-card:{now.id}:{mark}", interview=now.id
    )
    await channels.follow_in(tx, services, now.loop, f"{now.id}:{mark}")
    await debrief_changes.follow_in(tx, services, now.loop, f"{now.id}:{mark}")
    if now.sender:
        await services.jobs.enqueue(
            tx, arranging.arrange, key=f"arrange:{now.id}:{mark}", interview=now.id, what="move",
            told=[], sequence=now.sequence,
        )  # fmt: skip
    if coming:
        await services.jobs.enqueue(
            tx, reminders.plan_panel, key=f"plan-panel:{now.id}:{mark}", interview=now.id,
            sequence=now.sequence, user=coming.user,
        )  # fmt: skip
    return now
