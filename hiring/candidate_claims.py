"""Interviews that an earlier release booked get the claim of their candidate, so that nobody has two at once from now on."""

import sqlalchemy as sa

from hiring import claims, conflicts
from hiring.claims import Claim
from hiring.claims_table import claims as rows
from hiring.interview_records import get, load
from hiring.interviews_table import interviews
from hiring.jobs import job
from hiring.services import Services


@job("interview.claim-candidates", lane="bulk", order="claim-candidates", what="Candidates' times")
async def fill(services: Services) -> None:
    """Claim the candidate for every coming interview without that, one after another. Cut off, the next run goes on.

    Where the candidate has something else then, both stand, and the recruiter is shown the conflict.
    """
    for interview in await _without(services):
        found = await get(services, interview)
        name = claims.candidate(found.team, found.candidate)
        async with services.store.begin() as tx:
            await claims.wait(tx, services, [name])
            now = await load(tx, interview)
            if now.state != "scheduled":
                continue
            free = await claims.join(tx, services, Claim(name, (now.start, now.end), interview))
        if free:
            await conflicts.over(services, interview, (conflicts.TWICE,))
        else:
            await conflicts.note(services, now, conflicts.TWICE)


async def _without(services: Services) -> list[str]:
    claimed = sa.exists().where(
        rows.c.holder == interviews.c.id, rows.c.resource.like(interviews.c.team + ":for:%")
    )
    query = (
        sa.select(interviews.c.id)
        .where(
            interviews.c.state == "scheduled", interviews.c.start > services.clock.now(), ~claimed
        )
        .order_by(interviews.c.start, interviews.c.id)
    )
    async with services.store.read() as conn:
        return [row.id for row in await conn.execute(query)]
