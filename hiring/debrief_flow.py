"""What follows from a debrief: its cards, the reminder, and the answers to it. Each job may run twice.

The candidate is never told of it, nor is the ATS: only those who are to be there.
"""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.contract import Event
from hiring import debrief_clock, debrief_invites, debrief_records, loop_records
from hiring.debrief_records import BOOKED, Debrief
from hiring.jobs import job
from hiring.services import Services
from scheduling import nudges, spell
from scheduling.hours import Interval

ANSWERS = ("accepted", "declined", "tentative")


async def tell_in(tx: AsyncConnection, services: Services, before: Debrief, now: Debrief) -> None:
    """Queue what everybody has to learn about one that was booked, changed or called off in this transaction.

    Every change raises SEQUENCE, and each person gets one message for it; who stays out of it gets none.
    """
    assert now.start is not None  # it has, or had, a time
    await debrief_invites.invite_in(tx, services, before, now)
    await debrief_clock.follow_in(tx, services, before, now)
    await services.jobs.cancel(tx, f"debrief-remind:{now.loop}")
    if now.state == BOOKED:
        await services.jobs.later(
            tx, remind, key=f"debrief-remind:{now.loop}", at=now.start - nudges.JOIN_BEFORE, loop=now.loop,
            id=now.id, sequence=now.sequence,
        )  # fmt: skip
    await show_in(tx, services, now)


async def tell_missing(tx: AsyncConnection, services: Services, now: Debrief, why: str) -> None:
    """Let the recruiter hear that it was called off since no time is left for it."""
    told = f"debrief-missing:{now.id}"
    said = why or "No time for the debrief is left."
    await services.jobs.enqueue(tx, tell_recruiter, key=told, loop=now.loop, why=said, told=told)


async def show_in(tx: AsyncConnection, services: Services, now: Debrief) -> None:
    """Let the cards follow that say when it is."""
    key = f"debrief-card:{now.id}:{now.sequence}:{now.state}"
    await services.jobs.enqueue(tx, show, key=key, loop=now.loop)


@job("debrief.show", order="card:{loop}", what="The cards that name a debrief")
async def show(services: Services, *, loop: str) -> None:
    """Show the loop's card to the recruiter, and bring the other cards up to date that say when the debrief is."""
    now = await loop_records.get(services, loop)
    await services.desk.show(now.team, now.created_by, "loop", loop)
    await services.desk.refresh("loop_channel", loop)
    for interview in await loop_records.interviews_of(services, loop):
        for user in interview.users:
            await services.desk.refresh("brief", f"{interview.id}:{user}")


@job("debrief.remind", what="The reminder of a debrief")
async def remind(services: Services, *, loop: str, id: str, sequence: int) -> None:
    """Ten minutes before: that it begins, and how many scorecards are in. Skipped when it was changed meanwhile."""
    known = await debrief_records.get(services, loop)
    if (known.id, known.sequence, known.state) != (id, sequence, BOOKED):
        return
    for user in known.users:
        if known.answer(user) != "declined":
            subject = f"{loop}:{known.number}:{sequence}"
            await services.desk.show(known.team, user, "debrief", subject)


@job("debrief.tell-recruiter", what="The notice that a debrief has no time any more")
async def tell_recruiter(services: Services, *, loop: str, why: str, told: str) -> None:
    """Say that it was called off since no time is left, with what to do."""
    now = await loop_records.get(services, loop)
    said = f"{why} It was called off; the card of the interviews has “Find a time”."
    await services.desk.say(now.team, now.created_by, said, key=told)


async def hear(
    services: Services, id: str, said: str, sequence: int, sender: str, told: str, proposed: Interval | None
) -> None:  # fmt: skip
    """Take over what a calendar answered by mail. An answer to an earlier time, or of somebody else, counts for nothing."""
    known = await debrief_records.of(services, debrief_records.loop_of(id))
    if known is None or (known.id, known.state) != (id, BOOKED) or sequence < known.sequence:
        return
    for user in known.users:
        member = await services.desk.person(known.team, user)
        if member.email and member.email.casefold() == sender:
            if proposed is None:
                await answered(services, known, {user: said}, told)
                return
            now = await loop_records.get(services, known.loop)
            zone = (await services.desk.person(now.team, now.created_by)).zone
            text = f"{member.first_name} would rather have the debrief {spell.spell(proposed, zone)}. Its card moves it."
            await services.desk.say(now.team, now.created_by, text, key=told)


async def seen(services: Services, event: Event, id: str) -> None:
    """Take over what the event in the calendar says of its guests."""
    known = await debrief_records.of(services, debrief_records.loop_of(id))
    if known is None or (known.id, known.state) != (id, BOOKED):
        return
    if (event.start, event.end) != known.time:
        return
    members = {}
    for user in known.users:
        address = (await services.desk.person(known.team, user)).email or ""
        members[address.casefold()] = user
    said = {
        members[email]: reply.answer
        for reply in event.replies
        if reply.answer and (email := reply.guest.email.casefold()) in members
    }
    await answered(services, known, said, f"debrief-answer:{known.id}:{known.sequence}")


async def answered(services: Services, known: Debrief, said: Mapping[str, str], told: str) -> None:
    """Note answers; who arranged it hears of each new no. The same again changes nothing."""
    new = {u: a for u, a in said.items() if a in ANSWERS and a != known.answer(u)}
    if not new:
        return
    now = await loop_records.get(services, known.loop)
    async with services.store.begin() as tx:
        fresh = await debrief_records.find(tx, known.loop)
        if fresh is None or (fresh.id, fresh.sequence) != (known.id, known.sequence):
            return
        await debrief_records.change(tx, known.loop, answers={**fresh.answers, **new})
    for user in sorted(u for u, answer in new.items() if answer == "declined"):
        person = await services.desk.person(known.team, user)
        text = f"{person.first_name} cannot come to the debrief. Its card moves it or calls it off."
        await services.desk.say(now.team, now.created_by, text, key=f"{told}:{user}")
    await show(services, loop=known.loop)
