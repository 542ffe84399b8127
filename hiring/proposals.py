"""Other times that somebody proposed, in Slack or from their calendar (COUNTER): the recruiter takes or declines them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring import (
    access,
    audit,
    candidate_events,
    candidates,
    interview_invites,
    interviews,
    outreach,
    people,
    post,
)
from hiring.answers_table import proposals as table
from hiring.errors import AlreadyDone, NotAllowed, NotFound
from hiring.interview_answers import CANDIDATE
from hiring.interview_records import Interview, get
from hiring.interviews import SCHEDULERS
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from messages import templates
from messages.mail import Mail
from scheduling import spell
from scheduling.hours import Interval
from scheduling.invites import Party


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed time. `who` is a member of the panel or `candidate`; `state` is open, accepted or declined."""

    id: str
    interview: str
    application: Ref
    who: str
    by_mail: bool
    slot: Interval
    note: str
    state: str
    answered_by: str | None
    made_at: datetime


async def propose(
    services: Services, actor: Actor, interview: str, slot: Interval, note: str, *, key: str
) -> Interview:
    """An interviewer proposes another time. The same key proposes once. Raises NotAllowed, AlreadyDone."""
    now = await get(services, interview)
    if actor.user not in now.interviewers:
        raise NotAllowed("Only the interviewers of this interview propose another time for it.")
    if now.state != "scheduled" or now.end <= services.clock.now():
        raise AlreadyDone("This interview is over or called off; there is nothing to propose.")
    async with services.store.begin() as tx:
        await write(tx, services, now, actor.user, slot, note, key=key, by_mail=False)
    return now


async def write(
    tx: AsyncConnection,
    services: Services,
    now: Interview,
    who: str,
    slot: Interval,
    note: str,
    *,
    key: str,
    by_mail: bool,
) -> None:
    """Keep a proposal in the caller's transaction and tell the recruiter. The same key is kept once."""
    id = f"prp_{hashlib.sha256(f'{now.id}:{who}:{key}'.encode()).hexdigest()[:20]}"
    if (await tx.execute(sa.select(table.c.id).where(table.c.id == id))).first():
        return
    seal = services.seal.of(now.application.account)
    row = {
        "id": id, "interview": now.id, "application": str(now.application), "who": who,
        "by_mail": by_mail, "start": slot[0], "end": slot[1], "state": "open",
        "note": seal.close(note.strip()[:1_000]) if note.strip() else None,
        "made_at": services.clock.now(),
    }  # fmt: skip
    await tx.execute(table.insert().values(**row))
    await audit.record(tx, services, who, "interview.proposed", now.id, after="open", proposal=id)
    await services.jobs.enqueue(tx, show, key=f"proposal:{id}", proposal=id)


async def read(services: Services, proposal: str) -> Proposal:
    """One proposal. Raises NotFound."""
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(table).where(table.c.id == proposal))).one_or_none()
    if row is None:
        raise NotFound("This proposal is no longer kept.")
    return _read(services, row)


async def accept(services: Services, actor: Actor, proposal: str) -> Interview:
    """Move the interview to the proposed time. Accepting twice moves once.

    Raises AlreadyDone when it was declined or its time is over, Taken when somebody of the panel is booked then.
    """
    found = await read(services, proposal)
    now = await get(services, found.interview)
    await access.require(services, actor, SCHEDULERS, now.job)
    if found.state == "declined":
        raise AlreadyDone("This proposal was declined already.")
    if found.state == "accepted":
        return now
    moved = await interviews.move(services, actor, found.interview, found.slot, freely=True)
    await _close(services, actor, found, "accepted")
    return moved


async def decline(services: Services, actor: Actor, proposal: str) -> Interview:
    """Leave the interview as it is and say so to who proposed. Declining twice changes nothing."""
    found = await read(services, proposal)
    now = await get(services, found.interview)
    await access.require(services, actor, SCHEDULERS, now.job)
    if found.state == "accepted":
        raise AlreadyDone("This proposal was accepted already; move the interview instead.")
    await _close(services, actor, found, "declined")
    return now


