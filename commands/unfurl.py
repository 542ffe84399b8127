"""A card below an address of the ATS: the job and the stage, never a name; a button shows the rest to who may see it."""

from commands import blocks, choosing
from commands.router import Blocks, Gesture, Reply, Router
from hiring import linked
from hiring.candidates import Profile
from hiring.people import Actor
from hiring.services import Services

router = Router()
MOST = 5  # cards below one message


@router.event("link_shared")
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Nothing in channels that other organisations are in, and nothing for somebody who may not see the candidate."""
    if gesture.private.get("outside"):
        return
    cards: dict[str, Blocks] = {}
    links: list[str] = list(gesture.values.get("links") or [])
    for url in links[:MOST]:
        profile = await linked.seen_by(services, actor, url)
        if profile is not None:
            cards[url] = _card(profile)
    if cards:
        await reply.unfurl(cards)


def _card(profile: Profile) -> Blocks:
    job = blocks.escape(profile.job_title) or "No job yet"
    stage = blocks.escape(choosing.stage(profile))
    press = blocks.button(
        "Show me", "candidate.open", str(profile.ref), aria="Show the candidate to me only"
    )
    where = f"A candidate in {blocks.escape(profile.account_label)}"
    return [blocks.section(f"*{job}*\n{stage}", accessory=press), blocks.context(where)]
