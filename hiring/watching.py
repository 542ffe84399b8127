"""Watch a candidate, a job or a stage: who wants to know of an event, and what each person wants told unasked."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import model
from connectors.errors import ConnectorError
from connectors.model import Event, Ref
from hiring import access, candidates, people
from hiring.candidates import LOOKERS
from hiring.desk import Person
from hiring.errors import NotFound, Unreachable
from hiring.people import Actor
from hiring.services import Services
from hiring.watch_table import quiet_hours, watches

WATCHERS = LOOKERS | {"admin"}
UNASKED = {
    "application.created": "somebody applies",
    "application.withdrawn": "somebody withdraws",
    "application.hired": "somebody is hired",
    "job.closed": "the job is closed",
}  # told to a job's recruiters and hiring managers, unless they say otherwise
TOLD = frozenset({
    *UNASKED, "application.moved", "application.rejected", "application.reopened", "application.deleted",
    "candidate.merged", "candidate.anonymised", "interview.created", "interview.changed", "interview.deleted",
    "offer.created", "offer.changed", "scorecard.created", "job.opened",
})  # fmt: skip
EVENING, MORNING = 20, 8


@dataclass(frozen=True, slots=True)
class Quiet:
    """When a person wants no notices (whole hours of their own day, none when equal), and which kinds never unasked."""

    begins: int = EVENING
    ends: int = MORNING
    off: frozenset[str] = frozenset()


def of_stage(stage: Ref, job: Ref) -> str:
    """What a watch of one stage of one job is kept as."""
    return f"{stage}@{job.id}"


async def watch(services: Services, actor: Actor, subject: str) -> None:
    """Watch from now on; twice changes nothing. Raises NotAllowed for what the actor may not see."""
    await _may(services, actor, subject)
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"watch:{actor.user}")
        await _stop(tx, actor, subject)
        row = {
            "team": actor.team,
            "user": actor.user,
            "subject": subject,
            "at": services.clock.now(),
        }
        await tx.execute(watches.insert().values(**row))


async def stop(services: Services, actor: Actor, subject: str) -> None:
    """Watch no longer; twice changes nothing."""
    async with services.store.begin() as tx:
        await _stop(tx, actor, subject)


async def mine(services: Services, actor: Actor) -> list[str]:
    """What the actor watches, oldest first."""
    query = sa.select(watches.c.subject).where(*_of(watches, actor.team, actor.user))
    async with services.store.read() as conn:
        return list((await conn.execute(query.order_by(watches.c.at))).scalars())


async def words(services: Services, subject: str) -> str:
    """What a subject is called now, read live; what cannot be read is said so."""
    ref, _, job = subject.partition("@")
    about = Ref.parse(ref)
    try:
        ats = await services.accounts.ats(about.account)
        if about.kind == "job":
            return f"{(await ats.job(about.id)).title} (job)"
        if about.kind == "stage":
            stages = await ats.stages(job)
            name = next((s.name for s in stages if s.ref == about), "a stage that is gone")
            return f"{name} of {(await ats.job(job)).title} (stage)"
        found = await candidates.read(services, about)
    except (ConnectorError, NotFound, Unreachable):
        return "something that the ATS does not tell just now"
    return f"{found.candidate.name}{f', {found.job_title}' if found.job_title else ''}"


async def quiet(services: Services, team: str, user: str) -> Quiet:
    query = sa.select(quiet_hours).where(*_of(quiet_hours, team, user))
    async with services.store.read() as conn:
        row = (await conn.execute(query)).first()
    return Quiet(row.begins, row.ends, frozenset(row.off)) if row else Quiet()


async def keep_quiet(services: Services, actor: Actor, wanted: Quiet) -> None:
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"quiet:{actor.user}")
        await tx.execute(quiet_hours.delete().where(*_of(quiet_hours, actor.team, actor.user)))
        row = {"team": actor.team, "user": actor.user, "begins": wanted.begins, "ends": wanted.ends}
        await tx.execute(
            quiet_hours.insert().values(**row, off=sorted(wanted.off & UNASKED.keys()))
        )


async def wanting(services: Services, event: Event) -> set[tuple[str, str]]:
    """(team, user) of everybody who is to be told: who watches it, and the job's own people where it is told unasked.

    Only those who may still see it, by the roles they have now.
    """
    if event.kind not in TOLD:
        return set()
    query = sa.select(watches.c.team, watches.c.user).where(watches.c.subject.in_(_subjects(event)))
    async with services.store.read() as conn:
        found = {(row.team, row.user) for row in await conn.execute(query)}
    found |= {(p.team, p.id) for p in await _unasked(services, event)}
    return {who for who in found if await _sees(services, who, event.job)}


def _subjects(event: Event) -> list[str]:
    found = [str(ref) for ref in (event.candidate, event.application, event.job) if ref]
    account = event.subject.account if event.subject else ""
    for stage in {event.before.get("stage"), event.after.get("stage")} - {None, ""}:
        if event.job and stage:
            found.append(of_stage(Ref(account=account, kind="stage", id=stage), event.job))
    return found


async def _unasked(services: Services, event: Event) -> Iterable[Person]:
    """The recruiters and hiring managers of the job, as Slack members."""
    if event.kind not in UNASKED or event.job is None:
        return []
    ats = await services.accounts.ats(event.job.account)
    team = await services.memory.recall(
        ("team", str(event.job)), people.KEEP, lambda: ats.team(event.job.id if event.job else "")
    )
    wanted = {member.user for member in team if member.role in ("recruiter", "hiring_manager")}
    found = []
    for workspace in await services.desk.teams():
        for user in wanted:
            person = await people.member(services, workspace, user)
            if person and event.kind not in (await quiet(services, workspace, person.id)).off:
                found.append(person)
    return found


async def _sees(services: Services, who: tuple[str, str], job: model.Ref | None) -> bool:
    actor = await people.actor(services, *who)
    return await access.allowed(services, actor, WATCHERS, job)


async def _may(services: Services, actor: Actor, subject: str) -> None:
    ref, _, job = subject.partition("@")
    about = Ref.parse(ref)
    if about.kind in ("candidate", "application"):
        await candidates.profile(services, actor, about)
        return
    on = about.model_copy(update={"kind": "job", "id": job}) if job else about
    await access.require(services, actor, WATCHERS, on)


async def _stop(tx: AsyncConnection, actor: Actor, subject: str) -> None:
    mine = (*_of(watches, actor.team, actor.user), watches.c.subject == subject)
    await tx.execute(watches.delete().where(*mine))


def _of(table: sa.Table, team: str, user: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.c.team == team, table.c.user == user)
