"""Somebody trains for a skill that others have, and loops are booked that ask for it."""

from datetime import datetime

from hiring import candidates, ids, interviewer_rules, loop_records, loops, trainees, training
from hiring.interview_records import Interview
from hiring.interviewer_rules import Rules
from hiring.loop_records import Loop, Session
from hiring.loops import Wanted
from hiring.trainees import Trainee
from scheduling import training as way
from tests.firm import BEN, CHEN, MAYA, ROSA, TEAM, TOM, Firm

ALWAYS = {"days": tuple(range(7)), "begins": 0, "ends": 1_440}  # no hours in the way
PAIRING = Session("Pair programming", 60, tag="pairing", seats=1)
WANTED = Wanted((PAIRING,))
WHOLE = Wanted((PAIRING, Session("Talk with the manager", 30, (MAYA,))))


async def trains(office: Firm, user: str = TOM, *, path: way.Path = way.Path(1, 1)) -> None:
    """Ben and Chen pair; somebody begins to learn it."""
    rosa = await office.actor(ROSA)
    for each in (BEN, CHEN):
        await interviewer_rules.settle(office.services, rosa, Rules(each, ("pairing",), **ALWAYS))
    await interviewer_rules.settle(office.services, rosa, Rules(user, **ALWAYS))
    await training.settle(office.services, rosa, "pairing", path)
    await training.start(office.services, rosa, user, " Pairing ")


async def booked(office: Firm, wanted: Wanted = WANTED) -> tuple[Loop, list[Interview]]:
    """The best loop for somebody new."""
    rosa, ref = await office.actor(ROSA), await office.newcomer()
    profile = await candidates.profile(office.services, rosa, ref)
    found = await loops.suggest(office.services, rosa, profile, wanted)
    best = found.options[0]
    loop = await loops.book(
        office.services, rosa, ref, wanted, best.times, key=ids.new("key"), like=best
    )
    assert [set(s.everybody) for s in loop.options[0].sittings] == [set(s.everybody) for s in best.sittings]  # fmt: skip
    return loop, await loop_records.interviews_of(office.services, loop.id)


async def standing(office: Firm, user: str = TOM) -> Trainee:
    async with office.services.store.read() as conn:
        return (await trainees.load(conn, office.services, TEAM, user=user, skill="pairing"))[0]


async def passes(office: Firm, until: datetime) -> None:
    """Our clock goes to that moment; no job runs."""
    await office.services.clock.move(office.services.store, by=until - office.services.clock.now())
