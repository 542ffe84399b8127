"""What is forgotten after a while: calls, deliveries that nobody repeats, jobs that are done, sign-ins nobody finished,
old keys, what candidates told for interviews that are over, times that are past.
"""

import time
from datetime import timedelta

from hiring import answers, calls, claims, rotation, searching
from hiring.grants_table import sign_ins
from hiring.jobs import job
from hiring.restore_table import doubted_jobs
from hiring.services import Services
from hiring.tables import deliveries


@job("beat.retention", lane="bulk", order="retention")
async def beat(services: Services) -> None:
    """Once a night."""
    await forget_old(services, services.company.retention_days)
    await searching.clean(services)
    await rotation.tidy(services)


async def forget_old(services: Services, days: int) -> int:
    """Forget what is older than so many days; gives how many deliveries and finished jobs.

    Calls, answers and times are dated by our clock, deliveries and jobs by the real time.
    """
    before = time.time() - days * 86_400
    doubted_before = services.clock.now() - timedelta(days=days)
    async with services.store.begin() as tx:
        gone = await tx.execute(deliveries.delete().where(deliveries.c.received_at < before))
        await tx.execute(sign_ins.delete().where(sign_ins.c.until < time.time()))
        await tx.execute(doubted_jobs.delete().where(doubted_jobs.c.since < doubted_before))
        await calls.forget(tx, doubted_before)
        await answers.forget(tx, doubted_before)
        await claims.forget(tx, doubted_before)
    count = gone.rowcount
    while done := await services.jobs.forget(before):
        count += done
    return count