async def _close(services: Services, actor: Actor, found: Proposal, state: str) -> None:
    async with services.store.begin() as tx:
        still_open = (table.c.id == found.id, table.c.state == "open")
        changed = await tx.execute(
            table.update().where(*still_open).values(state=state, answered_by=actor.user)
        )
        if not changed.rowcount:  # another press was faster
            return
        await audit.record(
            tx, services, actor.user, f"proposal.{state}", found.interview, before="open",
            after=state, proposal=found.id,
        )  # fmt: skip
        await services.jobs.enqueue(tx, show, key=f"proposal-{state}:{found.id}", proposal=found.id)
        if state == "declined":
            await services.jobs.enqueue(
                tx, refuse, key=f"proposal-refused:{found.id}", proposal=found.id
            )


@job("proposal.show", order="card:{proposal}", lane="now", what="A proposed time")
async def show(services: Services, *, proposal: str) -> None:
    """Show the recruiter the proposal, or what became of it."""
    found = await read(services, proposal)
    now = await get(services, found.interview)
    await services.desk.show(now.team, now.created_by, "proposal", proposal)


@job("proposal.refuse", what="The answer to a proposed time")
async def refuse(services: Services, *, proposal: str) -> None:
    """Tell who proposed that the time stays: by mail with DECLINECOUNTER where it came from a calendar, else in Slack."""
    found = await read(services, proposal)
    now = await get(services, found.interview)
    profile = await candidates.read(services, now.application)
    if found.who != CANDIDATE and not found.by_mail:
        member = await services.desk.person(now.team, found.who)
        when = spell.spell((now.start, now.end), member.zone)
        text = f"The {now.title} with {profile.candidate.name} stays at {when}: the time you proposed does not work."
        await services.desk.say(now.team, found.who, text, key=f"proposal-refused:{proposal}")
        return
    await _refuse_by_mail(services, found, now)


async def _refuse_by_mail(services: Services, found: Proposal, now: Interview) -> None:
    profile = await candidates.read(services, now.application)
    actor = await people.actor(services, now.team, now.created_by)
    known = await outreach.facts(services, actor, profile)
    if found.who == CANDIDATE:
        event = await candidate_events.of(services, now.id, now.application)
        if event is None:
            return
        to, zone = Party(profile.candidate.name, outreach.address(profile)), now.zone
        thing: interview_invites.Thing = event
        uid = interview_invites.candidate_uid(services, event.id)
        template = "proposal_declined"
    else:
        member = await services.desk.person(now.team, found.who)
        to, zone, thing = Party(member.name, member.email or ""), member.zone, now
        uid = interview_invites.panel_uid(services, now.id)
        template = "interviewer_proposal_declined"
    known |= {
        "interview_title": now.title,
        "interview_time": spell.spell_long((now.start, now.end), zone),
    }
    rendered = templates.render(templates.load()[template], known)
    calendar = interview_invites.refusal(
        services, uid=uid, thing=thing, zone=zone, stamp=found.made_at, to=to, why=rendered.subject
    )

    async def build(message_id: str) -> Mail:
        return outreach.letter(
            services,
            actor,
            profile,
            rendered,
            message_id,
            to=(to.name, to.email),
            calendar=calendar,
        )

    key = f"proposal-refused:{found.id}"
    await post.deliver(services, key=key, subject=now.id, template=template, build=build)


def _read(services: Services, row: Any) -> Proposal:
    return Proposal(
        id=row.id,
        interview=row.interview,
        application=Ref.parse(row.application),
        who=row.who,
        by_mail=row.by_mail,
        slot=(row.start, row.end),
        note=services.seal.open_text(row.note) if row.note else "",
        state=row.state,
        answered_by=row.answered_by,
        made_at=row.made_at,
    )
