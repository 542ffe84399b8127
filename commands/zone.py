"""The card about an interview whose hour changed on somebody's clock, because the rules of a time zone did."""

from typing import Any

from commands import blocks, interview_blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from hiring import zone_watch
from hiring.errors import Taken
from hiring.people import Actor
from hiring.services import Services
from hiring.told_times import CANDIDATE, Told
from scheduling import spell

router = Router()


@router.card("zone")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    """Both readings for everybody concerned, and what can be done."""
    interview = subject.partition(":")[0]
    now, readers = await zone_watch.pending(services, interview)
    name, first = await interview_blocks.named(services, now)
    if not readers:
        words = f"The clocks changed for *{blocks.escape(name)}*; that is settled. See its card."
        return Message(f"{blocks.escape(now.title)}: settled", [blocks.section(words)])
    lines = [f"• {_who(told, first)}: {_readings(told)}" for told in readers[:20]]
    viewer = await services.desk.person(team, user)
    when = spell.spell((now.start, now.end), viewer.zone)
    card: Blocks = [
        blocks.section(
            f":clock3: *The clocks changed: {blocks.escape(name)}*\n"
            + "\n".join(lines)
            + f"\nThe moment stays as it is in the calendars: {blocks.escape(when)}."
        ),
        blocks.context("Unless you decide, everybody is told within a few hours that it stays."),
        blocks.actions(*await _presses(services, team, now.id, readers, first)),
    ]
    return Message(f"{blocks.escape(now.title)}: the clocks changed", card)


@router.action("zone.keep", durable=True)
async def keep(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    interview, _, who = gesture.value.partition(":")
    try:
        moved = await zone_watch.keep_for(services, actor, interview, who)
    except Taken as taken:
        again = blocks.button("See other times", "move.open", interview, style="primary")
        await reply.whisper(
            blocks.said(f":warning: {blocks.escape(taken.sentence)}", blocks.actions(again))
        )
        return
    when = blocks.moment(moved.start, moved.start.isoformat(timespec="minutes"))
    await reply.whisper(
        blocks.said(f":calendar: Moved to {when}. Everybody's calendar is being updated.")
    )


@router.action("zone.tell", durable=True)
async def tell(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await zone_watch.tell_now(services, actor, gesture.value)
    await reply.whisper(blocks.said(":envelope: It stays, and everybody is being told."))


def _who(told: Told, first: str) -> str:
    return blocks.escape(first) if told.who == CANDIDATE else f"<@{told.who}>"


def _readings(told: Told) -> str:
    """`was told 2026-12-03 14:00, now 15:00 (Berlin)`; with the day where that changed, too."""
    assert told.now is not None  # only such readers are shown
    now = told.now.clock if told.now.wall[:10] == told.told.wall[:10] else told.now.wall
    city = blocks.escape(spell.city(told.zone))
    return f"was told {told.told.wall.replace('T', ' ')}, now {now.replace('T', ' ')} ({city})"


async def _presses(
    services: Services, team: str, interview: str, readers: list[Told], first: str
) -> list[dict[str, Any]]:
    """A button for each zone whose clock changed, by the first person in it; then the two other ways."""
    shown: list[dict[str, Any]] = []
    for told in {told.zone: told for told in reversed(readers)}.values():
        member = None if told.who == CANDIDATE else await services.desk.person(team, told.who)
        label = f"Keep {told.told.clock} for {member.first_name if member else first}"
        value = f"{interview}:{told.who}"
        shown.insert(0, blocks.button(label, f"zone.keep:{told.who}", value))
    return [
        *shown[:5],
        blocks.button("Move", "move.open", interview),
        blocks.button("Tell everybody now", "zone.tell", interview),
    ]
