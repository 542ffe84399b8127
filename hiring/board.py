"""The recruiter's board: what to schedule, who is waited for, what is at risk, and today. Each line has one next act."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from connectors.model import Ref
from hiring import (
    board_people,
    candidate_events,
    interview_records,
    schedule_times,
    told_times,
)
from hiring.errors import NotFound
from hiring.interview_records import Interview
from hiring.interviews_table import interviews, panel
from hiring.loops_table import loops
from hiring.people import Actor
from hiring.schedule_times import Took
from hiring.services import Services
from hiring.tables import audit
from scheduling.invites import NO_ANSWER

MOST = 10  # lines of a section
NEAR = timedelta(hours=24)  # before the start, when a missing answer becomes a risk
LAPSING = timedelta(hours=4)  # before a hold's end
WATCHED = 7  # days ahead whose interviewers' calendars are looked at
DAYS = 30  # over which the time to schedule is told
ANSWERED = (audit.c.actor == "candidate", audit.c.detail["why"].as_string() == "answered")
SECTIONS = ("schedule", "candidate", "answers", "risk", "today")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to see to. `act` with `value` is the next step; `who` is a member it is about, `since` how long it waits.

    `why` names what it is: see `commands/home.py`, which says it in words.
    """

    candidate: Ref
    title: str
    why: str
    act: str
    value: str
    since: datetime | None = None
    at: datetime | None = None
    who: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """The lines of each section, how many there are in all, and the accounts that could not be asked."""

    lines: dict[str, tuple[Line, ...]]
    counts: dict[str, int]
    missing: tuple[str, ...]
    took: Took


async def read(services: Services, actor: Actor) -> Board:
    """The board of one recruiter, now."""
    open_loops = await _open_loops(services, actor)
    mine = await _interviews(services, actor)
    waiting, missing = await board_people.waiting(services, actor)
    sections: dict[str, list[Line]] = {name: [] for name in SECTIONS}
    for loop in open_loops:
        name, line = _loop_line(loop, services.clock.now())
        sections[name].append(line)
    waited, answered = await _offered(services, actor)
    sections["candidate"] += waited
    sections["schedule"] += answered
    sections["schedule"] += await _unscheduled(services, waiting)
    _judge(services, actor, mine, await _shut(services, actor, mine), sections)
    no = await candidate_events.declined(services, {i.application for i in mine})
    risked = [i for i in mine if i.created_by == actor.user and i.start > services.clock.now()]
    sections["risk"] += [_line(i, "refused", "move") for i in risked if i.id in no]
    changed = await told_times.changed(services, [i.id for i in mine])
    sections["risk"] += [_line(i, "clocks", "move") for i in mine if i.id in changed]
    shown = {name: lines[:MOST] for name, lines in sections.items()}
    called = await board_people.names(
        services, {line.candidate for lines in shown.values() for line in lines}
    )
    return Board(
        {
            name: tuple(replace(line, name=called.get(line.candidate, "")) for line in lines)
            for name, lines in shown.items()
        },
        {name: len(lines) for name, lines in sections.items()},
        tuple(missing),
        await _took(services, actor),
    )


def _loop_line(row: Any, now: datetime) -> tuple[str, Line]:
    """Where a loop that is not booked belongs, with what comes next."""
    titles = [session["title"] for session in row.sessions]
    title = titles[0] if len(titles) == 1 else f"{len(titles)} interviews"

    def line(why: str, act: str, at: datetime | None = None) -> Line:
        return Line(Ref.parse(row.candidate), title, why, act, row.id, row.since, at)

    if row.state == "held":
        if row.hold_until - now <= LAPSING:
            return "risk", line("lapsing", "book", row.hold_until)
        if row.link is None:
            return "schedule", line("held", "book", row.hold_until)
    elif row.answered:
        return "schedule", line("answered", "times")
    elif row.link is None:
        return "schedule", line("lapsed", "times")
    return "candidate", replace(line(row.state, "write"), value=row.application)


def _judge(
    services: Services, actor: Actor, mine: list[Interview], shut: set[str],
    sections: dict[str, list[Line]],
) -> None:  # fmt: skip
    """Put the interviews that are booked where they belong."""
    now = services.clock.now()
    today = now.astimezone(ZoneInfo(actor.zone)).date()
    for i in mine:
        if i.start.astimezone(ZoneInfo(actor.zone)).date() == today:
            sections["today"].append(_today(i, actor, now))
        if i.created_by != actor.user or i.start <= now:
            continue
        for seat in (each for each in i.panel if each.needed):
            if seat.standing == "declined":
                sections["risk"].append(_line(i, "declined", "move", seat.user))
            elif seat.standing == NO_ANSWER and i.start - now <= NEAR:
                sections["risk"].append(_line(i, "unanswered", "ask", seat.user))
            elif seat.standing == NO_ANSWER and seat.user in shut:
                sections["risk"].append(_line(i, "unreadable", "ask", seat.user))
            elif seat.standing == NO_ANSWER:
                line = replace(_line(i, "unanswered", "ask", seat.user), since=i.stamp)
                sections["answers"].append(line)


