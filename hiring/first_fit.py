"""Plans that book by themselves: what fits best once a candidate said when they can, or why it is left to a person."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.errors import ConnectorError
from connectors.model import Ref
from hiring import (
    access,
    beyond,
    debriefs,
    interview_changes,
    interviews,
    loop_over,
    loop_times,
    loops,
    people,
)
from hiring.beyond import Allowed
from hiring.debriefs import Chance
from hiring.errors import Refused
from hiring.interview_records import Interview
from hiring.interview_times import propose
from hiring.loop_records import Loop, Option
from hiring.services import Services
from scheduling.hours import Interval

OPEN = (
    "draft",
    "offered",
)  # a loop that may be booked by itself; one that is held waits for a person
TRIES = 2  # somebody else may be faster once


@dataclass(frozen=True, slots=True)
class Fit:
    """The first of so many `ways`, or `why_not` in a sentence; empty where nothing is to be booked by itself.

    `mark` tells what it was looked for: once that changed, the fit is worth nothing.
    """

    ways: int = 0
    why_not: str = ""
    option: Option | None = None
    seats: Mapping[str, Ref | None] = field(default_factory=dict)
    slot: Interval | None = None
    mark: int | datetime = 0
    debrief: Chance | None = None
    allowed: Allowed = beyond.NOTHING


LOST = Fit(why_not="What fitted was booked by somebody else in the same moment.")


async def for_loop(services: Services, now: Loop, windows: Sequence[Interval]) -> Fit:
    """The best way to hold a loop in these windows. Every calendar is asked now."""

    async def look() -> Fit:
        about = await loop_times.gather(
            services, now.team, now.sessions, now.zone, now.candidate, windows=windows,
            but=now.holders, fresh=True,
        )  # fmt: skip
        found = await asyncio.to_thread(loop_times.suggest, about, now.sessions)
        if not found.options:
            return _nothing(found.why_not)
        option = found.options[0]
        needed = {user for sitting in option.sittings for user in sitting.users}
        known = (k for user, k in about.people.items() if user in needed)
        if unread := [k.person.name for k in known if k.unread]:
            return _unread(unread)
        seats = await loops.seats_of(services, now.team, option, now.application.account)
        after = await debriefs.chance(services, now.team, now.id, option)
        kept = await beyond.allowed(services, now.team, loop_over.begins(option))
        return Fit(
            len(found.options), option=option, seats=seats, mark=now.version, debrief=after,
            allowed=kept,
        )  # fmt: skip

    if not now.auto or now.state not in OPEN:
        return Fit()
    return await _looked(services, now, windows, look)


async def for_interview(services: Services, now: Interview, windows: Sequence[Interval]) -> Fit:
    """The first time for a single interview in these windows. Every calendar is asked now."""

    async def look() -> Fit:
        members = await interview_changes.members(services, now.team, now.interviewers)
        found = await propose(
            services, now.team, members, now.minutes, now.zone, now.candidate, but=now.id, every=True, fresh=True,
            windows=windows,
        )  # fmt: skip
        if not found.slots:
            return _nothing(found.why_not)
        if found.unread:
            return _unread([name for name, _ in found.unread])
        begins = dict.fromkeys(now.interviewers, (found.slots[0][0],))
        kept = await beyond.allowed(services, now.team, begins)
        return Fit(len(found.slots), slot=found.slots[0], mark=now.stamp, allowed=kept)

    if not now.auto or now.state != "offered":
        return Fit()
    return await _looked(services, now, windows, look)


async def _looked(
    services: Services,
    now: Loop | Interview,
    windows: Sequence[Interval],
    look: Callable[[], Awaitable[Fit]],
) -> Fit:
    """What `look` finds, as far as whoever asked the candidate may book it. Whatever is in the way becomes a sentence."""
    if not windows:
        return Fit(why_not="They named no time.")
    try:
        actor = await people.actor(services, now.team, now.created_by)
        if not await access.allowed(services, actor, interviews.SCHEDULERS, now.job):
            return Fit(why_not="Whoever asked them may no longer schedule for this job.")
        return await look()
    except Refused as refused:
        return Fit(why_not=refused.sentence)
    except ConnectorError:
        return Fit(why_not="A system that had to be asked did not answer.")


def _nothing(why: Sequence[str]) -> Fit:
    return Fit(why_not=" ".join(["Nothing fits what they answered.", *why[:1]]))


def _unread(names: Sequence[str]) -> Fit:
    return Fit(why_not=f"The calendar of {' and '.join(names)} could not be read.")
