"""Everything that waits for a person to look after it, in one place, for admins: try it again, say what happened, or close it."""

from commands import blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from hiring import doubts, issues
from hiring.errors import NotAllowed
from hiring.issues import Issue
from hiring.people import Actor
from hiring.services import Services

router = Router()
MOST = 15  # in one message, which holds fifty blocks
SIGNS = {"in_doubt": ":grey_question:", "open": ":warning:"}
TITLE = "What needs attention"


@router.slash(
    "issues",
    help="See what did not go through or needs attention",
    roles={"admin"},
    order=92,
)
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await reply.whisper(await draw(services))


@router.action("issues.retry")
async def retry(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    _admin(actor)
    found = await issues.retry(services, gesture.value)
    await _shown_again(services, reply, found, "is being tried again.")


@router.action("issues.again")
async def again(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    _admin(actor)
    found = await issues.settle(services, gesture.value, doubts.AGAIN)
    await _shown_again(services, reply, found, "is being done again.")


@router.action("issues.done")
async def done(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    _admin(actor)
    found = await issues.settle(services, gesture.value, doubts.DONE)
    await _shown_again(services, reply, found, "is noted as done.")


@router.action("issues.close")
async def close(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Pressing twice closes once."""
    _admin(actor)
    found = await issues.close(services, gesture.value)
    await _shown_again(services, reply, found, "is closed.")


async def draw(services: Services, said: str = "") -> Message:
    """The newest first; each with its sentence and what can be done."""
    found = await issues.listing(services)
    shown: Blocks = [blocks.header(TITLE)]
    if said:
        shown.append(blocks.section(said))
    if not found:
        shown.append(
            blocks.section(":white_check_mark: Everything went through; nothing needs you.")
        )
    for issue in found[:MOST]:
        shown += _lines(issue)
    if len(found) > MOST:
        shown.append(blocks.context(f"The newest {MOST} are shown; `callsheet issues` lists all."))
    return Message(TITLE, shown)


def _lines(issue: Issue) -> Blocks:
    when = blocks.moment(issue.at, issue.at.isoformat(timespec="minutes"))
    text = f"{SIGNS[issue.state]} *{blocks.escape(issue.what)}* ({when})\n{blocks.escape(issue.sentence)}"
    if issue.state == "in_doubt":
        choices = [("It is done", "issues.done"), ("Do it again", "issues.again")]
    elif issue.can_retry:
        choices = [("Try again", "issues.retry")]
    else:
        choices = [("Close", "issues.close")]
    buttons = [
        blocks.button(label, action, issue.id, aria=f"{label}: {issue.what}"[:75])
        for label, action in choices
    ]
    return [blocks.section(text), blocks.actions(*buttons, block_id=f"issue:{issue.id}")]


async def _shown_again(services: Services, reply: Reply, issue: Issue, what: str) -> None:
    await services.desk.refresh("issue", issue.id)
    await reply.replace(await draw(services, f"*{blocks.escape(issue.what)}* {what}"))


def _admin(actor: Actor) -> None:
    """A message can be kept, so who may is asked at each press."""
    if not actor.person.is_admin:
        raise NotAllowed("Only workspace admins can do this. Ask one of them.")
