"""Changes to one session of a booked loop: one more, or a shorter one. Moving and cancelling one is as for any interview."""

from collections.abc import Collection
from datetime import timedelta

from hiring import (
    access,
    audit,
    beyond,
    interview_changes,
    interview_records,
    loop_changes,
    loop_records,
    loops,
)
from hiring.errors import AlreadyDone, Refused
from hiring.interview_changes import Wish
from hiring.interview_records import Interview
from hiring.interview_times import require_free
from hiring.interviews import SCHEDULERS
from hiring.interviews_table import interviews
from hiring.loop_records import MOST_SESSIONS, Option, Session, Sitting
from hiring.people import Actor
from hiring.services import Services
from scheduling.hours import Interval
from scheduling.over import Over

SHORTEST = 15


async def add(
    services: Services, actor: Actor, loop: str, wish: Wish, slot: Interval, *, key: str,
    over: Collection[Over] = (),
) -> Interview:  # fmt: skip
    """One more interview in the loop. The same key adds one. Every calendar is asked once more.

    Raises Taken when somebody was booked meanwhile or is busy, but for what the actor said yes to (`over`).
    """
    now = await loop_records.get(services, loop)
    await access.require(services, actor, SCHEDULERS, now.job)
    interview_changes.ahead(services, slot)
    if not wish.users:
        raise Refused("Choose at least one interviewer.", field="interviewers")
    session = Session(
        wish.title, wish.minutes, wish.users, planned=wish.planned, optional=wish.optional
    )
    sitting = Sitting(slot, wish.users)
    seats = await loops.seats_of(services, now.team, Option((sitting,)), now.application.account)
    interview, allowed = interview_changes.identity(key), beyond.NOTHING
    if not await interview_records.exists(services, interview):
        members = await interview_changes.members(services, now.team, wish.users)
        allowed = await require_free(services, now.team, members, slot, over=over)
    async with services.store.begin() as tx:
        if await interview_changes.known(tx, interview):
            return await interview_records.load(tx, interview)
        now = await loop_records.load(tx, loop)
        if now.state != "booked":
            raise AlreadyDone(f"These interviews are {now.state}, so none can be added.")
        if len(now.sessions) >= MOST_SESSIONS:
            raise Refused(f"A loop has up to {MOST_SESSIONS} interviews.")
        added = await loop_changes.add_in(
            tx, services, now, interview, session, sitting, seats, by=actor.user
        )
        await beyond.keep(tx, services, allowed, interview)
        return added


async def shorten(services: Services, actor: Actor, interview: str, minutes: int) -> Interview:
    """Let it end earlier: the same start, UID and people, a higher SEQUENCE. That long already changes nothing.

    Raises Refused for a length that is not shorter.
    """
    now = await interview_records.get(services, interview)
    await access.require(services, actor, SCHEDULERS, now.job)
    async with services.store.begin() as tx:
        now = await interview_records.load(tx, interview)
        if now.state != "scheduled":
            raise AlreadyDone(f"This interview is {now.state}, so it cannot be shortened.")
        if now.minutes == minutes:
            return now
        if not SHORTEST <= minutes < now.minutes or minutes % 5:
            raise Refused("Choose a shorter length.", field="length")
        slot = (now.start, now.start + timedelta(minutes=minutes))
        sequence = now.sequence + 1
        await interview_changes.set_time(
            tx, services, interview, slot, sequence=sequence, by=actor.user
        )
        await tx.execute(
            interviews.update().where(interviews.c.id == interview).values(minutes=minutes)
        )
        await audit.record(
            tx, services, actor.user, "interview.shortened", interview,
            before=interview_changes.state(now.state, (now.start, now.end)),
            after=interview_changes.state(now.state, slot), sequence=sequence,
        )  # fmt: skip
        return await interview_changes.follow(tx, services, interview, "move")
