"""What is forgotten after a while: deliveries that will not be repeated any more, doubts that were settled."""

import time
from datetime import timedelta

from hiring.restore_table import doubted_jobs
from hiring.services import Services
from hiring.tables import deliveries


async def forget_old(services: Services, days: int) -> int:
    """Forget deliveries older than so many days (real time); gives how many."""
    before = time.time() - days * 86_400
    doubted_before = services.clock.now() - timedelta(days=days)
    async with services.store.begin() as tx:
        gone = await tx.execute(deliveries.delete().where(deliveries.c.received_at < before))
        await tx.execute(doubted_jobs.delete().where(doubted_jobs.c.since < doubted_before))
    return gone.rowcount
