"""The approvals waiting for me, each with its card."""

from commands import blocks
from commands.router import Gesture, Message, Reply, Router
from hiring import offers
from hiring.people import Actor
from hiring.services import Services

router = Router()


@router.slash(
    "approve",
    help="See the offers waiting for your approval",
    roles=set(),
    example="approve",
    order=55,
)
@router.action("approve.open")
async def waiting(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """Brings each card up to date in the direct messages, where its buttons are."""
    mine = await offers.waiting_for(services, actor)
    if not mine:
        await reply.whisper(blocks.said(":white_check_mark: No offer is waiting for you."))
        return
    for offer in mine:
        await services.desk.show(offer.team, actor.user, "offer", offer.id)
    count = f"{len(mine)} offer{'s are' if len(mine) > 1 else ' is'}"
    await reply.whisper(
        Message(
            "Approvals",
            [blocks.section(f"{count} waiting for you, in your direct messages with me.")],
        )
    )
