"""What a candidate does on the page of a loop: choose it whole, say when they can, move it, call it off."""

import contextlib
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import (
    answers,
    beyond,
    debrief_records,
    debriefs,
    first_fit,
    interview_changes,
    interview_openings,
    interviews,
    links,
    loop_changes,
    loop_over,
    loop_records,
    loop_times,
    loops,
)
from hiring.claims import TAKEN
from hiring.errors import AlreadyDone, NotFound, Taken
from hiring.first_fit import Fit
from hiring.interview_records import Interview
from hiring.loop_records import Loop, Option, Session
from hiring.loop_seats import Field, seated
from hiring.reasons import UNSAID, Why
from hiring.services import Services
from scheduling.hours import Interval

OFF = "These interviews were called off. Reply to the e-mail if you have questions."


async def choices(services: Services, now: Loop) -> list[Option]:
    """What may be chosen now: what was offered and still fits, else fresh ones; for a booked loop, other times."""
    if now.state == "booked":
        standing = await loop_records.interviews_of(services, now.id)
        field = await _field_of(services, now, standing)
        found = loop_times.for_candidate(field, _as_they_are(standing))
        return [o for o in found if o.times != tuple(time_of(i) for i in standing)]
    if now.state == "draft":
        return []
    field = await _field(services, now)
    open_ = [o for o in (_again(field, now.sessions, option) for option in now.options) if o]
    return open_ or loop_times.for_candidate(field, now.sessions)


async def pick(services: Services, loop: str, times: Sequence[Interval]) -> Loop:
    """Book the whole loop at these times, all or none; choosing the same twice changes nothing.

    Raises Taken when a part of it went meanwhile, AlreadyDone when it is booked at another time or called off.
    """
    now = await loop_records.get(services, loop)
    if _done(now, times):
        return now
    if now.state == "draft":
        raise AlreadyDone("There is nothing to choose from yet. Tell us when you can.")
    field = await _field(services, now, fresh=True)
    open_ = [o for o in (_again(field, now.sessions, option) for option in now.options) if o]
    among = open_ or loop_times.every(field, now.sessions)
    option = next((o for o in among if o.times == tuple(times)), None)
    if option is None:
        raise Taken(TAKEN, field="time")
    seats = await loops.seats_of(services, now.team, option, now.application.account)
    allowed = await beyond.allowed(services, now.team, loop_over.begins(option))
    chance = await debriefs.chance(services, now.team, loop, option)
    async with services.store.begin() as tx:
        now = await loop_records.load(tx, loop)
        if _done(now, times):
            return now
        await loop_changes.book_in(tx, services, now, option, seats, by="candidate", chance=chance)
        await beyond.keep(tx, services, allowed)
        await loop_changes.tell(tx, services, now, "picked")
        return await loop_records.load(tx, loop)


async def move(
    services: Services, loop: str, times: Sequence[Interval], *, by: str = "", why: Why = UNSAID
) -> Loop:
    """Move everything that stands to these times, with the same people. Raises Taken or AlreadyDone.

    `by` is the member who does it; without one it is the candidate, who may until the cut-off.
    """
    now = await loop_records.get(services, loop)
    standing = await loop_records.interviews_of(services, loop)
    if now.state != "booked" or not standing:
        raise AlreadyDone(OFF if now.state in ("booked", "cancelled") else "Nothing is booked yet.")
    if tuple(times) == tuple(time_of(i) for i in standing):
        return now
    if not by:
        interview_changes.changeable(services, standing[0].start, now.cut_off)
    field = await _field_of(services, now, standing, fresh=True)
    among = loop_times.every(field, _as_they_are(standing))
    option = next((o for o in among if o.times == tuple(times)), None)
    if option is None:
        raise Taken(TAKEN, field="time")
    order = sorted(range(len(standing)), key=lambda n: standing[n].position)
    option = Option(tuple(option.sittings[n] for n in order))
    allowed = await beyond.allowed(services, now.team, loop_over.begins(option))
    async with services.store.begin() as tx:
        now = await loop_records.load(tx, loop)
        await loop_changes.move_in(tx, services, now, option, why, by=by or "candidate")
        await beyond.keep(tx, services, allowed)
        if not by:
            await loop_changes.tell(tx, services, now, "moved")
        return await loop_records.load(tx, loop)


async def other_times(
    services: Services, standing: Sequence[Interview], interview: str
) -> list[Interval]:
    """To which times one session alone could move, with the same people and beside the others. Raises NotFound."""
    found = await interview_openings.open_slots(services, _one(standing, interview))
    return [slot for slot in found if _beside(standing, interview, slot)]


async def move_one(
    services: Services, loop: str, interview: str, slot: Interval, why: Why = UNSAID
) -> None:
    """Move one session to a time beside the others, until the cut-off. Raises Taken, AlreadyDone or NotFound."""
    one = _one(await loop_records.interviews_of(services, loop), interview)
    if time_of(one) == slot:
        return
    if not await interview_openings.choosable(services, one, slot):
        raise Taken(TAKEN, field="time")
    begins = dict.fromkeys(one.interviewers, (slot[0],))
    allowed = await beyond.allowed(services, one.team, begins)
    async with services.store.begin() as tx:
        now = await loop_records.load(tx, loop)
        standing = await loop_records.standing(tx, loop)
        one = _one(standing, interview)
        interview_changes.changeable(services, min(i.start for i in standing), now.cut_off)
        if not _beside(standing, interview, slot):
            raise Taken(TAKEN, field="time")
        if time_of(one) != slot:
            await interviews.move_in(tx, services, one, slot, "candidate", why, allowed)
            await links.keep_until(tx, "loop", loop, slot[1] + interview_changes.LINK_OUTLIVES)


