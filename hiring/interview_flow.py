"""The jobs of an interview: invites by mail, the record in the ATS, cards and reminders. Each may run twice."""

from collections.abc import Sequence
from datetime import datetime

from connectors import model
from connectors.errors import NotSupported
from hiring import candidacy, candidates, links, outreach, people, post
from hiring.candidates import Profile
from hiring.desk import Person
from hiring.errors import Unreachable
from hiring.interview_records import Interview, get
from hiring.interviews_table import interviews
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from messages import templates
from messages.mail import CalendarPart, Mail
from scheduling import invites, spell
from scheduling.invites import Invite, Party

FOR_CANDIDATE = {
    "book": "interview_confirmed",
    "move": "interview_moved",
    "cancel": "interview_cancelled",
}
FOR_PANEL = {
    "book": "interviewer_invitation",
    "move": "interviewer_moved",
    "cancel": "interviewer_cancelled",
}


@job("interview.ask", what="The link to choose a time")
async def ask(services: Services, *, interview: str) -> None:
    """Mail the candidate the link to choose a time. The Message-ID is the interview's."""
    now = await get(services, interview)
    if now.state != "offered" or now.link is None:
        return
    profile, actor = await _about(services, now)
    known = await outreach.facts(services, actor, profile)
    known |= {"interview_title": now.title, "pick_link": links.url(services, now.link)}
    rendered = templates.render(templates.load()["pick_a_time"], known)

    async def build(message_id: str) -> Mail:
        return outreach.letter(services, actor, profile, rendered, message_id)

    await post.deliver(
        services, key=f"ask:{interview}", subject=interview, template="pick_a_time", build=build
    )
    await show(services, interview=interview)


@job("interview.mail-candidate", what="The invite for the candidate")
async def mail_candidate(services: Services, *, interview: str, what: str, sequence: int) -> None:
    """Send the candidate's invite, update or cancellation: their own UID, never the panel's. Skipped when outdated."""
    now = await get(services, interview)
    if now.sequence != sequence:
        return
    profile, actor = await _about(services, now)
    known = await _facts(services, actor, profile, now, zone=now.zone)
    rendered = templates.render(templates.load()[FOR_CANDIDATE[what]], known)
    to = Party(profile.candidate.name, outreach.address(profile))
    summary = f"{now.title}: {services.company.name}"
    url = links.url(services, now.link) if now.link else None
    calendar = _calendar(services, now, what, "c", summary, rendered.text, [to], url, now.zone)

    async def build(message_id: str) -> Mail:
        return outreach.letter(services, actor, profile, rendered, message_id, calendar=calendar)

    key = f"interview:{interview}:{sequence}:candidate"
    await post.deliver(
        services, key=key, subject=interview, template=FOR_CANDIDATE[what], build=build
    )


@job("interview.mail-panel", order="mail:{interview}:{user}", what="An interviewer's invite")
async def mail_panel(
    services: Services, *, interview: str, user: str, what: str, sequence: int
) -> None:
    """Send one interviewer's invite, update or cancellation. Skipped when outdated."""
    now = await get(services, interview)
    member = await services.desk.person(now.team, user)
    if now.sequence != sequence or not member.email:
        return
    profile, actor = await _about(services, now)
    known = await _facts(services, actor, profile, now, zone=member.zone)
    rendered = templates.render(templates.load()[FOR_PANEL[what]], known)
    everybody = [await services.desk.person(now.team, u) for u in now.users]
    parties = [Party(p.name, p.email) for p in everybody if p.email]
    summary = f"{now.title}: {profile.candidate.name}"
    calendar = _calendar(
        services,
        now,
        what,
        "i",
        summary,
        rendered.text,
        parties,
        profile.candidate.url,
        member.zone,
    )
    mail_to = (member.name, member.email)

    async def build(message_id: str) -> Mail:
        return outreach.letter(
            services, actor, profile, rendered, message_id, to=mail_to, calendar=calendar
        )

    key = f"interview:{interview}:{sequence}:{user}"
    await post.deliver(services, key=key, subject=interview, template=FOR_PANEL[what], build=build)


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


