"""`/hire` alone shows my open tasks; `/hire help` lists what I may do, each with an example."""

from functools import cache

import commands
from commands import blocks
from commands.router import Blocks, Entry, Gesture, Message, Reply, Router
from commands.tasks import open_tasks
from hiring import access
from hiring.people import Actor
from hiring.services import Services

router = Router()


@cache
def _verbs() -> tuple[Entry, ...]:
    """Every verb that has a name, in the order people need them."""
    found = [entry for name, entry in commands.load().verbs.items() if name]
    return tuple(sorted(found, key=lambda entry: (entry.order, entry.name)))


@router.slash("help", help="List what you can do", roles=set(), example="help offer", order=99)
async def show_help(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    mine = await access.roles(services, actor, None)
    allowed = [entry for entry in _verbs() if not entry.roles or entry.roles & mine]
    topic = gesture.text.strip().casefold()
    chosen = [entry for entry in allowed if topic and entry.name.startswith(topic)] or allowed
    root = services.company.command
    rows = [
        f"`/{root} {entry.example or entry.name}`  {blocks.escape(entry.help)}"
        + (f"  (also `/{entry.alias}`)" if entry.alias else "")
        for entry in chosen
    ]
    intro = f"*What you can do here.* Start with `/{root} find` and a name; every card has the next steps as buttons."
    shown: Blocks = [blocks.section(intro)]
    shown += [
        blocks.section("\n".join(rows[start : start + 8])) for start in range(0, len(rows), 8)
    ]
    if not mine:
        shown.append(
            blocks.context(
                "You are not on a hiring team yet, so the list is short. Ask a recruiter to add you in the ATS."
            )
        )
    await reply.whisper(Message("What you can do with Callsheet", shown))


@router.slash("", help="See your open tasks", roles=set(), order=0)
async def tasks(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await reply.whisper(Message("Your open tasks", await open_tasks(services, actor)))


@router.action("tasks.help")
async def press_help(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await show_help(gesture, actor, services, reply)


@router.action("tasks.find")
async def press_find(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """A type-ahead over all candidates; the choice shows the card."""
    picker = blocks.section(
        "*Whom are you looking for?*",
        accessory=blocks.external_select("candidate.open:pick", placeholder="Type a name"),
        block_id="candidate",
    )
    await reply.open(blocks.modal("Find a candidate", "choose", [picker], close="Close"))
