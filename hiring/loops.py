"""Suggest, hold, offer and book whole loops: several interviews as one, all or none. Each change is one transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring import (
    access,
    answers,
    beyond,
    candidacy,
    channel_records,
    claims,
    debrief_records,
    debriefs,
    interview_changes,
    links,
    loop_changes,
    loop_flow,
    loop_over,
    loop_records,
    loop_times,
    people,
)
from hiring.candidates import Profile
from hiring.debrief_records import NONE, Wish
from hiring.errors import AlreadyDone, NotFound, Refused
from hiring.interview_changes import zone_of
from hiring.interview_records import CUT_OFF
from hiring.interviews import LINK_LIVES, SCHEDULERS, may
from hiring.loop_changes import Seats
from hiring.loop_records import Loop, Option, Session
from hiring.loop_seats import Field
from hiring.loop_times import Suggested
from hiring.loops_table import loops
from hiring.people import Actor
from hiring.services import Services
from scheduling.hours import Interval

LONGEST_HOLD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be arranged: the sessions in their order, and the loop it is about when there is one already.

    `channel`: the panel gets a private channel once it is booked. `debrief`: the meeting after it, of no minutes for none.
    `auto` as in a plan.
    """

    sessions: tuple[Session, ...]
    cut_off: int = CUT_OFF
    loop: str = ""
    channel: bool = False
    debrief: Wish = NONE
    auto: bool = False


async def suggest(
    services: Services, actor: Actor, profile: Profile, wanted: Wanted, *, fresh: bool = False
) -> Suggested:
    """The best ways to hold the loop, with what speaks for each; why there is none when nothing fits.

    Those over something (`Option.over`) stand in for none. When the candidate said when they can, only those times are
    looked at. Raises Refused for a session without people.
    """
    field = await _field(
        services, actor.team, wanted, zone_of(profile, actor), profile.candidate.ref, fresh=fresh
    )
    found = await asyncio.to_thread(loop_times.suggest, field, wanted.sessions, costly=True)
    wish = await _debrief(services, actor, profile, wanted)
    return await debriefs.beside(services, actor.team, wish, found, wanted.loop, fresh=fresh)


async def book(
    services: Services, actor: Actor, ref: Ref, wanted: Wanted, times: Sequence[Interval], *, key: str,
    like: Option | None = None,
) -> Loop:  # fmt: skip
    """Book every session at these times, or none. The same key books once. Raises Taken when a part of it went."""
    profile = await may(services, actor, ref)
    loop, option = await _chosen(services, actor, profile, wanted, times, key, like)
    seats = await seats_of(services, actor.team, option, ref.account)
    allowed = await beyond.allowed(services, actor.team, loop_over.begins(option), option.over)
    wanted = replace(wanted, debrief=await _debrief(services, actor, profile, wanted))
    chance = await debriefs.chance(services, actor.team, loop, option, wanted.debrief)
    async with services.store.begin() as tx:
        now = await _standing(tx, services, actor, profile, wanted, loop)
        if now.state == "booked" and now.options[0].times == option.times:
            return now
        _open(now)
        now = await _linked(tx, services, now, option.end + interview_changes.LINK_OUTLIVES)
        await loop_changes.book_in(tx, services, now, option, seats, by=actor.user, chance=chance)
        await beyond.keep(tx, services, allowed)
        return await loop_records.load(tx, loop)


async def hold(
    services: Services, actor: Actor, ref: Ref, wanted: Wanted, times: Sequence[Interval], until: datetime, *, key: str,
    like: Option | None = None,
) -> Loop:  # fmt: skip
    """Keep everybody's time free until then, without telling anybody. Raises Taken, or Refused for a senseless end."""
    profile = await may(services, actor, ref)
    now_at = services.clock.now()
    if not now_at < until <= now_at + LONGEST_HOLD:
        raise Refused(f"A hold lasts up to {LONGEST_HOLD.days} days.", field="until")
    loop, option = await _chosen(services, actor, profile, wanted, times, key, like)
    allowed = await beyond.allowed(services, actor.team, loop_over.begins(option), option.over)
    wanted = replace(wanted, debrief=await _debrief(services, actor, profile, wanted))
    chance = await debriefs.chance(services, actor.team, loop, option, wanted.debrief)
    async with services.store.begin() as tx:
        now = await _standing(tx, services, actor, profile, wanted, loop)
        if now.state in ("booked", "held") and now.options[:1] == (option,):
            return now
        _open(now)
        await loop_changes.hold_in(
            tx, services, now, option, min(until, option.start), by=actor.user, chance=chance
        )
        await beyond.keep(tx, services, allowed)
        return await loop_records.load(tx, loop)


