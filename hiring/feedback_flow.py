"""The jobs of scorecards: ask after the interview, ask again, write to the ATS, tell the recruiter."""

import json
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.errors import NotSupported
from connectors.model import Ref
from hiring import candidacy, candidates, people, scorecard_forms
from hiring.feedback_table import scorecards
from hiring.interview_records import Interview, get
from hiring.jobs import job
from hiring.services import Services
from scheduling import nudges


@job("scorecard.ask", what="Asking for scorecards")
async def ask(services: Services, *, interview: str) -> None:
    """After the interview: a row and a card for everybody but who only watched or was optional, then the ladder of reminders. Twice is harmless."""
    now = await get(services, interview)
    if now.state != "scheduled":
        return
    asked = [seat.user for seat in now.panel if seat.owes]
    async with services.store.begin() as tx:
        await _forgive(tx, now)
        known = {
            r.user
            for r in await tx.execute(
                sa.select(scorecards.c.user).where(scorecards.c.interview == interview)
            )
        }
        for user in asked:
            if user not in known:
                await tx.execute(
                    scorecards.insert().values(
                        interview=interview,
                        user=user,
                        team=now.team,
                        application=str(now.application),
                        state="owed",
                        asked_at=services.clock.now(),
                    )  # fmt: skip
                )
            await services.jobs.enqueue(
                tx,
                show,
                key=f"scorecard-ask:{interview}:{user}{_again(now)}",
                interview=interview,
                user=user,
            )
    for user in asked:
        member = await services.desk.person(now.team, user)
        late = (
            services.clock.now() - nudges.ASK_AFTER
        )  # asked late, after an outage: remind from then
        steps = nudges.ladder(max(now.end, late), member.zone)
        async with services.store.begin() as tx:
            for step, at in enumerate(steps):
                then = steps[step + 1].isoformat() if step + 1 < len(steps) else ""
                await services.jobs.later(
                    tx, remind, key=f"scorecard-again:{interview}:{user}:{step}", at=at, interview=interview, user=user, step=step, then=then
                )  # fmt: skip


@job("scorecard.show", order="card:{interview}:{user}", what="The scorecard's card")
async def show(services: Services, *, interview: str, user: str) -> None:
    """Show the card with the Scorecard button, or bring it up to date."""
    now = await get(services, interview)
    await services.desk.show(now.team, user, "scorecard", f"{interview}:{user}")
    await services.desk.refresh("interview", interview)  # it is over: nothing to move any more


@job("scorecard.remind", what="The reminder about a scorecard")
async def remind(
    services: Services, *, interview: str, user: str, step: int, then: str = ""
) -> None:
    """Ask once more, unless it is done; a working day later the recruiter hears of it, then the hiring manager.

    Left out when the next reminder (`then`) is due as well: several at once are one.
    """
    if then and datetime.fromisoformat(then) <= services.clock.now():
        return
    state = await state_of(services, interview, user)
    now = await get(services, interview)
    if state != "owed" or now.state != "scheduled":
        return
    member = await services.desk.person(now.team, user)
    hours = int((services.clock.now() - now.end).total_seconds() // 3_600)
    text = f"Your scorecard for the {now.title} is still missing ({hours} h). It takes three minutes: `/{services.company.command} scorecard`"
    mark = f"{interview}:{user}:{step}{_again(now)}"
    await services.desk.say(now.team, user, text, key=f"scorecard-again:{mark}")
    if step >= 2:
        late = f"{member.name}'s scorecard for the {now.title} is {hours} h late; they were asked {step + 2} times."
        await services.desk.say(now.team, now.created_by, late, key=f"scorecard-late:{mark}")
        for manager in await _managers(services, now) if step >= 3 else ():
            key = f"scorecard-late:{mark}:{manager}"
            await services.desk.say(now.team, manager, late, key=key)


def _again(now: Interview) -> str:
    """What sets a reminder apart from one about an earlier time of the same interview."""
    return f":{now.sequence}" if now.sequence else ""


async def _forgive(tx: AsyncConnection, now: Interview) -> None:
    """Who was excused from an earlier time of this interview, since nobody came, is asked about this one."""
    earlier = (scorecards.c.state == "excused", scorecards.c.done_at < now.start)
    await tx.execute(
        scorecards.update()
        .where(scorecards.c.interview == now.id, *earlier)
        .values(state="owed", done_at=None)
    )


async def _managers(services: Services, now: Interview) -> list[str]:
    """The hiring managers of the job who are in Slack, without whoever arranged the interview."""
    found = await people.managers(services, now.team, now.job)
    return [user for user in found if user != now.created_by]


@job("scorecard.deliver", what="The scorecard on its way to the ATS")
async def deliver(services: Services, *, interview: str, user: str) -> None:
    """Write a submitted scorecard into the ATS (a private note where it takes none), then tell the recruiter."""
    now = await get(services, interview)
    answers, form_ref = await _answers(services, interview, user)
    ats = await services.accounts.ats(now.application.account)
    member = await services.desk.person(now.team, user)
    author = await people.ats_user(services, member, now.application.account)
    form = await scorecard_forms.form(services, now)
    remote = (
        Ref(account=now.application.account, kind="interview", id=now.remote_id)
        if now.remote_id
        else None
    )
    profile = await candidates.read(services, now.application)
    key = f"scorecard:{interview}:{user}"
    try:
        if author is None or form.ref.id != form_ref:
            raise NotSupported
        await ats.submit_scorecard(
            now.application.id, form, answers, author=author.ref, interview=remote, key=key
        )
    except NotSupported:
        text = f"Scorecard of {member.name} for {now.title}\n\n{scorecard_forms.in_words(form, answers)}"
        actor = await people.actor(services, now.team, user)
        await candidacy.write_note(services, ats, profile, text, actor=actor, private=True, key=key)
    arrived, asked = await tally(services, interview)
    said = f"{member.name}'s scorecard for {profile.candidate.name} ({now.title}) has arrived: {arrived} of {asked}."
    await services.desk.say(now.team, now.created_by, said, key=key)
    await services.desk.refresh("interview", interview)
    await services.desk.refresh("scorecard", f"{interview}:{user}")


async def state_of(services: Services, interview: str, user: str) -> str | None:
    """owed, submitted, excused, or None when never asked."""
    query = sa.select(scorecards.c.state).where(
        scorecards.c.interview == interview, scorecards.c.user == user
    )
    async with services.store.read() as conn:
        return (await conn.execute(query)).scalar()


async def tally(services: Services, interview: str) -> tuple[int, int]:
    """How many scorecards of an interview are in, and how many were asked for (the excused left out)."""
    query = sa.select(scorecards.c.state).where(scorecards.c.interview == interview)
    async with services.store.read() as conn:
        states = [row.state for row in await conn.execute(query)]
    return states.count("submitted"), len(states) - states.count("excused")


async def _answers(
    services: Services, interview: str, user: str
) -> tuple[dict[str, str | list[str]], str | None]:
    query = sa.select(scorecards.c.answers, scorecards.c.form).where(
        scorecards.c.interview == interview, scorecards.c.user == user
    )
    async with services.store.read() as conn:
        row = (await conn.execute(query)).one()
    return json.loads(services.seal.open_text(row.answers)), row.form


def late_by(end: datetime, now: datetime) -> int:
    """Whole hours since the end."""
    return max(0, int((now - end).total_seconds() // 3_600))
