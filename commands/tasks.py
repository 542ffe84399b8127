"""What is waiting for one person: drawn for `/hire` and for the Home tab."""

from commands import blocks
from commands.router import Blocks
from hiring import feedback, interviews, offers
from hiring.people import Actor
from hiring.services import Services


async def open_tasks(services: Services, actor: Actor) -> Blocks:
    """Approvals, scorecards and the next interviews of one person, then four buttons."""
    approvals = await offers.waiting_for(services, actor)
    owed = await feedback.owed_by(services, actor)
    coming = await interviews.coming_for(services, actor)
    lines = []
    if approvals:
        lines.append(f":memo: *{_count(len(approvals), 'offer')}* waiting for your approval")
    if owed:
        lines.append(f":pencil: *{_count(len(owed), 'scorecard')}* you owe")
    lines += [
        f":calendar: {blocks.escape(i.title)}, {blocks.moment(i.start, i.start.isoformat(timespec='minutes'))}"
        for i in coming[:5]
    ]
    shown: Blocks = [blocks.header("Your open tasks")]
    shown.append(
        blocks.section("\n".join(lines) or ":white_check_mark: Nothing is waiting for you.")
    )
    shown.append(
        blocks.actions(
            blocks.button("Find a candidate", "tasks.find", style="primary"),
            blocks.button("Schedule an interview", "schedule.open"),
            blocks.button("My scorecards", "scorecard.open"),
            blocks.button("Help", "tasks.help"),
        )
    )
    return shown


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
