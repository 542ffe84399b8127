"""Who could take a seat of an interview over: everybody who qualifies, best first, with what speaks for and against each.

Nothing is drawn by chance: the same people, calendars and loads give the same order, which `scheduling/pools.py` decides.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from connectors.errors import ConnectorError
from hiring import claims, interviewer_rules, interviewer_times, loop_records, people
from hiring.desk import Person
from hiring.errors import NotFound
from hiring.interview_records import Interview
from hiring.interviewer_rules import Rules
from hiring.interviewer_times import Known
from hiring.interviews_table import interviews, panel
from hiring.services import Services
from scheduling import pools
from scheduling.grid import CELL, Grid
from scheduling.hours import intervals
from scheduling.pools import USUAL_WEEK, Member, Substitute, Vacancy

PAST, AHEAD = timedelta(weeks=4), timedelta(weeks=2)  # the interviews that make somebody's load
AROUND = timedelta(hours=3)  # of the interview, that calendars are asked for
NO_LIMIT = 40
AGAINST = {
    "paused": "takes a pause", "skill": "has not the skill", "training": "is not trained for it",
    "excluded": "gave this seat away", "in_loop": "meets this candidate already", "not_free": "is busy then",
    "off_hours": "outside their interview hours", "day_limit": "has as many that day as they want",
    "week_limit": "has as many that week as they want", "cool_down": "rests after a heavy day",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ranked:
    """One person. `possible` may be asked; `fits` has nothing at all against it: only those are asked by themselves."""

    user: str
    name: str
    load: int
    possible: bool
    fits: bool
    because: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Everybody who qualifies, best first, and what could not be looked at."""

    people: tuple[Ranked, ...]
    remarks: tuple[str, ...] = ()

    @property
    def fitting(self) -> tuple[Ranked, ...]:
        return tuple(ranked for ranked in self.people if ranked.fits)


async def rank(
    services: Services,
    now: Interview,
    leaving: str,
    *,
    without: frozenset[str] = frozenset(),
    fresh: bool = False,
) -> Found:
    """Everybody who could take the seat of `leaving`; `without` names who gave it away. `fresh` asks calendars now.

    First who fits, then whom only a limit of their own holds back, then the others; among those the calendars that
    could be read before the others, then the least loaded, then a draw that is the same for the same seat.
    """
    why, remarks = await _qualified(services, now, leaving)
    members = [p for p in [await _person(services, now.team, user) for user in why] if p]
    window = (now.start - AROUND, now.end + AROUND)
    known = await interviewer_times.known(
        services, now.team, members, window, but=(now.id,), fresh=fresh
    )
    names = [claims.person(now.team, member.id) for member in members]
    at = services.clock.now()
    load = await claims.begun(services, names, (at - PAST, max(at, now.start) + AHEAD))
    present = frozenset(now.users) | await _others_of(services, now)
    kind = f"{now.id}:{leaving}"
    vacancy = Vacancy(
        kind, "interviewer", now.start, now.end, without=without, present=present, seed=kind
    )
    asked = [_member(k, kind, now, load[claims.person(now.team, k.person.id)], at) for k in known]
    grid = _grid(now)
    span = (grid.start, grid.at(grid.cells))
    free = {k.person.id: grid.full & ~grid.outward(k.busy) for k in known}
    hours = {k.person.id: grid.inward(intervals(k.rules.week(k.person.zone), span)) for k in known}
    by_id = {k.person.id: k for k in known}
    rows = pools.substitutes(vacancy, asked, grid, free, hours)
    rows = tuple(
        sorted(rows, key=lambda s: (len(s.reasons), len(s.soft), bool(by_id[s.person].unread)))
    )
    return Found(tuple(_ranked(s, by_id[s.person], why[s.person]) for s in rows), remarks)