@job("interview.show", order="card:{interview}", what="The interview's card")
async def show(services: Services, *, interview: str) -> None:
    """Show the card (of a session, its loop's) to the recruiter and, once there is a time, to every interviewer; edit the ones that stand.

    While the ATS does not answer it stands there without the candidate's name, and is drawn again later.
    """
    now = await get(services, interview)
    silent: Unreachable | None = None
    try:
        await candidates.read(services, now.application)
    except Unreachable as error:
        silent = error
    if now.loop:
        await services.desk.show(now.team, now.created_by, "loop", now.loop)
    else:
        await services.desk.show(now.team, now.created_by, "interview", interview)
    if now.state == "scheduled":
        for user in now.users:
            await services.desk.show(now.team, user, "interview", interview)
    await services.desk.refresh("interview", interview)
    if silent:
        raise silent


@job("interview.remind", what="The reminder for the candidate")
async def remind(services: Services, *, interview: str, start: str) -> None:
    """Remind the candidate, unless the interview has moved, is off or has begun."""
    now = await get(services, interview)
    if now.state != "scheduled" or now.start != datetime.fromisoformat(start):
        return
    if now.start <= services.clock.now():
        return
    profile, actor = await _about(services, now)
    known = await _facts(services, actor, profile, now, zone=now.zone)
    rendered = templates.render(templates.load()["interview_reminder"], known)

    async def build(message_id: str) -> Mail:
        return outreach.letter(services, actor, profile, rendered, message_id)

    hours = round((now.start - services.clock.now()).total_seconds() / 3_600)
    key = f"remind:{interview}:{start}:{'day' if hours > 2 else 'hour'}"
    await post.deliver(
        services, key=key, subject=interview, template="interview_reminder", build=build
    )


@job("interview.tell-recruiter", what="The notice about what the candidate chose")
async def tell_recruiter(services: Services, *, interview: str, what: str, told: str) -> None:
    """Say in the recruiter's messages what the candidate did: picked, moved or cancelled."""
    now = await get(services, interview)
    profile, actor = await _about(services, now)
    when = spell.spell(
        (now.start, now.end), actor.zone, other=(profile.candidate.first_name, now.zone)
    )
    said = {
        "picked": f"{profile.candidate.name} chose {when} for the {now.title}.",
        "moved": f"{profile.candidate.name} moved the {now.title} to {when}.",
        "cancelled": f"{profile.candidate.name} cancelled the {now.title}.",
    }[what]
    await services.desk.say(now.team, now.created_by, said, key=told)


async def _about(services: Services, now: Interview) -> tuple[Profile, Actor]:
    profile = await candidates.read(services, now.application)
    return profile, await people.actor(services, now.team, now.created_by)


async def _facts(
    services: Services, actor: Actor, profile: Profile, now: Interview, *, zone: str
) -> dict[str, str | None]:
    known = await outreach.facts(services, actor, profile)
    members: Sequence[Person] = [await services.desk.person(now.team, user) for user in now.users]
    return known | {
        "interview_title": now.title,
        "interview_time": spell.spell_long((now.start, now.end), zone),
        "interview_zone": spell.city(zone),
        "interview_place": now.location or "We will send you the link",
        "interviewers": ", ".join(m.name for m in members),
        "interview_link": links.url(services, now.link) if now.link else None,
    }


def _calendar(
    services: Services,
    now: Interview,
    what: str,
    audience: str,
    summary: str,
    text: str,
    parties: Sequence[Party],
    url: str | None,
    zone: str,
) -> CalendarPart:
    """UID and DTSTAMP are the record's, so that a repeat is the same message (RFC 5546 section 2.1.5)."""
    organizer = Party(services.company.name, services.company.mail_from)
    domain = services.company.mail_from.rpartition("@")[2]
    uid = f"{now.id}-{audience}@{domain}"
    invite = Invite(
        uid,
        now.sequence,
        now.stamp,
        now.start,
        now.end,
        zone,
        summary,
        text,
        now.location,
        url,
        organizer,
        tuple(parties),
    )
    if what == "cancel":
        return CalendarPart("CANCEL", invites.cancel(invite))
    return CalendarPart("REQUEST", invites.request(invite))


async def _draft(services: Services, now: Interview, actor: Actor) -> model.InterviewDraft:
    author = await people.ats_user(services, actor.person, now.application.account)
    return model.InterviewDraft(
        application=now.application,
        name=now.title,
        start=now.start,
        end=now.end,
        zone=now.zone,
        interviewers=tuple(seat.ats_user for seat in now.panel if seat.ats_user),
        external_id=now.id,
        external_url=f"{services.company.public_url}/i/{now.id}",
        planned=now.planned,
        location=now.location,
        acting_user=author.ref if author else None,
    )
