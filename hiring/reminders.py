"""Who is reminded of an interview and when: planned with every change of it, and looked at again before anybody is told."""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import access, audit, feedback_flow, interview_flow, told_times
from hiring.candidates import LOOKERS
from hiring.errors import AlreadyDone, Refused
from hiring.interview_records import Interview, get, load
from hiring.interviews_table import interviews
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from scheduling import nudges, spans
from scheduling.hours import Week
from scheduling.invites import NO_ANSWER

ASKED = 3  # the interviewer twice, then the recruiter


async def plan(tx: AsyncConnection, services: Services, now: Interview) -> None:
    """Plan everything anew in the transaction that changed the interview; what is off is forgotten."""
    await _forget(tx, services, now)
    await told_times.forget(tx, services, now.id)
    if now.state != "scheduled":
        return
    await told_times.keep(tx, now, told_times.CANDIDATE, now.zone)
    await _candidate(tx, services, now)
    await services.jobs.later(
        tx, feedback_flow.ask, key=f"scorecard:{now.id}", at=nudges.ask_at(now.end), interview=now.id
    )  # fmt: skip
    await services.jobs.enqueue(
        tx, plan_panel, key=f"plan-panel:{now.id}:{now.sequence}", interview=now.id, sequence=now.sequence
    )  # fmt: skip


