"""Send a candidate a templated message: choose, preview with live facts, send."""

from collections.abc import Mapping

from commands import blocks, choosing
from commands.router import Blocks, Gesture, Reply, Router, View
from connectors.model import Ref
from hiring import outreach
from hiring.candidates import LOOKERS, Profile
from hiring.errors import Refused
from hiring.outreach import Preview
from hiring.people import Actor
from hiring.services import Services

router = Router()
TITLE = "Message"


@router.slash(
    "message",
    help="Send a templated message, after a preview",
    roles=LOOKERS | {"admin"},
    example="message ada",
    alias="message",
    order=30,
)
@router.action("message.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    async def draw(profile: Profile) -> View:
        first = outreach.offered()[0].name
        return await _preview(services, actor, profile.ref, first, {})

    await choosing.form(
        gesture, actor, services, reply, title=TITLE, action="message.open", draw=draw
    )


@router.action("message.template")
async def change_template(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Show the chosen template with this person's facts; what was typed for missing facts stays."""
    ref = Ref.parse(gesture.private["ref"])
    view = await _preview(services, actor, ref, gesture.value, _typed(gesture.values))
    await reply.update(view, gesture.view_id)


@router.action("message.fact")
async def fill_fact(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Preview again once a missing fact was typed."""
    ref = Ref.parse(gesture.private["ref"])
    name = gesture.values.get("template") or gesture.private["template"]
    await reply.update(
        await _preview(services, actor, ref, name, _typed(gesture.values)), gesture.view_id
    )


async def _preview(
    services: Services, actor: Actor, ref: Ref, name: str, typed: Mapping[str, str]
) -> View:
    profile, shown = await outreach.preview(services, actor, ref, name, typed)
    options = [blocks.option(template.title, template.name) for template in outreach.offered()]
    chosen = next((o for o in options if o["value"] == shown.template.name), options[0])
    picker = blocks.select("message.template", options, initial=chosen)
    body: Blocks = [
        blocks.section(choosing.line(profile)),
        blocks.entry("Template", picker, "template", tells=True, hint=shown.template.when),
    ]
    body += _facts(shown, typed)
    body += [blocks.divider(), *_shown(shown)]
    return blocks.modal(
        TITLE,
        "message",
        body,
        submit="Send" if shown.rendered else "Check again",
        private={
            "ref": str(profile.ref),
            "template": shown.template.name,
            "previewed": shown.rendered is not None,
        },
    )


def _facts(shown: Preview, typed: Mapping[str, str]) -> Blocks:
    """An input for every fact the systems do not know and for those typed before."""
    names = [n for n in sorted(shown.template.facts) if n in shown.missing or n in typed]
    return [
        blocks.entry(
            outreach.FACT_NAMES.get(name, name.replace("_", " ")).capitalize(),
            blocks.text_input("message.fact", initial=typed.get(name, "")),
            f"fact.{name}",
            hint="Press Enter to see it in the message.",
            tells=True,
        )
        for name in names
    ]


def _shown(shown: Preview) -> Blocks:
    if shown.rendered is None:
        return [
            blocks.section(f":warning: {blocks.escape(outreach.missing_sentence(shown.missing))}")
        ]
    text = blocks.escape(shown.rendered.text)
    quoted = "\n".join(f">{line}" for line in text.splitlines())
    return [
        blocks.section(
            f"*To:* {blocks.escape(shown.to)}\n*Subject:* {blocks.escape(shown.rendered.subject)}"
        ),
        blocks.section(quoted),
        blocks.context(
            "Sent from the company's address in your name; answers come to you. Noted in the ATS."
        ),
    ]


def _typed(values: Mapping[str, object]) -> dict[str, str]:
    return {
        key.removeprefix("fact."): str(value)
        for key, value in values.items()
        if key.startswith("fact.") and value
    }


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    """Refuse before anything is sent, naming the fact that is missing."""
    name = gesture.values.get("template") or gesture.private["template"]
    try:
        _, shown = await outreach.preview(
            services, actor, Ref.parse(gesture.private["ref"]), name, _typed(gesture.values)
        )
    except Refused as refused:
        return {refused.field or "template": refused.sentence}
    return {"template": outreach.missing_sentence(shown.missing)} if shown.missing else {}


def _then(gesture: Gesture) -> str:
    """A message nobody has read yet is shown first: the button said "Check again", not "Send"."""
    return "close" if gesture.private.get("previewed", True) else "wait"


@router.view("message", check=_check, then=_then)
async def send(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    name = gesture.values.get("template") or gesture.private["template"]
    if _then(gesture) == "wait":
        ref, typed = Ref.parse(gesture.private["ref"]), _typed(gesture.values)
        await reply.update(await _preview(services, actor, ref, name, typed), gesture.view_id)
        return
    profile = await outreach.send(
        services,
        actor,
        Ref.parse(gesture.private["ref"]),
        name,
        _typed(gesture.values),
        key=gesture.delivery,
    )
    who = blocks.escape(profile.candidate.name)
    await reply.whisper(
        blocks.said(f":outbox_tray: Sending to {who}. You will hear when it has arrived.")
    )
