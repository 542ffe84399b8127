"""One session more, or a shorter one: the rest of a booked loop stays as it is."""

from datetime import timedelta

import pytest

from commands import loop_card
from hiring import candidates, interviews, loop_edits, loop_records, loop_visits, loops
from hiring.errors import AlreadyDone, Refused, Taken
from hiring.interview_changes import Wish
from hiring.loop_records import Loop, Session
from hiring.loops import Wanted
from scheduling.hours import Interval
from tests.firm import BEN, CHEN, MAYA, ROSA, TEAM, Firm

pytestmark = pytest.mark.anyio
WANTED = Wanted((Session("Pair programming", 60, (BEN,)), Session("System design", 45, (CHEN,))))
TALK = Wish("Talk with the manager", 30, (MAYA,))


async def booked(office: Firm) -> Loop:
    rosa, ref = await office.actor(ROSA), await office.ada()
    profile = await candidates.profile(office.services, rosa, ref)
    found = await loops.suggest(office.services, rosa, profile, WANTED)
    return await loops.book(office.services, rosa, ref, WANTED, found.options[0].times, key="loop")


async def free(office: Firm) -> Interval:
    """A time of Maya's."""
    rosa, ref = await office.actor(ROSA), await office.ada()
    profile = await candidates.profile(office.services, rosa, ref)
    return (await interviews.times(office.services, rosa, profile, TALK)).slots[0]


def busy(office: Firm, slot: Interval) -> None:
    """Something else appears in Maya's calendar."""
    id = f"made{office.store.next_id('meeting')}"
    address = "maya@brightwater.example"
    row = {
        "id": id, "address": address, "uid": f"{id}@brightwater.example", "sequence": 0, "summary": "Dentist",
        "start": slot[0].isoformat(), "end": slot[1].isoformat(), "status": "confirmed", "transparent": False,
        "version": office.store.next_id("calendar_version"),
    }  # fmt: skip
    office.store.put("calendar_event", f"{address}:{row['uid']}", row)


async def test_one_more_session_joins_once_and_not_where_a_calendar_is_full_by_now(
    office: Firm,
) -> None:
    loop, rosa = await booked(office), await office.actor(ROSA)
    slot = await free(office)
    for _ in range(2):
        await loop_edits.add(office.services, rosa, loop.id, TALK, slot, key="more")
    titles = [i.title for i in await loop_records.interviews_of(office.services, loop.id)]
    assert sorted(titles) == ["Pair programming", "System design", "Talk with the manager"]
    other = await free(office)
    busy(office, other)
    with pytest.raises(Taken):
        await loop_edits.add(office.services, rosa, loop.id, TALK, other, key="full")
    assert len(await loop_records.interviews_of(office.services, loop.id)) == 3


async def test_a_session_is_shortened_once_and_the_time_it_leaves_is_free(office: Firm) -> None:
    loop, rosa = await booked(office), await office.actor(ROSA)
    first, second = await loop_records.interviews_of(office.services, loop.id)
    for _ in range(2):
        short = await loop_edits.shorten(office.services, rosa, first.id, 30)
    assert (short.start, short.minutes, short.sequence) == (first.start, 30, 1)
    assert short.end == first.start + timedelta(minutes=30)
    for minutes in (45, 33, 5):
        with pytest.raises(Refused):
            await loop_edits.shorten(office.services, rosa, first.id, minutes)
    await interviews.cancel(office.services, rosa, second.id, "Off")
    with pytest.raises(AlreadyDone):
        await loop_edits.shorten(office.services, rosa, second.id, 30)


async def test_the_card_says_why_one_of_them_was_called_off_to_who_arranges_it(
    office: Firm,
) -> None:
    loop, rosa = await booked(office), await office.actor(ROSA)
    first, second = await loop_records.interviews_of(office.services, loop.id)

    async def card(user: str = ROSA) -> str:
        return str((await loop_card.draw(office.services, TEAM, user, loop.id)).blocks)

    await interviews.cancel(office.services, rosa, second.id, "Chen left.", reason="illness")
    said = f"{second.title} cancelled by <@{ROSA}>: Illness – Chen left."
    assert said in await card()
    assert said not in await card(BEN)
    await loop_visits.cancel(office.services, loop.id, "The job is filled.", by=ROSA)
    whole = await card()
    assert f"Cancelled by <@{ROSA}>: The job is filled." in whole
    assert first.title not in whole
    assert said not in whole
