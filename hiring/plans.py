"""What interviews a stage has: Callsheet's own plan where somebody wrote one for the job, else the ATS's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from connectors import model
from connectors.errors import ConnectorError
from connectors.model import Ref
from hiring import access, audit, candidacy, candidates, interview_changes, optional_seats, people
from hiring.candidates import LOOKERS, Profile
from hiring.debrief_records import LENGTHS, MOST_DAYS, NONE, Wish
from hiring.errors import Refused
from hiring.interview_records import CUT_OFF
from hiring.loop_records import MOST_SESSIONS, Session, read_session, session_row
from hiring.people import Actor
from hiring.plans_table import plans
from hiring.services import Services

PLANNERS = LOOKERS | {"admin"}
MOST_HOURS = 168


@dataclass(frozen=True, slots=True)
class Plan:
    """The sessions of a stage in their order. `own` says that it was written here; `source` names whose it is.

    `auto`: once a candidate says when they can, the best that fits is booked by itself.
    """

    sessions: tuple[Session, ...]
    cut_off: int = CUT_OFF
    own: bool = False
    source: str = "Callsheet"
    debrief: Wish = NONE
    auto: bool = False


async def of(services: Services, actor: Actor, profile: Profile) -> Plan:
    """The plan for the stage a candidacy is in; without sessions when there is none. Raises Refused or Unreachable."""
    application = candidacy.active(profile)
    if application.job is None:
        return Plan(())
    return await of_job(services, actor, application.job, application.stage)


async def of_job(services: Services, actor: Actor, job: Ref, stage: Ref | None) -> Plan:
    """Our own plan for the stage, else ours for the whole job, else what the ATS has for the stage."""
    for named in (str(stage) if stage else "", ""):
        if found := await _own(services, actor.team, job, named):
            return found
    ats = await services.accounts.ats(job.account)
    try:
        planned = await ats.plan(job.id, stage.id) if stage else []
    except ConnectorError as error:
        raise candidates.unreachable(ats, error) from error
    sessions = [await _session(services, actor.team, p) for p in planned[:MOST_SESSIONS]]
    return Plan(tuple(sessions), source=ats.account.name)


async def stages(services: Services, job: Ref) -> list[model.Stage]:
    """The job's stages in order. Raises Unreachable."""
    ats = await services.accounts.ats(job.account)
    try:
        return await ats.stages(job.id)
    except ConnectorError as error:
        raise candidates.unreachable(ats, error) from error


async def keep(services: Services, actor: Actor, job: Ref, stage: str, plan: Plan) -> Plan:
    """Write our own plan for a stage of the job (for all stages where it is empty). Raises Refused, NotAllowed."""
    await access.require(services, actor, PLANNERS, job)
    sessions = tuple(checked(s) for s in plan.sessions)
    if not sessions:
        raise Refused("A plan has at least one interview.", field="sessions")
    if len(sessions) > MOST_SESSIONS:
        raise Refused(f"A plan has up to {MOST_SESSIONS} interviews.", field="sessions")
    if not 0 <= plan.cut_off <= MOST_HOURS:
        raise Refused(f"0 to {MOST_HOURS} hours.", field="cut_off")
    if plan.debrief.minutes not in (0, *LENGTHS) or not 1 <= plan.debrief.days <= MOST_DAYS:
        raise Refused(f"Up to {LENGTHS[-1]} minutes, within {MOST_DAYS} days.", field="minutes")
    values = {
        "sessions": [session_row(s) for s in sessions],
        "cut_off": plan.cut_off,
        "debrief": plan.debrief.minutes,
        "debrief_days": plan.debrief.days,
        "auto": plan.auto,
        "changed_by": actor.user,
        "at": services.clock.now(),
    }
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"plan:{actor.team}:{job}:{stage}")
        await tx.execute(plans.delete().where(*_at(actor.team, job, stage)))
        await tx.execute(
            plans.insert().values(team=actor.team, job=str(job), stage=stage, **values)
        )
        await audit.record(
            tx, services, actor.user, "plan.kept", str(job), after=f"{len(sessions)} sessions", stage=stage
        )  # fmt: skip
    return replace(plan, sessions=sessions, own=True, source="Callsheet")


