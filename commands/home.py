"""The app's Home tab: what needs me now, the recruiter's board, and a first word to newcomers."""

from datetime import datetime

from commands import blocks
from commands.router import Blocks, Gesture, Reply, Router, View
from commands.tasks import open_tasks
from hiring import access, board, reminders
from hiring.board import Board, Line
from hiring.candidates import LOOKERS
from hiring.people import Actor
from hiring.services import Services
from scheduling import spans

router = Router()
TITLES = {
    "schedule": ("To schedule", "Nobody waits for a time."),
    "candidate": ("Waiting for the candidate", "No question is out."),
    "answers": ("Waiting for interviewers", "Everybody has answered."),
    "risk": ("At risk", "Nothing is at risk."),
    "today": ("Today", "No interview today."),
}
PRESSES = {
    "schedule": ("Schedule", "schedule.open"),
    "times": ("Look for times", "loop.again"),
    "book": ("Book", "loop.book"),
    "write": ("Write", "message.open"),
    "ask": ("Ask again", "board.ask"),
    "move": ("Move", "move.open"),
    "decline": ("Can't make it", "answer.decline"),
    "no_show": ("No-show", "trouble.no_show"),
}  # by a line's act: the button and what it does


@router.event("app_home_opened")
@router.action("board.refresh")
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await reply.home(await _home(services, actor))


@router.action("board.ask", durable=True)
async def ask(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    interview, _, user = gesture.value.partition(":")
    await reminders.ask_again(services, actor, interview, user)
    await reply.whisper(blocks.said(f":wave: <@{user}> is asked for an answer."))


async def _home(services: Services, actor: Actor) -> View:
    root = services.company.command
    tasks = await open_tasks(services, actor)
    welcome = blocks.section(
        f"*Hello {blocks.escape(actor.person.first_name)}.* Callsheet runs hiring here in Slack. "
        f"Type `/{root} find` and a name to see a candidate, or `/{root} help` for everything you can do."
    )
    shown: Blocks = [welcome, blocks.divider(), *tasks]
    if (LOOKERS | {"admin"}) & await access.roles(services, actor, None):
        found = await board.read(services, actor)
        shown += [blocks.divider(), *_board(found, services.clock.now())]
    return {"type": "home", "blocks": shown[:100]}


def _board(found: Board, now: datetime) -> Blocks:
    """At most twelve blocks for each of the five sections."""
    shown: Blocks = []
    for name, (title, nothing) in TITLES.items():
        lines, count = found.lines[name], found.counts[name]
        shown.append(blocks.header(f"{title} ({count})" if count else title))
        if not lines:
            shown.append(blocks.context(f":white_check_mark: {nothing}"))
        shown += [_line(line, now, f"{name}-{n}") for n, line in enumerate(lines)]
        if count > len(lines):
            shown.append(blocks.context(f"And {count - len(lines)} more."))
    if found.missing:
        which = ", ".join(blocks.escape(blocks.clip(name, 60)) for name in found.missing[:5])
        shown.append(
            blocks.context(f":warning: {which} did not answer, so somebody may be missing.")
        )
    shown.append(blocks.context(_took(found)))
    shown.append(blocks.actions(blocks.button("Refresh", "board.refresh")))
    return shown


def _line(line: Line, now: datetime, mark: str) -> dict[str, object]:
    name = blocks.clip(line.name, 100) or "A candidate"
    label, action = PRESSES[line.act]
    press = blocks.button(label, f"{action}:{mark}", line.value, aria=f"{label}: {name}")
    title = blocks.escape(blocks.clip(line.title, 150))
    return blocks.section(f"*{blocks.escape(name)}* · {title}\n{_why(line, now)}", accessory=press)


def _why(line: Line, now: datetime) -> str:
    """What a line is about, in words."""
    for_ = f" for {spans.about(now - line.since)}" if line.since else ""
    when = blocks.moment(line.at, line.at.isoformat(timespec="minutes")) if line.at else ""
    who = f"<@{line.who}>" if line.who else ""
    return {
        "stage": f"In this stage{for_}, without a time",
        "answered": "Said when they can",
        "lapsed": "The hold lapsed",
        "held": f"Held until {when}",
        "lapsing": f":hourglass: The hold lapses {when}",
        "draft": f"Asked when they can{for_}",
        "offered": f"Has the link{for_}",
        "unanswered": f"{who} has not answered{for_}; it begins {when}",
        "declined": f":warning: {who} cannot make it {when}",
        "refused": f":warning: Declined the invite; it begins {when}",
        "unreadable": f"{who} has not answered, and their calendar cannot be read; it begins {when}",
        "clocks": f":clock3: The clocks changed for somebody; it begins {when}",
        "coming": f"Begins {when}",
        "begun": f"Began {when}",
    }[line.why]


def _took(found: Board) -> str:
    took = found.took
    if not took.booked:
        return f"Time to schedule: nothing booked in the last {board.DAYS} days"
    median = f"median {spans.about(took.median)}" if took.median else "too few for a median"
    return f"Time to schedule: {median}, last {board.DAYS} days, {took.booked} booked"
