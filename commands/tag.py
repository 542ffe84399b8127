"""Put tags on a candidate and take them off."""

from collections.abc import Mapping

from commands import blocks, choosing
from commands.router import Blocks, Gesture, Reply, Router, View
from connectors.model import Ref
from hiring import abilities, editing
from hiring.candidates import LOOKERS, Profile
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.slash(
    "tag",
    help="Put tags on a candidate, or take them off",
    roles=LOOKERS | {"admin"},
    example="tag ada",
    order=66,
)
@router.action("tag.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    async def draw(profile: Profile) -> View:
        await abilities.require(services, profile.ref.account, "tags")
        return _form(profile, await editing.known_tags(services, profile.ref.account))

    await choosing.form(gesture, actor, services, reply, title="Tags", action="tag.open", draw=draw)


def _form(profile: Profile, known: list[str]) -> View:
    """The tags in use with those of this person chosen; new ones are typed."""
    mine = profile.candidate.tags
    every = list(dict.fromkeys([*mine, *sorted(known, key=str.casefold)]))[:100]
    entries: Blocks = [blocks.section(choosing.line(profile))]
    if every:
        chosen = [blocks.option(tag, tag[:75]) for tag in mine]
        options = [blocks.option(tag, tag[:75]) for tag in every]
        element = blocks.multi_select("tags", options, initial=chosen)
        entries.append(blocks.entry("Tags", element, "tags", optional=True))
    hint = "With commas between, if there are several"
    entries.append(
        blocks.entry(
            "New tags", blocks.text_input("new", most=200), "new", optional=True, hint=hint
        )
    )
    private = {"ref": str(profile.ref), "mine": list(mine)}
    return blocks.modal("Tags", "tag", entries, submit="Save", private=private)


async def _check(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    add, remove = _wanted(gesture)
    return {} if add or remove else {"new": "Choose or type a tag, or take one off."}


def _wanted(gesture: Gesture) -> tuple[list[str], list[str]]:
    """What to put on and what to take off."""
    mine, kept = list(gesture.private["mine"]), gesture.values.get("tags")
    kept = list(kept) if kept is not None else (mine if "tags" not in gesture.values else [])
    typed = [tag.strip() for tag in str(gesture.values.get("new") or "").split(",") if tag.strip()]
    return [tag for tag in [*kept, *typed] if tag not in mine], [t for t in mine if t not in kept]


@router.view("tag", check=_check)
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    add, remove = _wanted(gesture)
    profile, tags = await editing.tag(
        services, actor, Ref.parse(gesture.private["ref"]), add, remove
    )
    name, shown = blocks.escape(profile.candidate.name), ", ".join(map(blocks.escape, tags))
    await reply.whisper(blocks.said(f":label: {name} is tagged: {shown or 'nothing'}."))
