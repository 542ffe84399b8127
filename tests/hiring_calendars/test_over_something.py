"""Times over soft limits, and over what its owner can move: for a recruiter who says so, never for a candidate."""

import asyncio
import secrets
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from commands import interview as interview_card
from commands import limits, move, over_blocks, schedule
from commands.router import Gesture
from hiring import (
    calendar_changes,
    candidates,
    conflicts,
    interview_openings,
    interview_records,
    interviewer_rules,
    interviews,
)
from hiring.calendar_table import conflicts as conflict_rows
from hiring.errors import Taken
from hiring.interview_changes import Wish
from hiring.interview_records import Interview
from hiring.interview_times import Times
from hiring.interviewer_rules import Rules
from hiring.tables import audit
from scheduling.company_rules import CompanyRules
from scheduling.hours import Interval
from scheduling.over import Over
from tests.firm import BEN, ROSA, TEAM, everything_in
from tests.hiring_calendars.conftest import MAIL, Office, with_company

pytestmark = pytest.mark.anyio
LONDON, HOUR = ZoneInfo("Europe/London"), timedelta(hours=1)
WISH = Wish("Pair programming", 60, (BEN,))
SOFT = CompanyRules(soft_limits=True)
WORDS = CompanyRules(movable=("lunch", "hold"))


async def times(office: Office, moving: Interview | None = None) -> Times:
    rosa, ada = await office.firm.actor(ROSA), await office.firm.ada()
    profile = await candidates.profile(office.firm.services, rosa, ada)
    return await interviews.times(office.firm.services, rosa, profile, WISH, moving)


async def book(office: Office, slot: Interval, *over: Over) -> Interview:
    rosa, ada = await office.firm.actor(ROSA), await office.firm.ada()
    key = secrets.token_hex(4)
    return await interviews.book(office.firm.services, rosa, ada, WISH, slot, key=key, over=over)


async def one_a_day(office: Office, *, soft: bool | None = None) -> None:
    ben = await office.firm.actor(BEN)
    await interviewer_rules.settle(office.firm.services, ben, Rules(BEN, per_day=1, soft=soft))


def days(slots: Any) -> set[date]:
    return {slot[0].astimezone(LONDON).date() for slot in slots}


def nothing_but(office: Office, day: date, **event: Any) -> Interval:
    """Ben is busy for all of the three weeks but an hour at noon, when something of this kind is."""
    office.firm.nothing_on(MAIL[BEN])
    noon = datetime.combine(day, time(12), LONDON).astimezone(UTC)
    begin = office.firm.services.clock.now() - timedelta(days=1)
    office.busy(BEN, begin, noon - begin)
    office.busy(BEN, noon + HOUR, timedelta(days=21))
    office.busy(BEN, noon, HOUR, **event)
    return noon, noon + HOUR


def weekday(office: Office) -> date:
    first = (office.firm.services.clock.now() + timedelta(days=2)).astimezone(LONDON).date()
    return next(d for d in (first + timedelta(days=n) for n in range(4)) if d.weekday() < 5)


async def test_beyond_a_soft_limit_comes_last_with_the_reason_and_is_booked_knowingly(
    office: Office,
) -> None:
    office.firm.nothing_on(MAIL[BEN])
    await with_company(office, rules=SOFT)
    await one_a_day(office)
    first = await book(office, (await times(office)).slots[0])
    found = await times(office)
    day = days([(first.start, first.end)])
    assert not day & days(found.slots)
    assert days(one.slot for one, _ in found.over) == day
    said = "Ben would have 2 interviews that day, and the limit is 1"
    assert {words for _, words in found.over} == {said}
    costly = found.over[0][0]
    with pytest.raises(Taken) as taken:
        await book(office, costly.slot)
    assert taken.value.sentence == f"{said}. Choose another time."
    second = await book(office, costly.slot, *costly.over)
    card = await interview_card.draw(office.firm.services, TEAM, ROSA, second.id)
    assert f"Booked all the same: {said}." in str(card.blocks)
    async with office.firm.services.store.read() as conn:
        query = sa.select(audit.c.detail).where(audit.c.subject == second.id)
        details = [row.detail for row in await conn.execute(query)]
    assert details[0]["over"] == f"per_day of {BEN}, 2 of 1"
    now = await interview_records.get(office.firm.services, first.id)
    assert not day & days(await interview_openings.open_slots(office.firm.services, now))
    rosa = await office.firm.actor(ROSA)
    moved = await interviews.move(office.firm.services, rosa, second.id, found.slots[0])
    assert moved.over == (), "at its new time it lies over nothing"


