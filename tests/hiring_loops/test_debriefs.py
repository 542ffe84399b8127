"""A debrief is booked or held with its loop, and is told to each person once and to the candidate never."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hiring import (
    debrief_changes,
    debrief_flow,
    debrief_times,
    debriefs,
    interviewer_rules,
    issues,
    loop_changes,
    loop_records,
    loop_visits,
    loops,
)
from hiring.debrief_records import Wish
from hiring.errors import Taken
from hiring.interviewer_rules import Rules
from hiring.loop_records import Loop, Session
from hiring.loops import Wanted
from tests.firm import ADA, BEN, CHEN, MAYA, ROSA, TEAM, TOM, Firm
from tests.hiring_loops.debriefing import (
    GAP,
    SESSIONS,
    WANTED,
    booked,
    claimed,
    debrief,
    last_end,
    mail_of,
    ours,
    suggested,
    takes,
    told,
)

pytestmark = pytest.mark.anyio


async def test_it_is_booked_with_the_loop_and_only_the_panel_hears_of_it_once(office: Firm) -> None:
    _, found = await suggested(office)
    plain = (await suggested(office, Wanted(SESSIONS)))[1]
    assert [o.times for o in found.options] == [o.times for o in plain.options], (
        "nothing is narrowed"
    )
    async with office.at_work():
        loop = await booked(office)
        await office.settles()
        known = await debrief(office, loop)
        assert known.state == "booked"
        assert known.time == found.debriefs[0].slots[0]
        assert known.time[0] >= await last_end(office, loop) + GAP
        assert known.time[1] - known.time[0] == timedelta(minutes=30)
        assert known.users == (BEN, CHEN, ROSA, MAYA), (
            "the panel, who arranged it, the hiring manager"
        )
        assert await claimed(office, loop) == set(known.users)
        for user in known.users:
            assert told(office, user) == [("REQUEST", 0)]
        await debrief_changes.bring(office.services, loop=loop.id)
        await office.settles()
        assert told(office, BEN) == [("REQUEST", 0)]
        mails = office.mails(ADA)
        assert len([m for m in mails if m["calendar"]]) == 2
        assert not [m for m in mails if "debrief" in str(m).casefold()]
        seats = [r for r in office.store.all("gh_scheduled_interviews") if "ebrief" in str(r)]
        assert not seats, "the ATS is told of interviews only"
        mine = [m for m in office.mails(mail_of(BEN)) if ours(m)]
        assert mine[0]["calendar"]["summary"] == "Debrief: Ada Lovelace"
    assert await issues.listing(office.services) == []


async def test_who_is_away_is_named_and_the_loop_is_booked_without_it(office: Firm) -> None:
    rosa = await office.actor(ROSA)
    now = office.services.clock.now()
    await interviewer_rules.settle(office.services, rosa, Rules(MAYA, rest=0))
    away = (now, now + timedelta(days=13))
    await interviewer_rules.pause(office.services, await office.actor(MAYA), MAYA, away)
    _, found = await suggested(office)
    assert "Maya is away." in found.debriefs[0].why
    assert found.debriefs[0].why.startswith("No time for a debrief by ")
    async with office.at_work():
        loop = await booked(office)
        await office.settles()
        known = await debrief(office, loop)
        assert (loop.state, known.state, known.missing) == ("booked", "missing", (MAYA,))
        assert told(office, BEN) == []
        await interviewer_rules.pause(office.services, await office.actor(MAYA), MAYA, None)
        _, more = await debriefs.choices(office.services, rosa, loop.id)
        made = await debriefs.move(office.services, rosa, loop.id, more.slots[0])
        await office.settles()
        assert made.state == "booked"
        assert told(office, BEN) == [("REQUEST", 0)]


async def test_when_only_its_time_went_meanwhile_the_next_one_is_taken(office: Firm) -> None:
    ref, found = await suggested(office)
    rosa, option = await office.actor(ROSA), found.options[0]
    asked = await loops.ask(office.services, rosa, ref, WANTED, key="ask")
    now = await loop_records.get(office.services, asked.id)
    chance = await debriefs.chance(office.services, TEAM, now.id, option)
    assert chance
    first = chance.found.slots[0]
    await takes(office, MAYA, first)
    seats = await loops.seats_of(office.services, TEAM, option, ref.account)
    async with office.services.store.begin() as tx:
        now = await loop_records.load(tx, now.id)
        now = replace(now, sessions=SESSIONS)
        await loop_changes.book_in(tx, office.services, now, option, seats, by=ROSA, chance=chance)
    known = await debrief(office, now)
    assert known.time == next(slot for slot in chance.found.slots if slot[0] >= first[1])
    assert len(await loop_records.interviews_of(office.services, now.id)) == 2


async def test_of_loops_that_want_the_same_manager_afterwards_each_gets_its_own_time(
    office: Firm,
) -> None:
    """Twice claims in one transaction, in an order that no two can block each other in for good."""
    rosa, panels = await office.actor(ROSA), ((BEN,), (CHEN,), (TOM,))
    refs = [await office.newcomer(), await office.newcomer(), await office.ada()]
    wanted = [Wanted((Session("Talk", 60, who),), debrief=Wish(30, 2)) for who in panels]
    found = [(await suggested(office, each))[1].options for each in wanted]
    common = {o.times for o in found[0]} & {o.times for o in found[1]} & {o.times for o in found[2]}
    times = min(common) if common else found[0][0].times
    made = await asyncio.gather(
        *(loops.book(office.services, rosa, refs[n], each, times, key=f"n{n}") for n, each in enumerate(wanted)),
        return_exceptions=True,
    )  # fmt: skip
    won = [loop for loop in made if isinstance(loop, Loop)]
    assert not [loop for loop in made if not isinstance(loop, Loop | Taken)]
    slots = [(await debrief(office, loop)).own[0] for loop in won]
    assert len(won) > 1
    for n, one in enumerate(slots):
        assert all(one[1] <= other[0] or other[1] <= one[0] for other in slots[:n])


async def test_it_is_held_with_a_hold_and_booked_when_the_candidate_chooses(office: Firm) -> None:
    ref, found = await suggested(office)
    rosa, option = await office.actor(ROSA), found.options[0]
    until = office.services.clock.now() + timedelta(hours=2)
    async with office.at_work():
        loop = await loops.hold(
            office.services, rosa, ref, WANTED, option.times, until, key="d", like=option
        )
        await office.settles()
        held = await debrief(office, loop)
        assert held.state == "held"
        assert await claimed(office, loop) == {BEN, CHEN, ROSA, MAYA}
        assert told(office, BEN) == []
        await loops.send_held(office.services, rosa, loop.id)
        await loop_visits.pick(office.services, loop.id, option.times)
        await office.settles()
        known = await debrief(office, loop)
        assert (known.state, known.time) == ("booked", held.time)
        assert told(office, BEN) == [("REQUEST", 0)]
        assert not [m for m in office.mails(ADA) if "debrief" in str(m).casefold()]


async def test_a_hold_that_lapses_lets_it_go(office: Firm) -> None:
    ref, found = await suggested(office)
    rosa, option = await office.actor(ROSA), found.options[0]
    until = office.services.clock.now() + timedelta(hours=1)
    async with office.at_work():
        loop = await loops.hold(
            office.services, rosa, ref, WANTED, option.times, until, key="d", like=option
        )
        await office.waits(hours=1, minutes=1)
        assert (await debrief(office, loop)).state == "wanted"
        assert not await claimed(office, loop)


async def test_limits_count_no_debrief_and_a_no_is_told(office: Firm) -> None:
    rosa = await office.actor(ROSA)
    for user in (BEN, CHEN):
        await interviewer_rules.settle(office.services, rosa, Rules(user, per_day=1))
    async with office.at_work():
        loop = await booked(office)
        await office.settles()
        known = await debrief(office, loop)
        assert known.state == "booked", "an interview a day leaves room for it"
        for _ in range(2):
            await debrief_flow.hear(
                office.services, known.id, "declined", 0, mail_of(BEN), "m", None
            )
        assert (await debrief(office, loop)).answer(BEN) == "declined"
        said = [text for user, text in office.desk.said.values() if "debrief" in text]
        assert said == ["Ben cannot come to the debrief. Its card moves it or calls it off."]


async def test_ten_minutes_before_everybody_gets_one_card(office: Firm) -> None:
    async with office.at_work():
        loop = await booked(office)
        await office.settles()
        known = await debrief(office, loop)
        left = known.own[0][0] - office.services.clock.now()
        await office.waits(seconds=left.total_seconds() - 900)
        assert not [s for s in office.desk.shown if s[1] == "debrief"]
        await office.waits(minutes=6)
        shown = [s for s in office.desk.shown if s[1] == "debrief"]
        assert sorted(s[0] for s in shown) == sorted(known.users)


def test_working_days_end_at_midnight_of_who_arranges_it() -> None:
    friday = datetime.fromisoformat("2027-03-05T16:00+00:00")
    until = debrief_times.until(friday, 2, "Europe/London")
    assert until == datetime.fromisoformat("2027-03-10T00:00+00:00")
    summer = datetime.fromisoformat("2027-03-26T16:00+00:00")  # clocks change that weekend
    assert debrief_times.until(summer, 1, "Europe/Berlin") == datetime.fromisoformat("2027-03-29T22:00+00:00")  # fmt: skip


async def test_where_the_company_has_a_place_its_invites_say_how_to_get_in(office: Firm) -> None:
    fixed = {"link": "https://meet.brightwater.example/panel", "room": "Ada, 3rd floor"}
    await office.services.accounts.add("fixed", "our place", fixed, {}, None)
    company = replace(office.services.company, meetings="our place")
    office.parts = replace(office.parts, services=replace(office.services, company=company))
    async with office.at_work():
        loop = await booked(office)
        await office.settles()
        (mail,) = [m for m in office.mails(mail_of(BEN)) if ours(m)]
        assert "Ada, 3rd floor" in mail["calendar"]["location"]
        await debriefs.call_off(office.services, await office.actor(ROSA), loop.id)
        await office.settles()
        assert told(office, BEN) == [("REQUEST", 0), ("CANCEL", 1)]
    assert await issues.listing(office.services) == []
