"""Several ATSs for several purposes: jobs in one, offers in another, and the same person found in both."""

from connectors import model
from connectors.contract import Ats
from connectors.errors import AlreadyApplied, NotSupported
from connectors.model import Ref
from hiring import abilities, audit, candidates
from hiring.candidates import Profile
from hiring.errors import Refused
from hiring.services import Services

PURPOSES = {"offers": "offers"}  # what may live in another ATS, by the ability it needs there


async def route(services: Services, account: str, purpose: str, to: str | None) -> None:
    """Send what an account's flows make for a purpose to another ATS from now on; None: keep it here.

    Raises NotFound, or Refused when the other cannot take it.
    """
    if purpose not in PURPOSES:
        raise Refused(f"There is no purpose called {purpose}; there is {', '.join(PURPOSES)}.")
    mine = await services.accounts.get(account)
    target = await services.accounts.get(to) if to else None
    if target is not None:
        await abilities.require(services, target.id, PURPOSES[purpose])
    kept = {name: value for name, value in mine.routes.items() if name != purpose}
    await services.accounts.send(mine.id, kept | ({purpose: target.id} if target else {}))
    async with services.store.begin() as tx:
        was, now = mine.routes.get(purpose, mine.id), target.id if target else mine.id
        await audit.record(
            tx, services, "operator", "account.routed", mine.id, before=was, after=now
        )


async def home(services: Services, application: Ref, purpose: str) -> Ref:
    """The application that this purpose is kept at: itself, or the same person's on the same job in another ATS.

    There the person is found by e-mail address and the job by its requisition or title; who is not there yet is added.
    Raises Refused when that cannot be, with what to do.
    """
    account = await services.accounts.get(application.account)
    target = account.routes.get(purpose, account.id)
    if target == account.id:
        return application
    profile = await candidates.read(services, application)
    there = await services.accounts.ats(target)
    job = await _job(services, there, profile)
    person = await _person(there, profile)
    if person is None:
        person = await _add(services, there, profile, job)
    for known in await there.applications(person.ref.id):
        if known.job == job.ref and known.status.kind in ("active", "hired"):
            return known.ref
    try:
        made = await there.create_application(person.ref.id, job.ref.id, key=str(application))
    except AlreadyApplied as known_there:
        return Ref(account=target, kind="application", id=known_there.application)
    except NotSupported as error:
        raise Refused(f"{there.account.name}: {error.text}") from None
    return made.ref


async def _job(services: Services, there: Ats, profile: Profile) -> model.Job:
    here = profile.application.job if profile.application else None
    if here is None:
        raise Refused("This person has no job yet, so there is nothing to offer.")
    mine = await (await services.accounts.ats(here.account)).job(here.id)
    jobs = [job for job in await there.jobs() if job.status.kind == "open"]
    same = [job for job in jobs if mine.requisition and job.requisition == mine.requisition]
    same = same or [job for job in jobs if job.title.casefold() == mine.title.casefold()]
    if len(same) != 1:
        found = "no" if not same else "more than one"
        raise Refused(
            f"{there.account.name} has {found} open job called “{mine.title}”. Give both jobs the same requisition code, then try again."
        )
    return same[0]


async def _person(there: Ats, profile: Profile) -> model.Candidate | None:
    email = profile.candidate.email
    if not email:
        raise Refused("This person has no e-mail address, by which the other ATS could know them.")
    return await anext(there.find_candidates(email), None)


async def _add(services: Services, there: Ats, profile: Profile, job: model.Job) -> model.Candidate:
    await abilities.require(services, there.account.id, "create_candidate")
    known = profile.candidate
    draft = model.CandidateDraft(
        given=known.given or known.first_name, family=known.family or known.name.split(" ")[-1],
        emails=known.emails, phones=known.phones, title=known.title, company=known.company, job=job.ref,
    )  # fmt: skip
    return await there.create_candidate(draft, key=str(known.ref))
