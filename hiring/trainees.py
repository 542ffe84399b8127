"""Who trains for which skill and how far they are: counted from the interviews they sat in, so that none counts twice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring.answers_table import troubles
from hiring.feedback_table import scorecards
from hiring.interview_records import LEARNING
from hiring.interviews_table import interviews, panel
from hiring.services import Services
from hiring.training_table import paths
from hiring.training_table import trainees as table
from hiring.troubles import NO_SHOW
from scheduling import training
from scheduling.training import Path, Stage, Training

STEPS = tuple(LEARNING)


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody on the way to a skill. `coming` are the starts of the booked interviews of the step they are in, UTC."""

    user: str
    skill: str
    training: Training
    path: Path
    since: datetime
    coming: tuple[datetime, ...] = ()

    @property
    def stage(self) -> Stage:
        return self.training.stage

    @property
    def left(self) -> int:
        """How many interviews the present step still needs."""
        return training.missing(self.training, self.path)[0]

    @property
    def ready(self) -> bool:
        """Whether the present step only waits for somebody to sign it off."""
        return training.missing(self.training, self.path) == (0, True)


async def load(
    conn: AsyncConnection, services: Services, team: str, *, user: str = "", skill: str = ""
) -> list[Trainee]:
    """Everybody who trains or did, by skill and member; only that member's or that skill's where one is named.

    An interview counts once it is over: not when it was called off, when the candidate did not come, when they declined
    it, or when they said that they were not there.
    """
    mine = [table.c.user == user] if user else []
    theirs = [table.c.skill == skill] if skill else []
    query = sa.select(table).where(table.c.team == team, *mine, *theirs)
    rows = (await conn.execute(query.order_by(table.c.skill, table.c.user))).all()
    ways = await _paths(conn, team)
    seats = (await conn.execute(_seats(team, {row.user for row in rows}))).all()
    now, found = services.clock.now(), list[Trainee]()
    for row in rows:
        own = [
            seat
            for seat in seats
            if (seat.user, seat.skill) == (row.user, row.skill) and seat.start >= row.since
        ]
        held = [seat for seat in own if seat.end <= now]
        counts = {step: sum(seat.kind == step for seat in held) for step in STEPS}
        where = Training(
            row.stage, counts["shadow"], counts["reverse_shadow"], interviews=frozenset(s.interview for s in held)
        )  # fmt: skip
        coming = tuple(s.start for s in own if s.end > now and s.kind == row.stage)
        path = ways.get(row.skill, Path())
        found.append(Trainee(row.user, row.skill, where, path, row.since, coming))
    return found


async def path_of(conn: AsyncConnection, team: str, skill: str) -> Path:
    """What a skill asks of its trainees: its own path, else the usual one."""
    return (await _paths(conn, team)).get(skill, Path())


async def seekers(services: Services, team: str, skills: Collection[str]) -> dict[str, list[str]]:
    """For each skill those whose present step needs more interviews than are booked for it, in one order."""
    async with services.store.read() as conn:
        known = await load(conn, services, team)
    return {
        skill: [t.user for t in known if t.skill == skill and t.left > len(t.coming)]
        for skill in skills
    }


async def step_of(conn: AsyncConnection, team: str, user: str, skill: str) -> str | None:
    """The step somebody is in now; None for who does not train for the skill, or no longer."""
    at = (table.c.team == team, table.c.user == user, table.c.skill == skill)
    found = (await conn.execute(sa.select(table.c.stage).where(*at))).scalar()
    return found if found in STEPS else None


async def _paths(conn: AsyncConnection, team: str) -> dict[str, Path]:
    found = await conn.execute(sa.select(paths).where(paths.c.team == team))
    return {row.skill: Path(row.shadows, row.reverse_shadows) for row in found}


def _seats(team: str, users: Collection[str]) -> sa.Select[tuple[object, ...]]:
    """The seats in which these members learn or learned, without those that cannot count."""
    missed = sa.exists().where(
        troubles.c.interview == interviews.c.id, troubles.c.what == NO_SHOW,
        troubles.c.start == interviews.c.start,
    )  # fmt: skip
    away = sa.exists().where(
        scorecards.c.interview == interviews.c.id, scorecards.c.user == panel.c.user,
        scorecards.c.state == "excused",
    )  # fmt: skip
    return (
        sa.select(
            panel.c.user, panel.c.skill, panel.c.kind, panel.c.interview,
            interviews.c.start, interviews.c.end,
        )
        .join(interviews, interviews.c.id == panel.c.interview)
        .where(
            interviews.c.team == team, interviews.c.state == "scheduled",
            panel.c.kind.in_(STEPS), panel.c.user.in_(users),
            sa.or_(panel.c.answer != "declined", panel.c.stale), ~missed, ~away,
        )
        .order_by(interviews.c.start)
    )  # fmt: skip
