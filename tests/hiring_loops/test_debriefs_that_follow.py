"""A debrief follows every change of its loop, whoever makes it, and each person hears of each change once."""

import asyncio
import base64
import email
import email.policy

import pytest

from hiring import (
    candidates,
    debriefs,
    interview_records,
    interviews,
    issues,
    loop_edits,
    loop_records,
    loop_visits,
    swap_seat,
)
from hiring.errors import AlreadyDone, NotAllowed, Taken
from hiring.interview_changes import Wish as OneMore
from hiring.swap_seat import Coming
from tests.firm import ADA, MAYA, ROSA, TOM, Firm
from tests.hiring_loops.debriefing import (
    GAP,
    booked,
    claimed,
    debrief,
    last_end,
    mail_of,
    ours,
    told,
)
from tests.scheduling import libical

pytestmark = pytest.mark.anyio


def enclosed(raw: bytes) -> bytes:
    """The calendar part of a mail."""
    parts = email.message_from_bytes(raw, policy=email.policy.default).walk()
    found = next(part for part in parts if part.get_content_type() == "text/calendar")
    return bytes(found.get_payload(decode=True))


async def test_it_is_moved_called_off_and_found_again_under_another_uid(office: Firm) -> None:
    rosa = await office.actor(ROSA)
    async with office.at_work():
        loop = await booked(office)
        await office.settles()
        first = await debrief(office, loop)
        _, found = await debriefs.choices(office.services, rosa, loop.id)
        with pytest.raises(NotAllowed):
            await debriefs.move(office.services, await office.actor(TOM), loop.id, found.slots[3])
        for _ in range(2):
            moved = await debriefs.move(office.services, rosa, loop.id, found.slots[3])
        await office.settles()
        assert (moved.time, moved.sequence) == (found.slots[3], 1)
        assert told(office, MAYA) == [("REQUEST", 0), ("REQUEST", 1)]
        for _ in range(2):
            await debriefs.call_off(office.services, rosa, loop.id)
        await office.settles()
        assert told(office, MAYA)[-1] == ("CANCEL", 2)
        assert not await claimed(office, loop)
        again = await debriefs.move(office.services, rosa, loop.id, found.slots[0])
        await office.settles()
        assert again.id != first.id
        assert told(office, MAYA)[2:] == [("CANCEL", 2), ("REQUEST", 0)]
        assert len({m["calendar"]["uid"] for m in office.mails(mail_of(MAYA)) if ours(m)}) == 2
        if libical.library() is not None:
            for mail in office.store.find("mail", address=mail_of(MAYA)):
                assert libical.complaints(enclosed(base64.b64decode(mail["raw"]))) == []


async def test_it_follows_the_loop_wherever_that_goes(office: Firm) -> None:
    rosa = await office.actor(ROSA)
    async with office.at_work():
        loop = await booked(office)
        await office.settles()
        first = await debrief(office, loop)
        assert first.time
        now = await loop_records.get(office.services, loop.id)
        among = await loop_visits.choices(office.services, now)
        over = next(o for o in among if o.end > first.time[0] > o.start)
        await loop_visits.move(office.services, loop.id, over.times, by=ROSA)
        await office.settles()
        second = await debrief(office, loop)
        assert second.time
        assert second.time[0] >= await last_end(office, loop) + GAP
        assert (second.id, second.sequence) == (first.id, 1)
        assert told(office, MAYA) == [("REQUEST", 0), ("REQUEST", 1)]

        *_, last = await loop_records.interviews_of(office.services, loop.id)
        await loop_edits.shorten(office.services, rosa, last.id, 30)
        await office.settles()
        assert (await debrief(office, loop)).time == second.time, "it lies after the last end still"

        async with office.services.store.begin() as tx:
            seat = await interview_records.load(tx, last.id)
            await swap_seat.change_in(tx, office.services, seat, last.users[0], Coming(TOM, None), by=ROSA)  # fmt: skip
        await office.settles()
        assert told(office, TOM)[-1] == ("REQUEST", 2)
        assert told(office, last.users[0])[-1] == ("CANCEL", 2)
        assert told(office, MAYA)[-1] == ("REQUEST", 2)
        assert last.users[0] not in await claimed(office, loop)

        found = await loop_visits.other_times(office.services, [last], last.id)
        later = next(s for s in found if s[0] > second.time[0])
        await interviews.move(office.services, rosa, last.id, later)
        await office.settles()
        third = await debrief(office, loop)
        assert third.time
        assert third.time[0] >= later[1] + GAP
        await loop_visits.cancel(office.services, loop.id, "the job is filled", by=ROSA)
        await office.settles()
        assert (await debrief(office, loop)).state == "off"
        assert told(office, MAYA)[-1][0] == "CANCEL"
        assert not await claimed(office, loop)
        with pytest.raises(AlreadyDone):
            await debriefs.choices(office.services, rosa, loop.id)
        assert not [m for m in office.mails(ADA) if "debrief" in str(m).casefold()]
    assert await issues.listing(office.services) == []


async def test_one_more_interview_after_it_moves_it_and_brings_its_people(office: Firm) -> None:
    rosa = await office.actor(ROSA)
    async with office.at_work():
        loop = await booked(office)
        await office.settles()
        time = (await debrief(office, loop)).own[0]
        ref = await office.ada()
        profile = await candidates.profile(office.services, rosa, ref)
        wish = OneMore("Values", 30, (TOM,))
        slots = (await interviews.times(office.services, rosa, profile, wish)).slots
        slot = next(s for s in slots if s[0] >= time[0])
        await loop_edits.add(office.services, rosa, loop.id, wish, slot, key="more")
        await office.settles()
        known = await debrief(office, loop)
        assert known.own[0][0] >= slot[1] + GAP
        assert TOM in known.users
        assert told(office, TOM) == [("REQUEST", 1)]


async def test_changes_at_the_same_time_never_block_each_other_and_leave_one_of_them(
    office: Firm,
) -> None:
    rosa, loop = await office.actor(ROSA), await booked(office)
    now = await loop_records.get(office.services, loop.id)
    among = (await loop_visits.choices(office.services, now))[:3]
    _, found = await debriefs.choices(office.services, rosa, loop.id)
    made = await asyncio.gather(
        *(loop_visits.move(office.services, loop.id, option.times, by=ROSA) for option in among),
        *(debriefs.move(office.services, rosa, loop.id, slot) for slot in found.slots[3:9:3]),
        debriefs.call_off(office.services, rosa, loop.id),
        return_exceptions=True,
    )
    assert not [e for e in made if isinstance(e, BaseException) and not isinstance(e, AlreadyDone | Taken)]  # fmt: skip
    async with office.at_work():
        await office.settles()
    known = await debrief(office, loop)
    if known.state == "booked":
        assert known.own[0][0] >= await last_end(office, loop) + GAP
    assert await claimed(office, loop) == (set(known.users) if known.state == "booked" else set())
    assert await issues.listing(office.services) == []
