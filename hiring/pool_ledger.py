"""How the interviews of a pool are spread over its members: counted from what was booked, never from what is remembered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from hiring import access, interviewer_rules
from hiring.errors import Refused
from hiring.interview_records import INTERVIEWER
from hiring.interviewer_rules import MOST_LETTERS, SETTLERS
from hiring.interviews_table import interviews, panel
from hiring.people import Actor
from hiring.services import Services
from scheduling import pools
from scheduling.pools import USUAL_WEEK, Ledger

PAST, AHEAD = timedelta(weeks=8), timedelta(weeks=2)


@dataclass(frozen=True, slots=True)
class Spread:
    """A pool's ledger, and who of it takes a pause now."""

    tag: str
    ledger: Ledger
    paused: frozenset[str]


async def of(services: Services, actor: Actor, tag: str) -> Spread:
    """The ledger of everybody who has the skill: the last eight weeks and the next two. Raises Refused for no such skill.

    A fair share is what everybody's weekly limit would give; who has none counts with the usual week.
    """
    await access.require_anywhere(services, actor, frozenset(SETTLERS))
    tag, at = tag.strip().casefold()[:MOST_LETTERS], services.clock.now()
    settled = await interviewer_rules.everybody(services, actor.team)
    members = {user: rules for user, rules in settled.items() if tag in rules.tags}
    if not members:
        raise Refused(f"Nobody has the skill {tag}. Settle skills with `limits @person`.")
    counts = dict.fromkeys(members, 0) | await _counts(services, actor.team, list(members), at)
    weeks = {user: rules.per_week or USUAL_WEEK for user, rules in members.items()}
    paused = {u for u, r in members.items() if r.paused and r.paused[0] <= at < r.paused[1]}
    return Spread(tag, pools.ledger(counts, weeks), frozenset(paused))


async def _counts(services: Services, team: str, users: list[str], at: datetime) -> dict[str, int]:
    query = (
        sa.select(panel.c.user, sa.func.count())
        .join(interviews, interviews.c.id == panel.c.interview)
        .where(
            interviews.c.team == team, interviews.c.state == "scheduled", panel.c.user.in_(users),
            interviews.c.start >= at - PAST, interviews.c.start < at + AHEAD, panel.c.kind == INTERVIEWER,
        )
        .group_by(panel.c.user)
    )  # fmt: skip
    async with services.store.read() as conn:
        return {row.user: row[1] for row in await conn.execute(query)}
