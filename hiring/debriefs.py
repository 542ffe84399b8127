"""A debrief booked or held with its loop, and what a recruiter does with it afterwards: move it, or call it off."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.errors import ConnectorError
from connectors.model import Ref
from hiring import (
    access,
    claims,
    debrief_changes,
    debrief_records,
    debrief_times,
    loop_records,
    people,
)
from hiring.candidates import LOOKERS
from hiring.claims import TAKEN
from hiring.debrief_changes import FURTHER
from hiring.debrief_records import BOOKED, HELD, MISSING, OFF, WANTED, Debrief, Wish
from hiring.debrief_times import Found
from hiring.errors import AlreadyDone, Taken
from hiring.interview_records import Interview
from hiring.loop_records import Loop, Option
from hiring.loop_times import Suggested
from hiring.people import Actor
from hiring.services import Services
from scheduling.hours import Interval

SETTLERS = LOOKERS | {"admin"}


@dataclass(frozen=True, slots=True)
class Chance:
    """A debrief to be booked with its loop: who is to be there, and the times they have, in the order to try them."""

    users: tuple[str, ...]
    found: Found


async def settled(services: Services, actor: Actor, job: Ref | None, wish: Wish) -> Wish:
    """The wish with who comes beside the panel: who arranges it, and the hiring managers where the ATS names them."""
    if not wish.minutes or wish.others:
        return wish
    try:
        managers = await people.managers(services, actor.team, job)
    except ConnectorError:  # it takes place without them rather than not at all
        managers = []
    return replace(wish, others=tuple(dict.fromkeys([actor.user, *managers])))


async def beside(
    services: Services, team: str, wish: Wish, found: Suggested, loop: str, *, fresh: bool = False
) -> Suggested:
    """The ways to hold a loop, each with the times for its debrief. The ways themselves stay what they are."""
    if not wish.minutes or not found.options:
        return found
    but = loop_records.holders(loop) if loop else []
    times, known = await debrief_times.for_options(
        services, team, wish, found.options, but=but, fresh=fresh
    )
    unread = [(k.person.name, k.unread) for k in known.values() if k.unread]
    named = tuple(dict.fromkeys([*found.unread, *unread]))
    return replace(found, debriefs=tuple(times), unread=named)


async def chance(
    services: Services, team: str, loop: str, option: Option, wish: Wish | None = None
) -> Chance | None:
    """The times for the debrief of a loop that is about to be booked or held, asked of everybody now; None: none is wanted.

    Without a `wish` it is the one noted with the loop. A time that is held comes first.
    """
    known = await debrief_records.of(services, loop)
    if wish is None:
        wish = known.wish if known else Wish()
    if not wish.minutes:
        return None
    but = loop_records.holders(loop)
    (found,), _ = await debrief_times.for_options(
        services, team, wish, [option], but=but, fresh=True
    )
    held = [slot for slot in known.own if slot in found.slots] if known else []
    found = replace(found, slots=(*held, *(s for s in found.slots if s not in held)))
    return Chance(debrief_times.who(debrief_times.panel_of(option), wish), found)


def names(team: str, chance: Chance | None) -> list[str]:
    """Whom the debrief claims, for whoever claims its loop before it in the same transaction."""
    return [claims.person(team, user) for user in chance.users] if chance else []


async def hold_in(
    tx: AsyncConnection, services: Services, now: Loop, chance: Chance | None, until: datetime
) -> None:
    """Hold the first time that is still free, beside the loop's; nothing where none is."""
    known = await debrief_records.find(tx, now.id)
    if chance is None or known is None:
        return
    slot = await debrief_changes.claim(tx, services, known, chance.users, chance.found.slots, until)
    values = {"state": HELD, "start": slot[0], "end": slot[1]} if slot else {"state": WANTED}
    missing = [] if slot else list(chance.found.missing)
    await debrief_records.change(tx, now.id, users=list(chance.users), missing=missing, **values)


async def book_in(
    tx: AsyncConnection, services: Services, now: Loop, chance: Chance | None, *, by: str
) -> None:
    """Book the first time that is still free, in the transaction that booked the loop, whose claims waited for everybody.

    Where none is, the loop stands without one.
    """
    known = await debrief_records.find(tx, now.id)
    if chance is None or known is None:
        return
    slot = await debrief_changes.claim(tx, services, known, chance.users, chance.found.slots)
    if slot:
        await debrief_changes.settle(tx, services, known, slot, chance.users, by=by)
    else:
        await debrief_changes.end(tx, services, known, MISSING, by=by, missing=chance.found.missing)


async def choices(services: Services, actor: Actor, loop: str) -> tuple[Debrief, Found]:
    """The times to which it can be moved, or which it can get, some days beyond the wish included. Raises AlreadyDone."""
    known, standing = await _open(services, actor, loop)
    return known, await debrief_changes.look(services, known, standing, more=FURTHER)


async def move(services: Services, actor: Actor, loop: str, slot: Interval) -> Debrief:
    """Move it, or give it a time. The time it has changes nothing. Raises Taken when somebody cannot any more."""
    known, standing = await _open(services, actor, loop)
    if known.state == BOOKED and known.time == slot:
        return known
    found = await debrief_changes.look(services, known, standing, more=FURTHER)
    if slot not in found.slots:
        raise Taken(TAKEN, field="time")
    users = debrief_changes.who(standing, known)
    async with services.store.begin() as tx:
        if not await debrief_changes.unchanged(tx, services, known, users):
            raise AlreadyDone("The debrief was changed meanwhile. Look at its times again.")
        if not await debrief_changes.claim(tx, services, known, users, [slot]):
            raise Taken(TAKEN, field="time")
        await debrief_changes.settle(tx, services, known, slot, users, by=actor.user)
    return await debrief_records.get(services, loop)


async def call_off(services: Services, actor: Actor, loop: str) -> None:
    """Call it off; the interviews stand. Twice changes nothing."""
    now = await loop_records.get(services, loop)
    await access.require(services, actor, SETTLERS, now.job)
    known = await debrief_records.get(services, loop)
    if known.state != BOOKED:
        return
    async with services.store.begin() as tx:
        if not await debrief_changes.unchanged(tx, services, known):
            raise AlreadyDone("The debrief was changed meanwhile. Look at its card again.")
        await debrief_changes.end(tx, services, known, OFF, by=actor.user)


async def _open(services: Services, actor: Actor, loop: str) -> tuple[Debrief, list[Interview]]:
    now = await loop_records.get(services, loop)
    await access.require(services, actor, SETTLERS, now.job)
    known = await debrief_records.get(services, loop)
    standing = await loop_records.interviews_of(services, loop)
    if not standing or known.state not in (BOOKED, MISSING, OFF):
        raise AlreadyDone("These interviews are not booked, so they have no debrief.")
    if known.state == BOOKED and debrief_changes.over(services, known):
        raise AlreadyDone("The debrief has begun already, so it cannot be moved.")
    return known, standing
