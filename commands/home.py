"""The app's Home tab: what needs me now, and a first word to newcomers."""

from commands import blocks
from commands.router import Gesture, Reply, Router, View
from commands.tasks import open_tasks
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.event("app_home_opened")
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    await reply.home(await _home(services, actor))


async def _home(services: Services, actor: Actor) -> View:
    root = services.company.command
    tasks = await open_tasks(services, actor)
    welcome = blocks.section(
        f"*Hello {blocks.escape(actor.person.first_name)}.* Callsheet runs hiring here in Slack. "
        f"Type `/{root} find` and a name to see a candidate, or `/{root} help` for everything you can do."
    )
    return {"type": "home", "blocks": [welcome, blocks.divider(), *tasks][:100]}
