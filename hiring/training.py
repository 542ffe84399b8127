"""Begin a training, sign its steps off, end it, settle what a skill asks: one transaction each, told to who trains."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import access, audit, interview_records, interviewer_rules, swap_seat, trainees
from hiring.errors import AlreadyDone, NotAllowed, NotFound, Refused
from hiring.interview_records import LEARNING
from hiring.interviewer_rules import MOST_LETTERS, SETTLERS
from hiring.interviews_table import interviews, panel
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from hiring.trainees import STEPS, Trainee
from hiring.training_table import paths
from hiring.training_table import trainees as table
from scheduling import training
from scheduling.training import Path

MOST = 9  # interviews of one step


async def listing(services: Services, actor: Actor, *, user: str = "", skill: str = "") -> list[Trainee]:  # fmt: skip
    """Who trains, by skill: everybody for who settles skills, the others see themselves. The trained are left out."""
    if not await settles(services, actor):
        user = actor.user
    async with services.store.read() as conn:
        found = await trainees.load(
            conn, services, actor.team, user=user, skill=skill.strip().casefold()
        )
    return [trainee for trainee in found if trainee.stage in STEPS]


async def settles(services: Services, actor: Actor) -> bool:
    """Whether somebody may begin, sign off and end trainings."""
    return bool(SETTLERS & await access.roles(services, actor, None))


async def start(services: Services, actor: Actor, user: str, skill: str) -> Trainee:
    """Somebody begins to train for a skill. Who does already goes on as they are.

    Raises Refused for no skill, AlreadyDone for somebody who has it, NotFound for no such member.
    """
    await access.require_anywhere(services, actor, frozenset(SETTLERS))
    skill = tidy(skill)
    person = await services.desk.person(actor.team, user)
    async with services.store.begin() as tx:
        await _alone(tx, services, actor.team, user, skill)
        if skill in (await interviewer_rules.load(tx, actor.team, [user]))[user].tags:
            raise AlreadyDone(f"{person.first_name} interviews for {skill} already.", field="user")
        known = await trainees.load(tx, services, actor.team, user=user, skill=skill)
        if known and known[0].stage in STEPS:
            return known[0]
        path = await trainees.path_of(tx, actor.team, skill)
        stage = "shadow" if path.shadows else "reverse_shadow"
        await tx.execute(table.delete().where(*_at(actor.team, user, skill)))
        moment = services.clock.now()
        await tx.execute(
            table.insert().values(
                team=actor.team, user=user, skill=skill, stage=stage, since=moment
            )
        )
        await audit.record(
            tx, services, actor.user, "training.started", user, after=stage, skill=skill
        )
        found = await _one(tx, services, actor.team, user, skill)
        await _tell(tx, services, actor.team, found, stage)
        return found


async def sign_off(
    services: Services, actor: Actor, user: str, skill: str, step: str
) -> Trainee:  # fmt: skip
    """Somebody did a step well: on to the next, or trained, with the skill from then on. Twice signs once.

    Raises Refused while the step needs more interviews, NotAllowed for oneself, NotFound when the training ended.
    """
    await access.require_anywhere(services, actor, frozenset(SETTLERS))
    if user == actor.user:
        raise NotAllowed("Nobody signs themselves off. Ask somebody else who settles skills.")
    async with services.store.begin() as tx:
        await _alone(tx, services, actor.team, user, skill)
        now = await _one(tx, services, actor.team, user, skill)
        if now.stage != step:
            return now
        if now.left:
            raise Refused(
                f"{now.left} more as {LEARNING[step]} first, says the training for {skill}. Change how many it "
                "asks for, or give the skill with `limits @person`."
            )
        after = training.sign_off(now.training, now.path, _did(step))
        if after.stage == "reverse_shadow" and not now.path.reverse_shadows:
            after = training.sign_off(after, now.path, "reverse_shadow")
        at = _at(actor.team, user, skill)
        await tx.execute(table.update().where(*at).values(stage=after.stage))
        await _leave(tx, services, actor, now)
        if after.stage == "trained":
            await interviewer_rules.learn(tx, actor.team, user, skill)
        await audit.record(
            tx, services, actor.user, "training.signed_off", user, before=step, after=after.stage,
            skill=skill,
        )  # fmt: skip
        found = await _one(tx, services, actor.team, user, skill)
        await _tell(tx, services, actor.team, found, after.stage)
        return found


async def stop(services: Services, actor: Actor, user: str, skill: str) -> None:
    """Somebody trains no longer, and leaves the interviews in which they would learn. Twice changes nothing."""
    await access.require_anywhere(services, actor, frozenset(SETTLERS))
    async with services.store.begin() as tx:
        await _alone(tx, services, actor.team, user, skill)
        known = await trainees.load(tx, services, actor.team, user=user, skill=skill)
        if not known or known[0].stage not in STEPS:
            return
        await tx.execute(table.delete().where(*_at(actor.team, user, skill)))
        await _leave(tx, services, actor, known[0])
        await audit.record(
            tx, services, actor.user, "training.stopped", user, before=known[0].stage, skill=skill
        )
        await _tell(tx, services, actor.team, known[0], "stopped")


async def settle(services: Services, actor: Actor, skill: str, path: Path) -> None:
    """How many of each step a skill asks for; it counts for who trains already, too. The same again changes nothing."""
    await access.require_anywhere(services, actor, frozenset(SETTLERS))
    skill = tidy(skill)
    askable(path)
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"training-path:{actor.team}:{skill}")
        before = await trainees.path_of(tx, actor.team, skill)
        if before == path:
            return
        await tx.execute(paths.delete().where(paths.c.team == actor.team, paths.c.skill == skill))
        await tx.execute(
            paths.insert().values(
                team=actor.team, skill=skill, shadows=path.shadows, reverse_shadows=path.reverse_shadows
            )
        )  # fmt: skip
        await audit.record(
            tx, services, actor.user, "training.path", skill, before=_spelled(before), after=_spelled(path)
        )  # fmt: skip


async def path(services: Services, actor: Actor, skill: str) -> Path:
    """What a skill asks for now."""
    async with services.store.read() as conn:
        return await trainees.path_of(conn, actor.team, skill)


def tidy(skill: str) -> str:
    """A skill as it is kept. Raises Refused."""
    found = skill.strip().casefold()
    if not found or len(found) > MOST_LETTERS or "," in found:
        raise Refused(f"One skill, of up to {MOST_LETTERS} letters and no comma.", field="skill")
    return found


def askable(path: Path) -> None:
    """Raises Refused for a path that nobody could walk."""
    for count, field in ((path.shadows, "shadows"), (path.reverse_shadows, "reverse_shadows")):
        if not 0 <= count <= MOST:
            raise Refused(f"A number from 0 to {MOST}.", field=field)
    if not path.shadows + path.reverse_shadows:
        raise Refused("At least one of both.", field="shadows")


@job("training.tell", what="The word to who trains")
async def tell(
    services: Services, *, team: str, user: str, skill: str, what: str, told: str
) -> None:
    """Say to who trains what is new about it, once."""
    async with services.store.read() as conn:
        way = await trainees.path_of(conn, team, skill)
    said = {
        "shadow": f"You train for {skill}: you watch {way.shadows}, then you lead {way.reverse_shadows} with somebody "
        "beside you. Invites come like any others.",
        "reverse_shadow": f"Your next step in {skill}: you lead {way.reverse_shadows} of the interviews, with somebody "
        "beside you who knows them.",
        "trained": f"You are trained for {skill}: from now on you interview for it.",
        "stopped": f"You no longer train for {skill}. You left the interviews you were to sit in for it.",
    }[what]
    await services.desk.say(team, user, said, key=told)


async def _tell(
    tx: AsyncConnection, services: Services, team: str, about: Trainee, what: str
) -> None:
    key = f"training:{team}:{about.user}:{about.skill}:{about.since.isoformat()}:{what}"
    await services.jobs.enqueue(
        tx, tell, key=key, team=team, user=about.user, skill=about.skill, what=what, told=key
    )


async def _leave(tx: AsyncConnection, services: Services, actor: Actor, who: Trainee) -> None:
    """The booked seats of a step that is over are given up."""
    query = (
        sa.select(panel.c.interview)
        .join(interviews, interviews.c.id == panel.c.interview)
        .where(
            panel.c.user == who.user, panel.c.skill == who.skill, panel.c.kind == who.stage,
            interviews.c.team == actor.team, interviews.c.state == "scheduled",
            interviews.c.start > services.clock.now(),
        )
        .order_by(panel.c.interview)
    )  # fmt: skip
    for row in (await tx.execute(query)).all():
        now = await interview_records.load(tx, row.interview)
        await swap_seat.release_in(tx, services, now, who.user, by=actor.user)


async def _one(
    tx: AsyncConnection, services: Services, team: str, user: str, skill: str
) -> Trainee:
    found = await trainees.load(tx, services, team, user=user, skill=skill)
    if not found:
        raise NotFound(f"They no longer train for {skill}.")
    return found[0]


async def _alone(tx: AsyncConnection, services: Services, team: str, user: str, skill: str) -> None:
    await services.store.alone(tx, f"training:{team}:{user}:{skill}")


def _did(step: str) -> training.Did:
    return "shadow" if step == "shadow" else "reverse_shadow"


def _at(team: str, user: str, skill: str) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.team == team, table.c.user == user, table.c.skill == skill


def _spelled(path: Path) -> str:
    return f"{path.shadows} + {path.reverse_shadows}"
