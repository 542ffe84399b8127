"""Booking, moving and cancelling: one wins, everybody is told once, nothing is left behind."""

import asyncio
import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hiring import ids, interview_openings, interview_records, interviews, links
from hiring.claims_table import claims
from hiring.errors import AlreadyDone, NotAllowed, Refused, Taken
from hiring.interview_records import Interview
from tests.hiring_interviews.conftest import ADA, BEN, CHEN, SAM, TOM, Office

pytestmark = pytest.mark.anyio


async def taken_cells(office: Office) -> int:
    async with office.services.store.read() as conn:
        return int(
            (await conn.execute(sa.select(sa.func.count()).select_from(claims))).scalar_one()
        )


async def booked(office: Office, *users: str) -> Interview:
    wish, times = await office.free(*users)
    return await interviews.book(
        office.services, office.rosa, office.ada, wish, times[0], key=ids.new("key")
    )


async def test_of_many_bookings_of_one_time_exactly_one_wins(office: Office) -> None:
    wish, times = await office.free(BEN, CHEN)
    other, _ = await office.free(CHEN, BEN)

    async def tries(number: int) -> Interview | Taken:
        try:
            return await interviews.book(
                office.services, office.rosa, office.ada, (wish, other)[number % 2], times[0],
                key=f"try {number}",
            )  # fmt: skip
        except Taken as taken:
            return taken

    outcomes = await asyncio.gather(*(tries(n) for n in range(8)))
    assert sum(isinstance(o, Interview) for o in outcomes) == 1
    assert await taken_cells(office) == 3 * 12


async def test_overlapping_times_never_both_stand(office: Office) -> None:
    wish, times = await office.free(BEN)
    starts = [times[0][0] + timedelta(minutes=20 * n) for n in range(9)]

    async def tries(number: int) -> Interview | None:
        slot = (starts[number], starts[number] + timedelta(hours=1))
        try:
            return await interviews.book(
                office.services, office.rosa, office.ada, wish, slot, key=f"overlap {number}"
            )
        except Taken:
            return None

    stand = [i for i in await asyncio.gather(*(tries(n) for n in range(9))) if i]
    stand.sort(key=lambda i: i.start)
    assert stand
    assert all(a.end <= b.start for a, b in itertools.pairwise(stand))


async def test_the_same_delivery_books_once(office: Office) -> None:
    wish, times = await office.free()
    first, again = [
        await interviews.book(office.services, office.rosa, office.ada, wish, times[0], key="same")
        for _ in range(2)
    ]
    assert first.id == again.id


async def test_everybody_gets_their_own_invite_and_the_ats_the_interview(office: Office) -> None:
    interview = await booked(office)
    await office.settles()
    (hers,) = await office.invites(ADA, interview.id)
    (his,) = await office.invites("ben@brightwater.example", interview.id)
    assert (hers["method"], hers["sequence"]) == ("REQUEST", 0)
    assert hers["uid"] != his["uid"], "one UID per audience"
    ats = await office.services.accounts.ats(office.ada.account)
    known = {i.external_id: i for i in await ats.interviews(office.ada.id)}
    assert known[interview.id].start == interview.start
    assert len(known[interview.id].panel) == 2


async def test_a_move_keeps_the_uid_raises_the_sequence_and_is_not_blocked_by_itself(
    office: Office,
) -> None:
    wish, times = await office.free()
    hour = timedelta(hours=1)
    first, slot = next((a, b) for a in times for b in times if a[0] < b[0] < a[0] + hour)
    before = await interviews.book(
        office.services, office.rosa, office.ada, wish, first, key=ids.new("key")
    )
    await office.settles()
    after = await interviews.move(office.services, office.rosa, before.id, slot)
    assert after == await interviews.move(office.services, office.rosa, before.id, slot)
    await office.settles()
    first, second = await office.invites(ADA, before.id)
    assert (first["uid"], second["sequence"]) == (second["uid"], 1)
    assert await taken_cells(office) == 3 * 12
    ats = await office.services.accounts.ats(office.ada.account)
    known = {i.external_id: i for i in await ats.interviews(office.ada.id)}
    assert known[before.id].start == slot[0]


async def test_cancelling_twice_sends_one_cancel_and_frees_the_times_once(office: Office) -> None:
    interview = await booked(office)
    await office.settles()
    for _ in range(2):
        await interviews.cancel(office.services, office.rosa, interview.id, "Chen is ill")
    await office.settles()
    invites = await office.invites(ADA, interview.id)
    assert [(i["method"], i["sequence"]) for i in invites] == [("REQUEST", 0), ("CANCEL", 1)]
    assert await taken_cells(office) == 0
    ats = await office.services.accounts.ats(office.ada.account)
    found = {i.external_id: i.status.kind for i in await ats.interviews(office.ada.id)}
    assert found.get(interview.id, "cancelled") == "cancelled"


async def test_the_candidate_page_outlives_a_move_to_a_later_day(office: Office) -> None:
    interview = await booked(office)
    _, times = await office.free()
    await interviews.move(office.services, office.rosa, interview.id, times[-1])
    assert interview.link
    token = links.url(office.services, interview.link).rpartition("/")[2]
    assert (await links.read(office.services, token)).expires_at > times[-1][1]


async def test_an_offered_time_stays_choosable_while_the_clock_goes_on(office: Office) -> None:
    wish, times = await office.free()
    offered = await interviews.offer_times(
        office.services, office.rosa, office.ada, wish, times, key=ids.new("key")
    )
    await office.waits(hours=3)
    ahead = [t for t in times if t[0] > office.services.clock.now() + timedelta(hours=2)]
    assert await interview_openings.open_slots(office.services, offered) == ahead


async def test_choosing_twice_books_once_and_a_taken_time_is_refused_with_others_open(
    office: Office,
) -> None:
    wish, times = await office.free()
    first, second = [
        await interviews.offer_times(
            office.services, office.rosa, office.ada, wish, times, key=ids.new("key")
        )
        for _ in range(2)
    ]
    chosen = await interviews.pick(office.services, first.id, times[0])
    assert chosen == await interviews.pick(office.services, first.id, times[0])
    with pytest.raises(Taken):
        await interviews.pick(office.services, second.id, times[0])
    others = await interview_openings.open_slots(office.services, second)
    assert others
    assert times[0] not in others


async def test_an_interview_that_is_over_cannot_be_moved_or_called_off_by_the_candidate(
    office: Office,
) -> None:
    interview = await booked(office)
    await office.waits(days=20)
    _, times = await office.free()
    with pytest.raises(AlreadyDone):
        await interviews.call_off(office.services, interview.id, "late")
    with pytest.raises(AlreadyDone):
        await interviews.pick(office.services, interview.id, times[0])
    assert (await interview_records.get(office.services, interview.id)).state == "scheduled"


async def test_only_those_who_hire_for_the_job_may_book(office: Office) -> None:
    wish, times = await office.free()
    for user in (BEN, TOM):
        with pytest.raises(NotAllowed):
            await interviews.book(
                office.services, await office.actor(user), office.ada, wish, times[0], key=user
            )


async def test_somebody_without_a_calendar_is_named_and_past_times_are_refused(
    office: Office,
) -> None:
    wish, times = await office.free(SAM, CHEN)
    past = (times[0][0] - timedelta(days=30), times[0][1] - timedelta(days=30))
    with pytest.raises(Refused):
        await interviews.book(office.services, office.rosa, office.ada, wish, past, key="past")
    assert await taken_cells(office) == 0
