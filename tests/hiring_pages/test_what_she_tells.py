"""On the page of one interview she says when she can, what she needs, and changes it until the cut-off."""

import asyncio
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import sqlalchemy as sa

from hiring import (
    answers,
    interview_records,
    interview_visits,
    interviews,
)
from hiring.claims_table import claims
from hiring.errors import AlreadyDone, Refused
from hiring.interview_records import Interview
from hiring.interviews_table import panel
from hiring.loops_table import answers as sealed
from tests.firm import BEN, CHEN, ROSA, TEAM, Firm, firm
from tests.hiring_pages.conftest import WISH, a_time, offered, seen_by, times, times_on

pytestmark = pytest.mark.anyio
MADRID = ZoneInfo("Europe/Madrid")


async def test_when_none_works_she_says_when_she_can_and_the_recruiter_books_within_it(
    company: Firm, phone: httpx.AsyncClient
) -> None:
    now, path = await offered(company, "none")
    local = now.slots[-1][0].astimezone(MADRID)
    form = {"act": "answer", "zone": "Europe/Madrid", "day1": local.date().isoformat(), "from1": "20:00", "to1": "08:00", "note": "Not before lunch"}  # fmt: skip
    wrong = await phone.post(path, data=form)
    assert (wrong.status_code, 'role="alert"' in wrong.text) == (422, True)
    assert "Not before lunch</textarea>" in wrong.text
    assert re.search(r"<details open>\s*<summary>None of these work", wrong.text)
    assert (await phone.post(path, data={"act": "answer"})).status_code == 422
    done = await phone.post(path, data=form | {"from1": "08:00", "to1": "20:00"})
    assert "We have your times" in done.text

    (window,) = (await answers.read(company.services, now.id)).windows
    assert window[0] == datetime.combine(local.date(), window[0].time(), window[0].tzinfo)
    assert window[0].astimezone(MADRID).hour == 8
    async with company.services.store.read() as conn:
        row = (await conn.execute(sa.select(sealed).where(sealed.c.subject == now.id))).one()
    assert "lunch" not in str(row)
    shown = await seen_by(company, ROSA, now.id)
    assert "Not before lunch" in shown
    assert "schedule.again" in shown
    assert "lunch" not in await seen_by(company, BEN, now.id)

    again = replace(WISH, interview=now.id, minutes=45)
    found = await times(company, now.application, again)
    assert found
    assert all(window[0] <= a and b <= window[1] for a, b in found)
    rosa = await company.actor(ROSA)
    for _ in range(2):
        made = await interviews.book(
            company.services, rosa, now.application, again, found[0], key="again"
        )
    assert (made.id, made.state, made.minutes, made.link) == (now.id, "scheduled", 45, now.link)
    assert "You are booked" in (await phone.get(path)).text
    late = await phone.post(path, data={"act": "pick", "time": a_time(now.slots[0])})
    assert (late.status_code, "booked already" in late.text) == (409, True)


async def test_the_same_link_is_sent_once_more_with_the_times_she_can(
    company: Firm, phone: httpx.AsyncClient
) -> None:
    now, path = await offered(company, "more")
    await interview_visits.answer(company.services, now.id, [(now.slots[-1][0], now.slots[-1][1])], "")  # fmt: skip
    again = replace(WISH, interview=now.id)
    slots = await times(company, now.application, again)
    assert slots == now.slots[-1:]
    rosa = await company.actor(ROSA)
    await interviews.offer_times(
        company.services, rosa, now.application, again, slots, key="more 2"
    )
    assert times_on((await phone.get(path)).text) == [a_time(slots[0])]


async def test_what_she_needs_is_for_the_recruiter_alone(
    company: Firm, phone: httpx.AsyncClient
) -> None:
    now, path = await offered(company, "needs")
    form = {"act": "pick", "time": a_time(now.slots[-1]), "needs": "A ramp, please", "language": "German"}  # fmt: skip
    assert "You are booked" in (await phone.post(path, data=form)).text
    told = {"act": "needs", "needs": "A ramp & a pause", "language": "German"}
    assert "A ramp &amp; a pause" in (await phone.post(path, data=told)).text
    said = await answers.read(company.services, now.id)
    assert (said.needs, said.language) == ("A ramp & a pause", "German")
    shown = await seen_by(company, ROSA, now.id)
    assert "A ramp &amp; a pause" in shown
    assert "German" in shown
    assert "ramp" not in await seen_by(company, BEN, now.id)


