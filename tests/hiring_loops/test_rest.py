"""Lunch, holidays, days off, interviews in a row and the candidate's break keep times away, in every path."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.model import Ref
from hiring import (
    claims,
    debrief_records,
    debrief_times,
    interview_times,
    interviewer_rules,
    loop_times,
)
from hiring.claims import Claim
from hiring.desk import Person
from hiring.errors import Refused
from hiring.interviewer_rules import Rules
from hiring.loop_records import Option, Session
from hiring.services import Services
from scheduling.company_rules import CompanyRules, public
from scheduling.hours import Interval
from tests.firm import BEN, CHEN, MAYA, TEAM, Firm, staff

pytestmark = pytest.mark.anyio
NOBODY = Ref(account="greenhouse", kind="candidate", id="0")
HALF = timedelta(minutes=30)
SESSIONS = (Session("Code", 60, (BEN,)), Session("Design", 45, (CHEN,)), Session("Talk", 30, (MAYA,)))  # fmt: skip


def member(user: str) -> Person:
    return next(known for known in staff() if known.id == user)


async def bens_times(office: Firm, services: Services | None = None) -> tuple[Interval, ...]:
    """Every time at which Ben alone could interview for half an hour."""
    services, ben = services or office.services, member(BEN)
    found = await interview_times.propose(services, TEAM, [ben], 30, ben.zone, NOBODY, every=True)
    return found.slots


async def settled(office: Firm, rules: Rules) -> None:
    await interviewer_rules.settle(office.services, await office.actor(rules.user), rules)


def under(office: Firm, rules: CompanyRules) -> Services:
    return replace(office.services, company=replace(office.services.company, rules=rules))


async def test_nobody_interviews_over_their_lunch(office: Firm) -> None:
    office.nothing_on(str(member(BEN).email))
    zone = ZoneInfo(member(BEN).zone)

    def over_noon(slot: Interval) -> bool:
        begun, over = (at.astimezone(zone).time() for at in slot)
        return begun < time(13) and over > time(12)

    assert any(map(over_noon, await bens_times(office)))
    await settled(office, Rules(BEN, lunch=(12 * 60, 13 * 60)))
    later = await bens_times(office)
    assert later
    assert not any(map(over_noon, later))
    with pytest.raises(Refused) as refused:
        await settled(office, Rules(BEN, lunch=(12 * 60, 12 * 60)))
    assert refused.value.sentence == "Lunch takes 15 minutes to 3 hours."


async def test_nobody_interviews_on_a_day_off_of_the_company(office: Firm) -> None:
    office.nothing_on(str(member(BEN).email))
    zone = ZoneInfo(member(BEN).zone)
    before = {slot[0].astimezone(zone).date() for slot in await bens_times(office)}
    shut = sorted(before)[3]
    found = await bens_times(office, under(office, CompanyRules(days_off=(shut,))))
    assert {slot[0].astimezone(zone).date() for slot in found} == before - {shut}


async def test_a_public_holiday_is_that_of_the_company_or_of_ones_own_place(office: Firm) -> None:
    now = office.services.clock.now()
    thursday = min(
        day
        for year in (now.year, now.year + 1)
        for day, name in public("DE", year).items()
        if name in ("Christi Himmelfahrt", "Ascension Day")
        and day > (now + timedelta(days=6)).date()
    )
    eve = datetime.combine(thursday - timedelta(days=5), time(12), UTC)
    await office.waits(seconds=(eve - now).total_seconds())
    zone, german = ZoneInfo(member(BEN).zone), under(office, CompanyRules(holidays="DE"))

    async def days(services: Services) -> set[object]:
        return {slot[0].astimezone(zone).date() for slot in await bens_times(office, services)}

    assert thursday in await days(office.services)
    assert thursday not in await days(german)
    await settled(office, Rules(BEN, holidays="us"))
    assert thursday in await days(german)
    with pytest.raises(Refused) as refused:
        await settled(office, Rules(BEN, holidays="Atlantis"))
    assert refused.value.sentence.startswith("No public holidays are known for ATLANTIS.")


async def test_who_holds_two_in_a_row_gets_a_break_before_and_after_them(office: Firm) -> None:
    office.nothing_on(str(member(BEN).email))
    free = set(await bens_times(office))
    first = next(s for s in sorted(free) if all((s[0] + n * HALF, s[1] + n * HALF) in free for n in (-1, 1, 2)))  # fmt: skip
    mine = claims.person(TEAM, BEN)
    pair = [Claim(mine, (first[0] + n * HALF, first[1] + n * HALF), f"held {n}") for n in (0, 1)]
    async with office.services.store.begin() as tx:
        for claim in pair:
            await claims.take(tx, office.services, [claim])
    before = (first[0] - HALF, first[0])
    after = (first[1] + HALF, first[1] + 2 * HALF)
    await settled(office, Rules(BEN, in_a_row=3))
    assert {before, after} <= set(await bens_times(office))
    await settled(office, Rules(BEN, in_a_row=2))
    assert not {before, after} & set(await bens_times(office))
    ben = member(BEN)
    soft = under(office, CompanyRules(soft_limits=True))
    found = await interview_times.propose(soft, TEAM, [ben], 30, ben.zone, NOBODY, costly=True)
    said = {one.slot: words for one, words in found.over}
    assert said[before] == said[after] == "Ben would have more than 2 in a row"
    later = (after[0] + HALF, after[1] + HALF)
    assert (later in free) == (later in set(await bens_times(office)))


async def test_a_debrief_takes_the_time_and_is_none_of_the_interviews_in_a_row(
    office: Firm,
) -> None:
    office.nothing_on(str(member(BEN).email))
    free = set(await bens_times(office))
    first = next(s for s in sorted(free) if all((s[0] + n * HALF, s[1] + n * HALF) in free for n in (-1, 1, 2)))  # fmt: skip
    mine = claims.person(TEAM, BEN)
    pair = [(first[0] + n * HALF, first[1] + n * HALF) for n in (0, 1)]
    before = (first[0] - HALF, first[0])
    after = (first[1] + HALF, first[1] + 2 * HALF)
    beside = (first[1], first[1] + HALF)
    await settled(office, Rules(BEN, in_a_row=1, per_day=2, per_week=2))
    async with office.services.store.begin() as tx:
        debrief = debrief_records.holder("lop_1")
        await claims.take(tx, office.services, [Claim(mine, pair[0], debrief)])
    left = set(await bens_times(office))
    assert pair[0] not in left, "it takes the time"
    assert {before, beside, after} <= left, "an interview may lie at either side of it"
    async with office.services.store.begin() as tx:
        await claims.take(tx, office.services, [Claim(mine, pair[1], "one interview")])
    left = set(await bens_times(office))
    assert after not in left, "after one interview comes the break"
    assert before in left, "the debrief lies between"
    known = (await debrief_times.gather(office.services, TEAM, [BEN], after))[BEN]
    assert not known.in_the_way(), "another debrief needs no such break"


async def test_a_candidate_gets_a_break_after_two_hours_where_the_company_says_so(office: Firm) -> None:  # fmt: skip
    for user in (BEN, CHEN, MAYA):
        office.nothing_on(str(member(user).email))
    rules = CompanyRules(stretch=timedelta(hours=2), pause=HALF)

    def rested(option: Option) -> bool:
        first, second, third = (sitting.time for sitting in sorted(option.sittings, key=lambda s: s.time))  # fmt: skip
        return HALF in (second[0] - first[1], third[0] - second[1])

    for services, all_rest in ((office.services, False), (under(office, rules), True)):
        field = await loop_times.gather(services, TEAM, SESSIONS, member(BEN).zone, NOBODY)
        ways = [*loop_times.suggest(field, SESSIONS).options, *loop_times.for_candidate(field, SESSIONS)]  # fmt: skip
        assert len(ways) > 5
        assert all(map(rested, ways)) == all_rest
