"""A plan that books by itself: what fits is booked once with the answer; what does not is left to the recruiter, with why."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from commands import interview as interview_card
from commands import loop_blocks, loop_card
from commands.router import Gesture
from hiring import (
    answers,
    candidates,
    debrief_records,
    interview_records,
    interview_visits,
    interviews,
    links,
    loop_records,
    loop_visits,
    loops,
    plans,
)
from hiring.claims_table import claims
from hiring.errors import AlreadyDone, Refused
from hiring.interview_changes import Wish
from hiring.loop_records import Loop, Session
from hiring.loop_times import Suggested
from hiring.loops import Wanted
from hiring.loops_table import loops as loop_rows
from hiring.plans import Plan
from hiring.tables import audit
from scheduling.hours import Interval
from tests.browsing import phone_for
from tests.firm import ADA, BEN, CHEN, MAYA, ROSA, TEAM, Firm

pytestmark = pytest.mark.anyio
SESSIONS = (Session("Pair programming", 60, (BEN,)), Session("Talk", 30, (MAYA,)))
WANTED = Wanted(SESSIONS, auto=True)


async def asked(office: Firm, key: str = "ask", wanted: Wanted = WANTED) -> Loop:
    ref, rosa = await office.newcomer("Nora", key), await office.actor(ROSA)
    return await loops.ask(office.services, rosa, ref, wanted, key=key)


def whole(office: Firm, first: int = 1, last: int = 13) -> list[Interval]:
    now = office.services.clock.now()
    return [(now + timedelta(days=first), now + timedelta(days=last))]


async def card(office: Firm, loop: Loop) -> str:
    return str((await loop_card.draw(office.services, TEAM, ROSA, loop.id)).blocks)


async def acts(office: Firm, loop: str) -> list[tuple[str, str, str]]:
    query = sa.select(audit).where(audit.c.subject == loop).order_by(audit.c.seq)
    async with office.services.store.read() as conn:
        rows = (await conn.execute(query)).all()
    return [(row.actor, row.action, row.detail.get("first_of", "")) for row in rows]


async def test_what_fits_her_answer_is_booked_with_it_as_whoever_asked_and_once(
    office: Firm,
) -> None:
    rosa, ref = await office.actor(ROSA), await office.ada()
    loop = await loops.ask(office.services, rosa, ref, WANTED, key="ask")
    windows = whole(office, 2, 4)
    async with office.at_work():
        for _ in range(2):
            assert await loop_visits.answer(office.services, loop.id, windows, "")
        await office.settles()
    standing = await loop_records.interviews_of(office.services, loop.id)
    assert [i.title for i in standing] == ["Pair programming", "Talk"]
    assert all(windows[0][0] <= i.start and i.end <= windows[0][1] for i in standing)
    assert await acts(office, loop.id) == [
        (ROSA, "loop.draft", ""),
        ("candidate", "loop.draft", ""),
        (ROSA, "loop.booked", str((await answers.read(office.services, loop.id)).ways)),
    ]
    shown = await card(office, loop)
    assert "Booked by itself: the first of" in shown
    assert "loop.move.open" in shown
    (told,) = [text for user, text in office.desk.said.values() if user == ROSA]
    assert "is booked by itself" in told
    subjects = [mail["subject"] for mail in office.mails(ADA)]
    assert len([s for s in subjects if "Pair programming" in s]) == 1
    with pytest.raises(AlreadyDone):
        await loop_visits.answer(office.services, loop.id, whole(office, 5, 9), "")


@pytest.mark.parametrize("auto", [True, False])
async def test_the_mail_that_asks_says_whether_what_fits_is_booked_at_once(
    office: Firm, auto: bool
) -> None:
    rosa, ref = await office.actor(ROSA), await office.ada()
    async with office.at_work():
        await loops.ask(office.services, rosa, ref, replace(WANTED, auto=auto), key="ask")
        await office.settles()
    (mail,) = [m for m in office.mails(ADA) if "when can you meet us" in m["subject"]]
    assert ("it is booked at once" in mail["text"]) == auto
    assert ("We then look for times" in mail["text"]) != auto


async def test_the_debrief_is_booked_with_it_where_the_plan_has_one(office: Firm) -> None:
    loop = await asked(office, wanted=replace(WANTED, debrief=debrief_records.Wish(30, 2)))
    assert await loop_visits.answer(office.services, loop.id, whole(office, 2, 4), "")
    after = await debrief_records.of(office.services, loop.id)
    assert after is not None
    assert after.state == "booked"
    standing = await loop_records.interviews_of(office.services, loop.id)
    assert after.own[0][0] >= standing[-1].end


async def test_without_a_fit_or_with_an_unread_calendar_the_recruiter_reads_why(
    office: Firm,
) -> None:
    services = office.services
    night = services.clock.now().replace(hour=2, minute=0) + timedelta(days=3)
    loop = await asked(office)
    nights = [(night, night + timedelta(hours=2))]
    assert not await loop_visits.answer(services, loop.id, nights, "Only at night")
    assert "Nothing was booked by itself. Nothing fits what they answered." in await card(office, loop)  # fmt: skip
    assert not await loop_visits.answer(services, loop.id, [], "Call me")
    assert "They named no time." in await card(office, loop)
    office.gates["google"].refuse = 403
    assert not await loop_visits.answer(services, loop.id, whole(office), "")
    said = await card(office, loop)
    assert "could not be read" in said
    assert "loop.again" in said
    office.gates["google"].refuse = 0
    stands = await loop_records.get(services, loop.id)
    assert (stands.state, await loop_records.interviews_of(services, loop.id)) == ("draft", [])
    rosa = await office.actor(ROSA)
    again = replace(WANTED, loop=loop.id)
    profile = await candidates.profile(services, rosa, loop.application)
    option = (await loops.suggest(services, rosa, profile, again)).options[0]
    held = await loops.hold(
        services, rosa, loop.application, again, option.times, option.start, key="h"
    )
    assert not await loop_visits.answer(services, held.id, whole(office), ""), (
        "a hold is a person's"
    )
    await loops.confirm(services, rosa, loop.id)
    assert "by itself" not in await card(office, loop)
    chosen = await asked(office, "chosen", Wanted(SESSIONS))
    assert not await loop_visits.answer(services, chosen.id, whole(office), "")
    assert "by itself" not in await card(office, chosen)


async def test_two_devices_and_the_recruiter_at_once_book_once(office: Firm) -> None:
    services, rosa = office.services, await office.actor(ROSA)
    loop, other = await asked(office), await asked(office, "other")
    again = replace(WANTED, loop=loop.id)
    profile = await candidates.profile(services, rosa, loop.application)
    late = max((await loops.suggest(services, rosa, profile, again)).options, key=lambda o: o.start)
    done = await asyncio.gather(
        loop_visits.answer(services, loop.id, whole(office), ""),
        loop_visits.answer(services, loop.id, whole(office, 3, 9), ""),
        loop_visits.answer(services, loop.id, whole(office), ""),
        loops.book(services, rosa, loop.application, again, late.times, key="b"),
        loop_visits.answer(services, other.id, whole(office), ""),
        return_exceptions=True,
    )
    assert all(isinstance(d, bool | Refused | Loop) for d in done), done
    for each in (loop, other):
        standing = await loop_records.interviews_of(services, each.id)
        assert [i.title for i in standing] in ([s.title for s in SESSIONS], [])
    assert (await loop_records.get(services, loop.id)).state == "booked"
    booked = [a for a in await acts(office, loop.id) if a[1] == "loop.booked"]
    assert len(booked) == 1
    async with services.store.read() as conn:
        held = {row.holder for row in await conn.execute(sa.select(claims.c.holder))}
    ids = {i.id for each in (loop, other) for i in await loop_records.interviews_of(services, each.id)}  # fmt: skip
    assert held == ids


async def single(office: Firm, key: str, wish: Wish) -> interview_records.Interview:
    ref, rosa = await office.newcomer("Nora", key), await office.actor(ROSA)
    profile = await candidates.profile(office.services, rosa, ref)
    slots = (await interviews.times(office.services, rosa, profile, wish)).slots
    return await interviews.offer_times(office.services, rosa, ref, wish, slots[:3], key=key)


async def test_a_single_interview_is_booked_at_the_first_time_she_can_and_once(
    office: Firm,
) -> None:
    services = office.services
    now = await single(office, "one", Wish("Screen", 30, (CHEN,), auto=True))
    assert now.link
    path = "/c/" + links.url(services, now.link).rpartition("/")[2]
    day = now.slots[-1][0] + timedelta(days=2)
    while day.weekday() > 4:
        day += timedelta(days=1)
    form = {"act": "answer", "zone": "Europe/Madrid", "day1": day.date().isoformat(), "from1": "08:00", "to1": "20:00"}  # fmt: skip
    async with phone_for(office.parts) as phone:
        assert "is booked as soon as you send this" in (await phone.get(path)).text
        pages = await asyncio.gather(*(phone.post(path, data=form) for _ in range(3)))
    assert {(page.status_code, "You are booked" in page.text) for page in pages} == {(200, True)}
    stands = await interview_records.get(services, now.id)
    assert (stands.state, stands.start.date(), stands.sequence) == ("scheduled", day.date(), 0)
    kept = [a for a in await acts(office, now.id) if a[1] == "interview.booked"]
    assert [who for who, *_ in kept] == [ROSA]
    shown = str((await interview_card.draw(services, TEAM, ROSA, now.id)).blocks)
    assert "Booked by itself: the first of" in shown
    assert "move.open" in shown
    with pytest.raises(AlreadyDone):
        await interview_visits.answer(services, now.id, whole(office), "")
    blind = await single(office, "two", Wish("Screen", 30, (CHEN,), auto=True))
    office.gates["google"].refuse = 403
    assert not await interview_visits.answer(services, blind.id, whole(office), "")
    shown = str((await interview_card.draw(services, TEAM, ROSA, blind.id)).blocks)
    assert "Nothing was booked by itself. The calendar of Chen" in shown
    assert (await interview_records.get(services, blind.id)).state == "offered"


def words_of(view: dict[str, object]) -> str:
    return json.dumps(view)


async def test_the_plan_says_so_and_the_form_says_what_will_happen(office: Firm) -> None:
    services, rosa = office.services, await office.actor(ROSA)
    profile = await candidates.profile(services, rosa, await office.ada())
    assert profile.application
    assert profile.application.job
    job = profile.application.job
    await plans.keep(services, rosa, job, "", Plan(SESSIONS, auto=True))
    plan = await plans.of(services, rosa, profile)
    assert plan.auto
    drawn = loop_blocks.form(rosa, profile, WANTED, Suggested(()))
    assert "booked by itself" in words_of(drawn)
    assert "by itself" not in words_of(loop_blocks.form(rosa, profile, Wanted(SESSIONS), Suggested(())))  # fmt: skip
    for auto in (True, False):  # what the form said counts, whatever became of the plan
        private = {"loop": "", "m": [s.minutes for s in SESSIONS], "auto": auto}
        sent = Gesture("view", TEAM, ROSA, "loop", private=private)
        assert (await loop_blocks.wanted(services, rosa, profile, sent)).auto == auto
    loop = await asked(office)
    private = {"loop": loop.id, "m": [s.minutes for s in SESSIONS]}
    sent = Gesture("view", TEAM, ROSA, "loop", private=private)
    assert (await loop_blocks.wanted(services, rosa, profile, sent)).auto


async def test_who_may_no_longer_schedule_books_nothing(office: Firm) -> None:
    loop = await asked(office)
    async with office.services.store.begin() as tx:
        mine = loop_rows.update().where(loop_rows.c.id == loop.id)
        await tx.execute(mine.values(created_by=BEN))
    assert not await loop_visits.answer(office.services, loop.id, whole(office), "")
    said = await answers.read(office.services, loop.id)
    assert "may no longer schedule" in said.why_not
