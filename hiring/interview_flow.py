"""The jobs of an interview: invites by mail, cards and reminders. Each may run twice."""

from dataclasses import replace
from datetime import datetime

from hiring import (
    answers,
    candidate_events,
    candidates,
    interview_invites,
    links,
    meeting_links,
    outreach,
    people,
    post,
)
from hiring.candidate_events import Entry
from hiring.candidates import Profile
from hiring.interview_records import Interview, get
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from messages import templates
from messages.mail import Mail
from scheduling import spell
from scheduling.invites import Party

FOR_CANDIDATE = {
    "book": "interview_confirmed",
    "move": "interview_moved",
    "cancel": "interview_cancelled",
}
SOON = "We will send you the link"
SEVERAL = "interviews_plan"  # when one event holds several interviews
FOR_PANEL = {
    "book": "interviewer_invitation",
    "move": "interviewer_moved",
    "cancel": "interviewer_cancelled",
    "panel": "interviewer_panel_changed",
    "release": "interviewer_released",
}
FOR_OPTIONAL = FOR_PANEL | {"book": "interviewer_optional"}


@job("interview.ask", what="The link to choose a time")
async def ask(services: Services, *, interview: str, mark: str = "") -> None:
    """Mail the candidate the link to choose a time. The Message-ID is the mark's: each sending has its own.

    A job of a release that sent it once has none.
    """
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
        services,
        key=f"ask:{mark or interview}",
        subject=interview,
        template="pick_a_time",
        build=build,
    )
    await show(services, interview=interview)


@job("interview.mail-candidate", what="The invite for the candidate")
async def mail_candidate(
    services: Services,
    *,
    interview: str,
    what: str,
    sequence: int,
    event: str = "",
    revision: int = 0,
) -> None:
    """Send an event of the candidate's calendar, its update or its cancellation. Skipped when outdated.

    A job of a release without events names none: then it is the interview's own.
    """
    entry = await candidate_events.get(services, event or f"{interview}-c")
    if entry.revision != revision if event else entry.sequence != sequence:
        return
    now, profile, actor, known = await _event_facts(services, entry)
    template = FOR_CANDIDATE[what]
    if len(entry.sessions) > 1 and what != "cancel":
        template = SEVERAL
    rendered = templates.render(templates.load()[template], known)
    calendar = interview_invites.part(
        services,
        what,
        uid=interview_invites.candidate_uid(services, entry.id),
        thing=entry,
        zone=now.zone,
        summary=f"{known['interview_title']}: {services.company.name}",
        text=rendered.text,
        parties=[Party(profile.candidate.name, outreach.address(profile), entry.standing)],
        url=known["interview_link"],
        location=known["interview_place"],
    )

    async def build(message_id: str) -> Mail:
        return outreach.letter(services, actor, profile, rendered, message_id, calendar=calendar)

    key = f"event:{event}:{revision}" if event else f"interview:{interview}:{sequence}:candidate"
    await post.deliver(services, key=key, subject=now.id, template=template, build=build)


@job("interview.mail-panel", order="mail:{interview}:{user}", what="An interviewer's invite")
async def mail_panel(
    services: Services, *, interview: str, user: str, what: str, sequence: int, mark: str = ""
) -> None:
    """Send one interviewer's invite, update or cancellation. Skipped when outdated.

    Who is no longer on the panel gets only their release, a cancellation which names nobody else. `mark` names a
    change of the panel, which raises no SEQUENCE (RFC 5546 section 2.1.4).
    """
    now = await get(services, interview)
    member = await services.desk.person(now.team, user)
    seat = now.seat(user)
    released = seat is None
    if not member.email or now.sender or released != (what == "release"):
        return
    if now.sequence != sequence and not released:
        return
    parties = await interview_invites.panel_parties(services, now)
    thing = now
    if (
        released
    ):  # a cancellation has a higher SEQUENCE (RFC 5546 section 3.2.5), for this attendee alone
        parties, thing = [Party(member.name, member.email)], replace(now, sequence=sequence + 1)
    profile, actor = await _about(services, now)
    known = await _facts(services, actor, profile, now, zone=member.zone, inside=True)
    if now.state == "scheduled" and not released:
        known["answer_link"] = await interview_invites.answer_link(services, interview, user)
    template = (FOR_OPTIONAL if seat and seat.optional else FOR_PANEL)[what]
    rendered = templates.render(templates.load()[template], known)
    calendar = interview_invites.part(
        services,
        "cancel" if released else what,
        uid=interview_invites.panel_uid(services, interview),
        thing=thing,
        zone=member.zone,
        summary=f"{now.title}: {profile.candidate.name}",
        text=rendered.text,
        parties=parties,
        url=profile.candidate.url,
        location=await meeting_links.where(services, now) or None,
    )
    mail_to = (member.name, member.email)

    async def build(message_id: str) -> Mail:
        return outreach.letter(
            services, actor, profile, rendered, message_id, to=mail_to, calendar=calendar
        )

    key = f"interview:{interview}:{mark or sequence}:{user}"
    await post.deliver(services, key=key, subject=interview, template=template, build=build)


