"""A failed send stays visible and can be tried again; where nobody can tell whether it went out, a person says."""

from commands import blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from hiring import doubts, issues
from hiring.issues import Issue
from hiring.people import Actor
from hiring.services import Services

router = Router()
HEADS = {
    "resolved": (":white_check_mark:", "went through after all", "It went through"),
    "retrying": (":hourglass_flowing_sand:", "has not gone through yet", "Still being tried"),
    "in_doubt": (":grey_question:", "may have gone through or not: only you can tell",
                 "Please look whether this happened"),
    "open": (":warning:", "did not go through", "Something did not go through"),
}  # fmt: skip
TITLE = "Something needs attention"


@router.card("issue")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    issue = await issues.get(services, subject)
    sign, happened, notice = HEADS[issue.state]
    when = blocks.moment(issue.at, issue.at.isoformat(timespec="minutes"))
    if not issue.can_retry:
        happened, notice = ("is over", "This is over") if issue.state == "resolved" else ("", TITLE)
    what = f"{issue.what} {happened}".rstrip()
    text = f"{sign} *{blocks.escape(what)}* ({when})"
    if issue.state == "resolved":
        return Message(notice, [blocks.section(text)])
    shown: Blocks = [blocks.section(f"{text}\n{blocks.escape(issue.sentence)}")]
    if issue.state == "retrying":
        shown.append(blocks.context("It is tried again by itself; nothing is lost."))
    if buttons := _buttons(issue):
        shown.append(blocks.actions(*buttons))
    return Message(notice, shown)


def _buttons(issue: Issue) -> Blocks:
    """What the person can do, the usual thing first."""
    found: Blocks = []
    if issue.state == "in_doubt":
        found = [
            blocks.button("It is done", "issue.done", issue.id, style="primary"),
            blocks.button("Do it again", "issue.again", issue.id),
        ]
    elif issue.state == "open" and issue.can_retry:
        found = [blocks.button("Try again", "issue.retry", issue.id, style="primary")]
    elif issue.state == "open":
        found = [blocks.button("Close", "issue.close", issue.id)]
    if issue.about:
        found.append(blocks.button("Open candidate", "candidate.open", issue.about))
    return found


@router.action("issue.retry", durable=True)
async def retry(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await issues.retry(services, gesture.value)
    await services.desk.refresh("issue", gesture.value)


@router.action("issue.again", durable=True)
async def again(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await issues.settle(services, gesture.value, doubts.AGAIN)
    await services.desk.refresh("issue", gesture.value)


@router.action("issue.done", durable=True)
async def done(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await issues.settle(services, gesture.value, doubts.DONE)
    await services.desk.refresh("issue", gesture.value)


@router.action("issue.close")
async def close(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """For what has no job behind it: somebody has looked after it."""
    await issues.close(services, gesture.value)
    await services.desk.refresh("issue", gesture.value)
