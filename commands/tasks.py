"""What is waiting for one person: drawn for `/hire` and for the Home tab."""

from commands import blocks
from commands.router import Blocks
from hiring import access, feedback, interviews, issues, offers
from hiring.candidates import LOOKERS
from hiring.people import Actor
from hiring.services import Services


async def open_tasks(services: Services, actor: Actor) -> Blocks:
    """Approvals, scorecards and the next interviews of one person, then what they may start."""
    approvals = await offers.waiting_for(services, actor)
    owed = await feedback.owed_by(services, actor)
    coming = await interviews.coming_for(services, actor)
    lines = []
    if approvals:
        lines.append(f":memo: *{_count(len(approvals), 'offer')}* waiting for your approval")
    if owed:
        lines.append(f":pencil: *{_count(len(owed), 'scorecard')}* you owe")
    if actor.person.is_admin and (troubles := await issues.listing(services)):
        verb = f"/{services.company.command} issues"
        lines.append(
            f":warning: *{_count(len(troubles), 'thing')}* for an admin to look at: `{verb}`"
        )
    lines += [
        f":calendar: {blocks.escape(i.title)}, {blocks.moment(i.start, i.start.isoformat(timespec='minutes'))}"
        for i in coming[:5]
    ]
    shown: Blocks = [blocks.header("Your open tasks")]
    shown.append(
        blocks.section("\n".join(lines) or ":white_check_mark: Nothing is waiting for you.")
    )
    shown.append(blocks.actions(*await _starts(services, actor)))
    return shown


async def _starts(services: Services, actor: Actor) -> Blocks:
    """Only buttons that lead somewhere for this person."""
    scorecards = blocks.button("My scorecards", "scorecard.open")
    help_ = blocks.button("Help", "tasks.help")
    if not (LOOKERS | {"admin"}) & await access.roles(services, actor, None):
        return [scorecards, blocks.button("Offers to approve", "approve.open"), help_]
    find = blocks.button("Find a candidate", "tasks.find", style="primary")
    schedule = blocks.button("Schedule an interview", "schedule.open")
    return [find, schedule, scorecards, help_]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