async def test_she_reads_whom_she_meets_by_first_name_and_what_it_is_about(
    company: Firm, phone: httpx.AsyncClient
) -> None:
    pair = replace(WISH, users=(BEN, CHEN), focus="You fix a small bug <together>.")
    now, path = await offered(company, "whom", pair)
    async with company.services.store.begin() as tx:
        mine = sa.and_(panel.c.interview == now.id, panel.c.user == CHEN)
        await tx.execute(panel.update().where(mine).values(kind="shadow"))
    people = [await company.desk.person(TEAM, user) for user in (BEN, CHEN)]
    before = (await phone.get(path)).text
    after = await phone.post(path, data={"act": "pick", "time": a_time(now.slots[-1])})
    assert "You are booked" in after.text
    for page in (before, after.text):
        assert f"{people[0].first_name}, {people[1].first_name} (joins to learn)" in page
        assert "You fix a small bug &lt;together&gt;." in page
        for person in people:
            assert person.email
            assert person.email not in page
            assert person.name.split()[-1] not in page
            assert person.id not in page
    plain, path = await offered(company, "plain")
    page = (await phone.get(path)).text
    assert plain.focus == ""
    assert f"<p>With {people[0].first_name}</p>" in page


async def test_after_the_cut_off_the_page_says_what_to_do_and_changes_nothing(
    company: Firm, phone: httpx.AsyncClient
) -> None:
    now, path = await offered(company, "late", replace(WISH, cut_off=48))
    slot = now.slots[-1]
    page = await phone.post(path, data={"act": "pick", "time": a_time(slot)})
    assert "Move to another time" in page.text
    other = times_on((await phone.get(path, params={"do": "move"})).text)[0]
    before = slot[0] - timedelta(hours=47)
    await company.services.clock.move(company.services.store, at=before)
    page = await phone.get(path, params={"do": "move"})
    assert "Move to another time" not in page.text
    assert "reply to the e-mail" in page.text
    assert "48 hours before" in page.text
    for form in ({"act": "move", "time": other}, {"act": "cancel", "why": "illness"}):
        refused = await phone.post(path, data=form)
        assert (refused.status_code, "less than 48 hours" in refused.text) == (409, True)
    stands = await interview_records.get(company.services, now.id)
    assert (stands.state, stands.start) == ("scheduled", slot[0])
    assert (await phone.post(path, data={"act": "needs", "needs": "Water"})).status_code == 200
    rosa = await company.actor(ROSA)
    assert (await interviews.cancel(company.services, rosa, now.id, "Ill")).state == "cancelled"


async def test_when_she_chooses_and_the_recruiter_books_meanwhile_one_time_stands(
    database_url: str, tmp_path: Path
) -> None:
    async with firm(tmp_path, database_url) as office:
        now, _ = await offered(office, "both")
        rosa, again = await office.actor(ROSA), replace(WISH, interview=now.id)
        services = office.services
        done = await asyncio.gather(
            interviews.pick(services, now.id, now.slots[-1]),
            interviews.book(services, rosa, now.application, again, now.slots[-9], key="b"),
            interview_visits.answer(services, now.id, [now.slots[-3]], "Later"),
            return_exceptions=True,
        )
        won = [d for d in done[:2] if isinstance(d, Interview)]
        assert len(won) == 1
        assert all(isinstance(d, Interview | Refused) or d is False for d in done)
        stands = await interview_records.get(services, now.id)
        assert (stands.state, stands.start) == ("scheduled", won[0].start)
        async with services.store.read() as conn:
            count = sa.select(sa.func.count()).select_from(claims)
            assert (await conn.execute(count)).scalar_one() == 2 * 12
        with pytest.raises(AlreadyDone):
            await interview_visits.answer(services, now.id, [now.slots[-3]], "Later")
