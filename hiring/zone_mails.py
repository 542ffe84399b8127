"""The corrected notices: the same invite with today's zone rules, and a sentence that says what happened."""

from dataclasses import replace
from datetime import datetime

from hiring import (
    candidate_events,
    candidates,
    interview_invites,
    interview_records,
    links,
    meeting_links,
    outreach,
    people,
    post,
)
from hiring.candidates import Profile
from hiring.interview_records import Interview
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from messages import templates
from messages.mail import Mail
from scheduling import spell
from scheduling.hours import Interval
from scheduling.invites import Party


@job("interview.zone-mail-candidate", what="The candidate's corrected time")
async def mail_candidate(
    services: Services, *, event: str, revision: int, was: str, stamp: str
) -> None:
    """Send the event again: the same UID, SEQUENCE and moment. `was` is the hour told before, empty where it stays."""
    entry = await candidate_events.get(services, event)
    if entry.revision != revision or entry.state != "standing":
        return
    now = await interview_records.get(services, entry.sessions[0])
    profile, actor = await _about(services, now)
    title = now.title if len(entry.sessions) == 1 else "interviews"
    known = await _facts(services, actor, profile, now, (entry.start, entry.end), now.zone, was)
    known["interview_title"] = title
    rendered = templates.render(templates.load()["interview_clock"], known)
    calendar = interview_invites.part(
        services, "move", uid=interview_invites.candidate_uid(services, entry.id),
        thing=replace(entry, stamp=datetime.fromisoformat(stamp)), zone=now.zone,
        summary=f"{title}: {services.company.name}", text=rendered.text,
        parties=[Party(profile.candidate.name, outreach.address(profile), entry.standing)],
        url=known["interview_link"], location=known["interview_place"],
    )  # fmt: skip

    async def build(message_id: str) -> Mail:
        return outreach.letter(services, actor, profile, rendered, message_id, calendar=calendar)

    key = f"zone:{event}:{revision}:{stamp}"
    await post.deliver(services, key=key, subject=now.id, template="interview_clock", build=build)


@job(
    "interview.zone-mail-panel",
    order="mail:{interview}:{user}",
    what="An interviewer's corrected time",
)
async def mail_panel(
    services: Services, *, interview: str, user: str, sequence: int, was: str, stamp: str
) -> None:
    """The same for one interviewer, in their zone; skipped when the interview changed or they left the panel."""
    now = await interview_records.get(services, interview)
    member = await services.desk.person(now.team, user)
    if now.sequence != sequence or now.seat(user) is None or not member.email:
        return
    profile, actor = await _about(services, now)
    slot = (now.start, now.end)
    known = await _facts(services, actor, profile, now, slot, member.zone, was)
    rendered = templates.render(templates.load()["interviewer_clock"], known)
    calendar = interview_invites.part(
        services, "move", uid=interview_invites.panel_uid(services, interview),
        thing=replace(now, stamp=datetime.fromisoformat(stamp)), zone=member.zone,
        summary=f"{now.title}: {profile.candidate.name}", text=rendered.text,
        parties=await interview_invites.panel_parties(services, now), url=profile.candidate.url,
        location=await meeting_links.where(services, now) or None,
    )  # fmt: skip
    mail_to = (member.name, member.email)

    async def build(message_id: str) -> Mail:
        return outreach.letter(
            services, actor, profile, rendered, message_id, to=mail_to, calendar=calendar
        )

    key = f"zone:{interview}:{user}:{stamp}"
    await post.deliver(
        services, key=key, subject=interview, template="interviewer_clock", build=build
    )


async def _about(services: Services, now: Interview) -> tuple[Profile, Actor]:
    profile = await candidates.read(services, now.application)
    return profile, await people.actor(services, now.team, now.created_by)


async def _facts(
    services: Services, actor: Actor, profile: Profile, now: Interview, slot: Interval, zone: str,
    was: str,
) -> dict[str, str | None]:  # fmt: skip
    return await outreach.facts(services, actor, profile) | {
        "interview_title": now.title,
        "interview_time": spell.spell_long(slot, zone),
        "interview_place": await meeting_links.where(services, now) or "We will send you the link",
        "interview_link": links.url(services, now.link) if now.link else None,
        "reason": reason(slot, zone, was),
    }


def reason(slot: Interval, zone: str, was: str) -> str:
    """What happened, in a sentence without its end. `was` is the hour told before, empty where it stays."""
    hour = spell.clock_times(slot, zone)
    if was:
        return (
            f"the rules for clocks in {spell.city(zone)} changed since we told you {was}. "
            f"The meeting has not moved, but your clock will show {hour}"
        )
    return (
        "the rules for clocks changed where somebody else in this meeting is. "
        f"The meeting has not moved, and on your clock it stays {hour}"
    )
