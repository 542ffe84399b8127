"""Who may do what: roles follow from Slack's admins and the ATS's hiring teams, and nothing else."""

from connectors import model
from connectors.errors import ConnectorError
from hiring import people
from hiring.desk import Person
from hiring.errors import NotAllowed
from hiring.people import Actor
from hiring.services import Services

NAMES = {
    "admin": "workspace admins",
    "recruiter": "recruiters",
    "hiring_manager": "the hiring manager",
    "interviewer": "interviewers",
}
MOMENT = 10.0  # seconds the roles a person has anywhere are kept; those on one job are asked for each time
Anywhere = tuple[frozenset[str], ConnectorError | None]  # roles, and why some may be missing
_ROLE_OF = {
    "recruiter": "recruiter",
    "coordinator": "recruiter",
    "hiring_manager": "hiring_manager",
}


async def roles(services: Services, actor: Actor, job: model.Ref | None) -> frozenset[str]:
    """The actor's roles on one job, or anywhere when `job` is None.

    An ATS site admin is a recruiter for all jobs. A Slack admin is `admin`, which stands for `recruiter` in
    everything but pay (ask `sees_pay`).
    """
    found = {"admin", "recruiter"} if actor.person.is_admin else set()
    if job is not None:
        return frozenset(found | await _roles_in(services, actor.person, job.account, job))
    anywhere, _ = await _anywhere(services, actor)
    return frozenset(found) | anywhere


async def require_anywhere(services: Services, actor: Actor, wanted: frozenset[str]) -> None:
    """Raise NotAllowed unless the actor has one of the wanted roles on any job.

    When an ATS that might know of one cannot be asked, its own error is raised: nobody is told "no" by mistake.
    """
    if wanted & await roles(services, actor, None):
        return
    _, unheard = await _anywhere(services, actor)
    if unheard is not None:
        raise unheard
    raise NotAllowed(only(set(wanted)))


async def _anywhere(services: Services, actor: Actor) -> Anywhere:
    """The roles in every ATS, kept for a moment; what an ATS could not tell is asked for again next time."""
    key = ("roles", actor.team, actor.user)
    found = await services.memory.recall(key, MOMENT, lambda: _asked(services, actor.person))
    if found[1] is not None:
        services.memory.forget(key)
    return found


async def _asked(services: Services, person: Person) -> Anywhere:
    found: set[str] = set()
    unheard: ConnectorError | None = None
    for account in await services.accounts.listing():
        if services.accounts.is_ats(account.vendor):
            try:
                found |= await _roles_in(services, person, account.id, None)
            except ConnectorError as error:
                unheard = error
    return frozenset(found), unheard


async def _roles_in(
    services: Services, person: Person, account: str, job: model.Ref | None
) -> set[str]:
    user = await people.ats_user(services, person, account)
    if user is None or not user.active:
        return set()
    found = {"interviewer"}
    if user.admin:
        found.add("recruiter")
    ats = await services.accounts.ats(account)
    mine = await services.memory.recall(
        ("memberships", account, user.ref.id), people.KEEP, lambda: ats.memberships(user.ref.id)
    )
    for where, part in mine:
        if job is None or where == job:
            found.add(_ROLE_OF.get(part.role, "interviewer"))
    return found


async def allowed(
    services: Services, actor: Actor, wanted: set[str], job: model.Ref | None
) -> bool:
    """Whether the actor has one of the wanted roles on that job."""
    return bool(wanted & await roles(services, actor, job))


async def require(
    services: Services, actor: Actor, wanted: set[str], job: model.Ref | None
) -> None:
    """Raise NotAllowed, with a sentence naming who may, unless the actor has one of the wanted roles."""
    if not await allowed(services, actor, wanted, job):
        raise NotAllowed(only(wanted))


async def sees_pay(services: Services, actor: Actor, job: model.Ref | None) -> bool:
    """Pay is seen by the job's recruiters and hiring manager (approvers are asked by `offers`), never by role admin alone."""
    bare = Actor(Person(actor.team, actor.user, actor.person.name, actor.person.email, actor.zone))
    return await allowed(services, bare, {"recruiter", "hiring_manager"}, job)


def only(wanted: set[str]) -> str:
    """Say who may, and what to do about it."""
    hint = "Ask one of them to do it, or to add you to the hiring team in the ATS."
    return f"Only {who(wanted)} can do this. {hint if wanted - {'admin'} else 'Ask one of them.'}"


def who(wanted: set[str]) -> str:
    """Name roles in a sentence: `recruiters and the hiring manager`."""
    names = [
        NAMES.get(role, role)
        for role in ("recruiter", "hiring_manager", "interviewer", "admin")
        if role in wanted
    ]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
