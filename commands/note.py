"""Write a note about a candidate into the ATS."""

from collections.abc import Mapping

from commands import blocks, choosing
from commands.router import Gesture, Reply, Router, View
from connectors.model import Ref
from hiring import candidacy
from hiring.candidates import LOOKERS, Profile
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.slash(
    "note",
    help="Write a note into the ATS",
    roles=LOOKERS | {"admin"},
    example="note ada",
    order=60,
)
@router.action("note.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await choosing.form(
        gesture, actor, services, reply, title="Note", action="note.open", draw=_form
    )


async def _form(profile: Profile) -> View:
    private = [
        blocks.option("Everyone who sees the candidate", "everyone"),
        blocks.option("Private in the ATS", "private"),
    ]
    return blocks.modal(
        "Note",
        "note",
        [
            blocks.section(choosing.line(profile)),
            blocks.entry("Note", blocks.text_input("text", multiline=True), "note"),
            blocks.entry(
                "Who may read it", blocks.select("who", private, initial=private[0]), "who"
            ),
        ],
        submit="Save note",
        private={"ref": str(profile.ref)},
    )


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    return (
        {} if str(gesture.values.get("note") or "").strip() else {"note": "Write something first."}
    )


@router.view("note", check=_check)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    profile = await candidacy.note(
        services,
        actor,
        Ref.parse(gesture.private["ref"]),
        gesture.values["note"],
        private=gesture.values.get("who") == "private",
        key=gesture.delivery,
    )
    name = blocks.escape(profile.candidate.name)
    await reply.whisper(
        blocks.said(f":memo: Your note on {name} is in {blocks.escape(profile.account_label)}.")
    )
