"""How long scheduling took is told from what really happened, split by who was waited for, and honest about few."""

from datetime import UTC, datetime, timedelta

import pytest

from commands import report as report_command
from hiring import (
    candidates,
    interview_answers,
    interviews,
    loop_visits,
    loops,
    schedule_times,
    troubles,
)
from hiring.errors import Refused
from hiring.interview_changes import Wish
from hiring.interviews_table import interviews as interview_rows
from hiring.loop_records import Session
from hiring.loops import Wanted
from hiring.reasons import Why
from hiring.schedule_times import Booking, Report, took
from hiring.tables import audit
from tests.firm import BEN, CHEN, MAYA, ROSA, STRANGER, Firm

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
WANTED = Wanted((Session("Pair programming", 60, (BEN,)),))


async def later(office: Firm, **span: float) -> None:
    await office.services.clock.move(office.services.store, by=timedelta(**span))


async def by_availability(office: Firm, key: str) -> str:
    """Asked, answered three hours later, booked an hour after that."""
    rosa, ref = await office.actor(ROSA), await office.ada()
    asked = await loops.ask(office.services, rosa, ref, WANTED, key=key)
    await later(office, hours=1)
    await loop_visits.tell_needs(office.services, asked.id, "A ramp", "")
    await later(office, hours=2)
    now = office.services.clock.now()
    window = (now + timedelta(days=1), now + timedelta(days=9))
    await loop_visits.answer(office.services, asked.id, [window], "")
    await later(office, hours=1)
    profile = await candidates.profile(office.services, rosa, ref)
    wanted = Wanted(WANTED.sessions, loop=asked.id)
    found = await loops.suggest(office.services, rosa, profile, wanted, fresh=True)
    await loops.book(office.services, rosa, ref, wanted, found.options[0].times, key=key)
    return asked.id


async def told(office: Firm, user: str = ROSA, days: int = 30) -> Report:
    return await schedule_times.report(office.services, await office.actor(user), days)


async def test_the_wait_is_split_between_the_candidate_and_us(office: Firm) -> None:
    for number in range(3):
        await by_availability(office, f"n{number}")
    found = await told(office)
    all_ = found.all
    assert (all_.booked, all_.waited, all_.late) == (3, 3, None)
    assert all_.candidate is not None
    assert all_.us is not None
    assert round(all_.candidate / HOUR) == 3
    assert round(all_.us / HOUR) == 1
    assert found.jobs[0][1] == all_
    assert (await schedule_times.mine(office.services, await office.actor(ROSA), 30)).booked == 3
    await later(office, days=40)
    assert (await told(office)).all.booked == 0


async def test_a_booking_at_once_a_move_and_a_no_show_are_counted_with_their_reasons(
    office: Firm,
) -> None:
    rosa, ref = await office.actor(ROSA), await office.ada()
    profile = await candidates.profile(office.services, rosa, ref)
    wish = Wish("Pair programming", 45, (CHEN,))
    times = (await interviews.times(office.services, rosa, profile, wish)).slots
    made = await interviews.book(office.services, rosa, ref, wish, times[0], key="one")
    chen = await office.actor(CHEN)
    await interview_answers.answer(office.services, chen, made.id, "declined", "On leave")
    await interviews.move(office.services, rosa, made.id, times[20])
    await interviews.pick(office.services, made.id, times[24], again=True)
    await office.services.clock.move(office.services.store, at=times[24][0] + HOUR / 6)
    await troubles.no_show(office.services, chen, made.id, "")
    found = await told(office)
    assert (found.all.booked, found.all.waited) == (1, 0)
    assert dict(found.moved) == {
        ("interviewer", "they could not come"): 1,
        ("candidate", "they chose another time"): 1,
    }
    assert found.cancelled == ()
    assert found.no_shows == 1
    drawn = report_command.draw(found, {})
    assert "–" in str(drawn.blocks)
    assert "Ada" not in str(drawn.blocks)