def _today(now: Interview, actor: Actor, at: datetime) -> Line:
    sits = actor.user in now.users
    if now.start > at:
        return _line(now, "coming", "move" if now.created_by == actor.user else "decline")
    if sits and now.end + timedelta(hours=1) > at:
        return _line(now, "begun", "no_show")
    return replace(_line(now, "begun", "write"), value=str(now.application))


def _line(now: Interview, why: str, act: str, who: str = "") -> Line:
    value = f"{now.id}:{who}" if act == "ask" else now.id
    return Line(now.candidate, now.title, why, act, value, None, now.start, who)


async def _open_loops(services: Services, actor: Actor) -> list[Any]:
    """Loops without a time that the actor began: the rows, `since` the last of our own steps, `answered` by the candidate."""
    steps = ("loop.draft", "loop.offered", "loop.held", "loop.lapsed")
    since = _last(loops.c.id, audit.c.action.in_(steps), audit.c.actor != "candidate")
    said = _last(loops.c.id, *ANSWERED)
    query = (
        sa.select(loops, since.label("since"), (said > since).label("answered"))
        .where(
            loops.c.team == actor.team, loops.c.created_by == actor.user,
            loops.c.state.in_(("draft", "offered", "held")),
        )
        .order_by(since, loops.c.id)
    )  # fmt: skip
    async with services.store.read() as conn:
        return list((await conn.execute(query)).all())


def _last(
    subject: sa.ColumnElement[str], *where: sa.ColumnElement[bool]
) -> sa.ScalarSelect[datetime]:
    """When it was last told of a loop or an interview that."""
    query = sa.select(sa.func.max(audit.c.at)).where(audit.c.subject == subject, *where)
    return query.scalar_subquery()


async def _offered(services: Services, actor: Actor) -> tuple[list[Line], list[Line]]:
    """Single interviews without a time: those the candidate has to choose one for, and those they answered."""
    said = _last(interviews.c.id, *ANSWERED)
    offered = _last(interviews.c.id, audit.c.action == "interview.offered")
    found = await interview_records.listed(
        services, interviews.c.team == actor.team, interviews.c.state == "offered",
        interviews.c.created_by == actor.user,
    )  # fmt: skip
    async with services.store.read() as conn:
        query = sa.select(interviews.c.id).where(
            interviews.c.id.in_([i.id for i in found]), said > offered
        )
        answered = set((await conn.execute(query)).scalars())
    return [
        Line(i.candidate, i.title, "offered", "write", str(i.application), i.stamp)
        for i in found
        if i.id not in answered
    ], [Line(i.candidate, i.title, "answered", "again", i.id) for i in found if i.id in answered]


async def _unscheduled(services: Services, waiting: list[board_people.Waiting]) -> list[Line]:
    """The candidacies without a time in their stage, offered, held or booked."""
    wanted = [str(row.application) for row in waiting]
    busy: dict[str, datetime | None] = {}
    async with services.store.read() as conn:
        for first in range(0, len(wanted), 400):
            some = wanted[first : first + 400]
            open_ = sa.select(loops.c.application).where(
                loops.c.application.in_(some), loops.c.state.in_(("draft", "offered", "held"))
            )
            busy |= {row.application: None for row in await conn.execute(open_)}
            booked = sa.select(
                interviews.c.application, interviews.c.state, interviews.c.end
            ).where(interviews.c.application.in_(some), interviews.c.state != "cancelled")
            for row in await conn.execute(booked.order_by(interviews.c.end)):
                if row.application not in busy or busy[row.application] is not None:
                    busy[row.application] = row.end if row.state == "scheduled" else None
    lines = []
    for each in waiting:
        key = str(each.application)
        last = busy.get(key)
        done = (
            last is not None and last <= services.clock.now() and each.since and each.since > last
        )
        if key not in busy or done:
            lines.append(Line(each.candidate, each.stage, "stage", "schedule", key, each.since))
    return lines


async def _interviews(services: Services, actor: Actor) -> list[Interview]:
    """Booked ones the actor arranged or sits in, from a day ago on."""
    sits = sa.select(panel.c.interview).where(panel.c.user == actor.user)
    return await interview_records.listed(
        services, interviews.c.team == actor.team, interviews.c.state == "scheduled",
        interviews.c.end > services.clock.now() - timedelta(days=1),
        sa.or_(interviews.c.created_by == actor.user, interviews.c.id.in_(sits)),
    )  # fmt: skip


async def _shut(services: Services, actor: Actor, mine: list[Interview]) -> set[str]:
    """The interviewers without an answer whose calendar cannot be read."""
    until = services.clock.now() + timedelta(days=WATCHED)
    asked = {
        seat.user
        for i in mine
        for seat in i.panel
        if i.created_by == actor.user
        and i.start <= until
        and seat.standing == NO_ANSWER
        and seat.needed
    }
    members = []
    for user in sorted(asked)[:20]:
        try:
            members.append(await services.desk.person(actor.team, user))
        except NotFound:  # left the workspace
            continue
    return await board_people.shut(services, members, WATCHED)


async def _took(services: Services, actor: Actor) -> Took:
    return await services.memory.recall(
        ("board.took", actor.team, actor.user), board_people.KEPT,
        lambda: schedule_times.mine(services, actor, DAYS),
    )  # fmt: skip