async def drop(services: Services, actor: Actor, job: Ref, stage: str) -> None:
    """Go back to the ATS's plan. Twice changes nothing."""
    await access.require(services, actor, PLANNERS, job)
    async with services.store.begin() as tx:
        await tx.execute(plans.delete().where(*_at(actor.team, job, stage)))
        await audit.record(tx, services, actor.user, "plan.dropped", str(job), stage=stage)


async def _own(services: Services, team: str, job: Ref, stage: str) -> Plan | None:
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(plans).where(*_at(team, job, stage)))).one_or_none()
    if row is None:
        return None
    sessions = tuple(read_session(s) for s in row.sessions)
    debrief = Wish(row.debrief, row.debrief_days)
    return Plan(sessions, row.cut_off, own=True, debrief=debrief, auto=row.auto)


def _at(team: str, job: Ref, stage: str) -> Sequence[sa.ColumnElement[bool]]:
    return plans.c.team == team, plans.c.job == str(job), plans.c.stage == stage


async def _session(services: Services, team: str, planned: model.PlannedInterview) -> Session:
    """The usual interviewers as Slack members; who is none is left out."""
    members = [await people.member(services, team, ref) for ref in planned.interviewers]
    users = tuple(dict.fromkeys(m.id for m in members if m))
    minutes = max(planned.minutes // 5 * 5, 5)
    return Session(planned.name, minutes, users, planned=planned.ref)


async def single(services: Services, actor: Actor, profile: Profile) -> interview_changes.Wish:
    """What the job's plan says for the stage, with the usual interviewers as Slack members; sensible without a plan."""
    application = candidacy.active(profile)
    if application.job is None:
        return interview_changes.Wish("Interview", 45, ())
    ats = await services.accounts.ats(application.job.account)
    try:
        planned = await ats.plan(
            application.job.id, application.stage.id if application.stage else None
        )
        planned = planned or await ats.plan(application.job.id, None)
        team = await ats.team(application.job.id)
    except ConnectorError as error:
        raise candidates.unreachable(ats, error) from error
    plan = planned[0] if planned else None
    refs = list(plan.interviewers) if plan else []
    refs = (
        refs
        or [m.user for m in team if m.role == "interviewer"]
        or [m.user for m in team if m.role == "hiring_manager"]
    )
    members = [await people.member(services, actor.team, ref) for ref in refs]
    users = tuple(dict.fromkeys(m.id for m in members if m))
    if plan:
        return interview_changes.Wish(plan.name, plan.minutes, users, plan.ref)
    stage = application.stage_name or "Interview"
    return interview_changes.Wish(
        stage
        if "interview" in stage.casefold() or "screen" in stage.casefold()
        else f"{stage} interview",
        45,
        users,
    )


def checked(session: Session) -> Session:
    """The session as it is kept. Raises Refused beside the field that cannot be so."""
    title, tag = session.title.strip()[:150], session.tag.strip().casefold()[:40]
    if not title:
        raise Refused("Each interview needs a name.", field="title")
    if session.minutes % 5 or not 5 <= session.minutes <= 480:
        raise Refused("A length is 5 to 480 minutes, in steps of five.", field="minutes")
    if session.seats and not tag:
        raise Refused("Say which skill the others should have.", field="tag")
    if not session.required and not session.seats:
        raise Refused("Choose who is in it, or how many with a skill.", field="required")
    room, focus = session.room.strip()[:100], session.focus.strip()[:500]
    beside = optional_seats.besides(session.optional, session.required)
    return replace(session, title=title, tag=tag, room=room, focus=focus, optional=beside)
