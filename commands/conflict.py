"""The card about what stands against a booked interview or debrief in somebody's calendar, and how it is settled."""

from typing import Any

from commands import blocks, interview_blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from hiring import candidates, conflicts, loop_records
from hiring.conflicts import Conflict
from hiring.debrief_records import Debrief
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
    viewer = await services.desk.person(team, user)
    about, presses = await _about(services, found, viewer.zone)
    if not found.current:
        return blocks.said(f"{about}\nThis has changed since; see its card.")
    card: Blocks = [blocks.section(f":warning: {_said(found, viewer.zone)}\n{about}")]
    if found.ignored_by:
        card.append(blocks.context(f"Ignored by <@{found.ignored_by}>"))
    else:
        ignored = blocks.button("Ignore", "conflict.ignore", found.id)
        card.append(blocks.actions(*presses, ignored))
    return Message(f"{blocks.escape(_title(found))}: a conflict in the calendar", card)


def _title(found: Conflict) -> str:
    return "Debrief" if isinstance(found.against, Debrief) else found.against.title


async def _about(
    services: Services, found: Conflict, zone: str
) -> tuple[str, list[dict[str, Any]]]:
    """What it is against, with its time, and how to settle it."""
    now = found.against
    if isinstance(now, Debrief):
        loop = await loop_records.get(services, now.loop)
        profile = await candidates.for_card(services, loop.application)
        whom = profile.candidate.name if profile else "a candidate"
        when = spell.spell(now.time, zone) if now.time else "It has no time any more."
        about = f"*Debrief about {blocks.escape(whom)}*\n{blocks.escape(when)}"
        return about, [blocks.button("Move debrief", "debrief.open", now.loop, style="primary")]
    name, first = await interview_blocks.named(services, now)
    when = spell.spell((now.start, now.end), zone, other=(first, now.zone))
    presses = [blocks.button("Move", "move.open", now.id, style="primary")]
    if now.seat(found.who):
        seat = f"{now.id}:{found.who}:{now.sequence}"
        presses.append(blocks.button("Find a substitute", "swap.open", seat))
    return f"*{blocks.escape(name)}*\n{blocks.escape(when)}", presses


def _said(found: Conflict, zone: str) -> str:
    if found.what == conflicts.BUSY:
        return f"<@{found.who}> has something else in the calendar by now."
    if found.what == conflicts.TWICE:
        return "The candidate has something else with us at this time. Both were booked by an earlier release."
    stands = f"The {'debrief' if isinstance(found.against, Debrief) else 'interview'} still stands."
    if found.what == conflicts.DELETED or found.slot is None:
        return f"Somebody deleted the event in the calendar. {stands}"
    there = blocks.escape(spell.spell(found.slot, zone))
    return f"Somebody moved the event in the calendar to {there}. {stands}"


@router.action("conflict.ignore", durable=True)
async def ignore(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await conflicts.ignore(services, actor, gesture.value)
    await reply.whisper(blocks.said("It stays as it is."))