async def _candidate(tx: AsyncConnection, services: Services, now: Interview) -> None:
    before = [timedelta(minutes=each) for each in interview_flow.spans(services, now)]
    for span, at in nudges.reminders(now.start, services.clock.now(), now.zone, before):
        minutes = int(span.total_seconds() // 60)
        await services.jobs.later(
            tx, interview_flow.remind, key=f"remind:{now.id}:{minutes}", at=at, interview=now.id,
            start=now.start.isoformat(), before=minutes,
        )  # fmt: skip


async def _forget(tx: AsyncConnection, services: Services, now: Interview) -> None:
    spans_before = interview_flow.spans(services, now)
    for name in ("day", "hour", *spans_before):  # the first two are an earlier release's
        await services.jobs.cancel(tx, f"remind:{now.id}:{name}")
    await services.jobs.cancel(tx, f"scorecard:{now.id}")
    for user in now.users:
        await left(tx, services, now.id, user)


async def left(tx: AsyncConnection, services: Services, interview: str, user: str) -> None:
    """Nothing more is planned for somebody: they left the panel, or all of it is planned anew."""
    for name in ("brief", "join", *(f"rsvp-{step}" for step in range(ASKED))):
        await services.jobs.cancel(tx, f"{name}:{interview}:{user}")


async def change(services: Services, actor: Actor, interview: str, text: str) -> Interview:
    """Remind the candidate of this interview at other spans before it (`24h, 1h`, `none`). Raises Refused."""
    now = await get(services, interview)
    await access.require(services, actor, LOOKERS | {"admin"}, now.job)
    try:
        chosen = spans.minutes(text)
    except ValueError as error:
        raise Refused(str(error), field="spans") from None
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        if now.state == "cancelled":
            raise AlreadyDone("This interview is cancelled, so nobody is reminded of it.")
        before = interview_flow.spans(services, now)
        for each in before:
            await services.jobs.cancel(tx, f"remind:{interview}:{each}")
        await tx.execute(
            interviews.update().where(interviews.c.id == interview).values(reminders=list(chosen))
        )
        await audit.record(
            tx, services, actor.user, "interview.reminders", interview,
            before=spans.spell(before), after=spans.spell(chosen),
        )  # fmt: skip
        now = await load(tx, interview)
        if now.state == "scheduled":
            await _candidate(tx, services, now)
        return now


@job("interview.plan-panel", what="The interviewers' reminders")
async def plan_panel(services: Services, *, interview: str, sequence: int, user: str = "") -> None:
    """Set the interviewers' timers (or those of one of them) by their own working hours. Twice sets the same ones."""
    now = await get(services, interview)
    for each in [user] if user else now.users:
        member = await services.desk.person(now.team, each)
        await plan_for(services, interview, each, member.zone, sequence)


async def plan_for(services: Services, interview: str, user: str, zone: str, sequence: int) -> None:
    """One interviewer's brief, join line and questions about their answer, unless the interview changed meanwhile."""
    clock, hours = services.clock.now(), Week(zone)
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        seat = now.seat(user)
        if now.sequence != sequence or now.state != "scheduled" or seat is None:
            return
        if now.end <= clock:
            return
        await told_times.keep(tx, now, user, zone)
        told: dict[str, Any] = {"interview": interview, "user": user, "sequence": sequence}
        await services.jobs.later(
            tx, brief, key=f"brief:{interview}:{user}", at=nudges.brief_at(now.start, clock, hours), **told
        )  # fmt: skip
        await services.jobs.later(
            tx, join, key=f"join:{interview}:{user}", at=now.start - nudges.JOIN_BEFORE, **told
        )  # fmt: skip
        if seat.standing == NO_ANSWER and not seat.optional:
            asked = nudges.answers_asked(clock, now.start, hours)
            for step, at in enumerate(asked):
                key = f"rsvp-{step}:{interview}:{user}"
                await services.jobs.later(tx, ask_answer, key=key, at=at, step=step, **told)


async def answered(tx: AsyncConnection, services: Services, interview: str, user: str) -> None:
    """Somebody answered: they are not asked again."""
    for step in range(ASKED):
        await services.jobs.cancel(tx, f"rsvp-{step}:{interview}:{user}")


@job("interview.brief", order="card:{interview}:{user}", what="An interviewer's brief")
async def brief(services: Services, *, interview: str, user: str, sequence: int) -> None:
    """Show the brief to who sits in the interview, has not said no, and is asked about the time it still has."""
    now = await _coming(services, interview, user, sequence)
    if now:
        await services.desk.show(now.team, user, "brief", f"{interview}:{user}")


@job("interview.join", order="card:{interview}:{user}", what="The line to join an interview")
async def join(services: Services, *, interview: str, user: str, sequence: int) -> None:
    """Ten minutes before: where to go, and what to press when somebody is late or missing."""
    now = await _coming(services, interview, user, sequence)
    if now:
        await services.desk.show(now.team, user, "join", f"{interview}:{user}:{sequence}")


@job(
    "interview.ask-answer",
    order="card:{interview}:{user}",
    what="Asking an interviewer for an answer",
)
async def ask_answer(
    services: Services, *, interview: str, user: str, sequence: int, step: int
) -> None:
    """Ask who has not answered; the third time the recruiter is told instead, unless it is only somebody who learns.

    Who is optional is not asked.
    """
    now = await _coming(services, interview, user, sequence)
    seat = now.seat(user) if now else None
    if now is None or seat is None or seat.standing != NO_ANSWER:
        return
    if step + 1 < ASKED:
        subject = f"{interview}:{user}:{sequence}:{step}"
        await services.desk.show(now.team, user, "rsvp", subject)
    elif seat.needed:
        subject = f"{interview}:{user}:{sequence}"
        await services.desk.show(now.team, now.created_by, "open_seat", subject)


async def ask_again(services: Services, actor: Actor, interview: str, user: str) -> None:
    """The recruiter asks an interviewer for an answer, once a day. Raises AlreadyDone when there is nothing to answer."""
    now = await get(services, interview)
    await access.require(services, actor, LOOKERS | {"admin"}, now.job)
    seat = now.seat(user)
    if now.state != "scheduled" or seat is None or now.start <= services.clock.now():
        raise AlreadyDone("The interview changed meanwhile; nobody has to answer any more.")
    if seat.standing != NO_ANSWER:
        raise AlreadyDone("They have answered meanwhile.")
    day = services.clock.now().date().isoformat()
    async with services.store.begin() as tx:
        await services.jobs.enqueue(
            tx, asked_again, key=f"ask-again:{interview}:{user}:{now.sequence}:{day}",
            interview=interview, user=user, sequence=now.sequence, asker=actor.user, day=day,
        )  # fmt: skip


@job("interview.ask-again", order="card:{interview}:{user}", what="Asking an interviewer once more")
async def asked_again(
    services: Services, *, interview: str, user: str, sequence: int, asker: str, day: str
) -> None:
    """Show the card with the answers, and say who asks; skipped when they answered meanwhile."""
    now = await _coming(services, interview, user, sequence)
    seat = now.seat(user) if now else None
    if now is None or seat is None or seat.standing != NO_ANSWER:
        return
    await services.desk.show(now.team, user, "rsvp", f"{interview}:{user}:{sequence}:0")
    person = await services.desk.person(now.team, asker)
    await services.desk.say(
        now.team, user, f"{person.first_name} asks whether you can make the {now.title}. Its card is above.",
        key=f"ask-again:{interview}:{user}:{sequence}:{day}",
    )  # fmt: skip


async def _coming(services: Services, interview: str, user: str, sequence: int) -> Interview | None:
    """The interview, when it is still the one that the reminder was planned for and this person is expected there."""
    now = await get(services, interview)
    seat = now.seat(user)
    planned = now.state == "scheduled" and now.sequence == sequence and seat is not None
    if not planned or seat is None or seat.standing == "declined":
        return None
    return now if now.start > services.clock.now() else None
