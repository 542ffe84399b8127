"""Share a candidate in a private channel: as much of them as everybody there may know."""

from collections.abc import Mapping

from commands import blocks, choosing
from commands.router import Gesture, Message, Reply, Router, View
from connectors.model import Ref
from hiring import shares
from hiring.candidates import LOOKERS, Profile
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.slash(
    "share",
    help="Share a candidate in a private channel",
    roles=LOOKERS | {"admin"},
    example="share ada",
    order=67,
)
@router.action("share.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await choosing.form(
        gesture, actor, services, reply, title="Share", action="share.open", draw=_form
    )


async def _form(profile: Profile) -> View:
    hint = "The name is shown only if everybody in the channel may know it"
    return blocks.modal(
        "Share",
        "share",
        [
            blocks.section(choosing.line(profile)),
            blocks.entry("Private channel", blocks.private_channel("channel"), "channel", hint=hint),
            blocks.entry("Say something", blocks.text_input("words", multiline=True, most=1_000), "words", optional=True),
        ],
        submit="Share",
        private={"ref": str(profile.ref)},
    )  # fmt: skip


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    return {} if gesture.values.get("channel") else {"channel": "Choose a channel."}


@router.view("share", check=_check)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    ref, channel = Ref.parse(gesture.private["ref"]), str(gesture.values["channel"])
    words = str(gesture.values.get("words") or "").strip()
    named = await shares.share(services, actor, ref, channel, words, key=gesture.delivery)
    without = "" if named else " without the name, since not everybody there may know it"
    await reply.whisper(blocks.said(f":loudspeaker: Shared in the channel{without}."))


@router.card("share")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    """Name, job and stage at most: no address, no pay, no notes, no scorecards."""
    found = await shares.read(services, subject)
    profile = found.profile
    who = f"*{blocks.escape(profile.candidate.name)}*" if found.named else "*A candidate*"
    facts = [blocks.escape(part) for part in (profile.job_title, choosing.stage(profile)) if part]
    press = blocks.button(
        "Open", "candidate.open", str(profile.ref), aria="Show the card to me only"
    )
    said = [blocks.section(f"> {blocks.escape(found.words)}")] if found.words else []
    return Message(
        "A candidate was shared",
        [
            blocks.section(f"{who}\n{' · '.join(facts)}", accessory=press),
            *said,
            blocks.context(f"Shared by <@{found.by}>"),
        ],
    )
