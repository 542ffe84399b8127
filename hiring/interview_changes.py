"""The parts of a change to an interview that share its transaction: time and cells, panel, jobs and timers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import model
from connectors.model import Ref
from hiring import (
    arranging,
    audit,
    beyond,
    candidate_events,
    channels,
    claims,
    debrief_changes,
    interview_ats,
    interview_flow,
    interview_invites,
    links,
    optional_seats,
    people,
    reasons,
    reminders,
    swap_records,
    trainee_seats,
)
from hiring.candidates import Profile
from hiring.desk import Person
from hiring.errors import AlreadyDone, Refused
from hiring.interview_records import CUT_OFF, Interview, load, take
from hiring.interview_times import fits
from hiring.interviews_table import interviews, panel
from hiring.meeting_links import LATER
from hiring.people import Actor
from hiring.reasons import Why
from hiring.services import Services
from scheduling.hours import Interval
from scheduling.invites import NO_ANSWER

OFF = "This interview was called off. Reply to the e-mail if you have questions."
LINK_OUTLIVES = timedelta(days=1)  # the candidate's page stays this long after the interview


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be booked: the title and length, the panel as Slack member ids, and the planned interview if any.

    `cut_off` is hours before it until which the candidate may change it; `interview` the one it is about whose link is
    out already. `focus` is what it is about, and `auto` as in a plan. `optional` are members who may come and need not.
    """

    title: str
    minutes: int
    users: tuple[str, ...]
    planned: Ref | None = None
    location: str | None = None
    cut_off: int = CUT_OFF
    interview: str = ""
    focus: str = ""
    auto: bool = False
    optional: tuple[str, ...] = ()


def zone_of(profile: Profile, actor: Actor) -> str:
    """The candidate's zone where the ATS knows it, else the recruiter's."""
    return profile.candidate.time_zone or actor.zone


async def follow(tx: AsyncConnection, services: Services, interview: str, what: str) -> Interview:
    """Queue what everybody has to learn about the interview as it stands in this transaction."""
    now = await load(tx, interview)
    mark = f"{interview}:{now.sequence}"
    jobs = services.jobs
    told = await candidate_events.replan(tx, services, now.application)
    await arranging.begin(tx, services, now, what, told)
    await jobs.enqueue(
        tx,
        interview_ats.record,
        key=f"interview-ats:{mark}",
        partition=f"ats:{now.application}",
        interview=interview,
        sequence=now.sequence,
    )
    await jobs.enqueue(tx, interview_flow.show, key=f"interview-card:{mark}", interview=interview)
    await interview_invites.keep_links(tx, services, now)
    await channels.follow_in(tx, services, now.loop, mark)
    await debrief_changes.follow_in(tx, services, now.loop, mark)
    await reminders.plan(tx, services, now)
    if what != "book":
        why = "the interview moved" if what == "move" else "the interview was called off"
        await swap_records.end_in(tx, services, interview, why)
    return now


async def call_off_in(
    tx: AsyncConnection, services: Services, now: Interview, why: Why, *, by: str, **detail: object
) -> Interview:
    """Call one off: its time is free again, its link ends, and everybody who was invited hears of it.

    `detail` goes into the audit row beside the reason.
    """
    values = {
        "state": "cancelled",
        "sequence": now.sequence + 1,
        "stamp": services.clock.now(),
        **reasons.columns(services.seal, now.application, why, by),
    }
    await tx.execute(interviews.update().where(interviews.c.id == now.id).values(**values))
    await claims.free(tx, now.id)
    await links.revoke(tx, services, "interview", now.id)
    await audit.record(
        tx, services, by, "interview.cancelled", now.id, before=now.state, after="cancelled",
        **reasons.told(why), **detail,
    )  # fmt: skip
    if by == "candidate" and now.loop is None:
        await tell(tx, services, now.id, "cancelled", now.sequence + 1)
    if now.state == "scheduled":
        return await follow(tx, services, now.id, "cancel")
    await services.jobs.enqueue(
        tx, interview_flow.show, key=f"interview-off:{now.id}", interview=now.id
    )
    return await load(tx, now.id)


async def tell(
    tx: AsyncConnection, services: Services, interview: str, what: str, mark: int | str
) -> None:
    """Let the recruiter hear of it in their messages, once for each mark."""
    key = f"interview-told:{interview}:{mark}"
    await services.jobs.enqueue(
        tx, interview_flow.tell_recruiter, key=key, interview=interview, what=what, told=key
    )


