"""Zone watch: booked interviews whose hour on somebody's clock is another one by newer zone data, found and put right.

The moment that stands in the calendars stays, unless the recruiter decides otherwise. They have a few hours for it;
then both sides get one corrected notice. A move in that time is the notice.
"""

from datetime import timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import (
    access,
    audit,
    candidate_events,
    debrief_clock,
    interviews,
    told_times,
    zone_mails,
)
from hiring.errors import AlreadyDone, NotFound
from hiring.interview_records import Interview, get, load
from hiring.interviews import SCHEDULERS
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from hiring.told_times import CANDIDATE, Lookup, Told, reading

TO_DECIDE = timedelta(hours=4)  # what the recruiter has before everybody is told
NEAR = timedelta(hours=24)  # an interview this near does not wait for the recruiter


@job("beat.zones", lane="bulk", order="zones")
async def beat(services: Services) -> None:
    """Once a day: look with the zone data that lies on this machine now, not what this process read at its start."""
    ZoneInfo.clear_cache()
    for interview in await told_times.unknown(services):
        await _keep(services, interview)
    await look(services)
    await debrief_clock.beat(services)


async def look(services: Services, lookup: Lookup = ZoneInfo) -> list[str]:
    """Compare what was told with what the rules say now; gives the interviews whose readings changed since last time.

    Twice with the same rules finds nothing new.
    """
    readers = await told_times.ahead(services)
    found = []
    for interview, group in groupby(readers, key=lambda row: row[0].interview):
        fresh = [(told, reading(start, told.zone, lookup)) for told, start in group]
        if any(now != (told.now or told.told) for told, now in fresh):
            await _note(services, interview, lookup)
            found.append(interview)
    return found


async def _note(services: Services, interview: str, lookup: Lookup) -> None:
    """Keep both readings, show the recruiter, and set the time by which everybody is told."""
    at = services.clock.now()
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        if now.state != "scheduled" or now.start <= at:
            return
        changes = []
        for told in await _readers(tx, now):
            current = reading(now.start, told.zone, lookup)
            other = current if current != told.told else None
            await told_times.found(tx, told, other, at)
            changes += [f"{told.zone} {told.told.wall} {current.wall}"] if other else []
        await services.jobs.cancel(tx, told_times.timer(interview))
        card = told_times.card(interview, at)
        await services.jobs.enqueue(
            tx,
            told_times.show,
            key=f"zone-card:{interview}:{at.isoformat()}",
            interview=interview,
            card=card,
        )
        if not changes:
            return  # it is again what everybody was told
        await audit.record(
            tx, services, "callsheet", "interview.zone_changed", interview,
            changes=sorted(set(changes)),
        )  # fmt: skip
        due = at if now.start - at <= NEAR else at + TO_DECIDE
        await services.jobs.later(
            tx, tell, key=told_times.timer(interview), at=due, interview=interview,
            sequence=now.sequence, card=card,
        )  # fmt: skip


async def pending(services: Services, interview: str) -> tuple[Interview, list[Told]]:
    """What a card shows: the interview, and the readers whose clock shows something else than they were told."""
    async with services.store.read() as conn:
        now = await load(conn, interview)
        readers = await _readers(conn, now)
    coming = now.state == "scheduled" and now.start > services.clock.now()
    return now, [told for told in readers if told.now] if coming else []


async def keep_for(
    services: Services, actor: Actor, interview: str, who: str, lookup: Lookup = ZoneInfo
) -> Interview:
    """Move the interview so that this reader's clock shows what they were told. Twice moves once.

    Raises Taken when somebody of the panel is booked then, AlreadyDone when there is nothing to decide any more.
    """
    now, readers = await pending(services, interview)
    told = next((each for each in readers if each.who == who), None)
    if told is None:
        raise AlreadyDone("Everybody was told already, or the interview has another time.")
    start = told_times.moment(told.told.wall, told.zone, lookup)
    time = (start, start + (now.end - now.start))
    return await interviews.move(services, actor, interview, time, freely=True)


async def tell_now(services: Services, actor: Actor, interview: str) -> None:
    """The moment stays, and both sides hear of it at once. Twice tells once."""
    now, readers = await pending(services, interview)
    await access.require(services, actor, SCHEDULERS, now.job)
    if not readers:
        raise AlreadyDone("Everybody was told already, or the interview has another time.")
    at = readers[0].found_at or services.clock.now()
    async with services.store.begin() as tx:
        await services.jobs.cancel(tx, told_times.timer(interview))
        await services.jobs.enqueue(
            tx, tell, key=f"zone-tell-now:{interview}:{at.isoformat()}", interview=interview,
            sequence=now.sequence, card=told_times.card(interview, at),
        )  # fmt: skip


@job("interview.zone-tell", order="zone:{interview}", what="The corrected time of an interview")
async def tell(services: Services, *, interview: str, sequence: int, card: str) -> None:
    """Give the corrected notices to the mail jobs, once for each reading; skipped when the interview changed."""
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        readers = await _readers(tx, now)
        if now.sequence != sequence or now.state != "scheduled" or not any(t.now for t in readers):
            return
        for told in readers:
            await _mail(tx, services, now, told)
        await told_times.corrected(tx, interview)
        await audit.record(tx, services, "callsheet", "interview.zone_told", interview)
        key = f"zone-told:{interview}:{services.clock.now().isoformat()}"
        await services.jobs.enqueue(tx, told_times.show, key=key, interview=interview, card=card)


async def _mail(tx: AsyncConnection, services: Services, now: Interview, told: Told) -> None:
    """One mail for each reader; the events of a candidate's calendar may hold several interviews, told of once."""
    was = told.told.clock if told.now else ""
    stamp = services.clock.now().isoformat()
    if told.who != CANDIDATE:
        await services.jobs.enqueue(
            tx, zone_mails.mail_panel, key=f"zone-mail:{now.id}:{told.who}:{stamp}",
            interview=now.id, user=told.who, sequence=now.sequence, was=was, stamp=stamp,
        )  # fmt: skip
        return
    event = await candidate_events.standing(tx, now.id, now.application)
    if event is not None:
        at = (told.now or told.told).offset
        await services.jobs.enqueue(
            tx, zone_mails.mail_candidate, key=f"zone-mail:{event.id}:{event.revision}:{at}",
            partition=f"mail:{now.application}", event=event.id, revision=event.revision, was=was,
            stamp=stamp,
        )  # fmt: skip


async def _readers(conn: AsyncConnection, now: Interview) -> list[Told]:
    """Those who were told and still sit in it."""
    there = {CANDIDATE, *now.users}
    return [told for told in await told_times.of(conn, now.id) if told.who in there]


async def _keep(services: Services, interview: str) -> None:
    """What an earlier release told is taken as what the rules say now."""
    now = await get(services, interview)
    zones = {CANDIDATE: now.zone}
    for user in now.users:
        try:
            zones[user] = (await services.desk.person(now.team, user)).zone
        except NotFound:  # left the workspace: nobody to tell
            continue
    async with services.store.begin() as tx:
        again = await load(tx, interview)
        if again.state == "scheduled" and again.sequence == now.sequence:
            for who, zone in zones.items():
                await told_times.keep(tx, again, who, zone)
