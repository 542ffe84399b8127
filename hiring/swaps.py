"""Find somebody who takes a seat over: asked one after another or all at once, and the first click wins, at any notice."""

from collections.abc import Sequence

from hiring import access, audit, interview_records, people, swap_flow, swap_records, swap_seat
from hiring.errors import AlreadyDone, NotAllowed, Refused, Taken
from hiring.interview_records import Interview
from hiring.interviews import SCHEDULERS
from hiring.people import Actor
from hiring.services import Services
from hiring.substitutes import Found, Ranked
from hiring.swap_flow import CHANGED
from hiring.swap_records import ASKED, Swap, identity
from hiring.swap_seat import Coming

HOW = ("one", "all")
LONGEST = 1_440  # minutes


async def start(
    services: Services, actor: Actor, subject: str, how: str, *, chosen: Sequence[str] = (), first: str = "",
    minutes: int = 0,
) -> Swap:  # fmt: skip
    """Ask for the seat `interview:member:sequence`: everybody who fits in their order, or the `chosen` in theirs.

    Twice goes on with the search that there is: `all` then asks everybody who is left at once. Raises Refused when
    nobody can be asked, AlreadyDone when the seat is taken or the interview changed.
    """
    now = await interview_records.get(services, subject.split(":")[0])
    await access.require(services, actor, SCHEDULERS, now.job)
    minutes = minutes or services.company.swap_minutes
    if how not in HOW or not 1 <= minutes <= LONGEST:
        raise Refused(f"Between 1 and {LONGEST} minutes.", field="minutes")
    found = await swap_flow.look(services, subject, fresh=True)
    before = await swap_records.find(services, subject)
    gone = {ask.user for ask in before.asks if ask.state == "passed"} if before else set()
    wanted = [ranked for ranked in _wanted(found, chosen, first) if ranked.user not in gone]
    if not wanted:
        raise Refused("Nobody who could take it is free at that time. Move it, or drop the seat.")
    return await swap_flow.begin(services, subject, how, minutes, found, wanted, by=actor.user)


def _wanted(found: Found, chosen: Sequence[str], first: str) -> list[Ranked]:
    able = {ranked.user: ranked for ranked in found.people if ranked.possible}
    if chosen:
        return [able[user] for user in chosen if user in able]
    order = sorted(found.fitting, key=lambda ranked: ranked.user != first)
    if first and (not order or order[0].user != first):
        raise Refused("They are not free at that time any more. Look at the others.")
    return order


async def take(services: Services, actor: Actor, swap: str) -> Interview:
    """Take the seat. The first click wins; the same person twice changes nothing.

    Raises AlreadyDone with who was faster, or when the interview changed; NotAllowed for who was not asked; Refused
    for who is booked at that time.
    """
    found = await swap_records.get(services, swap)
    now = await interview_records.get(services, found.interview)
    mine = await people.ats_user(services, actor.person, now.application.account)
    coming = Coming(actor.user, mine.ref if mine else None)
    try:
        async with services.store.begin() as tx:
            now = await interview_records.load(tx, found.interview)
            found = await swap_records.load(tx, swap)
            ask = found.ask(actor.user)
            if ask is None or ask.state not in (*ASKED, "taken"):
                raise NotAllowed("Only who was asked can take this seat.")
            if found.state in ("open", "nobody") and _standing(services, found, now):
                now = await swap_seat.change_in(
                    tx, services, now, found.leaving, coming, by=actor.user
                )
                await swap_records.mark(tx, swap, actor.user, state="taken")
                await swap_records.write(tx, services, found, state="taken", taken_by=actor.user)
                key = f"swap-taken:{swap}"
                await services.jobs.enqueue(
                    tx, swap_flow.tell, key=key, swap=swap, what="taken", told=key
                )
                return now
    except Taken:
        raise Refused("You were booked for something else at that time meanwhile. The seat stays open.") from None  # fmt: skip
    if found.taken_by == actor.user:
        return now
    if found.taken_by:
        faster = await services.desk.person(now.team, found.taken_by)
        raise AlreadyDone(f"{faster.name} was faster and takes it. Thank you!")
    raise AlreadyDone(CHANGED)


def _standing(services: Services, found: Swap, now: Interview) -> bool:
    return found.stands_for(now) and now.end > services.clock.now()


async def decline(services: Services, actor: Actor, swap: str) -> None:
    """Somebody who was asked cannot: the next one is asked at once. Twice changes nothing."""
    interview = (await swap_records.get(services, swap)).interview
    async with services.store.begin() as tx:
        await interview_records.load(tx, interview)
        found = await swap_records.load(tx, swap)
        ask = found.ask(actor.user)
        if ask is None or ask.state not in (*ASKED, "taken"):
            raise NotAllowed("Only who was asked can answer.")
        if ask.state in ("passed", "taken") or found.state not in ("open", "nobody"):
            return
        await swap_records.mark(tx, swap, actor.user, state="passed")
        await audit.record(
            tx, services, actor.user, "swap.passed", interview, before=ask.state, after="passed", swap=swap
        )  # fmt: skip
        await swap_records.write(tx, services, found)
        others = [a for a in found.asks if a.state == "asked" and a.user != actor.user]
        if found.state == "open" and not others:
            await swap_flow.go_on(tx, services, swap, found.turn)


async def drop(services: Services, actor: Actor, subject: str) -> Interview:
    """Hold the interview without that seat. Twice drops it once. Raises Refused for the last one, AlreadyDone."""
    interview, leaving, sequence = subject.split(":")
    now = await interview_records.get(services, interview)
    await access.require(services, actor, SCHEDULERS, now.job)
    async with services.store.begin() as tx:
        now = await interview_records.load(tx, interview)
        known = await swap_records.known(tx, identity(subject))
        if now.state == "scheduled" and now.seat(leaving) is None:
            if known and known.taken_by:
                raise AlreadyDone("Somebody takes that seat already. See the interview's card.")
            return now
        if now.state != "scheduled" or now.sequence != int(sequence):
            raise AlreadyDone(CHANGED)
        if now.interviewers in ((), (leaving,)):
            raise Refused("Nobody else is in this interview. Move or cancel it instead.")
        now = await swap_seat.release_in(tx, services, now, leaving, by=actor.user)
        if known:
            await swap_records.write(tx, services, known, state="dropped")
        return now
