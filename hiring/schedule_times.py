"""How long it takes from asking for an interview to having it booked, and who was waited for. From our own rows and the audit."""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connectors.model import Ref
from hiring import access, reasons
from hiring.candidates import LOOKERS
from hiring.interviews_table import interviews
from hiring.loops_table import loops
from hiring.people import Actor
from hiring.reasons import CANDIDATE
from hiring.services import Services
from hiring.tables import audit

BEFORE = timedelta(days=60)  # how long before the window a booking may have begun
FEW, FEW_LATE = 3, 10  # under so many there is no median, and no 90th percentile
BOOKED = {"interview.booked", "interview.picked"}
INTERVIEWER, US = "interviewer", "us"
WHY = {
    CANDIDATE: (CANDIDATE, "they chose another time"),
    "interview.zone_changed": (US, "the clocks changed"),
    "interview.no_show": (CANDIDATE, "they did not come"),
    "proposed candidate": (CANDIDATE, "they proposed another time"),
    "proposed": (INTERVIEWER, "they proposed another time"),
    "declined candidate": (CANDIDATE, "they declined the invite"),
    "declined": (INTERVIEWER, "they could not come"),
    "": (US, "no reason was given"),
}  # what led to a change, the strongest first: by whom it is, and why, where nobody chose a reason


@dataclass(frozen=True, slots=True)
class Booking:
    """An interview, or a whole loop, that got its time. `waits` is (for the candidate, for us), None when it was booked at once."""

    job: Ref | None
    at: datetime
    waits: tuple[timedelta, timedelta] | None


@dataclass(frozen=True, slots=True)
class Took:
    """What it took: `booked` in all, `waited` those that somebody was waited for; spans are None where they are too few."""

    booked: int
    waited: int
    median: timedelta | None
    late: timedelta | None  # nine of ten took no longer
    candidate: timedelta | None  # the median wait for the candidate
    us: timedelta | None


@dataclass(frozen=True, slots=True)
class Report:
    """`moved` and `cancelled` count changes of booked times by whom and why: a reason of the lists, else what was heard.

    By whom is `candidate`, `interviewer` or `us`. All of it within the days, for the jobs that the asker may see.
    """

    days: int
    all: Took
    jobs: tuple[tuple[Ref | None, Took], ...]
    moved: tuple[tuple[tuple[str, str], int], ...]
    cancelled: tuple[tuple[tuple[str, str], int], ...]
    no_shows: int


@dataclass(frozen=True, slots=True)
class Story:
    """What the audit tells of one loop with its sessions, or of one interview, in its order."""

    job: Ref | None
    rows: tuple[Any, ...]


async def report(services: Services, actor: Actor, days: int) -> Report:
    """The last so many days. Raises the ATS's error when it cannot say which jobs the actor sees."""
    stories = await stories_of(services, actor.team, days)
    seen = {
        job: await access.allowed(services, actor, LOOKERS | {"admin"}, job)
        for job in {story.job for story in stories}
    }
    found = told([s for s in stories if seen[s.job]], services.clock.now(), days)
    return replace(
        found,
        moved=_in_words(services, found.moved),
        cancelled=_in_words(services, found.cancelled),
    )


async def mine(services: Services, actor: Actor, days: int) -> Took:
    """What it took for everything the actor arranged."""
    stories = await stories_of(services, actor.team, days, actor.user)
    return told(stories, services.clock.now(), days).all


def told(stories: Sequence[Story], now: datetime, days: int) -> Report:
    """Count the stories. Pure."""
    since = now - timedelta(days=days)
    bookings = [b for b in map(booking_in, stories) if b and b.at >= since]
    jobs = sorted(
        {b.job for b in bookings},
        key=lambda job: (-sum(b.job == job for b in bookings), str(job or "")),
    )
    counted: dict[str, Counter[tuple[str, str]]] = {"moved": Counter(), "cancelled": Counter()}
    for change in (c for story in stories for c in _changes(story) if c.at >= since):
        counted[change.what][change.who, change.why] += 1
    missed = [r for s in stories for r in s.rows if r.action == "interview.no_show"]
    return Report(
        days, took(bookings),
        tuple((job, took([b for b in bookings if b.job == job])) for job in jobs),
        tuple(counted["moved"].most_common()), tuple(counted["cancelled"].most_common()),
        sum(row.at >= since for row in missed),
    )  # fmt: skip


def took(bookings: Sequence[Booking]) -> Took:
    """Medians and the 90th percentile (nearest rank) of those that somebody was waited for."""
    waits = [b.waits for b in bookings if b.waits]
    whole = sorted(theirs + ours for theirs, ours in waits)
    late = whole[math.ceil(0.9 * len(whole)) - 1] if len(whole) >= FEW_LATE else None
    return Took(
        len(bookings), len(waits), _median(whole), late,
        _median([theirs for theirs, _ in waits]), _median([ours for _, ours in waits]),
    )  # fmt: skip


