"""The card about what stands against a booked interview in somebody's calendar, and how it is settled."""

from commands import blocks, interview_blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from hiring import conflicts
from hiring.conflicts import Conflict
from hiring.errors import NotFound
from hiring.people import Actor
from hiring.services import Services
from scheduling import spell

router = Router()


@router.card("conflict")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    """What is in the way; Move chooses another time, a substitute another person, Ignore keeps the interview as it is."""
    try:
        found = await conflicts.read(services, subject)
    except NotFound as gone:
        return blocks.said(f":white_check_mark: {gone.sentence}")
    now = found.interview
    name, first = await interview_blocks.named(services, now)
    viewer = await services.desk.person(team, user)
    when = spell.spell((now.start, now.end), viewer.zone, other=(first, now.zone))
    about = f"*{blocks.escape(name)}*\n{blocks.escape(when)}"
    if not found.current:
        return blocks.said(f"{about}\nThis has changed since; see the interview's card.")
    card: Blocks = [blocks.section(f":warning: {_said(found, viewer.zone)}\n{about}")]
    if found.ignored_by:
        card.append(blocks.context(f"Ignored by <@{found.ignored_by}>"))
    else:
        buttons = [blocks.button("Move", "move.open", now.id, style="primary")]
        if now.seat(found.who):
            seat = f"{now.id}:{found.who}:{now.sequence}"
            buttons.append(blocks.button("Find a substitute", "swap.open", seat))
        card.append(blocks.actions(*buttons, blocks.button("Ignore", "conflict.ignore", found.id)))
    return Message(f"{blocks.escape(now.title)}: a conflict in the calendar", card)


def _said(found: Conflict, zone: str) -> str:
    if found.what == conflicts.BUSY:
        return f"<@{found.who}> has something else in the calendar by now."
    if found.what == conflicts.DELETED or found.slot is None:
        return "Somebody deleted the event in the calendar. The interview still stands."
    there = blocks.escape(spell.spell(found.slot, zone))
    return f"Somebody moved the event in the calendar to {there}. The interview still stands."


@router.action("conflict.ignore", durable=True)
async def ignore(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await conflicts.ignore(services, actor, gesture.value)
    await reply.whisper(blocks.said("The interview stays as it is."))
