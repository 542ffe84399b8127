"""The seats in which somebody learns, in the transactions of bookings and moves: they never stand in an interview's way."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import claims, interviewer_rules, swap_seat, trainees
from hiring.interview_records import Interview
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
    """Whose time it takes after a move: who learns and is booked or held elsewhere then gives the seat up.

    `but` holds the interviews that move with it.
    """
    learning = [seat.user for seat in now.panel if seat.learns]
    rules = await interviewer_rules.load(tx, now.team, learning)
    users = list(now.claiming)
    for user in learning:
        name, time = [claims.person(now.team, user)], claims.with_rest(slot, rules[user].rest)
        if await claims.claimed(tx, services, name, time, but=[now.id, *but]):
            await swap_seat.release_in(tx, services, now, user, by=by)
            users.remove(user)
    return tuple(users)