def _median(spans: Sequence[timedelta]) -> timedelta | None:
    if len(spans) < FEW:
        return None
    return timedelta(seconds=statistics.median(span.total_seconds() for span in spans))


def booking_in(story: Story) -> Booking | None:
    """The first time it got, and who was waited for until then; None when it has none yet."""
    waits = {CANDIDATE: timedelta(), "us": timedelta()}
    holder, since, held = "", None, ""
    for row in story.rows:
        if since is not None:
            waits[holder] += row.at - since
        if row.action in BOOKED or (row.action == "loop.booked" and row.before != "booked"):
            shares = (waits[CANDIDATE], waits["us"])
            return Booking(story.job, row.at, shares if since is not None else None)
        now = _waiting_for(row, held)
        held = row.after if row.action == "loop.held" else ""
        if now or since is not None:
            holder, since = now or holder, row.at
    return None


def _waiting_for(row: Any, held: str) -> str:
    """Who has to do the next thing after this; empty where that stays as it was. `held` are the times held before."""
    if row.action == "interview.offered":
        return CANDIDATE
    if row.actor == CANDIDATE and row.detail.get("why") == "answered":
        return "us"
    if row.action == "loop.lapsed":
        return CANDIDATE if row.after == "offered" else "us"
    if row.action not in ("loop.draft", "loop.offered", "loop.held"):
        return ""
    if row.actor == CANDIDATE:
        return ""
    link_sent = row.action != "loop.held" or row.after == held  # the same times once more
    return CANDIDATE if link_sent else "us"


@dataclass(frozen=True, slots=True)
class Change:
    """A booked time that was moved or cancelled: `why` is the key of a reason, or what was heard before."""

    what: str
    at: datetime
    who: str
    why: str


def _changes(story: Story) -> Iterable[Change]:
    """Each change with who is behind it: who did it, or what was said since the time before. A loop counts once."""
    heard: set[str] = set()
    times = ""
    for row in story.rows:
        what = _what(row, times)
        if row.action == "loop.booked":
            times = row.after
        if what:
            led = {CANDIDATE} if row.actor == CANDIDATE else heard
            who, why = next(known for name, known in WHY.items() if not name or name in led)
            yield Change(what, row.at, who, row.detail.get("reason") or why)
            heard = set()
        else:
            heard.add(_heard(row))


def _what(row: Any, times: str) -> str:
    """Whether this moved or cancelled a booked time; `times` are those of the loop until then."""
    match row.action:
        case "interview.moved":
            return "moved"
        case "loop.booked" if row.before == "booked" and row.after != times:
            return "moved"
        case "interview.cancelled" if row.before == "scheduled" and not row.detail.get("whole"):
            return "cancelled"
        case "loop.cancelled" if row.before == "booked":
            return "cancelled"
        case _:
            return ""


def _heard(row: Any) -> str:
    """What a row says that may lead to a change, in the words of `WHY`."""
    if row.action == "interview.answered" and row.after == "declined":
        return "declined candidate" if row.detail.get("who") == CANDIDATE else "declined"
    if row.action == "interview.proposed":
        return "proposed candidate" if row.actor == CANDIDATE else "proposed"
    return str(row.action)


def _in_words(
    services: Services, counted: Sequence[tuple[tuple[str, str], int]]
) -> tuple[tuple[tuple[str, str], int], ...]:
    """The same with reasons as the lists write them. What was heard is a sentence and stays."""
    company, sentences = services.company, {why for _, why in WHY.values()}
    lists = {CANDIDATE: (*company.reasons, *company.candidate_reasons)}
    ours = (*company.candidate_reasons, *company.reasons)
    return tuple(
        ((who, why if why in sentences else reasons.named(lists.get(who, ours), why)), count)
        for (who, why), count in counted
    )


async def stories_of(services: Services, team: str, days: int, user: str = "") -> list[Story]:
    """What was begun in the window, or up to two months before it, or still has a time in it."""
    since = services.clock.now() - timedelta(days=days) - BEFORE
    found: dict[str, tuple[str | None, list[Any]]] = {}
    for table, name in ((loops, loops.c.id), (interviews, sa.func.coalesce(interviews.c.loop, interviews.c.id))):  # fmt: skip
        query = (
            sa.select(audit, table.c.job, name.label("story"))
            .join(table, table.c.id == audit.c.subject)
            .where(table.c.team == team, table.c.created_at >= since)
        )
        query = query.where(table.c.created_by == user) if user else query
        async with services.store.read() as conn:
            for row in await conn.execute(query):
                found.setdefault(row.story, (row.job, []))[1].append(row)
    return [
        Story(Ref.parse(job) if job else None, tuple(sorted(rows, key=lambda row: row.seq)))
        for job, rows in found.values()
    ]
