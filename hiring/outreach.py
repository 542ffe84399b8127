"""Templated messages to a candidate: preview with live facts, refuse when one is missing, send, note in the ATS."""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors import model
from hiring import audit, candidacy, candidates, interview_records, meeting_links, people, post
from hiring.candidates import LOOKERS, Profile
from hiring.errors import MissingFacts, Refused
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from messages import templates
from messages.mail import Attachment, CalendarPart, Mail
from messages.templates import Rendered, Template
from scheduling import spell

SENDERS = LOOKERS | {"admin"}
FACT_NAMES = {
    "interview_time": "the time of the next interview",
    "interview_zone": "the time zone of the next interview",
    "interview_place": "where the next interview takes place",
    "interview_title": "the name of the next interview",
    "interviewers": "the interviewers",
    "interview_schedule": "the interviews of that day (use Schedule)",
    "pick_link": "a link to choose a time (use Schedule)",
    "interview_link": "a link to the interview (use Schedule)",
    "offer_link": "a link to the offer (use Offer)",
    "take_home_link": "the link to the exercise",
    "job_title": "the job's title",
    "stage": "the stage",
    "reply_by": "the day to answer by",
    "next_step": "the next step",
    "reason": "the reason",
}


_LINKS = frozenset(
    {"pick_link", "interview_link", "offer_link", "answer_link"}
)  # made by flows, never by hand


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent; `missing` names, in words, what keeps it from being sent."""

    template: Template
    to: str
    rendered: Rendered | None
    missing: tuple[str, ...] = ()


def offered() -> list[Template]:
    """The templates a recruiter may send by hand to a candidate, by title."""
    found = [
        template
        for template in templates.load().values()
        if template.to == "candidate" and not template.automatic and not template.facts & _LINKS
    ]
    return sorted(found, key=lambda template: template.title)


async def facts(services: Services, actor: Actor, profile: Profile) -> dict[str, str | None]:
    """What is known now about one person, by the names templates use. None is what is not known."""
    coming = (
        await interview_records.next_for(services, profile.ref) if profile.application else None
    )
    zone = (profile.candidate.time_zone or coming.zone) if coming else None
    known: dict[str, str | None] = {
        "candidate_name": profile.candidate.name,
        "candidate_first_name": profile.candidate.first_name,
        "job_title": profile.job_title,
        "stage": profile.application.stage_name if profile.application else None,
        "company": services.company.name,
        "recruiter_name": actor.person.name,
        "recruiter_email": actor.person.email,
    }
    if coming and zone:
        known |= {
            "interview_title": coming.title,
            "interview_time": spell.spell_long((coming.start, coming.end), zone),
            "interview_zone": spell.city(zone),
            "interview_place": await meeting_links.where(services, coming),
            "interviewers": await _panel(services, coming),
        }
    return known


async def preview(
    services: Services,
    actor: Actor,
    ref: model.Ref,
    name: str,
    typed: Mapping[str, str] | None = None,
) -> tuple[Profile, Preview]:
    """Render one template with the person's live facts and what was typed for the rest.

    Raises Refused when the template is gone or the person has no address or asked not to be contacted.
    """
    profile = await candidates.profile(services, actor, ref)
    template = next((t for t in offered() if t.name == name), None)
    if template is None:
        raise Refused("That template is no longer there. Choose another one.", field="template")
    to = address(profile)
    known = await facts(services, actor, profile) | {
        k: v for k, v in (typed or {}).items() if v.strip()
    }
    try:
        return profile, Preview(template, to, templates.render(template, known))
    except templates.MissingFacts as error:
        missing = tuple(sorted(error.names))
        return profile, Preview(template, to, None, missing)


def address(profile: Profile) -> str:
    """Where to write. Raises Refused when there is nowhere, or the person asked for silence."""
    if not profile.candidate.may_contact:
        raise Refused(
            f"{profile.candidate.name} asked not to be contacted (data protection setting in the ATS)."
        )
    if not profile.candidate.email:
        raise Refused(
            f"{profile.candidate.name} has no e-mail address in the ATS. Add one there, then try again."
        )
    return profile.candidate.email


async def send(
    services: Services,
    actor: Actor,
    ref: model.Ref,
    name: str,
    typed: Mapping[str, str],
    *,
    key: str,
) -> Profile:
    """Queue the message: refused, naming the fact, when one is missing. The same key is sent once."""
    profile, shown = await preview(services, actor, ref, name, typed)
    if shown.rendered is None:
        raise MissingFacts(missing_sentence(shown.missing), shown.missing)
    async with services.store.begin() as tx:
        await audit.record(
            tx, services, actor.user, "message.sent", str(profile.ref), template=name
        )
        await services.jobs.enqueue(
            tx, deliver, key=f"message:{key}", partition=f"mail:{profile.ref}",
            team=actor.team, user=actor.user, ref=str(profile.ref), template=name,
            typed=dict(typed), mail_key=key,
        )  # fmt: skip
    return profile


def missing_sentence(names: tuple[str, ...]) -> str:
    """Name what is missing in words."""
    *first, last = (FACT_NAMES.get(name, name.replace("_", " ")) for name in names)
    words = f"{', '.join(first)} and {last}" if first else last
    return f"Not sent: this template needs {words}. Fill in what is missing or choose another template."


@job("outreach.deliver", what="The message to the candidate")
async def deliver(
    services: Services,
    *,
    team: str,
    user: str,
    ref: str,
    template: str,
    typed: dict[str, str],
    mail_key: str,
) -> None:
    """Send one message, then note it in the ATS. Repeating is harmless: Message-ID and note carry the key."""
    actor = await people.actor(services, team, user)
    profile = await candidates.read(services, model.Ref.parse(ref))
    chosen = templates.load()[template]
    known = await facts(services, actor, profile) | {k: v for k, v in typed.items() if v.strip()}
    rendered = templates.render(chosen, known)

    async def build(message_id: str) -> Mail:
        return letter(services, actor, profile, rendered, message_id)

    await post.deliver(
        services,
        key=f"message:{mail_key}",
        subject=ref,
        template=template,
        build=build,
        by=(team, user),
    )
    ats = await services.accounts.ats(profile.ref.account)
    text = f"E-mail sent: {rendered.subject}\n\n{rendered.text}"
    await candidacy.write_note(services, ats, profile, text, actor=actor, key=f"message:{mail_key}")
    await services.desk.say(
        team, user, f"Your message “{chosen.title}” is in {profile.candidate.name}'s mailbox and noted in {ats.account.name}.",
        key=f"message:{mail_key}",
    )  # fmt: skip


def letter(
    services: Services,
    actor: Actor,
    profile: Profile,
    rendered: Rendered,
    message_id: str,
    attachments: tuple[Attachment, ...] = (),
    to: tuple[str, str] | None = None,
    calendar: CalendarPart | None = None,
) -> Mail:
    """A mail from the company in the recruiter's name, to the candidate unless `to` says otherwise."""
    me = actor.person
    return Mail(
        message_id=message_id,
        to=to or (profile.candidate.name, address(profile)),
        sender=(f"{me.name}, {services.company.name}", services.company.mail_from),
        reply_to=(me.name, me.email) if me.email else None,
        copy_replies=services.mailbox is not None,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        date=services.clock.now(),
        attachments=attachments,
        calendar=calendar,
    )


async def _panel(services: Services, coming: interview_records.Interview) -> str | None:
    names = [
        seat.named(
            (await services.desk.person(coming.team, seat.user)).name,
            interview_records.FOR_CANDIDATE,
        )
        for seat in coming.met
    ]
    return ", ".join(names) or None
