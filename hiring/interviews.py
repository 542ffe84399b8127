"""Book, offer, pick, move and cancel interviews: each one transaction with its audit row and its jobs."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring import (
    access,
    answers,
    audit,
    beyond,
    candidacy,
    candidates,
    interview_flow,
    interview_openings,
    interview_records,
    links,
    reasons,
)
from hiring import interview_changes as changes
from hiring.beyond import Allowed
from hiring.candidates import LOOKERS, Profile
from hiring.claims import TAKEN
from hiring.errors import AlreadyDone, Refused, Taken
from hiring.interview_changes import OFF, Wish, zone_of
from hiring.interview_records import Interview, get, listed, load
from hiring.interview_times import Times, propose, require_free
from hiring.interviews_table import interviews, panel
from hiring.people import Actor
from hiring.reasons import UNSAID, Why
from hiring.services import Services
from scheduling.hours import Interval
from scheduling.over import Over

SCHEDULERS = LOOKERS | {"admin"}
LINK_LIVES = timedelta(days=14)
LENGTHS = (30, 45, 60, 90)


async def times(
    services: Services, actor: Actor, profile: Profile, wish: Wish, moving: Interview | None = None
) -> Times:
    """Times that suit the wish, and the candidate where they said when they can; an interview being moved does not
    block itself. Those over something (`Times.over`) are for whoever decides, never for the candidate to choose."""
    members = await changes.members(services, actor.team, wish.users)
    beside = await changes.members(services, actor.team, wish.optional)
    own = (moving.start, moving.end) if moving else None
    said = await answers.read(services, wish.interview) if wish.interview else answers.Answer()
    return await propose(
        services, actor.team, members, wish.minutes, zone_of(profile, actor), profile.candidate.ref,
        but=moving.id if moving else "", own=own, windows=said.windows, optional=beside, costly=True,
    )  # fmt: skip


async def book(
    services: Services, actor: Actor, ref: Ref, wish: Wish, slot: Interval, *, key: str,
    over: Collection[Over] = (),
) -> Interview:  # fmt: skip
    """Book a time. Invites, the ATS record, cards and reminders follow as jobs. The same key books once.

    Every calendar is asked once more, and limits are counted. Raises Taken when somebody of the panel is no longer free
    but for what the actor said yes to (`over`), and AlreadyDone when the wish is about an interview whose time the
    candidate chose meanwhile.
    """
    profile = await may(services, actor, ref)
    changes.ahead(services, slot)
    seats = await changes.seats_for(services, actor.team, wish.users, ref.account)
    interview = wish.interview or changes.identity(key)
    allowed = beyond.NOTHING
    if wish.interview or not await interview_records.exists(services, interview):
        members = await changes.members(services, actor.team, wish.users)
        allowed = await require_free(services, actor.team, members, slot, over=over)
    async with services.store.begin() as tx:
        if await changes.known(tx, interview):
            now = await load(tx, interview)
            if not wish.interview or (now.state, now.start, now.end) == ("scheduled", *slot):
                return now
            await changes.arrange_anew(tx, services, now, wish, seats)
        else:
            until = slot[1] + changes.LINK_OUTLIVES
            link = await links.make(tx, services, "interview", interview, until)
            await changes.insert(tx, services, actor, profile, wish, interview, seats, link=link)
        await changes.set_time(tx, services, interview, slot, sequence=0, by=actor.user)
        await beyond.keep(tx, services, allowed, interview)
        await audit.record(
            tx, services, actor.user, "interview.booked", interview,
            after=changes.state("scheduled", slot), application=str(ref), **beyond.told(allowed.over),
        )  # fmt: skip
        return await changes.follow(tx, services, interview, "book")


async def offer_times(
    services: Services, actor: Actor, ref: Ref, wish: Wish, slots: Sequence[Interval], *, key: str
) -> Interview:
    """Send the candidate a link to choose one of the times. Nothing is held; a time taken meanwhile is shown as gone.

    A wish about an interview whose link is out sends the same link once more, now with these times.
    """
    profile = await may(services, actor, ref)
    if not slots:
        raise Refused(
            "There is no time to offer. Choose other interviewers or a shorter length.",
            field="interviewers",
        )
    seats = await changes.seats_for(services, actor.team, wish.users, ref.account)
    mark = changes.identity(key)
    interview = wish.interview or mark
    until = services.clock.now() + LINK_LIVES
    async with services.store.begin() as tx:
        if wish.interview:
            now = await load(tx, interview)
            await changes.arrange_anew(tx, services, now, wish, seats, slots=slots)
            await links.keep_until(tx, "interview", interview, until)
        elif await changes.known(tx, interview):
            return await load(tx, interview)
        else:
            link = await links.make(tx, services, "interview", interview, until)
            await changes.insert(
                tx, services, actor, profile, wish, interview, seats, link=link, slots=slots
            )
        await audit.record(
            tx, services, actor.user, "interview.offered", interview, after="offered",
            application=str(ref),
        )  # fmt: skip
        await services.jobs.enqueue(
            tx, interview_flow.ask, key=f"interview-ask:{mark}", partition=f"mail:{ref}",
            interview=interview, mark=mark,
        )  # fmt: skip
        return await load(tx, interview)


async def move(
    services: Services, actor: Actor, interview: str, slot: Interval, *, why: Why = UNSAID,
    over: Collection[Over] = (), freely: bool = False,
) -> Interview:  # fmt: skip
    """Move to another time: the same UID, a higher SEQUENCE. Moving to the time it has changes nothing.

    Every calendar is asked once more, and limits are counted: as in `book`. `freely`: soft limits may be gone beyond,
    since the time is not of the actor's choosing. Raises Taken.
    """
    now = await get(services, interview)
    await access.require(services, actor, SCHEDULERS, now.job)
    allowed = beyond.NOTHING
    if now.state == "scheduled" and (now.start, now.end) != slot:
        members = await changes.members(services, now.team, now.interviewers)
        own = (now.start, now.end)
        allowed = await require_free(
            services, now.team, members, slot, but=now.id, own=own, over=over, freely=freely
        )
    return await _move(services, interview, slot, why, allowed, by=actor.user)


async def cancel(
    services: Services, actor: Actor, interview: str, note: str, *, reason: str = ""
) -> Interview:
    """Call it off: everybody gets a CANCEL, the times are free again. Cancelling twice changes nothing.

    `reason` is a key of the company's list, `note` somebody's own words.
    """
    now = await get(services, interview)
    await access.require(services, actor, SCHEDULERS, now.job)
    return await _cancel(services, interview, Why(reason, note), by=actor.user)


async def pick(
    services: Services, interview: str, slot: Interval, *, again: bool = False, why: Why = UNSAID
) -> Interview:
    """The candidate chooses one of the offered times; `again`, until the cut-off, another one for what is booked (`why`).

    Choosing the same time twice changes nothing. Raises Taken when it went meanwhile, AlreadyDone when it is booked at
    another time, called off, or after the cut-off.
    """
    now = await get(services, interview)
    if _has(now, slot, again):
        return now
    if now.state == "scheduled":
        changes.changeable(services, now.start, now.cut_off)
    if not await interview_openings.choosable(services, now, slot):
        raise Taken(TAKEN, field="time")
    begins = dict.fromkeys(now.interviewers, (slot[0],))
    allowed = await beyond.allowed(services, now.team, begins)
    if now.state == "scheduled":
        return await _move(services, interview, slot, why, allowed, by="candidate")
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        if _has(now, slot):
            return now
        await changes.set_time(tx, services, interview, slot, sequence=0, by="candidate")
        await beyond.keep(tx, services, allowed)
        await audit.record(
            tx, services, "candidate", "interview.picked", interview, before=now.state,
            after=changes.state("scheduled", slot),
        )  # fmt: skip
        await changes.tell(tx, services, interview, "picked", 0)
        return await changes.follow(tx, services, interview, "book")


def _has(now: Interview, slot: Interval, again: bool = False) -> bool:
    """Whether it is booked at this time. Raises AlreadyDone when it was called off or (not `again`) has another."""
    if now.state == "cancelled":
        raise AlreadyDone(OFF)
    if now.state == "scheduled" and (now.start, now.end) != slot and not again:
        raise AlreadyDone("Your interview is booked already, at another time.")
    return now.state == "scheduled" and (now.start, now.end) == slot


async def call_off(services: Services, interview: str, note: str, *, reason: str = "") -> Interview:
    """The candidate cancels from their page, as in `cancel`. Raises AlreadyDone after the cut-off."""
    now = await get(services, interview)
    if now.state == "scheduled":
        changes.changeable(services, now.start, now.cut_off)
    return await _cancel(services, interview, Why(reason, note), by="candidate")


async def coming_for(services: Services, actor: Actor) -> list[Interview]:
    """The interviews a member sits in that are not over, earliest first."""
    now = services.clock.now()
    return [
        i for i in await interview_records.sat_by(services, actor.team, actor.user) if i.end > now
    ]


async def open_ones(
    services: Services, actor: Actor, application: Ref | None = None
) -> list[Interview]:
    """Scheduled and offered interviews that are not over: of one candidacy, or those the actor arranged or sits in."""
    where = [interviews.c.team == actor.team, interviews.c.state.in_(("scheduled", "offered"))]
    if application is not None:
        where.append(interviews.c.application == str(application))
    else:
        mine = sa.select(panel.c.interview).where(panel.c.user == actor.user)
        where.append(sa.or_(interviews.c.created_by == actor.user, interviews.c.id.in_(mine)))
    now = services.clock.now()
    return [i for i in await listed(services, *where) if i.state == "offered" or i.end > now]


async def _move(
    services: Services, interview: str, slot: Interval, why: Why, allowed: Allowed, *, by: str
) -> Interview:
    changes.ahead(services, slot)
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        if now.state != "scheduled":
            raise AlreadyDone(f"This interview is {now.state}, so it cannot be moved.")
        if (now.start, now.end) == slot:
            return now
        return await move_in(tx, services, now, slot, by, why, allowed)


async def move_in(
    tx: AsyncConnection, services: Services, now: Interview, slot: Interval, by: str, why: Why, allowed: Allowed
) -> Interview:  # fmt: skip
    """Move one that is booked, in the caller's transaction. Raises Taken."""
    sequence = now.sequence + 1
    await changes.set_time(tx, services, now.id, slot, sequence=sequence, by=by)
    await beyond.keep(tx, services, allowed, now.id)
    told = reasons.columns(services.seal, now.application, why, by)
    await tx.execute(interviews.update().where(interviews.c.id == now.id).values(**told))
    await audit.record(
        tx, services, by, "interview.moved", now.id,
        before=changes.state(now.state, (now.start, now.end)),
        after=changes.state("scheduled", slot), sequence=sequence, **reasons.told(why),
        **beyond.told(allowed.over),
    )  # fmt: skip
    if by == "candidate":
        await changes.tell(tx, services, now.id, "moved", sequence)
    return await changes.follow(tx, services, now.id, "move")


async def _cancel(services: Services, interview: str, why: Why, *, by: str) -> Interview:
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        if now.state == "cancelled":
            return now
        return await changes.call_off_in(tx, services, now, why, by=by)


async def may(services: Services, actor: Actor, ref: Ref) -> Profile:
    """The candidate, for who may schedule here. Raises NotAllowed."""
    profile = await candidates.profile(services, actor, ref)
    await access.require(services, actor, SCHEDULERS, candidacy.active(profile).job)
    return profile


async def still_free(
    services: Services, team: str, users: Sequence[str], slot: Interval, but: str = ""
) -> bool:
    """Whether nobody of the panel was booked through us for that time meanwhile."""
    taken = await interview_records.booked(services, team, users, slot, but)
    return not any(taken.values())
