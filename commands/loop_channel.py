"""What stands in the private channel of a panel: the plan of the day, and each change to it. No pay, no notes, no scorecards."""

from datetime import datetime

from commands import blocks
from commands.router import Blocks, Message, Router
from hiring import channels
from hiring.channel_records import KEPT, Change, Planned
from hiring.debrief_records import BOOKED
from hiring.services import Services

router = Router()


@router.card("loop_channel")
async def draw_plan(services: Services, team: str, user: str, subject: str) -> Message:
    """Every reader sees the times on their own clock. The candidate is named where everybody there may know them."""
    found = await channels.read(services, subject)
    who = blocks.escape(found.name) or "a candidate"
    head = f":calendar: *Interviews with {who}*"
    if found.job_title:
        head += f"\n{blocks.escape(found.job_title)}"
    press = blocks.button(
        "Open", "candidate.open", str(found.loop.application), aria="Show the candidate to me only"
    )
    card: Blocks = [blocks.section(head, accessory=press)]
    card += [blocks.section(f"*{_title(planned)}*\n{_line(planned)}") for planned in found.plan]
    if found.plan and found.debrief and found.debrief.state == BOOKED:  # it goes with the last one
        start, end = found.debrief.own[0]
        people = _people(found.debrief.users)
        card.append(blocks.section(f"*Debrief*\n{_when(start, end)}\n{people}"))
    if not found.plan:
        off = found.loop.state == "cancelled"
        card.append(blocks.section(":x: Cancelled." if off else "No interview is booked any more."))
    notes = [f"Arranged by <@{found.loop.created_by}>."]
    notes.append(f"This channel is archived {KEPT.days} days after the last interview.")
    if found.channel.left_out:
        notes.append(f"Slack did not let me invite {_people(found.channel.left_out)}.")
    card.append(blocks.context(*notes))
    return Message("The interviews of this panel", card)


@router.card("loop_change")
async def draw_change(services: Services, team: str, user: str, subject: str) -> Message:
    lines = [_told(change) for change in await channels.told(services, subject)]
    return Message("The interviews changed", [blocks.section(line) for line in lines])


def _told(change: Change) -> str:
    title = f"*{_title(change.planned)}*"
    match change.kind:
        case "added":
            return f":heavy_plus_sign: New: {title}\n{_line(change.planned)}"
        case "cancelled":
            return f":x: Cancelled: {title}\n{_line(change.planned)}"
        case "moved":
            return f":arrows_counterclockwise: Moved: {title}\n{_line(change.planned)}"
        case "people":
            parts = [f"{_people(change.came)} joins"] if change.came else []
            parts += [f"{_people(change.left)} is out of it"] if change.left else []
            return f":busts_in_silhouette: {title}: {', '.join(parts)}\n{_line(change.planned)}"


def _title(planned: Planned) -> str:
    return blocks.escape(planned.title)


def _line(planned: Planned) -> str:
    room = f", {blocks.escape(planned.room)}" if planned.room else ""
    return f"{_when(planned.start, planned.end)}{room}\n{_people(planned.users)}"


def _when(start: datetime, end: datetime) -> str:
    begins = blocks.moment(start, f"{start:%d %b, %H:%M} UTC")
    return f"{begins} – {blocks.moment(end, f'{end:%H:%M} UTC', '{time}')}"


def _people(users: tuple[str, ...]) -> str:
    return ", ".join(f"<@{user}>" for user in users) or "Nobody"
