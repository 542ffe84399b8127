"""Reject a candidate with a reason. No mail goes out by itself: the answer offers to write one."""

from collections.abc import Mapping

from commands import blocks, choosing
from commands.router import Gesture, Reply, Router, View
from connectors.model import Ref
from hiring import abilities, candidacy
from hiring.candidates import LOOKERS, Profile
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.slash(
    "reject",
    help="Reject a candidate with a reason",
    roles=LOOKERS | {"admin"},
    example="reject ada",
    order=70,
)
@router.action("reject.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    async def draw(profile: Profile) -> View:
        return await _form(services, profile)

    await choosing.form(
        gesture, actor, services, reply, title="Reject", action="reject.open", draw=draw
    )


async def _form(services: Services, profile: Profile) -> View:
    reasons = [blocks.option(r.name, r.ref.id) for r in await candidacy.reasons(services, profile)]
    if not reasons:
        return blocks.notice("Reject", "The ATS has no rejection reasons. Add one there first.")
    return blocks.modal(
        "Reject",
        "reject",
        [
            blocks.section(choosing.line(profile)),
            blocks.entry("Reason", blocks.select("reason", reasons), "reason"),
            blocks.entry(
                "Note for the team",
                blocks.text_input("text", multiline=True),
                "note",
                optional=True,
            ),
            blocks.context("The candidate is not told. You can send a message afterwards."),
        ],
        submit="Reject",
        private={"ref": str(profile.ref)},
    )


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    return {} if gesture.values.get("reason") else {"reason": "Choose a reason."}


@router.view("reject", check=_check)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    ref = Ref.parse(gesture.private["ref"])
    profile = await candidacy.reject(
        services, actor, ref, gesture.values["reason"], gesture.values.get("note") or ""
    )
    name = blocks.escape(profile.candidate.name)
    back = choosing.take_back(str(profile.ref), await abilities.of(services, ref.account))
    await reply.whisper(
        blocks.said(
            f"{name} is marked as rejected in {blocks.escape(profile.account_label)}.",
            blocks.actions(
                blocks.button(
                    "Message", "message.open", str(profile.ref), aria="Write to them now"
                ),
                *back,
            ),
        )
    )


@router.action("reject.undo")
async def undo(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    profile = await candidacy.take_back(services, actor, Ref.parse(gesture.value))
    name, where = blocks.escape(profile.candidate.name), blocks.escape(profile.account_label)
    await reply.whisper(blocks.said(f"{name} is open again in {where}."))
