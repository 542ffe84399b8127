"""Show a candidate's résumé: fetched live from the ATS, handed to the asker only, not kept by us."""

from commands import blocks
from commands.router import Gesture, Reply, Router
from connectors.model import Ref
from hiring import candidacy
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.action("resume.show")
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    profile, name, content = await candidacy.resume(services, actor, Ref.parse(gesture.value))
    await reply.hand_over(name, content, f"Résumé of {profile.candidate.name}")
    await reply.whisper(
        blocks.said(":page_facing_up: The résumé is in your direct messages with me.")
    )