@job("interview.show", order="card:{interview}", what="The interview's card")
async def show(services: Services, *, interview: str) -> None:
    """Show the card (of a session, its loop's) to the recruiter and, once there is a time, to every interviewer; edit the ones that stand."""
    now = await get(services, interview)
    if now.loop:
        await services.desk.show(now.team, now.created_by, "loop", now.loop)
    else:
        await services.desk.show(now.team, now.created_by, "interview", interview)
    if now.state == "scheduled":
        for user in now.users:
            await services.desk.show(now.team, user, "interview", interview)
    await services.desk.refresh("interview", interview)


@job("interview.remind", what="The reminder for the candidate")
async def remind(services: Services, *, interview: str, start: str, before: int = 0) -> None:
    """Remind the candidate, unless the interview has moved, is off, has begun, or is not to be reminded of so long before.

    Of several interviews in one event the first is reminded of, with the whole event.
    """
    now = await get(services, interview)
    if now.state != "scheduled" or now.start != datetime.fromisoformat(start):
        return
    if now.start <= services.clock.now() or (before and before not in spans(services, now)):
        return
    entry = await candidate_events.of(services, interview, now.application)
    if entry and entry.sessions[0] != interview:
        return
    profile, actor = await _about(services, now)
    known = await _facts(services, actor, profile, now, zone=now.zone)
    if entry:
        _, profile, actor, known = await _event_facts(services, entry)
    rendered = templates.render(templates.load()["interview_reminder"], known)

    async def build(message_id: str) -> Mail:
        return outreach.letter(services, actor, profile, rendered, message_id)

    hours = round((now.start - services.clock.now()).total_seconds() / 3_600)
    key = f"remind:{interview}:{start}:{before or ('day' if hours > 2 else 'hour')}"
    await post.deliver(
        services, key=key, subject=interview, template="interview_reminder", build=build
    )


def spans(services: Services, now: Interview) -> tuple[int, ...]:
    """How many minutes before it the candidate is reminded of an interview: its own choice, else the company's."""
    return services.company.reminders if now.reminders is None else now.reminders


@job("interview.tell-recruiter", what="The notice about what the candidate chose")
async def tell_recruiter(services: Services, *, interview: str, what: str, told: str) -> None:
    """Say in the recruiter's messages what the candidate did: picked, moved, cancelled, or told something."""
    now = await get(services, interview)
    profile, actor = await _about(services, now)
    when = spell.spell(
        (now.start, now.end), actor.zone, other=(profile.candidate.first_name, now.zone)
    )
    said = {
        "picked": f"{profile.candidate.name} chose {when} for the {now.title}.",
        "moved": f"{profile.candidate.name} moved the {now.title} to {when}.",
        "cancelled": f"{profile.candidate.name} cancelled the {now.title}.",
        "auto": f"{profile.candidate.name} told when they can, and {when} is booked by itself for the {now.title}.",
        **{news: text.format(name=profile.candidate.name) for news, text in answers.NEWS.items()},
    }[what]
    await services.desk.say(now.team, now.created_by, said, key=told)


async def for_calendar(services: Services, now: Interview) -> tuple[str, str, str]:
    """Title, text and zone of the event that the interviewers share."""
    profile, actor = await _about(services, now)
    known = await _facts(services, actor, profile, now, zone=actor.zone, inside=True)
    rendered = templates.render(templates.load()["interviewer_event"], known)
    return rendered.subject, rendered.text, actor.zone


async def _about(services: Services, now: Interview) -> tuple[Profile, Actor]:
    profile = await candidates.read(services, now.application)
    return profile, await people.actor(services, now.team, now.created_by)


async def _facts(
    services: Services, actor: Actor, profile: Profile, now: Interview, *, zone: str, inside: bool = False
) -> dict[str, str | None]:  # fmt: skip
    """What a mail about an interview says. Who is optional is named `inside` alone, never to the candidate."""
    known = await outreach.facts(services, actor, profile)
    seats = now.panel if inside else now.met
    names = [seat.named((await services.desk.person(now.team, seat.user)).name) for seat in seats]
    return known | {
        "interview_title": now.title,
        "interview_time": spell.spell_long((now.start, now.end), zone),
        "interview_zone": spell.city(zone),
        "interview_place": await meeting_links.where(services, now) or SOON,
        "interviewers": ", ".join(names),
        "interview_link": links.url(services, now.link) if now.link else None,
    }


async def _event_facts(
    services: Services, entry: Entry
) -> tuple[Interview, Profile, Actor, dict[str, str | None]]:
    """What a mail about an event says, with the first interview in it. Several interviews are told as a list."""
    sessions = [await get(services, each) for each in entry.sessions]
    now = sessions[0]
    profile, actor = await _about(services, now)
    known = await _facts(services, actor, profile, now, zone=now.zone)
    known["interview_time"] = spell.spell_long((entry.start, entry.end), now.zone)
    places = dict.fromkeys([await meeting_links.where(services, each) for each in sessions])
    known["interview_place"] = " / ".join(filter(None, places)) or SOON
    if len(sessions) > 1:
        rows = (f"{spell.clock_times((s.start, s.end), now.zone)} {s.title}" for s in sessions)
        known |= {"interview_title": "interviews", "interview_schedule": "; ".join(rows)}
    return now, profile, actor, known
