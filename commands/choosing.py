"""Get from what was typed to one person: straight on, a list to choose from, or a picker to type in."""

from collections.abc import Awaitable, Callable
from typing import Any

from commands import blocks
from commands.router import Blocks, Gesture, Message, Reply, View
from connectors.model import Ref
from hiring import candidates
from hiring.candidates import Found, Profile
from hiring.errors import Refused
from hiring.people import Actor
from hiring.services import Services

Form = Callable[[Profile], Awaitable[View]]


async def form(
    gesture: Gesture,
    actor: Actor,
    services: Services,
    reply: Reply,
    *,
    title: str,
    action: str,
    draw: Form,
) -> None:
    """Open the modal `draw` makes for the person meant by a button's value or by the words typed.

    Several people: the modal lists them with buttons of `action`. None typed: a picker whose choice comes back as
    `action`. A refusal is said inside the modal, so that nothing stays hanging.
    """
    await opened(
        reply,
        title,
        lambda: _view(gesture, actor, services, title, action, draw),
        gesture.view_id,
    )


async def opened(
    reply: Reply, title: str, draw: Callable[[], Awaitable[View]], view_id: str = ""
) -> None:
    """A modal that is there at once and filled when it is drawn; a refusal is said inside it. `view_id` names one that stands."""
    if view_id:
        await reply.update(blocks.loading(title), view_id)
    else:
        view_id = await reply.open(blocks.loading(title))
    try:
        view = await draw()
    except Refused as refused:
        view = blocks.notice(title, f":warning: {blocks.escape(refused.sentence)}")
    await reply.update(view, view_id)


async def straight(
    gesture: Gesture, actor: Actor, services: Services, reply: Reply, *, action: str, label: str
) -> None:
    """Whisper the people that match, each with a button of `action`: for what needs no form."""
    found = await candidates.find(services, actor, gesture.text)
    if not found.people:
        await reply.whisper(blocks.said(nobody(gesture.text, found)))
        return
    await reply.whisper(Message("Who is meant?", several(found, action, label)))


async def _view(
    gesture: Gesture, actor: Actor, services: Services, title: str, action: str, draw: Form
) -> View:
    if gesture.value:
        return await draw(await candidates.profile(services, actor, Ref.parse(gesture.value)))
    if not gesture.text.strip():
        return blocks.modal(title, "choose", [pick(action)], close="Close")
    found = await candidates.find(services, actor, gesture.text)
    if len(found.people) == 1:
        return await draw(found.people[0])
    if not found.people:
        return blocks.notice(title, nobody(gesture.text, found))
    return blocks.modal(title, "choose", several(found, action, "Choose"), close="Close")


def pick(action: str) -> dict[str, Any]:
    """A type-ahead over all candidates the asker may see."""
    return blocks.section(
        "*Who is it about?*",
        accessory=blocks.external_select(f"{action}:pick", placeholder="Type a name"),
        block_id="candidate",
    )


def several(found: Found, action: str, label: str, most: int = 5) -> Blocks:
    """A list to choose from: name, job, stage and account, so that namesakes differ."""
    count = len(found.people)
    asked = (
        f"*{count} people match.* Which one do you mean?" if count > 1 else "*One person matches.*"
    )
    shown: Blocks = [blocks.section(asked)]
    for profile in found.people[:most]:
        press = blocks.button(
            label, f"{action}:{profile.ref.account}-{profile.ref.id}"[:255], str(profile.ref),
            aria=f"{label} {profile.candidate.name}",
        )  # fmt: skip
        shown.append(blocks.section(line(profile), accessory=press))
    if len(found.people) > most or found.more:
        shown.append(blocks.context("More people match. Add a second name, or an e-mail address."))
    return shown + missing(found)


def line(profile: Profile) -> str:
    """One person on one line."""
    where = " · ".join(
        blocks.escape(part)
        for part in (profile.job_title, stage(profile), profile.account_label)
        if part
    )
    return f"*{blocks.escape(profile.candidate.name)}*\n{where}"


def stage(profile: Profile) -> str | None:
    """The stage, or how the candidacy ended."""
    application = profile.application
    if application is None:
        return "no application yet"
    if application.status.kind in ("active", "prospect", "other"):
        return application.stage_name
    return application.status.kind.capitalize()


def missing(found: Found) -> Blocks:
    """A line for accounts that did not answer, so that nobody takes the list for complete."""
    if not found.missing:
        return []
    names = ", ".join(blocks.escape(name) for name in found.missing)
    return [
        blocks.context(
            f":warning: {names} did not answer, so people there are missing. Try again in a minute."
        )
    ]


def nobody(text: str, found: Found) -> str:
    """Say that nobody matches, and what to try."""
    wanted = blocks.escape(text.strip())
    if found.missing:
        names = " and ".join(map(blocks.escape, found.missing))
        return (
            f":warning: {names} did not answer, and I found nobody for “{wanted}” elsewhere. "
            "Try again in a minute."
        )
    hint = "Check the spelling, try a part of the name, or an e-mail address."
    if found.hidden:
        hint = "Somebody matches whom you may not see: ask the job's recruiter."
    return f"I found nobody for “{wanted}”. {hint}"


def take_back(ref: str, can: frozenset[str]) -> Blocks:
    """The button that takes a rejection back, where this ATS can do it."""
    if "unreject" not in can:
        return []
    sure = blocks.confirm(
        "Take the rejection back?",
        "The candidacy is open again. What was written to them is not.",
        "Take back",
    )
    return [blocks.button("Take back", "reject.undo", ref, ask=sure, aria="Take the rejection back")]  # fmt: skip
