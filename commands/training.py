"""Who trains for which skill, drawn as a row of circles; begun, signed off and ended by who settles skills."""

import re
from collections.abc import Mapping
from typing import Any

from commands import blocks
from commands.router import Blocks, Gesture, Reply, Router
from hiring import training
from hiring.errors import Refused
from hiring.interview_records import LEARNING
from hiring.people import Actor
from hiring.services import Services
from hiring.trainees import Trainee
from scheduling import spell
from scheduling.training import Path

router = Router()
MOST = 14  # trainees in a message; a message has fifty blocks
HELD, BOOKED, OPEN = "●", "◐", "○"


@router.slash(
    "training",
    help="See who trains for which skill, and how far they are",
    roles={"recruiter", "hiring_manager", "interviewer", "admin"},
    example="training backend",
    order=32,
)
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Everybody's trainings, those of a skill or of a member, for who settles skills; one's own for the others."""
    named = re.search(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>", gesture.text)
    skill = (gesture.text.replace(named[0], "") if named else gesture.text).strip()
    user = (await services.desk.person(actor.team, named[1])).id if named else ""
    may = await training.settles(services, actor)
    found = await training.listing(services, actor, user=user, skill=skill)
    rows: Blocks = []
    for before, trainee in zip([None, *found], found[:MOST], strict=False):
        if before is None or before.skill != trainee.skill:
            rows.append(_head(trainee, may))
        rows.append(blocks.section(_line(trainee, actor.zone)))
        if may:
            rows.append(blocks.actions(*_presses(trainee)))
    if not found:
        rows.append(blocks.section(_nobody(may, user, skill)))
    if len(found) > MOST:
        rows.append(
            blocks.context(f"and {len(found) - MOST} more. Name a skill or a member to see them.")
        )
    if found:
        rows.append(blocks.context(f"{HELD} held · {BOOKED} booked · {OPEN} to come"))
    if may:
        value = f"{user}:{skill}"[:100]
        rows.append(blocks.actions(blocks.button("Start a training", "training.open", value)))
    await reply.whisper(blocks.said("Trainings", *rows))


def _head(trainee: Trainee, may: bool) -> dict[str, Any]:
    text = f"*{blocks.escape(trainee.skill)}*"
    if not may:
        return blocks.section(text)
    change = blocks.button(
        "How many", f"training.path.open:{trainee.skill}", trainee.skill, aria=f"How many interviews {trainee.skill} asks for"
    )  # fmt: skip
    return blocks.section(text, accessory=change)


def _line(trainee: Trainee, zone: str) -> str:
    """`●●○ shadow   ○○ reverse shadow   @ben`, and what comes next."""
    path, at = trainee.path, trainee.training
    circles = [
        f"`{_circles(trainee, step, done, need)}` {LEARNING[step]}"
        for step, done, need in (
            ("shadow", at.shadows, path.shadows),
            ("reverse_shadow", at.reverse_shadows, path.reverse_shadows),
        )
        if need
    ]
    return f"<@{trainee.user}>   {'   '.join(circles)}\n{_next(trainee, zone)}"


def _circles(trainee: Trainee, step: str, done: int, need: int) -> str:
    if trainee.stage == "reverse_shadow" and step == "shadow":
        return HELD * need  # signed off
    held = min(done, need)
    booked = min(len(trainee.coming), need - held) if step == trainee.stage else 0
    return HELD * held + BOOKED * booked + OPEN * (need - held - booked)


def _next(trainee: Trainee, zone: str) -> str:
    step = LEARNING[trainee.stage]
    if trainee.ready:
        return f":white_check_mark: Has done all as {step}; waits to be signed off."
    if trainee.coming:
        return f"Next: {spell.spell_moment(trainee.coming[0], zone)}, as {step}."
    return f"{trainee.left} more as {step}; gets a seat in the next loop that asks for the skill."


def _presses(trainee: Trainee) -> list[dict[str, Any]]:
    step, skill = LEARNING[trainee.stage], blocks.clip(trainee.skill, 40)
    place = f"{trainee.user}:{trainee.skill}"
    sure = blocks.confirm(
        "End the training?",
        "They leave the interviews booked for it. If they begin again, they begin anew.",
        "End it",
    )
    buttons = [blocks.button("Stop", f"training.stop:{place}", place, ask=sure)]
    if trainee.ready:
        then = "They lead interviews next, with somebody beside them."
        if trainee.stage == "reverse_shadow" or not trainee.path.reverse_shadows:
            then = f"They interview for {skill} from now on."
        ask = blocks.confirm(f"Sign off as {step}?", then, "Sign off")
        value = f"{trainee.stage}:{place}"
        buttons.insert(
            0, blocks.button("Sign off", f"training.sign:{place}", value, style="primary", ask=ask)
        )
    return buttons


def _nobody(may: bool, user: str, skill: str) -> str:
    if not may:
        return "You train for nothing at present. Who schedules interviews can begin a training."
    who = f"<@{user}> does not train" if user else "Nobody trains"
    return f"{who} for {blocks.escape(blocks.clip(skill, 100)) or 'anything'} at present."


@router.action("training.open")
async def open_start(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    user, _, skill = gesture.value.partition(":")
    picker: dict[str, Any] = {"type": "users_select", "action_id": "user"}
    picker |= {"initial_user": user} if user else {}
    text = blocks.text_input("skill", initial=skill[:40], most=40, placeholder="backend")
    body: Blocks = [
        blocks.entry("Who", picker, "user"),
        blocks.entry("Skill", text, "skill", hint="As plans name it. They get a seat in loops that ask for it."),
    ]  # fmt: skip
    await reply.open(blocks.modal("Start a training", "training", body, submit="Start"))


async def _skill_is_one(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    if not gesture.values.get("user"):
        return {"user": "Choose who trains."}
    try:
        training.tidy(str(gesture.values.get("skill") or ""))
    except Refused as refused:
        return {"skill": refused.sentence}
    return {}


@router.view("training", check=_skill_is_one)
async def start(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    values = gesture.values
    found = await training.start(services, actor, str(values["user"]), str(values["skill"]))
    await reply.whisper(
        blocks.said(
            f":seedling: <@{found.user}> trains for {blocks.escape(found.skill)}: {_next(found, actor.zone)}"
        )
    )


@router.action("training.sign", durable=True)
async def sign(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    step, user, skill = gesture.value.split(":", 2)
    found = await training.sign_off(services, actor, user, skill, step)
    said = f":mortar_board: <@{user}> is trained for {blocks.escape(skill)} and interviews for it from now on."
    if found.stage != "trained":
        said = f":white_check_mark: <@{user}>, {blocks.escape(skill)}: {_next(found, actor.zone)}"
    await reply.whisper(blocks.said(said))


@router.action("training.stop", durable=True)
async def stop(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    user, _, skill = gesture.value.partition(":")
    await training.stop(services, actor, user, skill)
    await reply.whisper(blocks.said(f"<@{user}> no longer trains for {blocks.escape(skill)}."))


@router.action("training.path.open")
async def open_path(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    way = await training.path(services, actor, gesture.value)
    body: Blocks = [
        blocks.section(f"*{blocks.escape(gesture.value)}*\nIt counts for who trains already, too."),
        *(
            blocks.entry(label, blocks.text_input(field, initial=str(count), most=1), field)
            for label, field, count in (
                ("Interviews to watch (shadow)", "shadows", way.shadows),
                ("Interviews to lead beside somebody (reverse shadow)", "reverse_shadows", way.reverse_shadows),
            )
        ),
    ]  # fmt: skip
    private = {"skill": gesture.value}
    await reply.open(
        blocks.modal("How many", "training.path", body, submit="Keep", private=private)
    )


def _path(gesture: Gesture) -> Path:
    counts = []
    for field in ("shadows", "reverse_shadows"):
        said = str(gesture.values.get(field) or "").strip()
        if not said.isdecimal():
            raise Refused(f"A number from 0 to {training.MOST}.", field=field)
        counts.append(int(said))
    return Path(counts[0], counts[1])


async def _askable(gesture: Gesture, actor: Actor, services: Services) -> Mapping[str, str]:
    try:
        training.askable(_path(gesture))
    except Refused as refused:
        return {refused.field or "shadows": refused.sentence}
    return {}


@router.view("training.path", check=_askable)
async def keep_path(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    way = _path(gesture)
    skill = str(gesture.private["skill"])
    await training.settle(services, actor, skill, way)
    await reply.whisper(
        blocks.said(
            f":white_check_mark: {blocks.escape(skill)} asks for {way.shadows} to watch and {way.reverse_shadows} to lead."
        )
    )
