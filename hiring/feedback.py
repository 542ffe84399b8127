"""Scorecards: what I owe, the form, the draft, the submission. Nobody sees another's before their own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from connectors import model
from connectors.model import Ref
from hiring import audit, feedback_flow, scorecard_forms
from hiring.errors import AlreadyDone, NotAllowed, NotFound
from hiring.feedback_table import scorecards
from hiring.interview_records import Interview, get
from hiring.people import Actor
from hiring.services import Services

Answers = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Count:
    """Scorecards of one candidacy that Callsheet asked for."""

    arrived: int
    owed: int


async def count(services: Services, application: Ref) -> Count:
    """How many scorecards of a candidacy are in, and how many are owed."""
    query = sa.select(scorecards.c.state).where(scorecards.c.application == str(application))
    async with services.store.read() as conn:
        states = [row.state for row in await conn.execute(query)]
    return Count(states.count("submitted"), states.count("owed"))


async def of_interviews(services: Services, among: Sequence[Interview]) -> Count:
    """The same of some interviews, asked for already or not; who was excused owes none."""
    query = sa.select(scorecards.c.interview, scorecards.c.user, scorecards.c.state).where(
        scorecards.c.interview.in_([now.id for now in among])
    )
    async with services.store.read() as conn:
        states = {(r.interview, r.user): r.state for r in await conn.execute(query)}
    asked = [states.get((now.id, s.user), "owed") for now in among for s in now.panel if s.owes]
    return Count(asked.count("submitted"), asked.count("owed"))


async def owed_by(services: Services, actor: Actor) -> list[Interview]:
    """The interviews whose scorecard the actor owes, oldest first."""
    query = (
        sa.select(scorecards.c.interview)
        .where(
            scorecards.c.team == actor.team,
            scorecards.c.user == actor.user,
            scorecards.c.state == "owed",
        )
        .order_by(scorecards.c.asked_at)
    )
    async with services.store.read() as conn:
        ids = [row.interview for row in await conn.execute(query)]
    return [await get(services, interview) for interview in ids]


async def open_form(
    services: Services, actor: Actor, interview: str
) -> tuple[Interview, model.Form, Answers]:
    """The form and the actor's draft. Raises NotAllowed for somebody not on the panel, AlreadyDone when it is in."""
    now = await get(services, interview)
    row = await _mine(services, actor, now)
    if row.state == "submitted":
        raise AlreadyDone("Your scorecard is in already. Thank you!")
    draft: Answers = json.loads(services.seal.open_text(row.answers)) if row.answers else {}
    return now, await scorecard_forms.form(services, now), draft


async def save_draft(
    services: Services, actor: Actor, interview: str, answers: Mapping[str, Any]
) -> None:
    """Keep what was typed so far, sealed; a submitted scorecard is not touched."""
    kept = {path: value for path, value in answers.items() if value}
    account = (await get(services, interview)).application.account
    async with services.store.begin() as tx:
        await tx.execute(
            scorecards.update()
            .where(*_row(actor, interview), scorecards.c.state == "owed")
            .values(answers=services.seal.of(account).close_json(kept))
        )


async def submit(
    services: Services, actor: Actor, interview: str, answers: Mapping[str, str | Sequence[str]]
) -> Interview:
    """Seal the answers and send them to the ATS. Submitting twice changes nothing.

    Required fields are checked by the caller before the ack (`scorecard_forms.missing`).
    """
    now = await get(services, interview)
    row = await _mine(services, actor, now)
    if row.state == "submitted":
        return now
    form = await scorecard_forms.form(services, now)
    kept = {path: value for path, value in answers.items() if value}
    async with services.store.begin() as tx:
        changed = await tx.execute(
            scorecards.update()
            .where(*_row(actor, interview), scorecards.c.state == row.state)
            .values(
                state="submitted",
                answers=services.seal.of(now.application.account).close_json(kept),
                form=form.ref.id,
                done_at=services.clock.now(),
            )
        )
        if not changed.rowcount:  # another press was faster
            return now
        await audit.record(
            tx,
            services,
            actor.user,
            "scorecard.submitted",
            interview,
            before=row.state,
            after="submitted",
        )
        key = f"scorecard:{interview}:{actor.user}"
        await services.jobs.enqueue(
            tx, feedback_flow.deliver, key=key, interview=interview, user=actor.user
        )
    return now


async def excuse(services: Services, actor: Actor, interview: str) -> Interview:
    """`I wasn't there`: nothing is owed any more. Twice changes nothing."""
    now = await get(services, interview)
    row = await _mine(services, actor, now)
    if row.state == "submitted":
        raise AlreadyDone("Your scorecard is in already, so you seem to have been there.")
    if row.state == "excused":
        return now
    async with services.store.begin() as tx:
        changed = await tx.execute(
            scorecards.update()
            .where(*_row(actor, interview), scorecards.c.state == row.state)
            .values(state="excused", done_at=services.clock.now())
        )
        if not changed.rowcount:  # another press was faster
            return now
        await audit.record(
            tx,
            services,
            actor.user,
            "scorecard.excused",
            interview,
            before=row.state,
            after="excused",
        )
        subject = f"{interview}:{actor.user}"
        await services.jobs.enqueue(
            tx,
            feedback_flow.show,
            key=f"scorecard-excused:{subject}",
            interview=interview,
            user=actor.user,
        )
    return now


async def _mine(services: Services, actor: Actor, now: Interview) -> Any:
    seat = now.seat(actor.user)
    if seat is None:
        raise NotAllowed("Only the people who sat in this interview write a scorecard for it.")
    if not seat.owes:
        why = "optional" if seat.optional else "there to learn"
        raise NotAllowed(f"You were {why}, so no scorecard is asked of you.")
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(scorecards).where(*_row(actor, now.id)))).one_or_none()
    if row is None:
        raise NotFound("The scorecard opens after the interview; you will get a message then.")
    return row


def _row(actor: Actor, interview: str) -> tuple[sa.ColumnElement[bool], ...]:
    return scorecards.c.interview == interview, scorecards.c.user == actor.user
