"""Edit a candidate's fields in the ATS: a form of what the ATS lets us write, and nothing more."""

from collections.abc import Mapping

from commands import blocks, choosing
from commands.router import Blocks, Gesture, Reply, Router, View
from connectors.model import Ref
from hiring import editing
from hiring.candidates import LOOKERS, Profile
from hiring.editing import Field
from hiring.errors import Refused
from hiring.people import Actor
from hiring.services import Services

router = Router()
MOST = 40  # fields in one form
EMPTY = "(nothing)"


@router.slash(
    "edit",
    help="Edit a candidate's fields in the ATS",
    roles=LOOKERS | {"admin"},
    example="edit ada",
    order=65,
)
@router.action("edit.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    async def draw(profile: Profile) -> View:
        return _form(await editing.sheet(services, actor, profile.ref))

    await choosing.form(
        gesture, actor, services, reply, title="Edit", action="edit.open", draw=draw
    )


def _form(sheet: editing.Sheet) -> View:
    entries: Blocks = [blocks.section(choosing.line(sheet.profile))]
    entries += [_entry(field) for field in sheet.fields[:MOST]]
    if len(sheet.fields) > MOST:
        entries.append(blocks.context(f"{len(sheet.fields) - MOST} more fields are in the ATS."))
    keys = {_block(field): field.key for field in sheet.fields[:MOST]}
    private = {"ref": str(sheet.profile.ref), "version": sheet.version, "keys": keys}
    return blocks.modal("Edit", "edit", entries, submit="Save", private=private)


def _block(field: Field) -> str:
    return f"edit-{field.key}"[:255]


def _entry(field: Field) -> blocks.Block:
    """One input; what the field holds now is filled in."""
    if field.kind in ("choice", "yes_no"):
        labels = (EMPTY, *(field.options if field.kind == "choice" else ("yes", "no")))
        options = [blocks.option(label, label[:75]) for label in labels[:100]]
        held = field.value or EMPTY
        initial = next((o for o in options if o["value"] == held[:75]), options[0])
        return blocks.entry(
            field.label,
            blocks.select("value", options, initial=initial),
            _block(field),
            optional=True,
        )
    hint = {
        "date": "A date, such as 2027-01-31",
        "number": "A number",
        "money": "An amount, such as EUR 82,000",
        "choices": f"With commas between: {', '.join(field.options)}"[:1_000],
    }.get(field.kind, "")
    element = blocks.text_input("value", initial=field.value, multiline=field.kind == "long_text")
    return blocks.entry(field.label, element, _block(field), optional=True, hint=hint)


def _given(gesture: Gesture) -> dict[str, str]:
    """What the form holds, by field key; a field that was emptied counts as empty."""
    keys: Mapping[str, str] = gesture.private["keys"]
    found = {key: str(gesture.values.get(block) or "") for block, key in keys.items()}
    return {key: "" if text == EMPTY else text for key, text in found.items()}


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    """What cannot be so is said under its field before the form closes."""
    given = _given(gesture)
    ref = Ref.parse(gesture.private["ref"])
    try:
        await editing.check(services, actor, ref, given)
    except Refused as refused:
        return {f"edit-{refused.field}"[:255] if refused.field else "": refused.sentence}
    return {}


@router.view("edit", check=_check)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    ref, version = Ref.parse(gesture.private["ref"]), str(gesture.private.get("version") or "")
    profile, changed = await editing.edit(services, actor, ref, _given(gesture), version)
    name = blocks.escape(profile.candidate.name)
    if not changed:
        await reply.whisper(blocks.said(f"Nothing was different, so {name} stays as they are."))
        return
    labels = ", ".join(blocks.escape(label) for label in changed)
    where = blocks.escape(profile.account_label)
    await reply.whisper(blocks.said(f":pencil2: {name}: *{labels}* saved in {where}."))