async def test_hard_limits_hold_for_whoever_books_at_the_same_moment(office: Office) -> None:
    office.firm.nothing_on(MAIL[BEN])
    await with_company(office, rules=SOFT)
    await one_a_day(office, soft=False)
    slots = (await times(office)).slots
    same = [slot for slot in slots if days([slot]) == days(slots[:1])]
    early, late = same[0], same[-1]
    assert early[1] <= late[0]
    booked = await asyncio.gather(*(book(office, slot) for slot in (early, late)), return_exceptions=True)  # fmt: skip
    assert sorted(type(one).__name__ for one in booked) == ["Interview", "Taken"]
    found = await times(office)
    assert (found.over, days([early]) & days(found.slots)) == ((), set())


@pytest.mark.parametrize(
    ("event", "what", "said"),
    [
        ({"tentative": True}, "tentative", "over something tentative of Ben’s"),
        ({"summary": "Lunch with Zebulon"}, "hold", "over something Ben can move"),
    ],
)
async def test_what_can_be_moved_is_offered_to_the_recruiter_alone_by_its_kind(
    office: Office, tmp_path: Path, event: dict[str, Any], what: str, said: str
) -> None:
    await with_company(office, rules=WORDS)
    slot = nothing_but(office, weekday(office), **event)
    found = await times(office)
    assert found.slots == ()
    assert [(one.slot, words) for one, words in found.over] == [(slot, said)]
    with pytest.raises(Taken):
        await book(office, slot)
    booked = await book(office, slot, *found.over[0][0].over)
    assert [one.what for one in booked.over] == [what]
    assert b"Zebulon" not in everything_in(tmp_path), "titles are kept nowhere"
    await calendar_changes.overlaps(office.firm.services)
    async with office.firm.services.store.read() as conn:
        assert (await conn.execute(sa.select(conflict_rows.c.what))).all() == []
    office.busy(BEN, slot[0] + HOUR / 4, HOUR / 2, summary="The board")
    await calendar_changes.overlaps(office.firm.services)
    async with office.firm.services.store.read() as conn:
        assert [row.what for row in await conn.execute(sa.select(conflict_rows.c.what))] == [conflicts.BUSY]  # fmt: skip


async def test_out_of_office_busy_time_and_whole_days_stay_what_they_are(office: Office) -> None:
    await with_company(office, rules=WORDS)
    day = weekday(office)
    for event in ({"type": "outOfOffice"}, {"summary": "Lunchtime"}):
        nothing_but(office, day, **event)
        assert (await times(office)).over == ()
        office.firm.services.memory.forget()
    office.firm.nothing_on(MAIL[BEN])
    office.busy(BEN, datetime.combine(day, time(), LONDON), 24 * HOUR, all_day=True, tentative=True)
    found = await times(office)
    assert found.slots
    assert day not in days([*found.slots, *(one.slot for one, _ in found.over)])


async def test_the_form_lists_it_last_and_wants_a_tick(office: Office) -> None:
    await with_company(office, rules=WORDS)
    nothing_but(office, weekday(office), summary="Team lunch, Zebulon")
    services, rosa = office.firm.services, await office.firm.actor(ROSA)
    profile = await candidates.profile(services, rosa, await office.firm.ada())
    view = schedule._form(rosa, profile, WISH, await times(office), "link")
    fields = {block.get("block_id"): block.get("element") for block in view["blocks"]}
    chooser = next(v for k, v in fields.items() if k and k.startswith("time."))
    (option,) = chooser["options"]
    assert option["description"]["text"] == "Over something Ben can move"
    assert "initial_option" not in chooser, "she chooses it herself"
    assert [o["value"] for o in fields["how"]["options"]] == ["book"], "no link with it"
    assert "Zebulon" not in str(view)
    values = {"interviewers": [BEN], "title": "Pair programming", "length": "60", "how": "book", "time.x": option["value"]}  # fmt: skip
    private = {"ref": str(profile.ref)}
    asked = Gesture("view", TEAM, ROSA, "schedule", values=values, private=private)
    refused = await schedule._check(asked, rosa, services)
    assert refused == {"sure": "Over something Ben can move. Tick this to book it all the same."}
    ticked = replace(asked, values={**values, "sure": ["yes"]})
    assert await schedule._check(ticked, rosa, services) == {}
    slot, over = over_blocks.chosen_time(option["value"])
    booked = await book(office, slot, *over)
    office.firm.nothing_on(MAIL[BEN])
    form = await move._form(services, rosa, booked.id)
    assert "Over something" not in str(form), "there are enough others"


async def test_each_interviewer_settles_whether_their_limits_are_hard(office: Office) -> None:
    services, ben = office.firm.services, await office.firm.actor(BEN)
    said = {"per_day": "2", "days": ["0"], "begins": "09:00", "ends": "17:00"}
    for firm, soft in (("soft", True), ("hard", False), ("usual", None)):
        asked = Gesture("view", TEAM, BEN, "limits", values={**said, "firm": firm}, private={"user": BEN})  # fmt: skip
        await interviewer_rules.settle(services, ben, await limits._read(asked, ben, services))
        assert (await interviewer_rules.of(services, TEAM, [BEN]))[BEN].soft is soft
