"""How the interviews of a pool are spread over its people."""

from commands import blocks
from commands.router import Gesture, Reply, Router
from hiring import interviewer_rules, pool_ledger
from hiring.candidates import LOOKERS
from hiring.people import Actor
from hiring.pool_ledger import Spread
from hiring.services import Services
from scheduling.pools import Share

router = Router()
WIDTH = 20  # of the longest bar
MOST = 25


@router.slash(
    "pool",
    help="See how evenly the interviews of a skill are spread",
    roles=LOOKERS | {"admin"},
    example="pool backend",
    order=31,
)
async def show(gesture: Gesture, actor: Actor, services: Services, reply: Reply) -> None:
    """The ledger of a skill; without one, the skills there are."""
    if not gesture.text.strip():
        tags = await interviewer_rules.tags(services, actor.team)
        named = ", ".join(blocks.escape(tag) for tag in tags[:100]) or "none yet"
        await reply.whisper(blocks.said(f"Name a skill. There are: {named}."))
        return
    found = await pool_ledger.of(services, actor, gesture.text)
    shares = found.ledger.shares
    most = max(share.interviews for share in shares)
    lines = [_line(share, most, found) for share in shares[:MOST]]
    if len(shares) > MOST:
        lines.append(f"and {len(shares) - MOST} more")
    head = f"*{blocks.escape(found.tag)}*: {found.ledger.interviews} interviews in ten weeks"
    notes = blocks.context(
        f"Most and least differ by {found.ledger.most_less_least}; unevenness {found.ledger.gini:.2f} "
        "(0 is even, near 1 is one person doing all).",
        "The last eight weeks and the next two. The fair share follows from weekly limits.",
    )
    await reply.whisper(blocks.said(head, blocks.section("\n".join(lines)), notes))


def _line(share: Share, most: int, found: Spread) -> str:
    bar = "█" * round(WIDTH * share.interviews / most) if most else ""
    paused = ", takes a pause" if share.person in found.paused else ""
    return f"`{bar:<{WIDTH}}` {share.interviews} <@{share.person}> ({share.share:.0%}, fair {share.fair:.0%}{paused})"
