"""How a search for a substitute goes: begun by a recruiter or by itself, one asked after another, until somebody takes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import audit, interview_records, substitutes, swap_records
from hiring.errors import AlreadyDone, NotFound
from hiring.interview_records import Interview
from hiring.jobs import job
from hiring.services import Services
from hiring.substitutes import Found, Ranked
from hiring.swap_records import Swap, identity
from hiring.swaps_table import asks, swaps
from scheduling import nudges, spell

HEADSTART = timedelta(
    minutes=10
)  # in which the recruiter may act first, where the company wants so
BY_ITSELF = "callsheet"
CHANGED = "The interview has changed since, so this seat is not looked for any more. See its card."


async def look(services: Services, subject: str, *, fresh: bool = False) -> Found:
    """Who could take the seat `interview:member:sequence` over, best first. Raises NotFound."""
    interview, leaving, sequence = subject.split(":")
    now = await interview_records.get(services, interview)
    gave_away = await swap_records.left(services, interview, int(sequence))
    return await substitutes.rank(services, now, leaving, without=frozenset(gave_away), fresh=fresh)


async def after_no(
    tx: AsyncConnection, services: Services, now: Interview, who: str, mark: str
) -> None:
    """Somebody said no: look for a substitute without a recruiter, where the company lets it. Once per answer."""
    if services.company.swaps == "never":
        return
    subject = f"{now.id}:{who}:{now.sequence}"
    if services.company.swaps == "at once":
        await services.jobs.enqueue(tx, by_itself, key=f"swap-auto:{mark}", subject=subject)
        return
    at = services.clock.now() + HEADSTART
    await services.jobs.later(tx, by_itself, key=f"swap-auto:{subject}", at=at, subject=subject)


@job("swap.by-itself", lane="now", what="The search for a substitute")
async def by_itself(services: Services, *, subject: str) -> None:
    """Begin the search, unless a recruiter began it, the interview changed, or they come after all."""
    interview, leaving, sequence = subject.split(":")
    now = await interview_records.get(services, interview)
    seat = now.seat(leaving)
    if seat is None or seat.standing != "declined" or now.sequence != int(sequence):
        return
    if await swap_records.find(services, subject):
        return
    found = await look(services, subject, fresh=True)
    minutes = services.company.swap_minutes
    try:
        await begin(services, subject, "one", minutes, found, found.fitting, by=BY_ITSELF)
    except AlreadyDone:
        return  # changed while calendars were read


async def begin(
    services: Services, subject: str, how: str, minutes: int, found: Found, wanted: Sequence[Ranked], *, by: str
) -> Swap:  # fmt: skip
    """Write the search down, or go on with the one there is, and ask. Raises AlreadyDone when the seat is not open."""
    interview, leaving, sequence = subject.split(":")
    swap = identity(subject)
    async with services.store.begin() as tx:
        now = await interview_records.load(tx, interview)
        seat = now.seat(leaving)
        over = now.end <= services.clock.now()
        if seat is None or now.state != "scheduled" or now.sequence != int(sequence) or over:
            raise AlreadyDone(CHANGED)
        pick = [
            {"user": r.user, "load": r.load, "because": r.because, "against": r.against}
            for r in found.people
        ]
        if not (known := await swap_records.known(tx, swap)):
            await tx.execute(
                swaps.insert().values(
                    id=swap, interview=interview, leaving=leaving, sequence=now.sequence, state="open", how=how,
                    minutes=minutes, turn=0, version=0, after_no=seat.standing == "declined", pick=pick,
                    started_by=by, started_at=services.clock.now(),
                )
            )  # fmt: skip
            known = await swap_records.load(tx, swap)
        elif known.state not in ("open", "nobody"):
            raise AlreadyDone(CHANGED)
        await _line_up(tx, known, [ranked.user for ranked in wanted])
        order = " ".join(ranked.user for ranked in wanted)
        await audit.record(
            tx, services, by, "swap.began", interview, before=known.state, after=how, swap=swap,
            leaving=leaving, order=order,
        )  # fmt: skip
        await swap_records.write(
            tx, services, known, state="open", how=how, minutes=minutes, pick=pick, turn=known.turn + 1
        )  # fmt: skip
        await go_on(tx, services, swap, known.turn + 1)
        return await swap_records.load(tx, swap)


async def _line_up(tx: AsyncConnection, known: Swap, users: Sequence[str]) -> None:
    """Those who are asked next, in their order; who said no, or is asked right now, stays as they are."""
    settled = [ask for ask in known.asks if ask.state in ("asked", "passed")]
    await tx.execute(
        asks.delete().where(asks.c.swap == known.id, asks.c.state.in_(("waiting", "busy")))
    )
    done = {ask.user for ask in settled}
    lapsed = {ask.user for ask in known.asks if ask.state == "lapsed"}
    for position, user in enumerate((u for u in users if u not in done), len(known.asks)):
        mine = (asks.c.swap == known.id, asks.c.user == user)
        if user in lapsed:
            await tx.execute(asks.update().where(*mine).values(state="waiting", position=position))
        else:
            row = {"swap": known.id, "user": user, "position": position, "state": "waiting"}
            await tx.execute(asks.insert().values(**row))


async def go_on(tx: AsyncConnection, services: Services, swap: str, turn: int) -> None:
    """Ask the next one, with the commit."""
    await services.jobs.enqueue(tx, ask_next, key=f"swap-next:{swap}:{turn}", swap=swap, turn=turn)


@job("swap.next", lane="now", what="The question to a substitute")
async def ask_next(services: Services, *, swap: str, turn: int) -> None:
    """Ask the next one, or everybody who is left, if they are still free; tell the recruiter when nobody is left.

    Twice asks once: each question raises the turn.
    """
    found = await swap_records.get(services, swap)
    if found.state != "open" or found.turn != turn:
        return
    try:
        ranked = {r.user: r for r in (await look(services, found.subject, fresh=True)).people}
    except NotFound:
        ranked = {}
    async with services.store.begin() as tx:
        now = await interview_records.load(tx, found.interview)
        found = await swap_records.load(tx, swap)
        if found.state != "open" or found.turn != turn:
            return
        if not found.stands_for(now) or now.end <= services.clock.now():
            await swap_records.write(
                tx, services, found, state="ended", why="it changed or is over"
            )
            return
        waiting = [ask.user for ask in found.asks if ask.state == "waiting"]
        able = [user for user in waiting if user in ranked and ranked[user].possible]
        for user in waiting:
            if user not in able:
                await swap_records.mark(tx, swap, user, state="busy")
        asked = able if found.how == "all" else able[:1]
        if asked:
            await _ask(tx, services, found, now, asked, len(able) - len(asked))
        elif late := [ask.until for ask in found.asks if ask.state == "asked" and ask.until]:
            await _wait(tx, services, swap, max(late), turn)
        else:
            await swap_records.write(tx, services, found, state="nobody")
            key = f"swap-nobody:{swap}:{turn}"
            await services.jobs.enqueue(tx, tell, key=key, swap=swap, what="nobody", told=key)


async def _ask(
    tx: AsyncConnection, services: Services, found: Swap, now: Interview, users: Sequence[str], left: int
) -> None:  # fmt: skip
    moment, turn = services.clock.now(), found.turn + 1
    patience = timedelta(minutes=found.minutes)
    until = nudges.asked_until(moment, now.start, left, patience)
    for user in users:
        await swap_records.mark(tx, found.id, user, state="asked", asked_at=moment, until=until)
    await audit.record(
        tx, services, BY_ITSELF, "swap.asked", now.id, swap=found.id, users=" ".join(users)
    )
    await swap_records.write(tx, services, found, turn=turn)
    await _wait(tx, services, found.id, until, turn)


async def _wait(
    tx: AsyncConnection, services: Services, swap: str, until: datetime, turn: int
) -> None:
    await services.jobs.later(tx, lapse, key=f"swap-lapse:{swap}", at=until, swap=swap, turn=turn)


@job("swap.lapse", lane="now", what="The next question to a substitute")
async def lapse(services: Services, *, swap: str, turn: int) -> None:
    """Their time to answer is over: ask the next one. They may still take the seat while it is open."""
    interview = (await swap_records.get(services, swap)).interview
    async with services.store.begin() as tx:
        await interview_records.load(tx, interview)
        found = await swap_records.load(tx, swap)
        if found.state != "open" or found.turn != turn:
            return
        for ask in found.asks:
            if ask.state == "asked":
                await swap_records.mark(tx, swap, ask.user, state="lapsed")
        await swap_records.write(tx, services, found)
        await go_on(tx, services, swap, turn)


@job("swap.tell", what="The notice about an open seat")
async def tell(services: Services, *, swap: str, what: str, told: str) -> None:
    """Say to the recruiter, and to who leaves, what came of it: once each."""
    found = await swap_records.get(services, swap)
    now = await interview_records.get(services, found.interview)
    leaving = await services.desk.person(now.team, found.leaving)
    recruiter = await services.desk.person(now.team, now.created_by)
    if what == "nobody":
        text = f"Nobody who was asked takes {leaving.name}'s seat in the {now.title}. Move it, drop the seat, or ask others."
        await services.desk.say(now.team, recruiter.id, text, key=told)
        return
    taker = await services.desk.person(now.team, found.taken_by or "")
    for person in dict.fromkeys((recruiter, leaving)):
        when = spell.spell((now.start, now.end), person.zone)
        whose = "your" if person.id == leaving.id else f"{leaving.name}'s"
        text = f"{taker.name} takes {whose} seat in the {now.title}, {when}."
        await services.desk.say(now.team, person.id, text, key=f"{told}:{person.id}")
