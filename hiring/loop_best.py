"""The best ways to hold a loop: what we know as a request of the search, and its answer as our options. Pure."""

import itertools
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hiring.loop_records import Option, Session, Sitting
from hiring.loop_seats import Field, within_limits
from scheduling.loops import answer, request
from scheduling.loops.plan import plan
from scheduling.loops.request import Breaks, Limit, LongBreak, Person, Request, Seat

SUITS = (time(8), time(19))  # hours that suit a candidate who did not say when they can
LONGEST_BREAK = 30
MOST_DAYS = 3
MINUTE = timedelta(minutes=1)
A_LOAD = 20  # points for each interview somebody has already


def best(field: Field, sessions: Sequence[Session]) -> list[Option]:
    """The best option and up to four that differ from it; none when the loop cannot be held.

    In this order: hours that suit the candidate, few days, short breaks, people who have little to do, an early end.
    """
    found = plan(_request(field, sessions))
    options = [_option(loop, sessions, found.proven, n) for n, loop in enumerate(found.loops)]
    options = [_allowed(field, option) for option in options]
    return [option for option in options if within_limits(field, option.sittings)]


def _allowed(field: Field, option: Option) -> Option:
    """The option without those who learn, where one of them would sit in it against their limits."""
    if within_limits(field, option.sittings):
        return option
    return replace(option, sittings=tuple(replace(s, trainees=()) for s in option.sittings))


def _request(field: Field, sessions: Sequence[Session]) -> Request:
    needed = Counter(user for session in sessions for user in session.required)
    often = [user for user, times in needed.items() if times > 1]
    rest = max((field.people[user].rules.rest for user in often), default=0)
    rest = -(-rest // 5) * 5
    ids = [str(n) for n in range(len(sessions))]
    only = _only_optional(field, sessions)
    return Request(
        field.grid,
        field.zone,
        field.window,
        tuple(
            _session(field, id, session, only) for id, session in zip(ids, sessions, strict=True)
        ),
        tuple(_person(field, user, n) for n, user in enumerate(sorted(field.people))),
        preferred=None if field.wished else _suiting(field),
        rooms=dict(field.rooms),
        order=tuple(itertools.pairwise(ids)),
        breaks=Breaks(rest, max(LONGEST_BREAK, rest), _due(field)),
        max_days=min(MOST_DAYS, len(sessions)),
        nobody_twice=not often,
    )


def _due(field: Field) -> LongBreak | None:
    """The break that a candidate gets after hours without one."""
    minutes, after = field.rules.pause // MINUTE, field.rules.stretch // MINUTE
    return LongBreak(after, minutes, max(2 * minutes, LONGEST_BREAK)) if minutes else None


def _only_optional(field: Field, sessions: Sequence[Session]) -> set[str]:
    """Who is optional and nothing else, where a calendar tells whether they can come."""
    named = {user for session in sessions for user in session.optional}
    return {u for u in named - field.needed(sessions) if not field.people[u].unread}


def _session(field: Field, id: str, session: Session, only: Collection[str]) -> request.Session:
    seats = [Seat(frozenset([user])) for user in dict.fromkeys(session.required)]
    if session.seats:
        seats.append(Seat(frozenset(field.able(session)), session.seats))
    if learners := field.learners(session):
        seats.append(
            Seat(frozenset(learners), kind="shadow")
        )  # or the other step: a seat is a seat
    # nor does a seat that may stay empty know what somebody is there for
    seats += [Seat(frozenset([user]), kind="shadow") for user in session.optional if user in only]
    return request.Session(
        id, session.minutes, tuple(seats), (session.room,) if session.room else ()
    )


def _person(field: Field, user: str, rank: int) -> Person:
    limits = tuple(Limit(mask, left) for mask, left in field.limits.get(user, ()))
    load = min(len(field.people[user].starts) * A_LOAD, 999)
    return Person(user, field.free[user], limits, load, rank)


def _suiting(field: Field) -> int:
    zone, grid = ZoneInfo(field.zone), field.grid
    day, found = grid.start.astimezone(zone).date(), []
    while (start := datetime.combine(day, SUITS[0], zone).astimezone(UTC)) < grid.at(grid.cells):
        found.append((start, datetime.combine(day, SUITS[1], zone).astimezone(UTC)))
        day += timedelta(days=1)
    return grid.inward(found)


def _option(loop: answer.Loop, sessions: Sequence[Session], proven: bool, number: int) -> Option:
    placed = {p.session: p for p in loop.placed}
    sittings = []
    for n, session in enumerate(sessions):
        one = placed[str(n)]
        taken = [t for t in one.taken if t.person not in session.optional]
        learn = tuple(t.person for t in taken if t.kind != "interviewer")
        others = {t.person for t in taken} - {*session.required, *learn}
        users = (*session.required, *sorted(others))
        sittings.append(Sitting((one.start, one.end), users, learn))
    return Option(tuple(sittings), tuple(_reasons(loop, proven, number)))


def _reasons(loop: answer.Loop, proven: bool, number: int) -> list[str]:
    costs, said = loop.costs, []
    if not number:
        said.append("best there is" if proven else "best found")
    said.append("one day" if costs.days == 1 else f"{costs.days} days")
    said.append(f"{costs.break_minutes} min of breaks" if costs.break_minutes else "no breaks")
    if costs.outside_preferred:
        said.append("early or late for them")
    if "people" in loop.differs:
        said.append("other people")
    return said
