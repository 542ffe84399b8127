"""Find a candidate: `/hire find ada`, a card with what can be done next, and the picker every form uses."""

from typing import Any

from commands import blocks, choosing
from commands.router import Blocks, Gesture, Message, Reply, Router
from connectors.model import Ref
from hiring import abilities, candidates, feedback, interview_records
from hiring.candidates import LOOKERS, Profile
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.slash(
    "find",
    help="Find a candidate by name or e-mail, in every connected ATS",
    roles=LOOKERS | {"admin"},
    example="find ada",
    alias="candidate",
    order=10,
)
async def look_up(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    words, narrow = _options(gesture.text)
    found = await candidates.find(services, actor, words, **narrow)
    if not found.people:
        await reply.whisper(blocks.said(choosing.nobody(words, found)))
    elif len(found.people) == 1:
        card = await draw(services, actor, found.people[0])
        await reply.whisper(Message("Candidate found", card + choosing.missing(found)))
    else:
        await reply.whisper(
            Message("Several people match", choosing.several(found, "candidate.open", "Open"))
        )


@router.action("candidate.open")
async def open_card(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """From a list the card is whispered; from a picker in a modal it takes the modal's place."""
    profile = await candidates.profile(services, actor, Ref.parse(gesture.value))
    card = await draw(services, actor, profile)
    if gesture.view_id:
        await reply.update(
            blocks.modal("Candidate", "candidate", card, close="Close"), gesture.view_id
        )
    else:
        await reply.whisper(Message("Candidate found", card))


async def people(gesture: Gesture, actor: Actor, services: Services) -> list[dict[str, Any]]:
    """Type-ahead rows: name, then job and stage, so that namesakes differ."""
    found = await candidates.find(services, actor, gesture.text)
    return [
        blocks.option(
            profile.candidate.name,
            str(profile.ref),
            " · ".join(part for part in (profile.job_title, choosing.stage(profile)) if part),
        )
        for profile in found.people[:20]
    ]


for action in (
    "candidate.open",
    "schedule.open",
    "message.open",
    "offer.open",
    "stage.open",
    "note.open",
    "reject.open",
    "edit.open",
    "tag.open",
    "timeline.open",
    "share.open",
):
    router.options(action)(people)


async def draw(services: Services, actor: Actor, profile: Profile) -> Blocks:
    """The card. Everything from the ATS is escaped; pay is never on it."""
    person, application = profile.candidate, profile.application
    facts = [
        ("Job", blocks.escape(profile.job_title) or "None yet"),
        ("Stage", blocks.escape(choosing.stage(profile)) + _since(profile)),
        ("Source", blocks.escape(application.source if application else None) or "Not told"),
        ("Owner", blocks.escape(profile.owner) or "Nobody yet"),
        ("Next interview", await _next(services, profile)),
        ("Scorecards", await _scorecards(services, profile)),
    ]
    facts += [
        (blocks.escape(c.label), blocks.escape(str(c))) for c in person.custom.values() if str(c)
    ][:4]
    card: Blocks = [blocks.header(person.name), blocks.fields(facts)]
    url = application.url if application and application.url else person.url
    lines = [f"{blocks.link(url, 'Open in ' + profile.account_label)}"]
    if profile.others:
        lines.append(
            "Also: " + "; ".join(_elsewhere(label, other) for label, other in profile.others[:4])
        )
    if person.private:
        lines.append(":lock: Private in the ATS")
    if not person.may_contact:
        lines.append(":no_bell: Asked not to be contacted")
    card.append(blocks.context(*lines))
    can = await abilities.of(services, profile.ref.account)
    return card + buttons(profile, can) + await _more(services, profile, can)


NEEDS = {
    "note.open": ("Note", "notes"), "stage.open": ("Move stage", "move_stage"), "resume.show": ("Résumé", "resumes"),
    "reject.open": ("Reject", "reject"), "edit.open": ("Edit", "update_candidate"), "tag.open": ("Tags", "tags"),
}  # fmt: skip
OVER = ("hired", "rejected", "withdrawn")


def _pressed(ref: str, can: frozenset[str], *actions: str) -> Blocks:
    """The buttons of these actions that this ATS can do."""
    known = [(action, *NEEDS[action]) for action in actions]
    return [
        blocks.button(label, action, ref, style="danger" if action == "reject.open" else None)
        for action, label, ability in known
        if ability in can
    ]


async def _more(services: Services, profile: Profile, can: frozenset[str]) -> Blocks:
    """What every candidate has: the timeline, and what this ATS lets us write; what it does not is said with the reason."""
    ref = str(profile.ref)
    pressed = [
        blocks.button("Timeline", "timeline.open", ref),
        blocks.button("Watch", "watch.start", ref),
        blocks.button("Share", "share.open", ref),
    ]
    pressed += _pressed(ref, can, "edit.open", "tag.open")
    reasons = [
        f"{label}: {await abilities.why_not(services, profile.ref.account, ability)}"
        for label, ability in NEEDS.values()
        if ability not in can
    ]
    said = [blocks.context(*(blocks.escape(reason) for reason in reasons))] if reasons else []
    return [blocks.actions(*pressed), *said]


def buttons(profile: Profile, can: frozenset[str]) -> Blocks:
    """What can be done next, most wanted first. A candidacy that has ended is only written about, not moved."""
    ref = str(profile.ref)
    message = blocks.button("Message", "message.open", ref)
    if profile.application is None:
        return [blocks.actions(message, *_pressed(ref, can, "note.open"))]
    offer = blocks.button("Offer", "offer.open", ref)
    if profile.application.status.kind in OVER:
        seen = [offer] if profile.application.status.kind == "hired" else []
        pressed = _pressed(ref, can, "note.open", "resume.show")
        back = choosing.take_back(ref, can) if profile.application.status.kind != "hired" else []
        return [blocks.actions(message, *pressed, *back, *seen)]
    schedule = blocks.button("Schedule", "schedule.open", ref, style="primary")
    between = _pressed(ref, can, "stage.open", "note.open", "resume.show")
    last = _pressed(ref, can, "reject.open")
    return [blocks.actions(schedule, message, *between, offer, *last)]


def _elsewhere(label: str, application: Any) -> str:
    state = (
        application.stage_name if application.status.kind == "active" else application.status.kind
    )
    return f"{blocks.escape(label)}: {blocks.escape(application.job_title or 'no job')} ({blocks.escape(state)})"


def _since(profile: Profile) -> str:
    days = profile.days_in_stage
    if days is None or profile.application is None or profile.application.status.kind != "active":
        return ""
    return " (since today)" if days == 0 else f" (for {days} day{'s' if days != 1 else ''})"


async def _next(services: Services, profile: Profile) -> str:
    coming = (
        await interview_records.next_for(services, profile.ref) if profile.application else None
    )
    if coming is None:
        return "None planned"
    return f"{blocks.escape(coming.title)}, {blocks.moment(coming.start, coming.start.isoformat(timespec='minutes'))}"


async def _scorecards(services: Services, profile: Profile) -> str:
    if profile.application is None:
        return "None"
    count = await feedback.count(services, profile.ref)
    return f"{count.arrived} in" + (f", {count.owed} owed" if count.owed else "")


def _options(text: str) -> tuple[str, dict[str, str]]:
    """Split `ada in:greenhouse job:designer` into the words and the narrowing."""
    words, narrow = [], {}
    for word in text.split():
        key, _, value = word.partition(":")
        if value and key in ("in", "job"):
            narrow["account" if key == "in" else "job"] = value
        else:
            words.append(word)
    return " ".join(words).strip('"“”'), narrow
