"""The seats in which somebody learns: they never stand in an interview's way, and a no gives their time back."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import (
    audit,
    claims,
    interview_flow,
    interviewer_rules,
    swap_seat,
    trainees,
)
from hiring.claims import Claim
from hiring.interview_records import Interview, get, load
from hiring.interviews_table import panel
from hiring.jobs import job
from hiring.loop_records import Option, Session, Sitting
from hiring.services import Services
from scheduling.hours import Interval


async def still(
    tx: AsyncConnection, team: str, sessions: Sequence[Session], option: Option
) -> Option:
    """The option without those who no longer train for the skill of their session."""
    sittings = []
    for session, sitting in zip(sessions, option.sittings, strict=True):
        steps = {u: await trainees.step_of(tx, team, u, session.tag) for u in sitting.trainees}
        sittings.append(replace(sitting, trainees=tuple(u for u in steps if steps[u])))
    return replace(option, sittings=tuple(sittings))


async def kinds(
    tx: AsyncConnection, team: str, session: Session, sitting: Sitting
) -> dict[str, dict[str, str]]:
    """What to write beside the seats of those who learn in a sitting: the step they are in, and the skill."""
    steps = {u: await trainees.step_of(tx, team, u, session.tag) for u in sitting.trainees}
    return {user: {"kind": step, "skill": session.tag} for user, step in steps.items() if step}


async def who_stays(
    tx: AsyncConnection, services: Services, now: Interview, slot: Interval, but: Collection[str], *, by: str
) -> tuple[str, ...]:  # fmt: skip
    """Whose time it takes after a move, to which everybody may say yes again: who learns and is booked or held elsewhere
    then gives the seat up.

    `but` holds the interviews that move with it.
    """
    learning = [seat.user for seat in now.panel if seat.learns]
    rules = await interviewer_rules.load(tx, now.team, learning)
    users = [seat.user for seat in now.panel if not seat.optional]
    for user in learning:
        name, time = [claims.person(now.team, user)], claims.with_rest(slot, rules[user].rest)
        if await claims.claimed(tx, services, name, time, but=[now.id, *but]):
            await swap_seat.release_in(tx, services, now, user, by=by)
            users.remove(user)
    return tuple(users)


@job("interview.trainee-time", order="trainee:{interview}:{user}", what="The time of who learns")
async def bring(services: Services, *, interview: str, user: str) -> None:
    """Bring their time in line with their answer: a no frees it, anything else takes it again. Twice changes nothing.

    When it is not free any more, their no stands, and they hear so.
    """
    found = await get(services, interview)
    name = claims.person(found.team, user)
    rules = (await interviewer_rules.of(services, found.team, [user]))[user]
    async with services.store.begin() as tx:
        await claims.wait(tx, services, [name])
        now = await load(tx, interview)
        seat = now.seat(user)
        if now.state != "scheduled" or seat is None or not seat.learns:
            return
        if seat.away:
            await claims.leave(tx, now.id, name)
            return
        time = claims.with_rest((now.start, now.end), rules.rest)
        if await claims.join(tx, services, Claim(name, time, now.id)):
            return
        mine = (panel.c.interview == interview, panel.c.user == user)
        await tx.execute(panel.update().where(*mine).values(answer="declined"))
        await audit.record(
            tx, services, "callsheet", "interview.answered", interview, before=seat.standing, after="declined",
            who=user,
        )  # fmt: skip
        told = f"trainee-busy:{interview}:{user}:{now.sequence}:{services.clock.now().isoformat()}"
        await services.jobs.enqueue(tx, tell, key=told, interview=interview, user=user, told=told)


@job("interview.trainee-busy", what="The notice that a seat to learn in cannot be taken any more")
async def tell(services: Services, *, interview: str, user: str, told: str) -> None:
    """Say to who learns that their yes came too late, and bring the cards up to date."""
    now = await get(services, interview)
    text = f"You are booked elsewhere at the time of {now.title} by now, so your no to it stands. It takes place without you."
    await services.desk.say(now.team, user, text, key=told)
    await interview_flow.show(services, interview=interview)
