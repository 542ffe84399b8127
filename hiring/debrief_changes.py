"""A debrief that follows its loop: claimed, set, moved, called off, each in one transaction with its audit row and its jobs.

It never stands in the way of its own interviews: it makes way, and is looked for anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import (
    audit,
    calendar_events,
    claims,
    debrief_flow,
    debrief_records,
    debrief_times,
    loop_records,
    meeting_links,
)
from hiring.claims import Claim
from hiring.debrief_records import BOOKED, MISSING, OFF, Debrief
from hiring.debrief_times import GAP, Found
from hiring.interview_records import Interview
from hiring.jobs import job
from hiring.services import Services
from scheduling.hours import Interval

FURTHER = 5  # working days beyond the wish in which a person may choose a time


async def follow_in(
    tx: AsyncConnection, services: Services, loop: str | None, mark: str, *, anew: bool = False
) -> None:
    """Let the debrief follow what changes in this transaction, by one job. `anew`: all of the loop moves."""
    known = await debrief_records.find(tx, loop) if loop else None
    if known is None or known.state not in (BOOKED, MISSING):
        return
    await debrief_records.change(tx, known.loop, due=True, anew=known.anew or anew)
    if not known.due:
        await services.jobs.enqueue(tx, bring, key=f"debrief:{known.loop}:{mark}", loop=known.loop)


@job("debrief.bring", order="debrief:{loop}", what="The debrief after the interviews")
async def bring(services: Services, *, loop: str) -> None:
    """Bring the debrief in line with what is booked now: keep it, move it, invite who is new, or call it off.

    Twice changes nothing: then it is after the last interview, with everybody who is to be there.
    """
    async with services.store.begin() as tx:  # what changes from here on gets a job of its own
        await debrief_records.change(tx, loop, due=False)
    known = await debrief_records.get(services, loop)
    standing = await loop_records.interviews_of(services, loop)
    if known.state not in (BOOKED, MISSING) or over(services, known):
        return
    if not standing:
        async with services.store.begin() as tx:
            if await unchanged(tx, services, known):
                await end(tx, services, known, OFF, by="callsheet")
        return
    if known.state == MISSING and not known.anew:
        return
    users, keep = who(standing, known), await _keeps(services, known, standing)
    if keep and users == known.users:
        async with services.store.begin() as tx:
            same = await unchanged(tx, services, known)
            if not same or await claim(tx, services, known, users, keep):
                return
    found = await look(services, known, standing)
    keep = [slot for slot in keep if slot in found.slots]
    async with services.store.begin() as tx:
        if not await unchanged(tx, services, known, users):
            return
        slot = await claim(tx, services, known, users, (*keep, *found.slots))
        if slot is None:
            await end(tx, services, known, MISSING, by="callsheet", missing=found.missing)
            if known.state == BOOKED:
                await debrief_flow.tell_missing(tx, services, known, found.why)
        elif (slot, users) == (known.time, known.users):
            await debrief_records.change(tx, loop, anew=False)
        else:
            await settle(tx, services, known, slot, users, by="callsheet")


async def unchanged(
    tx: AsyncConnection, services: Services, known: Debrief, users: Sequence[str] = ()
) -> bool:
    """Whether nobody moved it or called it off since it was read; nobody does until the transaction ends.

    The times of its people, and of `users`, are waited for before its record, as in every change of an interview: so no
    two transactions block each other for good.
    """
    names = [claims.person(known.team, user) for user in (*known.users, *users)]
    await claims.wait(tx, services, names)
    now = await debrief_records.find(tx, known.loop)
    return now is not None and (now.state, now.id, now.sequence) == (
        known.state, known.id, known.sequence,
    )  # fmt: skip


async def _keeps(
    services: Services, known: Debrief, standing: Sequence[Interview]
) -> list[Interval]:
    """The time it has, where that still lies after the last interview and not too late."""
    last, wish = max(i.end for i in standing), known.wish
    zone = await debrief_times.zone_of(services, known.team, wish)
    latest = debrief_times.until(last, wish.days + FURTHER, zone)
    time = None if known.anew else known.time
    return [time] if time and last + GAP <= time[0] and time[1] <= latest else []


async def claim(
    tx: AsyncConnection, services: Services, known: Debrief, users: Sequence[str], slots: Iterable[Interval],
    until: datetime | None = None,
) -> Interval | None:  # fmt: skip
    """Claim the first of the times that nobody took meanwhile; None, with what was claimed left as it is, when all went.

    The caller has waited for everybody's times.
    """
    holder = debrief_records.holder(known.loop)
    mine = [claims.person(known.team, user) for user in users]
    for slot in slots:
        if slot[0] <= services.clock.now():
            continue
        if not await claims.claimed(tx, services, mine, slot, but=[holder]):
            wanted = [Claim(name, slot, holder) for name in mine]
            await claims.take(tx, services, wanted, until=until)
            return slot
    return None


async def settle(
    tx: AsyncConnection, services: Services, before: Debrief, slot: Interval, users: Sequence[str], *, by: str
) -> None:  # fmt: skip
    """It is then, with them; whoever has to learn of it does."""
    standing = before.state == BOOKED
    stays = standing and before.time == slot
    sender, meeting = before.sender, before.meeting
    if not standing:
        sender = await calendar_events.inviting(tx)
        meeting = await meeting_links.maker(tx, services, meeting_links.LATER, sender)
    values = {
        "state": BOOKED, "start": slot[0], "end": slot[1], "users": list(users), "missing": [], "anew": False,
        "stamp": services.clock.now(), "sequence": before.sequence + 1 if standing else 0,
        "number": before.number + (before.state in (MISSING, OFF)),
        "answers": {u: a for u, a in before.answers.items() if u in users} if stays else {},
        "sender": sender, "meeting": meeting,
    }  # fmt: skip
    await debrief_records.change(tx, before.loop, **values)
    what = "people" if stays else "moved" if standing else "booked"
    await audit.record(
        tx, services, by, f"debrief.{what}", before.loop, before=before.state,
        after=f"booked {slot[0].isoformat()}/{slot[1].isoformat()}",
    )  # fmt: skip
    now = await debrief_records.find(tx, before.loop)
    assert now is not None  # it was just written
    await debrief_flow.tell_in(tx, services, before, now)


async def end(
    tx: AsyncConnection, services: Services, before: Debrief, state: str, *, by: str, missing: Sequence[str] = ()
) -> None:  # fmt: skip
    """It has no time any more, or got none; who was invited hears of it."""
    values = {"sequence": before.sequence + 1, "stamp": services.clock.now(), "anew": False}
    await debrief_records.change(tx, before.loop, state=state, missing=list(missing), **values)
    await claims.free(tx, debrief_records.holder(before.loop))
    await audit.record(
        tx, services, by, f"debrief.{state}", before.loop, before=before.state, after=state
    )
    now = await debrief_records.find(tx, before.loop)
    assert now is not None  # it was just written
    if before.state == BOOKED:
        await debrief_flow.tell_in(tx, services, before, now)
    else:
        await debrief_flow.show_in(tx, services, now)


async def look(
    services: Services, known: Debrief, standing: Sequence[Interview], *, more: int = 0
) -> Found:
    """The times after the last interview from now on. What it has itself is not in its way."""
    wish = replace(known.wish, days=known.wish.days + more)
    users, zone = who(standing, known), await debrief_times.zone_of(services, known.team, wish)
    after = max(*(i.end for i in standing), services.clock.now())
    window = (after, debrief_times.until(after, wish.days, zone))
    people = await debrief_times.gather(
        services, known.team, users, window, but=known.holders, own=known.own, fresh=True
    )
    return debrief_times.find(people, users, wish, after, zone)


def who(standing: Iterable[Interview], known: Debrief) -> tuple[str, ...]:
    """Everybody who is to be there now."""
    ordered = sorted(standing, key=lambda i: i.position)
    return debrief_times.who((u for i in ordered for u in i.interviewers), known.wish)


def over(services: Services, known: Debrief) -> bool:
    """Whether it has begun."""
    return known.time is not None and known.time[0] <= services.clock.now()