async def offer(
    services: Services, actor: Actor, ref: Ref, wanted: Wanted, options: Sequence[Option], *, key: str
) -> Loop:  # fmt: skip
    """Send the candidate a link to choose one of the options as a whole. Nothing is held. The same key sends once."""
    if not options:
        raise Refused(
            "There is nothing to offer: no time fits. Ask for availability instead.", field="how"
        )
    return await _send(services, actor, ref, wanted, options, "offered", key)


async def ask(services: Services, actor: Actor, ref: Ref, wanted: Wanted, *, key: str) -> Loop:
    """Ask the candidate for the times they can, by a link. The same key asks once."""
    return await _send(services, actor, ref, wanted, (), "draft", key)


async def confirm(services: Services, actor: Actor, loop: str) -> Loop:
    """Book what is held. Twice books once. Raises AlreadyDone when the hold lapsed."""
    now = await loop_records.get(services, loop)
    await access.require(services, actor, SCHEDULERS, now.job)
    if now.state == "booked":
        return now
    if now.state != "held":
        raise AlreadyDone("Nothing is held any more. Look for times again.")
    option = now.options[0]
    seats = await seats_of(services, now.team, option, now.application.account)
    chance = await debriefs.chance(services, now.team, loop, option)
    async with services.store.begin() as tx:
        now = await loop_records.load(tx, loop)
        if now.state == "booked":
            return now
        _open(now)
        now = await _linked(tx, services, now, option.end + interview_changes.LINK_OUTLIVES)
        await loop_changes.book_in(tx, services, now, option, seats, by=actor.user, chance=chance)
        return await loop_records.load(tx, loop)


async def send_held(services: Services, actor: Actor, loop: str) -> Loop:
    """Let the candidate choose the held time by a link; it stays held until the hold ends. Twice sends once."""
    now = await loop_records.get(services, loop)
    await access.require(services, actor, SCHEDULERS, now.job)
    if now.state != "held":
        raise AlreadyDone("Nothing is held any more. Look for times again.")
    if now.options[0].over:
        raise Refused(
            "This is over something, so it is yours to book: the candidate cannot choose it."
        )
    async with services.store.begin() as tx:
        now = await loop_records.load(tx, loop)
        if now.state != "held" or now.link:
            return now
        now = await _linked(tx, services, now, services.clock.now() + LINK_LIVES)
        assert now.hold_until is not None  # it is held
        await loop_changes.write(
            tx, services, now, "held", by=actor.user, options=now.options, hold_until=now.hold_until
        )
        await _mail(tx, services, now, "pick_a_loop")
        return await loop_records.load(tx, loop)


async def seats_of(
    services: Services, team: str, option: Option, account: str
) -> dict[str, Ref | None]:
    """The ATS user of everybody who sits in it."""
    users = dict.fromkeys(user for sitting in option.sittings for user in sitting.everybody)
    found: Seats = {}
    for member in await interview_changes.members(services, team, list(users)):
        user = await people.ats_user(services, member, account)
        found = {**found, member.id: user.ref if user else None}
    return dict(found)


async def _field(
    services: Services, team: str, wanted: Wanted, zone: str, whom: Ref, *, fresh: bool = False
) -> Field:
    said = await answers.read(services, wanted.loop) if wanted.loop else answers.Answer()
    held = loop_records.holders(wanted.loop) if wanted.loop else []
    return await loop_times.gather(
        services, team, wanted.sessions, zone, whom, windows=said.windows, but=held, fresh=fresh
    )


