"""The interview in the ATS: written as it stands now, as often as it changes; a note where the ATS takes no interviews."""

from connectors import model
from connectors.errors import NotSupported
from hiring import candidacy, candidates, meeting_links, people
from hiring.interview_records import Interview, get
from hiring.interviews_table import interviews
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from scheduling import spell


@job("interview.record", what="The interview in the ATS")
async def record(services: Services, *, interview: str, sequence: int) -> None:
    """Bring the ATS up to date with the interview as it stands now; a note where it takes no interviews.

    An interview changed while the ATS was being written is written again, so that the newest state stays there.
    """
    now = await get(services, interview)
    while now.sequence == sequence:
        await _record(services, now)
        now = await get(services, interview)
        if now.sequence == sequence:
            return
        sequence = now.sequence


async def _record(services: Services, now: Interview) -> None:
    ats = await services.accounts.ats(now.application.account)
    actor = await people.actor(services, now.team, now.created_by)
    draft = await _draft(services, now, actor)
    try:
        if now.state == "cancelled":
            if now.remote_id:
                await ats.cancel_interview(now.remote_id, draft)
        elif now.remote_id:
            await ats.update_interview(now.remote_id, draft)
        else:
            made = await ats.create_interview(draft, key=now.id)
            if (
                made.start is not None and made.start != now.start
            ):  # made by an attempt before a move
                await ats.update_interview(made.ref.id, draft)
            async with services.store.begin() as tx:
                await tx.execute(
                    interviews.update()
                    .where(interviews.c.id == now.id)
                    .values(remote_id=made.ref.id)
                )
    except NotSupported:
        profile = await candidates.read(services, now.application)
        when = spell.spell_long((now.start, now.end), now.zone)
        text = f"{now.title}: {now.state}, {when}."
        key = f"interview:{now.id}:{now.sequence}"
        await candidacy.write_note(services, ats, profile, text, actor=actor, key=key)


async def _draft(services: Services, now: Interview, actor: Actor) -> model.InterviewDraft:
    author = await people.ats_user(services, actor.person, now.application.account)
    return model.InterviewDraft(
        application=now.application,
        name=now.title,
        start=now.start,
        end=now.end,
        zone=now.zone,
        interviewers=tuple(seat.ats_user for seat in now.panel if seat.ats_user and seat.owes),
        external_id=now.id,
        external_url=f"{services.company.public_url}/i/{now.id}",
        planned=now.planned,
        location=await meeting_links.where(services, now) or None,
        acting_user=author.ref if author else None,
    )