async def _qualified(
    services: Services, now: Interview, leaving: str
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Who may interview this, with what makes them: the skill that the seat wants, else one that who leaves has too,
    else being among the job's usual interviewers.
    """
    settled = await interviewer_rules.everybody(services, now.team)
    if tag := await _tag(services, now, leaving):
        return {u: f"has the skill {tag}" for u in settled if tag in settled[u].tags}, ()
    mine = settled.get(leaving, Rules(leaving)).tags
    found: dict[str, str] = {}
    for user, rules in settled.items():
        if common := sorted(set(mine) & set(rules.tags)):
            found[user] = f"has the skill {common[0]}, too"
    remarks: tuple[str, ...] = ()
    try:
        for user in await _usual(services, now):
            found.setdefault(user, "interviews for this job")
    except ConnectorError:
        remarks = ("The ATS does not answer, so only skills were looked at.",)
    found.pop(leaving, None)
    return {user: found[user] for user in sorted(found) if user not in now.users}, remarks


async def _tag(services: Services, now: Interview, leaving: str) -> str:
    """The skill that this seat of a loop is for."""
    if now.loop is None:
        return ""
    sessions = (await loop_records.get(services, now.loop)).sessions
    session = sessions[now.position] if now.position < len(sessions) else None
    return session.tag if session and session.seats and leaving not in session.required else ""


async def _usual(services: Services, now: Interview) -> list[str]:
    """The members whom the ATS names for this interview or for interviews of the job."""
    if now.job is None:
        return []
    ats = await services.accounts.ats(now.job.account)
    planned = [p for p in await ats.plan(now.job.id, None) if p.ref == now.planned]
    refs = [ref for each in planned for ref in each.interviewers]
    refs += [m.user for m in await ats.team(now.job.id) if m.role == "interviewer"]
    found = [await people.member(services, now.team, ref) for ref in dict.fromkeys(refs)]
    return [person.id for person in found if person]


async def _person(services: Services, team: str, user: str) -> Person | None:
    """None for somebody who left the workspace."""
    try:
        return await services.desk.person(team, user)
    except NotFound:
        return None


async def _others_of(services: Services, now: Interview) -> frozenset[str]:
    """Who meets the candidate in another interview that is booked."""
    query = (
        sa.select(panel.c.user)
        .join(interviews, interviews.c.id == panel.c.interview)
        .where(
            interviews.c.application == str(now.application), interviews.c.state == "scheduled",
            interviews.c.id != now.id,
        )
    )  # fmt: skip
    async with services.store.read() as conn:
        return frozenset(row.user for row in await conn.execute(query))


def _grid(now: Interview) -> Grid:
    start = (now.start - AROUND).replace(minute=0, second=0, microsecond=0)
    return Grid(start, -((start - now.end - AROUND) // CELL))


def _member(
    known: Known, kind: str, now: Interview, starts: Sequence[datetime], at: datetime
) -> Member:
    """Without a limit of their own somebody counts as having the usual week, and never as full."""
    zone, rules = ZoneInfo(known.person.zone), known.rules
    booked = Counter(start.astimezone(zone).date() for start in starts)
    week = now.start.astimezone(zone).isocalendar()[:2]
    held = sum(n for day, n in booked.items() if day.isocalendar()[:2] == week)
    paused = rules.paused is not None and rules.paused[0] < now.end and now.start < rules.paused[1]
    return Member(
        known.person.id, known.person.zone, frozenset({*rules.tags, kind}), booked=booked,
        per_day=rules.per_day or NO_LIMIT, per_week=rules.per_week or max(USUAL_WEEK, held + 1),
        recent=sum(start < at for start in starts), upcoming=sum(start >= at for start in starts),
        paused=paused,
    )  # fmt: skip


def _ranked(row: Substitute, known: Known, qualified: str) -> Ranked:
    of = f" of {known.rules.per_week}" if known.rules.per_week else ""
    because = [qualified, f"{row.this_week}{of} that week", f"{row.local_start:%H:%M} for them"]
    if "not_free" not in row.reasons:
        calendar = f"calendar not read ({known.unread})" if known.unread else "calendar free"
        because.append(calendar)
    against = tuple(AGAINST[each] for each in (*row.reasons, *row.soft))
    return Ranked(
        row.person, known.person.name, row.load, not row.reasons, row.fits, tuple(because), against
    )