async def _chosen(
    services: Services, actor: Actor, profile: Profile, wanted: Wanted, times: Sequence[Interval], key: str,
    like: Option | None,
) -> tuple[str, Option]:  # fmt: skip
    """The loop's id, and the option at these times, asked of everybody's calendar now. What the key did before stands."""
    loop = wanted.loop or loop_changes.identity(key)
    try:
        known = await loop_records.get(services, loop)
    except NotFound:
        known = None
    if known and known.state in ("booked", "held") and known.options[0].times == tuple(times):
        return loop, known.options[0]
    field = await _field(
        services, actor.team, wanted, zone_of(profile, actor), profile.candidate.ref, fresh=True
    )
    return loop, loop_over.chosen(field, wanted.sessions, times, like)


async def _send(
    services: Services, actor: Actor, ref: Ref, wanted: Wanted, options: Sequence[Option], state: str, key: str
) -> Loop:  # fmt: skip
    profile = await may(services, actor, ref)
    loop = wanted.loop or loop_changes.identity(key)
    wanted = replace(wanted, debrief=await _debrief(services, actor, profile, wanted))
    async with services.store.begin() as tx:
        if not wanted.loop and await loop_changes.known(tx, loop):
            return await loop_records.load(tx, loop)
        now = await _standing(tx, services, actor, profile, wanted, loop)
        _open(now)
        if now.link and (now.state, now.options) == (state, tuple(options)):
            return now  # sent already
        for holder in now.holders:
            await claims.free(tx, holder)
        now = await _linked(tx, services, now, services.clock.now() + LINK_LIVES)
        await loop_changes.write(tx, services, now, state, by=actor.user, options=options)
        asking = "when_can_you_booked" if wanted.auto else "when_can_you"
        await _mail(tx, services, now, "pick_a_loop" if options else asking)
        return await loop_records.load(tx, loop)


async def _mail(tx: AsyncConnection, services: Services, now: Loop, template: str) -> None:
    """The version that `write` made carries the mail, so that a later one is another mail."""
    version = now.version + 1
    await services.jobs.enqueue(
        tx, loop_flow.ask, key=f"loop-ask:{now.id}:{version}", partition=f"mail:{now.application}", loop=now.id,
        version=version, template=template,
    )  # fmt: skip


async def _standing(
    tx: AsyncConnection, services: Services, actor: Actor, profile: Profile, wanted: Wanted, loop: str
) -> Loop:  # fmt: skip
    """The loop's row, made when there is none, with the sessions that are wanted now."""
    if await loop_changes.known(tx, loop):
        now = await loop_records.load(tx, loop)
        if now.state == "booked":
            return now
        await channel_records.wish(tx, loop, now.team, wanted.channel)
        await debrief_records.wish(tx, loop, now.team, wanted.debrief)
        return replace(now, sessions=wanted.sessions)
    application = candidacy.active(profile)
    await tx.execute(
        loops.insert().values(
            id=loop, team=actor.team, application=str(application.ref), candidate=str(profile.candidate.ref),
            job=str(application.job) if application.job else None, state="draft", zone=zone_of(profile, actor),
            sessions=[loop_records.session_row(s) for s in wanted.sessions], options=[], cut_off=wanted.cut_off,
            auto=wanted.auto, version=0, created_by=actor.user, created_at=services.clock.now(),
        )
    )  # fmt: skip
    await channel_records.wish(tx, loop, actor.team, wanted.channel)
    await debrief_records.wish(tx, loop, actor.team, wanted.debrief)
    return await loop_records.load(tx, loop)


async def _debrief(services: Services, actor: Actor, profile: Profile, wanted: Wanted) -> Wish:
    job = profile.application.job if profile.application else None
    return await debriefs.settled(services, actor, job, wanted.debrief)


async def _linked(tx: AsyncConnection, services: Services, now: Loop, until: datetime) -> Loop:
    if now.link:
        await links.keep_until(tx, "loop", now.id, until)
        return now
    return replace(now, link=await links.make(tx, services, "loop", now.id, until))


def _open(now: Loop) -> None:
    if now.state == "booked":
        raise AlreadyDone(
            "These interviews are booked already. Move or cancel them from their card."
        )
    if now.state == "cancelled":
        raise AlreadyDone("These interviews were called off. Schedule new ones.")
