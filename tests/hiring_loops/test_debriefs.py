"""A debrief is booked with its loop, follows every change of it, and is told to each person once and to the candidate never."""

import asyncio
import base64
import email
import email.policy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.model import Ref
from hiring import (
    candidates,
    claims,
    debrief_changes,
    debrief_flow,
    debrief_records,
    debrief_times,
    debriefs,
    interview_records,
    interviewer_rules,
    interviews,
    issues,
    loop_changes,
    loop_edits,
    loop_records,
    loop_visits,
    loops,
    swap_seat,
)
from hiring.claims import Claim
from hiring.claims_table import claims as rows
from hiring.debrief_records import Debrief, Wish
from hiring.errors import AlreadyDone, NotAllowed, Taken
from hiring.interview_changes import Wish as OneMore
from hiring.interviewer_rules import Rules
from hiring.loop_records import Loop, Option, Session
from hiring.loop_times import Suggested
from hiring.loops import Wanted
from hiring.swap_seat import Coming
from scheduling.hours import Interval
from tests.firm import ADA, BEN, CHEN, MAYA, ROSA, TEAM, TOM, Firm, staff
from tests.scheduling import libical

pytestmark = pytest.mark.anyio
SESSIONS = (Session("Pair programming", 60, (BEN,)), Session("System design", 45, (CHEN,)))
WANTED = Wanted(SESSIONS, debrief=Wish(30, 2))
GAP = timedelta(minutes=5)
Doc = dict[str, Any]


def mail_of(user: str) -> str:
    return next(person.email or "" for person in staff() if person.id == user)


async def suggested(office: Firm, wanted: Wanted = WANTED) -> tuple[Ref, Suggested]:
    ref, rosa = await office.ada(), await office.actor(ROSA)
    profile = await candidates.profile(office.services, rosa, ref)
    return ref, await loops.suggest(office.services, rosa, profile, wanted)


async def booked(office: Firm, wanted: Wanted = WANTED, option: Option | None = None) -> Loop:
    ref, found = await suggested(office, wanted)
    option = option or found.options[0]
    rosa = await office.actor(ROSA)
    return await loops.book(office.services, rosa, ref, wanted, option.times, key="d", like=option)


async def debrief(office: Firm, loop: Loop) -> Debrief:
    return await debrief_records.get(office.services, loop.id)


async def last_end(office: Firm, loop: Loop) -> datetime:
    return max(i.end for i in await loop_records.interviews_of(office.services, loop.id))


async def claimed(office: Firm, loop: Loop) -> set[str]:
    """Who is claimed for the debrief."""
    query = sa.select(rows.c.resource).where(rows.c.holder == debrief_records.holder(loop.id))
    async with office.services.store.read() as conn:
        return {row.resource.removeprefix(f"{TEAM}:") for row in await conn.execute(query)}


def told(office: Firm, user: str) -> list[tuple[str, int]]:
    """The debrief's mails to somebody, the oldest first: what each does to the calendar, and its SEQUENCE."""
    found = [m["calendar"] for m in office.mails(mail_of(user)) if ours(m)]
    return [(c["method"], c["sequence"]) for c in reversed(found)]


def ours(mail: Doc) -> bool:
    return bool(mail.get("calendar")) and str(mail["calendar"]["uid"]).startswith("deb_")


def enclosed(raw: bytes) -> bytes:
    """The calendar part of a mail."""
    parts = email.message_from_bytes(raw, policy=email.policy.default).walk()
    found = next(part for part in parts if part.get_content_type() == "text/calendar")
    return bytes(found.get_payload(decode=True))


async def takes(office: Firm, user: str, *slots: Interval) -> None:
    """Somebody is booked elsewhere meanwhile."""
    wanted = [Claim(claims.person(TEAM, user), slot, f"else {n}") for n, slot in enumerate(slots)]
    async with office.services.store.begin() as tx:
        await claims.take(tx, office.services, wanted)


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
