"""Move a candidate to another stage."""

from commands import blocks, choosing
from commands.router import Gesture, Reply, Router, View
from connectors.model import Ref
from hiring import candidacy
from hiring.candidates import LOOKERS, Profile
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.slash(
    "stage",
    help="Move a candidate to another stage",
    roles=LOOKERS | {"admin"},
    example="stage ada",
    order=40,
)
@router.action("stage.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    async def draw(profile: Profile) -> View:
        return await _form(services, profile)

    await choosing.form(
        gesture, actor, services, reply, title="Move stage", action="stage.open", draw=draw
    )


async def _form(services: Services, profile: Profile) -> View:
    """Starts with the next stage, since that is where people mostly go."""
    stages = await candidacy.stages(services, profile)
    options = [blocks.option(stage.name, stage.ref.id) for stage in stages]
    application = profile.application
    here = next(
        (
            index
            for index, stage in enumerate(stages)
            if application
            and (stage.ref == application.stage or stage.name == application.stage_name)
        ),
        -1,
    )
    if not options:
        return blocks.notice("Move stage", "This job has no stages in the ATS.")
    following = options[min(here + 1, len(options) - 1)]
    return blocks.modal(
        "Move stage",
        "stage",
        [
            blocks.section(choosing.line(profile)),
            blocks.entry("Stage", blocks.select("stage", options, initial=following), "stage"),
        ],
        submit="Move",
        private={"ref": str(profile.ref)},
    )


@router.view("stage")
async def save(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    profile, stage = await candidacy.move(
        services, actor, Ref.parse(gesture.private["ref"]), gesture.values["stage"]
    )
    name = blocks.escape(profile.candidate.name)
    await reply.whisper(blocks.said(f":arrow_right: {name} is now in *{blocks.escape(stage)}*."))
