"""The debrief of a loop: move it, find a time for it, call it off, and the line shortly before it begins."""

from commands import blocks, choosing, interview_blocks
from commands.router import Blocks, Gesture, Message, Reply, Router, View
from hiring import (
    candidates,
    debrief_records,
    debriefs,
    feedback,
    interview_times,
    loop_records,
    meeting_links,
)
from hiring.debrief_records import BOOKED
from hiring.errors import Taken
from hiring.people import Actor
from hiring.services import Services
from scheduling import slots, spell

router = Router()
TITLE = "Debrief"
STEP = 900  # seconds: choices lie on quarter hours, and the earliest time is always one
MOST, A_DAY = 60, 12


@router.action("debrief.open")
async def open_form(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await choosing.opened(reply, TITLE, lambda: _form(services, actor, gesture.value))


async def _form(services: Services, actor: Actor, loop: str) -> View:
    known, found = await debriefs.choices(services, actor, loop)
    other = [slot for slot in found.slots if slot != known.time]
    whole = [s for n, s in enumerate(other) if not n or not s[0].timestamp() % STEP]
    if not whole:
        why = found.why or "There is no other time for it."
        return blocks.notice(TITLE, f":warning: {blocks.escape(why)}")
    options = [
        blocks.option(spell.spell(slot, actor.zone), interview_times.spell_slot(slot))
        for slot in slots.spread(whole, actor.zone, limit=MOST, per_day=A_DAY)
    ]
    said = "Everybody who interviews, and whoever arranges it, can at these times."
    body: Blocks = [
        blocks.section(said),
        blocks.entry("Time", blocks.select("time", options, initial=options[0]), "time"),
    ]
    submit = "Move" if known.state == BOOKED else "Book"
    return blocks.modal(TITLE, "debrief.move", body, submit=submit, private={"loop": loop})


@router.view("debrief.move")
async def move(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    loop = gesture.private["loop"]
    try:
        slot = interview_times.parse_slot(str(gesture.values.get("time") or ""))
        await debriefs.move(services, actor, loop, slot)
    except Taken as taken:
        again = blocks.button("See other times", "debrief.open", loop, style="primary")
        await reply.whisper(
            blocks.said(f":warning: {blocks.escape(taken.sentence)}", blocks.actions(again))
        )
        return
    when = blocks.moment(slot[0], slot[0].isoformat(timespec="minutes"))
    await reply.whisper(blocks.said(f":calendar: The debrief is {when}. Everybody is told."))


@router.action("debrief.off", durable=True)
async def call_off(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await debriefs.call_off(services, actor, gesture.value)
    await reply.whisper(blocks.said(":x: The debrief is called off. The interviews stay."))


@router.card("debrief")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    """Ten minutes before: when it is, and how many scorecards are in. What they say stands nowhere here."""
    loop, number, sequence = subject.split(":")
    known = await debrief_records.get(services, loop)
    current = (str(known.number), str(known.sequence), known.state)
    if current != (number, sequence, BOOKED) or user not in known.users:
        return blocks.said("This debrief has changed since; see your calendar.")
    viewer = await services.desk.person(team, user)
    now = await loop_records.get(services, loop)
    profile = await candidates.for_card(services, now.application)
    name = profile.candidate.name if profile else "the candidate"
    standing = await loop_records.interviews_of(services, loop)
    count = await feedback.of_interviews(services, standing)
    of = count.arrived + count.owed
    told = f"{count.arrived} of {of} scorecards {'is' if of == 1 else 'are'} in."
    when = spell.spell(known.own[0], viewer.zone)
    head = f":speech_balloon: *The debrief about {blocks.escape(name)} is about to begin.*"
    people = ", ".join(f"<@{each}>" for each in known.users)
    place = interview_blocks.way_in(await meeting_links.where(services, known))
    lines = "\n".join(filter(None, [head, when, place, told]))
    card: Blocks = [blocks.section(lines), blocks.context(f"With {people}")]
    return Message(f"Debrief: {told}", card)
