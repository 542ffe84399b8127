"""Interviews that an earlier release booked claim their candidate, too; two at once are shown to the recruiter."""

from pathlib import Path

import pytest
import sqlalchemy as sa

import commands
from hiring import calendar_watch, candidate_claims, candidates, conflicts, interviews
from hiring.claims_table import claims
from hiring.interview_changes import Wish
from hiring.interview_records import Interview
from hiring.interviews_table import interviews as rows
from tests.firm import BEN, CHEN, ROSA, TEAM, Firm, firm

pytestmark = pytest.mark.anyio
THEIRS = claims.c.resource.contains(":for:")


async def booked(office: Firm, user: str, place: int) -> Interview:
    rosa, ada = await office.actor(ROSA), await office.ada()
    profile = await candidates.profile(office.services, rosa, ada)
    wish = Wish("Talk", 30, (user,))
    slot = (await interviews.times(office.services, rosa, profile, wish)).slots[place]
    return await interviews.book(office.services, rosa, ada, wish, slot, key=user)


async def holders(office: Firm) -> set[str]:
    async with office.services.store.read() as conn:
        found = await conn.execute(sa.select(claims.c.holder).where(THEIRS))
        return {row.holder for row in found}


async def test_they_are_claimed_once_and_what_collides_is_a_conflict_until_it_moves(
    database_url: str, tmp_path: Path
) -> None:
    async with firm(tmp_path, database_url) as office, office.at_work():
        one, other = await booked(office, BEN, 0), await booked(office, CHEN, -1)
        async with office.services.store.begin() as tx:  # as an earlier release left them
            await tx.execute(claims.delete().where(THEIRS))
            same = {"start": one.start, "end": one.end}
            await tx.execute(rows.update().where(rows.c.id == other.id).values(**same))
        await calendar_watch.hourly(office.services)
        await office.settles()
        (holder,) = await holders(office)
        for _ in range(2):
            await candidate_claims.fill(office.services)
            await office.settles()
        assert await holders(office) == {holder}
        (conflict,) = {s for u, k, s in office.desk.shown if (u, k) == (ROSA, "conflict")}
        found = await conflicts.read(office.services, conflict)
        assert (found.what, found.current) == ("twice", True)
        assert {holder, found.against.id} == {one.id, other.id}
        drawn = await commands.load().cards["conflict"](office.services, TEAM, ROSA, conflict)
        assert "something else with us at this time" in str(drawn.blocks)
        rosa = await office.actor(ROSA)
        await interviews.cancel(office.services, rosa, holder, "Once is enough", reason="other")
        await candidate_claims.fill(office.services)
        assert await holders(office) == {found.against.id}
        with pytest.raises(conflicts.NotFound):
            await conflicts.read(office.services, conflict)
