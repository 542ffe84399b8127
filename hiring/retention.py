"""What is forgotten after a while: deliveries that nobody repeats any more, and jobs that are done."""

import time

from hiring.jobs import job
from hiring.services import Services
from hiring.tables import deliveries


@job("beat.retention", lane="bulk", order="retention")
async def beat(services: Services) -> None:
    """Once a night."""
    await forget_old(services, services.company.retention_days)


async def forget_old(services: Services, days: int) -> int:
    """Forget deliveries and finished jobs older than so many days (real time); gives how many."""
    before = time.time() - days * 86_400
    async with services.store.begin() as tx:
        gone = await tx.execute(deliveries.delete().where(deliveries.c.received_at < before))
    count = gone.rowcount
    while done := await services.jobs.forget(before):
        count += done
    return count
