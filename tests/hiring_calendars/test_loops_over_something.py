"""A loop for which there is no other way goes beyond as little as it can, when a recruiter says so; a candidate never does."""

import json
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commands import loop, loop_blocks, loop_card
from commands.router import Gesture
from hiring import candidates, interviewer_rules, loop_records, loop_visits, loops
from hiring.errors import Refused, Taken
from hiring.interviewer_rules import Rules
from hiring.loop_records import Option, Session
from hiring.loop_times import Suggested
from hiring.loops import Wanted
from scheduling.company_rules import CompanyRules
from scheduling.over import Over
from tests.firm import BEN, ROSA, TEAM
from tests.hiring_calendars.conftest import MAIL, Office, with_company

pytestmark = pytest.mark.anyio
LONDON, HOUR = ZoneInfo("Europe/London"), timedelta(hours=1)
SESSIONS = (Session("Code", 60, (BEN,)), Session("Talk", 30, (BEN,)))
WANTED = Wanted(SESSIONS, auto=True)
TWO = "Ben would have 2 interviews that day, and the limit is 1"


async def one_afternoon(office: Office, *, soft: bool = True) -> datetime:
    """Ben has one afternoon in three weeks, and may have one interview a day."""
    now = office.firm.services.clock.now()
    first = (now + timedelta(days=2)).astimezone(LONDON).date()
    day = next(d for d in (first + timedelta(days=n) for n in range(4)) if d.weekday() < 5)
    noon = datetime.combine(day, time(13), LONDON)
    office.firm.nothing_on(MAIL[BEN])
    office.busy(BEN, now - timedelta(days=1), noon - now + timedelta(days=1))
    office.busy(BEN, noon + 3 * HOUR, timedelta(days=21))
    ben = await office.firm.actor(BEN)
    await interviewer_rules.settle(office.firm.services, ben, Rules(BEN, per_day=1))
    await with_company(office, rules=CompanyRules(soft_limits=soft, movable=("lunch",)))
    return noon


async def suggested(office: Office) -> Suggested:
    rosa, ada = await office.firm.actor(ROSA), await office.firm.ada()
    profile = await candidates.profile(office.firm.services, rosa, ada)
    return await loops.suggest(office.firm.services, rosa, profile, WANTED)


async def book(office: Office, option: Option, key: str = "book") -> loop_records.Loop:
    rosa, ada = await office.firm.actor(ROSA), await office.firm.ada()
    times, services = option.times, office.firm.services
    return await loops.book(services, rosa, ada, WANTED, times, key=key, like=option)


async def test_beyond_a_soft_limit_there_are_ways_each_saying_so_and_one_is_booked(
    office: Office,
) -> None:
    noon = await one_afternoon(office)
    found = await suggested(office)
    assert found.over
    assert all(option.over == (Over("per_day", BEN, 2, 1),) for option in found.options)
    assert all(option.reasons[0] == TWO for option in found.options)
    option = found.options[0]
    with pytest.raises(Taken):
        await book(office, Option(option.sittings))
    now = await book(office, option)
    assert all(noon <= start and end <= noon + 3 * HOUR for start, end in now.options[0].times)
    card = await loop_card.draw(office.firm.services, TEAM, ROSA, now.id)
    assert f"Booked all the same: {TWO}." in str(card.blocks)
    for interview in await loop_records.interviews_of(office.firm.services, now.id):
        assert interview.over == option.over


async def test_hard_limits_and_what_books_by_itself_go_beyond_nothing(office: Office) -> None:
    noon = await one_afternoon(office, soft=False)
    assert not (await suggested(office)).options
    await with_company(office, rules=CompanyRules(soft_limits=True))
    services, rosa = office.firm.services, await office.firm.actor(ROSA)
    asked = await loops.ask(services, rosa, await office.firm.ada(), WANTED, key="ask")
    assert not await loop_visits.answer(services, asked.id, [(noon, noon + 3 * HOUR)], "")
    option = (await suggested(office)).options[0]
    offered = await loops.offer(
        services, rosa, await office.firm.ada(), WANTED, [option], key="link"
    )
    assert await loop_visits.choices(services, offered) == []
    with pytest.raises(Taken):
        await loop_visits.pick(services, offered.id, option.times)


async def test_what_is_held_beyond_something_is_booked_by_us_and_sent_to_nobody(
    office: Office,
) -> None:
    await one_afternoon(office)
    option = (await suggested(office)).options[0]
    services, rosa, ada = office.firm.services, await office.firm.actor(ROSA), await office.firm.ada()  # fmt: skip
    until = services.clock.now() + HOUR
    held = await loops.hold(services, rosa, ada, WANTED, option.times, until, key="hold", like=option)  # fmt: skip
    with pytest.raises(Refused):
        await loops.send_held(services, rosa, held.id)
    card = await loop_card.draw(services, TEAM, ROSA, held.id)
    assert "loop.send" not in str(card.blocks)
    booked = await loops.confirm(services, rosa, held.id)
    assert booked.options[0].over == option.over


async def test_the_cheapest_kind_is_tried_first_and_the_form_wants_a_tick(office: Office) -> None:
    noon = await one_afternoon(office)
    ben = await office.firm.actor(BEN)
    await interviewer_rules.settle(office.firm.services, ben, Rules(BEN))
    office.busy(BEN, noon, 2 * HOUR, summary="Lunch with Zebulon")
    found = await suggested(office)
    assert {one.what for option in found.options for one in option.over} == {"hold"}
    services, rosa = office.firm.services, await office.firm.actor(ROSA)
    profile = await candidates.profile(services, rosa, await office.firm.ada())
    view = loop_blocks.form(rosa, profile, WANTED, found)
    fields = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
    how = next(k for k in fields if k.startswith("how."))
    assert [o["value"] for o in fields[how]["options"]] == ["book", "hold", "ask"]
    which = next(k for k in fields if k.startswith("option."))
    private = json.loads(view["private_metadata"])
    values: dict[str, Any] = {how: "book", which: "0", "people.0": [BEN], "people.1": [BEN]}
    gesture = Gesture("view", TEAM, ROSA, "loop", values=values, private=private)
    assert loop_blocks.chosen(gesture) == Option(found.options[0].sittings, over=found.options[0].over)  # fmt: skip
    assert loop_blocks.offered(gesture) == []
    assert await loop._check(gesture, rosa, services) == {
        "sure": "Over something Ben can move. Tick this to book it all the same."
    }
    ticked = Gesture("view", TEAM, ROSA, "loop", values={**values, "sure": ["yes"]}, private=private)  # fmt: skip
    assert await loop._check(ticked, rosa, services) == {}
    assert "Zebulon" not in str(view)
