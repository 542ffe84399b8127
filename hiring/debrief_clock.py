"""What each reader's clock was said to show at a debrief, and the correction when newer zone rules show another hour.

The moment stays. The recruiter hears of it first and may move the debrief; then everybody gets one notice.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import audit, debrief_invites, debrief_records, loop_records, told_times
from hiring.debrief_records import BOOKED, Debrief
from hiring.errors import NotFound
from hiring.jobs import job
from hiring.services import Services
from hiring.told_times import Lookup, Told, reading
from scheduling import spell

TO_DECIDE = timedelta(hours=4)  # as with interviews
NEAR = timedelta(hours=24)


async def follow_in(tx: AsyncConnection, services: Services, before: Debrief, now: Debrief) -> None:
    """It was booked, changed or called off: what was told before counts no longer, what is told now is kept."""
    await told_times.drop(tx, before.id)
    await services.jobs.cancel(tx, told_times.timer(before.id))
    if now.state == BOOKED:
        key = f"debrief-clock:{now.id}:{now.sequence}"
        await services.jobs.enqueue(tx, keep, key=key, loop=now.loop, id=now.id, sequence=now.sequence)  # fmt: skip


@job("debrief.clock", what="What was told of a debrief's time")
async def keep(services: Services, *, loop: str, id: str, sequence: int) -> None:
    """Keep what everybody's clock is said to show; skipped when it changed meanwhile. Twice keeps the same."""
    known = await debrief_records.get(services, loop)
    zones = {}
    for user in known.users:
        try:
            zones[user] = (await services.desk.person(known.team, user)).zone
        except NotFound:  # left the workspace: nobody to tell
            continue
    async with services.store.begin() as tx:
        now = await debrief_records.find(tx, loop)
        if now is None or (now.id, now.sequence) != (id, sequence) or not now.time:
            return
        for user, zone in zones.items():
            await told_times.write(tx, id, now.time[0], user, zone)


async def beat(services: Services) -> None:
    """Once a day: what an earlier release told is taken as what the rules say now; then all is compared."""
    for known in await debrief_records.coming(services):
        if not await _readers(services, known):
            await keep(services, loop=known.loop, id=known.id, sequence=known.sequence)
    await look(services)


async def look(services: Services, lookup: Lookup = ZoneInfo) -> list[str]:
    """Compare what was told with what the rules say now; gives the debriefs whose readings changed since last time."""
    found = []
    for known in await debrief_records.coming(services):
        start = known.own[0][0]
        fresh = [(told, reading(start, told.zone, lookup)) for told in await _readers(services, known)]  # fmt: skip
        if any(now != (told.now or told.told) for told, now in fresh):
            await _note(services, known, lookup)
            found.append(known.id)
    return found


async def _note(services: Services, known: Debrief, lookup: Lookup) -> None:
    """Keep both readings, tell the recruiter, and set the time by which everybody is told."""
    at = services.clock.now()
    names = {}
    for user in known.users:
        try:
            names[user] = (await services.desk.person(known.team, user)).first_name
        except NotFound:  # left the workspace
            names[user] = "Somebody"
    async with services.store.begin() as tx:
        now = await debrief_records.find(tx, known.loop)
        if now is None or (now.id, now.sequence) != (known.id, known.sequence) or not now.time:
            return
        start, lines = now.time[0], []
        for told in _there(await told_times.of(tx, now.id), now):
            current = reading(start, told.zone, lookup)
            other = current if current != told.told else None
            await told_times.found(tx, told, other, at)
            if other:
                lines.append(f"{names[told.who]} was told {told.told.clock}, now {other.clock} ({spell.city(told.zone)})")  # fmt: skip
        await services.jobs.cancel(tx, told_times.timer(now.id))
        if not lines:
            return  # it is again what everybody was told
        await audit.record(tx, services, "callsheet", "debrief.zone_changed", now.loop)
        mark = f"{now.id}:{now.sequence}:{at.isoformat()}"
        await services.jobs.enqueue(
            tx, show, key=f"debrief-clock-show:{mark}", loop=now.loop, said="; ".join(lines), told=mark
        )  # fmt: skip
        due = at if start - at <= NEAR else at + TO_DECIDE
        await services.jobs.later(
            tx, tell, key=told_times.timer(now.id), at=due, loop=now.loop, id=now.id, sequence=now.sequence
        )  # fmt: skip


@job("debrief.clock-show", what="The notice of a debrief's changed clock")
async def show(services: Services, *, loop: str, said: str, told: str) -> None:
    """Say to the recruiter what changed, and show the card that moves it."""
    now = await loop_records.get(services, loop)
    text = (
        f"The clocks changed for the debrief: {said}. The moment stays as it is in the calendars, and everybody is told "
        "so within a few hours, unless you move it: *Move debrief* is on the card of the interviews."
    )
    await services.desk.say(now.team, now.created_by, text, key=f"debrief-clock:{told}")
    await services.desk.show(now.team, now.created_by, "loop", loop)


@job("debrief.clock-tell", order="debrief-clock:{id}", what="The corrected time of a debrief")
async def tell(services: Services, *, loop: str, id: str, sequence: int) -> None:
    """Give everybody's notice to the mail jobs, once for each reading; skipped when the debrief changed."""
    stamp = services.clock.now().isoformat()
    async with services.store.begin() as tx:
        now = await debrief_records.find(tx, loop)
        if now is None or (now.id, now.sequence) != (id, sequence) or not now.time:
            return
        readers = _there(await told_times.of(tx, id), now)
        if not any(told.now for told in readers):
            return
        for told in readers:
            was = told.told.clock if told.now else ""
            await debrief_invites.correct_in(tx, services, now, told.who, was, stamp)
        await told_times.corrected(tx, id)
        await audit.record(tx, services, "callsheet", "debrief.zone_told", loop)


async def _readers(services: Services, known: Debrief) -> list[Told]:
    async with services.store.read() as conn:
        return _there(await told_times.of(conn, known.id), known)


def _there(readers: list[Told], known: Debrief) -> list[Told]:
    """Those who are to be there still."""
    return [told for told in readers if told.who in known.users]
