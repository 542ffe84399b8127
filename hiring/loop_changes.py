"""The parts of a change to a loop that share its transaction, and changes to a loop that is booked."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring import (
    audit,
    beyond,
    claims,
    debrief_changes,
    debrief_records,
    debriefs,
    interview_changes,
    interview_records,
    links,
    loop_flow,
    loop_records,
    optional_seats,
    reasons,
    trainee_seats,
)
from hiring.claims import Claim
from hiring.debriefs import Chance
from hiring.errors import Refused, Taken
from hiring.interview_records import Interview
from hiring.interviews_table import interviews, panel
from hiring.loop_records import Loop, Option, Session, Sitting, option_row, session_row
from hiring.loops_table import loops
from hiring.meeting_links import LATER
from hiring.reasons import UNSAID, Why
from hiring.services import Services
from scheduling.over import Over

Seats = Mapping[str, Ref | None]  # a member's user in the ATS


def identity(key: str) -> str:
    return f"lop_{hashlib.sha256(key.encode()).hexdigest()[:20]}"


async def known(tx: AsyncConnection, loop: str) -> bool:
    """Whether there is such a loop."""
    query = sa.select(loops.c.id).where(loops.c.id == loop)
    return (await tx.execute(query)).first() is not None


async def write(
    tx: AsyncConnection,
    services: Services,
    now: Loop,
    state: str,
    *,
    by: str,
    options: Sequence[Option] = (),
    hold_until: datetime | None = None,
    **why: str,
) -> None:
    """Bring the row to a state, with its audit row, card and (for a hold) the timer that ends it.

    `why` goes into the audit row beside the candidacy.
    """
    values = {
        "state": state,
        "sessions": [session_row(s) for s in now.sessions],
        "options": [option_row(o) for o in options],
        "hold_until": hold_until,
        "version": now.version + 1,
        "link": now.link,
    }
    await tx.execute(loops.update().where(loops.c.id == now.id).values(**values))
    fixed = options[0] if state in ("held", "booked") and options else None
    times, over = (fixed.value, beyond.told(fixed.over)) if fixed else ("", {})
    await audit.record(
        tx, services, by, f"loop.{state}", now.id, before=now.state, after=f"{state} {times}".strip(),
        application=str(now.application), **over, **why,
    )  # fmt: skip
    if state not in ("held", "booked"):
        await debrief_records.let_go(tx, now.id)
    key = f"loop-card:{now.id}:{now.version + 1}"
    await services.jobs.enqueue(tx, loop_flow.show, key=key, loop=now.id)
    await services.jobs.cancel(tx, f"loop-lapse:{now.id}")
    if hold_until is not None:
        await services.jobs.later(
            tx, loop_flow.lapse, key=f"loop-lapse:{now.id}", at=hold_until, loop=now.id,
            until=hold_until.isoformat(),
        )  # fmt: skip


async def hold_in(
    tx: AsyncConnection, services: Services, now: Loop, option: Option, until: datetime, *, by: str,
    chance: Chance | None = None,
) -> None:  # fmt: skip
    """Claim everybody and every room of the option until then. Raises Taken, and then nothing is held."""
    wanted, others = await _claims(tx, now, option, now.holders), debriefs.names(now.team, chance)
    await claims.take(tx, services, wanted, until=until, instead_of=now.holders, beside=others)
    await debriefs.hold_in(tx, services, now, chance, until)
    await write(tx, services, now, "held", by=by, options=[option], hold_until=until)


async def book_in(
    tx: AsyncConnection, services: Services, now: Loop, option: Option, seats: Seats, *, by: str,
    chance: Chance | None = None, **why: str,
) -> None:  # fmt: skip
    """Every session becomes a booked interview, or none does. What was held for it goes over to them.

    With a `chance` the debrief is booked, too, where a time of it is still free.
    """
    ids = [interview_changes.identity(f"{now.id}:{n}") for n in range(len(now.sessions))]
    option = await trainee_seats.still(tx, now.team, now.sessions, option)
    for number, (session, sitting) in enumerate(zip(now.sessions, option.sittings, strict=True)):
        await _insert(tx, services, now, ids[number], number, session, sitting, seats, option.over)
    wanted, others = await _claims(tx, now, option, ids), debriefs.names(now.team, chance)
    await claims.take(tx, services, wanted, instead_of=now.holders, beside=others)
    await write(tx, services, now, "booked", by=by, options=[option], hold_until=None, **why)
    await links.keep_until(tx, "loop", now.id, option.end + interview_changes.LINK_OUTLIVES)
    for interview in ids:
        await interview_changes.follow(tx, services, interview, "book")
    await debriefs.book_in(tx, services, now, chance, by=by)


async def add_in(
    tx: AsyncConnection, services: Services, now: Loop, interview: str, session: Session, sitting: Sitting, seats: Seats,
    *, by: str,
) -> Interview:  # fmt: skip
    """One more session of a booked loop."""
    await _insert(tx, services, now, interview, len(now.sessions), session, sitting, seats)
    wanted = await interview_records.claims_for(
        tx, interview, now.team, sitting.users, sitting.time, now.candidate, session.room or None
    )
    await claims.take(tx, services, wanted, over=[debrief_records.holder(now.id)])
    grown = replace(now, sessions=(*now.sessions, session))
    await write(tx, services, grown, "booked", by=by, options=now.options)
    end = sitting.time[1] + interview_changes.LINK_OUTLIVES
    await links.keep_until(tx, "loop", now.id, end)
    return await interview_changes.follow(tx, services, interview, "book")


async def move_in(
    tx: AsyncConnection, services: Services, now: Loop, option: Option, why: Why, *, by: str
) -> None:
    """Every session that stands moves to its new time, all or none: the same UIDs, higher SEQUENCEs."""
    standing = await loop_records.standing(tx, now.id)
    if len(standing) != len(option.sittings):
        raise Taken("The interviews were changed meanwhile. Look at the times again.", field="time")
    ids = [interview.id for interview in standing]
    option = await _staying(tx, services, standing, option, by=by)
    wanted = await _claims(tx, now, option, ids, standing)
    debrief = debrief_records.holder(now.id)  # makes way
    await claims.take(tx, services, wanted, instead_of=ids, over=[debrief])
    await debrief_changes.follow_in(tx, services, now.id, f"all:{now.version}", anew=True)
    for interview, sitting in zip(standing, option.sittings, strict=True):
        if (interview.start, interview.end) == sitting.time:
            continue
        await tx.execute(
            interviews.update()
            .where(interviews.c.id == interview.id)
            .values(
                start=sitting.time[0],
                end=sitting.time[1],
                over=None,
                sequence=interview.sequence + 1,
                stamp=services.clock.now(),
                **reasons.columns(services.seal, now.application, UNSAID, by),
            )
        )
        await interview_changes.follow(tx, services, interview.id, "move")
    await _because(tx, services, now, why, by)
    await write(
        tx, services, now, "booked", by=by, options=[option], hold_until=None, **reasons.told(why)
    )
    await links.keep_until(tx, "loop", now.id, option.end + interview_changes.LINK_OUTLIVES)


async def _staying(
    tx: AsyncConnection, services: Services, standing: Sequence[Interview], option: Option, *, by: str
) -> Option:  # fmt: skip
    """The option with those who learn in its sessions and can come along; who cannot leaves the session."""
    ids, sittings = [interview.id for interview in standing], []
    for interview, sitting in zip(standing, option.sittings, strict=True):
        users = await trainee_seats.who_stays(tx, services, interview, sitting.time, ids, by=by)
        learn = tuple(user for user in users if user not in sitting.users)
        sittings.append(replace(sitting, trainees=learn))
    return replace(option, sittings=tuple(sittings))


async def cancel_in(
    tx: AsyncConnection, services: Services, now: Loop, why: Why, *, by: str
) -> None:
    """Everything of it is called off: sessions, what is held, the link."""
    for interview in await loop_records.standing(tx, now.id):
        await interview_changes.call_off_in(tx, services, interview, why, by=by, whole=True)
    for holder in now.holders:
        await claims.free(tx, holder)
    await links.revoke(tx, services, "loop", now.id)
    await _because(tx, services, now, why, by)
    await write(
        tx, services, now, "cancelled", by=by, options=(), hold_until=None, **reasons.told(why)
    )


async def _because(tx: AsyncConnection, services: Services, now: Loop, why: Why, by: str) -> None:
    """Keep why all of it was moved or cancelled."""
    told = reasons.columns(services.seal, now.application, why, by)
    await tx.execute(loops.update().where(loops.c.id == now.id).values(**told))


async def tell(tx: AsyncConnection, services: Services, now: Loop, what: str) -> None:
    """Let the recruiter hear of it in their messages."""
    key = f"loop-told:{what}:{now.id}:{now.version}"
    await services.jobs.enqueue(
        tx, loop_flow.tell_recruiter, key=key, loop=now.id, what=what, told=key
    )


async def _claims(
    tx: AsyncConnection,
    now: Loop,
    option: Option,
    holders: Sequence[str],
    standing: Sequence[Interview] = (),
) -> list[Claim]:
    rooms = [i.room for i in standing] or [s.room or None for s in now.sessions]
    wanted: list[Claim] = []
    for holder, sitting, room in zip(holders, option.sittings, rooms, strict=False):
        wanted += await interview_records.claims_for(
            tx, holder, now.team, sitting.everybody, sitting.time, now.candidate, room
        )
    return wanted


async def _insert(
    tx: AsyncConnection, services: Services, now: Loop, interview: str, number: int, session: Session, sitting: Sitting,
    seats: Seats, over: Sequence[Over] = (),
) -> None:  # fmt: skip
    moment = services.clock.now()
    if sitting.time[0] <= moment:
        raise Refused("That time is already over. Choose a later one.", field="time")
    await tx.execute(
        interviews.insert().values(
            id=interview, team=now.team, application=str(now.application), candidate=str(now.candidate),
            job=str(now.job) if now.job else None, planned=str(session.planned) if session.planned else None,
            title=session.title[:150], minutes=session.minutes, state="scheduled", start=sitting.time[0],
            end=sitting.time[1], zone=now.zone, location=session.room or LATER, sequence=0,
            stamp=moment, slots=[], link=now.link, created_by=now.created_by, created_at=moment, loop=now.id,
            position=number, room=session.room or None,
            over=beyond.rows(one for one in over if one.who in sitting.users) or None,
        )
    )  # fmt: skip
    learning = await trainee_seats.kinds(tx, now.team, session, sitting)
    await optional_seats.insert(tx, interview, session.optional, sitting.everybody)
    for position, user in enumerate(dict.fromkeys(sitting.everybody)):
        ats_user = seats.get(user)
        await tx.execute(
            panel.insert().values(
                interview=interview, user=user, position=position, ats_user=str(ats_user) if ats_user else None,
                **learning.get(user, {}),
            )
        )  # fmt: skip