async def test_moves_and_cancellations_are_counted_by_whom_and_for_which_reason_and_a_loop_once(
    office: Firm,
) -> None:
    services, rosa, ref = office.services, await office.actor(ROSA), await office.ada()
    profile = await candidates.profile(services, rosa, ref)
    wish = Wish("Pair programming", 45, (CHEN,))
    times = (await interviews.times(services, rosa, profile, wish)).slots
    made = await interviews.book(services, rosa, ref, wish, times[0], key="one")
    conflict = Why("conflict_in_a_calendar", "Her dentist is at ten")
    await interviews.move(services, rosa, made.id, times[20], why=conflict)
    await interviews.pick(services, made.id, times[24], again=True, why=Why("illness"))
    await interviews.cancel(services, rosa, made.id, "", reason="a_reason_of_last_year")
    both = Wanted((*WANTED.sessions, Session("Talk", 30, (MAYA,))))
    option = (await loops.suggest(services, rosa, profile, both)).options[0]
    loop = await loops.book(services, rosa, ref, both, option.times, key="l")
    later_ = next(o for o in await loop_visits.choices(services, loop) if o.times != option.times)
    await loop_visits.move(services, loop.id, later_.times, by=ROSA, why=Why("illness"))
    await loop_visits.cancel(services, loop.id, "Sorry", reason="i_need_more_time")
    asked = await loops.ask(services, rosa, ref, WANTED, key="a")
    await loop_visits.cancel(services, asked.id, "", reason="other", by=ROSA)
    found = await told(office)
    assert dict(found.moved) == {
        ("us", "Conflict in a calendar"): 1,
        ("us", "Illness"): 1,
        ("candidate", "Illness"): 1,
    }
    assert dict(found.cancelled) == {
        ("us", "A reason of last year"): 1,
        ("candidate", "I need more time"): 1,
    }, "a question that nobody had answered was no booked time"
    drawn = str(report_command.draw(found, {}).blocks)
    assert "*Moved 3 times*: 2 by us, 1 by candidates" in drawn
    assert "*Cancelled 2 times*: 1 by us, 1 by candidates" in drawn
    assert "dentist" not in drawn
    async with services.store.read() as conn:
        rows = [str(row) for table in (audit, interview_rows) for row in await conn.execute(table.select())]  # fmt: skip
    assert not any("dentist" in row for row in rows)


async def test_a_hold_waits_for_us_until_the_link_to_it_is_sent(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await office.ada()
    profile = await candidates.profile(office.services, rosa, ref)
    option = (await loops.suggest(office.services, rosa, profile, WANTED)).options[-1]
    until = office.services.clock.now() + 20 * HOUR
    held = await loops.hold(office.services, rosa, ref, WANTED, option.times, until, key="h")
    await later(office, hours=2)
    await loops.send_held(office.services, rosa, held.id)
    await later(office, hours=5)
    await loops.confirm(office.services, rosa, held.id)
    waits = [
        booking.waits
        for story in await schedule_times.stories_of(office.services, rosa.team, 30)
        if (booking := schedule_times.booking_in(story)) and booking.waits
    ]
    assert [(round(them / HOUR), round(us / HOUR)) for them, us in waits] == [(5, 2)]


async def test_nobody_sees_the_numbers_of_jobs_that_are_not_theirs(office: Firm) -> None:
    await by_availability(office, "one")
    assert (await told(office, STRANGER)).all.booked == 0
    assert (await told(office, MAYA)).all.booked in (0, 1)


async def test_few_bookings_give_no_median_and_ten_give_the_late_ones() -> None:
    def waited(hours: int) -> Booking:
        return Booking(None, datetime(2026, 11, 26, tzinfo=UTC), (hours * HOUR, HOUR * 0))

    assert took([waited(1), waited(2)]).median is None
    ten = took([waited(hours) for hours in range(1, 11)])
    assert (ten.median, ten.late) == (5.5 * HOUR, 9 * HOUR)


@pytest.mark.parametrize("text", ["salaries", "last:0d", "schedule last:400d"])
async def test_what_there_is_no_report_of_is_refused_with_what_there_is(text: str) -> None:
    with pytest.raises(Refused) as refused:
        report_command.days_of(text)
    assert "one report" in refused.value.sentence