def _one(standing: Sequence[Interview], interview: str) -> Interview:
    for one in standing:
        if one.id == interview:
            return one
    raise NotFound("This interview does not stand any more. Open the page again from the e-mail.")


def _beside(standing: Sequence[Interview], interview: str, slot: Interval) -> bool:
    """Whether nothing else of the loop is at that time."""
    return all(i.id == interview or i.end <= slot[0] or slot[1] <= i.start for i in standing)


async def cancel(
    services: Services, loop: str, note: str, *, reason: str = "", by: str = ""
) -> Loop:
    """Call everything off. Twice changes nothing. `by` as in `move`, the reason as for one interview."""
    async with services.store.begin() as tx:
        now = await loop_records.load(tx, loop)
        if now.state == "cancelled":
            return now
        if not by and (standing := await loop_records.standing(tx, loop)):
            first = min(i.start for i in standing)
            interview_changes.changeable(services, first, now.cut_off)
        why = Why(reason, note)
        await loop_changes.cancel_in(tx, services, now, why, by=by or "candidate")
        if not by:
            await loop_changes.tell(tx, services, now, "cancelled")
        return await loop_records.load(tx, loop)


async def answer(services: Services, loop: str, windows: Sequence[Interval], note: str) -> bool:
    """None of it works: when they can instead. True when the best that fits is booked with it, as the plan wants.

    The same answer to what it booked changes nothing. Raises Refused when nothing was said, AlreadyDone when it is
    booked at another time or called off.
    """
    ahead = answers.ahead(services, windows, note)
    for _ in range(first_fit.TRIES):
        fit = await first_fit.for_loop(services, await loop_records.get(services, loop), ahead)
        with contextlib.suppress(Taken):
            return await _answered(services, loop, ahead, note, fit)
    return await _answered(services, loop, ahead, note, first_fit.LOST)


async def _answered(
    services: Services, loop: str, ahead: tuple[Interval, ...], note: str, fit: Fit
) -> bool:
    """Keep what they said, and book what fits as whoever asked them: both, or (Taken) neither."""
    async with services.store.begin() as tx:
        now = await loop_records.load(tx, loop)
        if now.state == "booked":
            if await answers.booked_by(tx, services, loop, ahead):
                return True
            raise AlreadyDone("Your interviews are booked. Move them instead.")
        if now.state == "cancelled":
            raise AlreadyDone(OFF)
        await answers.keep_times(
            tx, services, loop, now.application, ahead, note, ways=fit.ways, why_not=fit.why_not
        )
        if fit.option is None:
            await _changed(tx, services, now, "answered")
            return False
        if now.version != fit.mark:  # it was looked for something else
            raise Taken(TAKEN)
        await _changed(tx, services, now, "answered", news="auto")
        now = await loop_records.load(tx, loop)
        await loop_changes.book_in(
            tx, services, now, fit.option, fit.seats, by=now.created_by, chance=fit.debrief,
            first_of=str(fit.ways),
        )  # fmt: skip
        await beyond.keep(tx, services, fit.allowed)
        return True


async def tell_needs(services: Services, loop: str, needs: str, language: str) -> None:
    """What they need on the day, and the language they would like. The same again changes nothing."""
    async with services.store.begin() as tx:
        now = await loop_records.load(tx, loop)
        if await answers.keep_needs(tx, services, loop, now.application, needs, language):
            await _changed(tx, services, now, "needs")


async def _changed(
    tx: AsyncConnection, services: Services, now: Loop, what: str, news: str = ""
) -> None:
    """The card and the recruiter learn of it (or of the `news`); what was offered or is held stays as it is."""
    await loop_changes.write(
        tx, services, now, now.state, by="candidate", options=now.options,
        hold_until=now.hold_until, why=what,
    )  # fmt: skip
    await loop_changes.tell(tx, services, now, news or what)


def _done(now: Loop, times: Sequence[Interval]) -> bool:
    if now.state == "cancelled":
        raise AlreadyDone(OFF)
    if now.state == "booked" and now.options[0].times != tuple(times):
        raise AlreadyDone("Your interviews are booked already, at another time.")
    return now.state == "booked"


def _again(field: Field, sessions: Sequence[Session], option: Option) -> Option | None:
    return seated(field, sessions, option.times, option)


async def _field(services: Services, now: Loop, *, fresh: bool = False) -> Field:
    """Her own words are for the recruiter: on the page everything that was offered may be chosen."""
    return await loop_times.gather(
        services, now.team, now.sessions, now.zone, now.candidate, but=now.holders, fresh=fresh
    )


async def _field_of(
    services: Services, now: Loop, standing: Sequence[Interview], *, fresh: bool = False
) -> Field:
    debrief = await debrief_records.of(services, now.id)  # makes way for its own interviews
    but, own = (debrief.holders, debrief.own) if debrief else ((), ())
    return await loop_times.gather(
        services, now.team, _as_they_are(standing), now.zone, now.candidate, but=[*(i.id for i in standing), *but],
        own=[*(time_of(i) for i in standing), *own], fresh=fresh,
    )  # fmt: skip


def _as_they_are(standing: Sequence[Interview]) -> list[Session]:
    """The sessions that stand, with the people who have to be there."""
    return [Session(i.title, i.minutes, i.interviewers, room=i.room or "") for i in standing]


def time_of(interview: Interview) -> Interval:
    return interview.start, interview.end
