"""A failed send stays visible and can be tried again."""

from commands import blocks
from commands.router import Blocks, Gesture, Message, Reply, Router
from hiring import issues
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.card("issue")
async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    issue = await issues.get(services, subject)
    when = blocks.moment(issue.at, issue.at.isoformat(timespec="minutes"))
    shown: Blocks = [
        blocks.section(
            f":warning: *This did not go through* ({when})\n{blocks.escape(issue.sentence)}"
        )
    ]
    if issue.state == "open" and issue.can_retry:
        shown.append(
            blocks.actions(blocks.button("Try again", "issue.retry", issue.id, style="primary"))
        )
    elif issue.state == "retrying":
        shown.append(
            blocks.context("It is being tried again. If it fails once more you will see it here.")
        )
    return Message("Something did not go through", shown)


@router.action("issue.retry", durable=True)
async def retry(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await issues.retry(services, gesture.value)
    await services.desk.refresh("issue", gesture.value)
