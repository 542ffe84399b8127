"""What is forgotten after a while: deliveries that Slack and the ATSs will not repeat any more."""

import time

from hiring.services import Services
from hiring.tables import deliveries


async def forget_old(services: Services, days: int) -> int:
    """Forget deliveries older than so many days (real time); gives how many."""
    before = time.time() - days * 86_400
    async with services.store.begin() as tx:
        gone = await tx.execute(deliveries.delete().where(deliveries.c.received_at < before))
    return gone.rowcount
