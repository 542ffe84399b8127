"""A failed send stays visible and can be tried again."""

from commands import blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from hiring import doubts, issues
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.card("issue")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    issue = await issues.get(services, subject)
    when = blocks.moment(issue.at, issue.at.isoformat(timespec="minutes"))
    sentence = blocks.escape(issue.sentence)
    if issue.state == "resolved":
        return Message(
            "It went through",
            [blocks.section(f":white_check_mark: *It went through after all* ({when})")],
        )
    if issue.state == "retrying":
        text = f":hourglass_flowing_sand: *Not gone through yet* ({when})\n{sentence}"
        return Message(
            "Still being tried",
            [blocks.section(text), blocks.context("It is tried again by itself; nothing is lost.")],
        )
    if issue.state == "in_doubt":
        text = (
            f":grey_question: *Nobody but you can tell whether this happened* ({when})\n{sentence}"
        )
        choices = blocks.actions(
            blocks.button("Do it again", "issue.again", issue.id),
            blocks.button("It is done", "issue.done", issue.id, style="primary"),
        )
        return Message("Please look whether this happened", [blocks.section(text), choices])
    shown: Blocks = [blocks.section(f":warning: *This did not go through* ({when})\n{sentence}")]
    if issue.can_retry:
        shown.append(
            blocks.actions(blocks.button("Try again", "issue.retry", issue.id, style="primary"))
        )
    return Message("Something did not go through", shown)


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
