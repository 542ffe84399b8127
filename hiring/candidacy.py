"""What a recruiter does to a candidacy: note, move stage, reject. The ATS is written; we keep an audit row."""

from collections.abc import Awaitable, Sequence

from connectors import model
from connectors.contract import Ats
from connectors.errors import ConnectorError, Gone, Rejected
from hiring import abilities, access, audit, candidates, people
from hiring.candidates import LOOKERS, Profile
from hiring.errors import NotFound, Refused
from hiring.people import Actor
from hiring.services import Services

MANAGERS = LOOKERS | {"admin"}


async def note(
    services: Services, actor: Actor, ref: model.Ref, text: str, *, private: bool, key: str
) -> Profile:
    """Write a note in the ATS as the actor. The same key leaves one note, however often it is tried."""
    if not text.strip():
        raise Refused("Write something first; an empty note helps nobody.", field="note")
    profile = await candidates.profile(services, actor, ref)
    ats = await services.accounts.ats(ref.account)
    await write_note(services, ats, profile, text.strip(), actor=actor, private=private, key=key)
    await _record(services, actor, "candidate.noted", profile)
    return profile


async def write_note(
    services: Services,
    ats: Ats,
    profile: Profile,
    text: str,
    *,
    key: str,
    actor: Actor | None = None,
    private: bool = False,
) -> None:
    """Add the note; where the ATS does not know the author, the note names them in its text."""
    author = await people.ats_user(services, actor.person, ats.account.id) if actor else None
    by = f" — {actor.person.name}, through Callsheet" if actor and author is None else ""
    application = profile.application
    try:
        await ats.add_note(
            profile.candidate.ref.id,
            text + by,
            key=key,
            application_id=application.ref.id if application else None,
            author=author.ref if author else None,
            private=private,
        )
    except Gone:
        raise NotFound(
            "This person is no longer in the ATS, so the note was not written."
        ) from None


async def stages(services: Services, profile: Profile) -> list[model.Stage]:
    """The stages this candidacy can be moved to, in order. Raises Refused when there is no candidacy to move."""
    application = active(profile)
    ats = await services.accounts.ats(application.ref.account)
    try:
        return await ats.stages(application.job.id if application.job else None)
    except ConnectorError as error:
        raise candidates.unreachable(ats, error) from error


async def move(
    services: Services, actor: Actor, ref: model.Ref, stage_id: str
) -> tuple[Profile, str]:
    """Move to a stage; being there already changes nothing. Gives the profile and the stage's name."""
    profile = await candidates.profile(services, actor, ref)
    application = active(profile)
    named = {stage.ref.id: stage.name for stage in await stages(services, profile)}
    if stage_id not in named:
        raise Refused(
            "That stage is no longer part of this job. Open the list again and choose another.",
            field="stage",
        )
    ats = await services.accounts.ats(ref.account)
    author = await people.ats_user(services, actor.person, ref.account)
    await _write(
        ats.move_stage(application.ref.id, stage_id, author=author.ref if author else None)
    )
    stage = application.stage
    was = f"{stage.id} {application.stage_name}" if stage else ""
    await _record(
        services,
        actor,
        "candidate.moved",
        profile,
        before=was.strip(),
        after=f"{stage_id} {named[stage_id]}",
    )
    return profile, named[stage_id]


async def reasons(services: Services, profile: Profile) -> list[model.Reason]:
    """Why a candidacy may end, in the ATS's own words."""
    ats = await services.accounts.ats(active(profile).ref.account)
    try:
        return await ats.reasons()
    except ConnectorError as error:
        raise candidates.unreachable(ats, error) from error


async def reject(
    services: Services, actor: Actor, ref: model.Ref, reason_id: str, text: str
) -> Profile:
    """End the candidacy with a reason; being rejected already changes nothing. No mail goes out by itself."""
    profile = await candidates.profile(services, actor, ref)
    if profile.application and profile.application.status.kind in ("rejected", "withdrawn"):
        return profile
    application = active(profile)
    ats = await services.accounts.ats(ref.account)
    author = await people.ats_user(services, actor.person, ref.account)
    await _write(
        ats.reject(application.ref.id, reason_id, text, author=author.ref if author else None)
    )
    await _record(
        services,
        actor,
        "candidate.rejected",
        profile,
        before=application.status.kind,
        after="rejected",
        reason=reason_id,
    )
    return profile


async def take_back(services: Services, actor: Actor, ref: model.Ref) -> Profile:
    """Open a rejected candidacy again; an open one stays as it is. Raises Refused with the reason where the ATS cannot."""
    ats = await abilities.require(services, ref.account, "unreject")
    profile = await candidates.profile(services, actor, ref)
    application = profile.application
    if application is None or application.status.kind not in ("rejected", "withdrawn"):
        return profile
    author = await people.ats_user(services, actor.person, ref.account)
    await _write(ats.unreject(application.ref.id, author=author.ref if author else None))
    before = application.status.kind
    await _record(services, actor, "candidate.reopened", profile, before=before, after="active")
    return profile


async def resume(services: Services, actor: Actor, ref: model.Ref) -> tuple[Profile, str, bytes]:
    """The newest résumé, fetched live: the profile, a file name and the bytes. Raises NotFound when there is none."""
    return await resume_of(services, await candidates.profile(services, actor, ref))


async def resume_of(services: Services, profile: Profile) -> tuple[Profile, str, bytes]:
    """The same for whom the caller may see. Raises NotFound, Unreachable."""
    ats = await services.accounts.ats(profile.ref.account)
    try:
        found = await ats.resume(profile.candidate.ref.id)
        if found is None:
            raise NotFound(f"{profile.candidate.name} has no résumé in {ats.account.name}.")
        return profile, found.name, await ats.download(found)
    except ConnectorError as error:
        raise candidates.unreachable(ats, error) from error


async def team_names(services: Services, job: model.Ref) -> Sequence[str]:
    """The names of the people on a job's hiring team."""
    ats = await services.accounts.ats(job.account)
    found = [await people.user(services, member.user) for member in await ats.team(job.id)]
    return [user.name for user in found if user]


async def require(services: Services, actor: Actor, profile: Profile) -> None:
    """Only the job's recruiters and hiring manager, and admins, may go on."""
    await access.require(
        services, actor, MANAGERS, profile.application.job if profile.application else None
    )


def active(profile: Profile) -> model.Application:
    """The candidacy, if it is still open. Raises Refused."""
    application = profile.application
    if application is None:
        raise Refused("This person has no application yet. Add them to a job in the ATS first.")
    if application.status.kind in ("rejected", "withdrawn", "hired"):
        raise Refused(
            f"This application is already {application.status.kind}. Reopen it in the ATS first."
        )
    return application


async def _write(call: Awaitable[None]) -> None:
    """Say a vendor's refusal of the values as a sentence; what is worth another try goes on to the engine."""
    try:
        await call
    except Rejected as error:
        raise Refused(f"The ATS refused: {error.text}") from error
    except Gone:
        raise NotFound("This application is no longer in the ATS. Search again by name.") from None


async def _record(
    services: Services,
    actor: Actor,
    action: str,
    profile: Profile,
    *,
    before: str = "",
    after: str = "",
    **detail: str,
) -> None:
    async with services.store.begin() as tx:
        await audit.record(
            tx, services, actor.user, action, str(profile.ref), before=before, after=after, **detail
        )