async def set_time(
    tx: AsyncConnection,
    services: Services,
    interview: str,
    slot: Interval,
    *,
    sequence: int,
    by: str,
) -> None:
    """Book the time for the panel as it is written. Who only learns there and is booked then leaves. Raises Taken."""
    now = await load(tx, interview)
    users = await trainee_seats.who_stays(tx, services, now, slot, (), by=by)
    await take(tx, services, now, users, slot)
    await links.keep_until(tx, "interview", interview, slot[1] + LINK_OUTLIVES)
    await tx.execute(
        interviews.update()
        .where(interviews.c.id == interview)
        .values(
            state="scheduled",
            start=slot[0],
            end=slot[1],
            over=beyond.rows(now.over) if now.start == slot[0] else None,
            sequence=sequence,
            stamp=services.clock.now(),
        )
    )
    answered = panel.update().where(panel.c.interview == interview, panel.c.answer != NO_ANSWER)
    await tx.execute(answered.values(stale=True))  # the answers were to the time before


async def insert(
    tx: AsyncConnection,
    services: Services,
    actor: Actor,
    profile: Profile,
    wish: Wish,
    interview: str,
    seats: Sequence[tuple[str, Ref | None]],
    *,
    link: str,
    slots: Sequence[Interval] = (),
) -> None:
    application = profile.application
    assert application is not None  # `_may` looked
    now = services.clock.now()
    await tx.execute(
        interviews.insert().values(
            id=interview,
            team=actor.team,
            application=str(application.ref),
            candidate=str(profile.candidate.ref),
            job=str(application.job) if application.job else None,
            planned=str(wish.planned) if wish.planned else None,
            title=wish.title[:150],
            minutes=wish.minutes,
            state="offered",
            zone=zone_of(profile, actor),
            location=wish.location or LATER,
            cut_off=wish.cut_off,
            focus=wish.focus,
            auto=wish.auto,
            sequence=0,
            stamp=now,
            slots=_slot_rows(slots),
            link=link,
            created_by=actor.user,
            created_at=now,
        )
    )
    await _seat(tx, interview, seats, wish)


async def arrange_anew(
    tx: AsyncConnection, services: Services, now: Interview, wish: Wish, seats: Sequence[tuple[str, Ref | None]],
    *, slots: Sequence[Interval] = (),
) -> None:  # fmt: skip
    """Other people, another length or other times for one that was only offered. Raises AlreadyDone when it is no more."""
    if now.state == "scheduled":
        raise AlreadyDone("The candidate has chosen a time meanwhile. Move it from its card.")
    if now.state == "cancelled":
        raise AlreadyDone("This interview was called off. Schedule a new one.")
    await tx.execute(
        interviews.update().where(interviews.c.id == now.id).values(
            title=wish.title[:150], minutes=wish.minutes, slots=_slot_rows(slots), stamp=services.clock.now()
        )
    )  # fmt: skip
    await tx.execute(panel.delete().where(panel.c.interview == now.id))
    await _seat(tx, now.id, seats, wish)


def _slot_rows(slots: Sequence[Interval]) -> list[list[str]]:
    return [[start.isoformat(), end.isoformat()] for start, end in slots]


async def _seat(
    tx: AsyncConnection, interview: str, seats: Sequence[tuple[str, Ref | None]], wish: Wish
) -> None:
    await optional_seats.insert(tx, interview, wish.optional, [user for user, _ in seats])
    for position, (user, ats_user) in enumerate(seats):
        row = {
            "interview": interview,
            "user": user,
            "position": position,
            "ats_user": str(ats_user) if ats_user else None,
        }
        await tx.execute(panel.insert().values(**row))


async def seats_for(
    services: Services, team: str, users: Sequence[str], account: str
) -> list[tuple[str, Ref | None]]:
    if not users:
        raise Refused("Choose at least one interviewer.", field="interviewers")
    seats = []
    for member in await members(services, team, users):
        user: model.User | None = await people.ats_user(services, member, account)
        seats.append((member.id, user.ref if user else None))
    return seats


async def members(services: Services, team: str, users: Sequence[str]) -> list[Person]:
    return [await services.desk.person(team, user) for user in dict.fromkeys(users)]


def state(name: str, slot: Interval) -> str:
    """A state with its time, as the audit names it."""
    return f"{name} {slot[0].isoformat()}/{slot[1].isoformat()}"


def identity(key: str) -> str:
    return f"int_{hashlib.sha256(key.encode()).hexdigest()[:20]}"


async def known(tx: AsyncConnection, interview: str) -> bool:
    return (
        await tx.execute(sa.select(interviews.c.id).where(interviews.c.id == interview))
    ).first() is not None


def may_change(services: Services, first: datetime, cut_off: int) -> bool:
    """Whether the candidate may still change it by themselves: until so many hours before the (first) interview."""
    return first - services.clock.now() >= timedelta(hours=cut_off)


def changeable(services: Services, first: datetime, cut_off: int) -> None:
    """The same. Raises AlreadyDone with what to do instead."""
    if not may_change(services, first, cut_off):
        raise AlreadyDone(
            f"It begins in less than {cut_off} hours, or has begun, so it cannot be changed here any more. "
            "Reply to the e-mail you got from us."
        )


def ahead(services: Services, slot: Interval) -> None:
    if not fits(slot, services.clock.now()):
        raise Refused("That time is already over. Choose a later one.", field="time")
