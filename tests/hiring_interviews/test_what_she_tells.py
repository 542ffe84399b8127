"""On the page of one interview she says when she can, what she needs, and changes it until the cut-off: by HTTP and in a browser."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
import sqlalchemy as sa
from anyio import to_thread
from playwright.sync_api import Browser, expect

from commands import interview as card
from commands import interview_blocks
from commands.router import Gesture
from connectors.model import Ref
from hiring import (
    answers,
    candidates,
    interview_records,
    interview_visits,
    interviews,
    links,
    reasons,
)
from hiring.claims_table import claims
from hiring.errors import AlreadyDone, Refused
from hiring.interview_changes import Wish
from hiring.interview_records import Interview
from hiring.interviews_table import interviews as rows
from hiring.interviews_table import panel
from hiring.loops_table import answers as sealed
from hiring.reasons import Why
from scheduling.hours import Interval
from tests.browsing import phone_for
from tests.firm import BEN, CHEN, ROSA, TEAM, Firm, firm
from tests.flows.browser import chromium

pytestmark = pytest.mark.anyio
WISH = Wish("Pair programming", 60, (BEN,))
MADRID = ZoneInfo("Europe/Madrid")
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def company(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    async with firm(Path(tmp_path_factory.mktemp("firm"))) as made:
        yield made


@pytest.fixture(scope="module")
async def phone(company: Firm) -> AsyncIterator[httpx.AsyncClient]:
    async with phone_for(company.parts) as http:
        yield http


async def times(firm_: Firm, ref: Ref, wish: Wish) -> tuple[Interval, ...]:
    rosa = await firm_.actor(ROSA)
    profile = await candidates.profile(firm_.services, rosa, ref)
    return (await interviews.times(firm_.services, rosa, profile, wish)).slots


async def offered(firm_: Firm, key: str, wish: Wish = WISH) -> tuple[Interview, str]:
    """An interview whose link is out, and the path of its page."""
    ref, rosa = await firm_.newcomer("Ada", key), await firm_.actor(ROSA)
    slots = await times(firm_, ref, wish)
    now = await interviews.offer_times(firm_.services, rosa, ref, wish, slots, key=key)
    assert now.link
    return now, "/c/" + links.url(firm_.services, now.link).rpartition("/")[2]


def times_on(page: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', page)


def a_time(slot: Interval) -> str:
    return "/".join(at.isoformat() for at in slot)


async def seen_by(firm_: Firm, user: str, interview: str) -> str:
    return str((await card.draw(firm_.services, TEAM, user, interview)).blocks)


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


async def test_without_scripts_the_keyboard_is_enough_for_all_of_it(
    company: Firm, phone: httpx.AsyncClient, tmp_path: Path
) -> None:
    now, path = await offered(company, "keys")
    day = now.slots[-1][0].date().isoformat()
    where = str(phone.base_url) + path

    def by_keyboard(browser: Browser) -> None:
        page = browser.new_page(viewport=PHONE, java_script_enabled=False)
        page.goto(f"{where}?zone=Europe/Madrid")
        page.get_by_text("None of these work").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("All times are Madrid time.")).to_be_visible()
        page.get_by_label("Day", exact=True).first.fill(day)
        page.screenshot(path=tmp_path / "none.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.get_by_role("button", name="Send my times").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("We have your times")
        page.goto(where)
        page.get_by_text("Tell us what you need").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Language you would like").fill("German")
        page.get_by_role("radio").last.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("You are booked")
        page.get_by_text("What would help you on the day").first.press("Enter")
        expect(page.get_by_label("Language you would like")).to_have_value("German")
        page.screenshot(path=tmp_path / "booked.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.get_by_role("link", name="Move to another time").press("Enter")
        expect(page.get_by_text("Until now:")).to_be_visible()
        reason = page.get_by_label("What is the reason?")
        assert "No longer interested" not in reason.inner_text(), "nobody moves it for that"
        page.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        reason.focus()
        page.keyboard.type("Another")
        page.get_by_label("Anything else").fill("The dentist")
        page.screenshot(path=tmp_path / "move.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.get_by_role("button", name="Move to this time").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("You are booked")
        page.get_by_role("link", name="Move to another time").press("Enter")
        page.get_by_role("link", name="Keep the time").press("Enter")
        page.locator("summary", has_text="Cancel the interview").press("Enter")
        page.get_by_label("What is the reason?").select_option("No longer interested")
        page.get_by_label("Anything else").fill("Sorry")
        page.get_by_role("button", name="Cancel the interview").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("is cancelled")
        page.close()

    def visits() -> None:
        with chromium() as browser:
            by_keyboard(browser)

    await to_thread.run_sync(visits)
    gone = await interview_records.get(company.services, now.id)
    assert (gone.state, gone.sequence, gone.why.reason) == ("cancelled", 2, "no_longer_interested")
    assert "Cancelled by the candidate: No longer interested – Sorry" in await seen_by(
        company, ROSA, now.id
    )
    assert "Sorry" not in await seen_by(company, BEN, now.id)


async def test_why_she_moves_it_is_hers_to_say_and_is_kept_when_the_time_went(
    company: Firm, phone: httpx.AsyncClient
) -> None:
    now, path = await offered(company, "why")
    await phone.post(path, data={"act": "pick", "time": a_time(now.slots[-1])})
    gone = f"{now.slots[-1][0].isoformat()}/{(now.slots[-1][0] + timedelta(minutes=5)).isoformat()}"
    said = {"act": "move", "why": "illness", "more": "A cold & a cough"}
    late = await phone.post(path, data=said | {"time": gone})
    assert late.status_code == 409
    assert '<option value="illness" selected>' in late.text
    assert "A cold &amp; a cough</textarea>" in late.text
    moved = await phone.post(path, data=said | {"time": times_on(late.text)[0]})
    assert "You are booked" in moved.text
    assert "cough" not in moved.text
    shown = await seen_by(company, ROSA, now.id)
    assert "Moved by the candidate: Illness – A cold &amp; a cough" in shown
    assert "cough" not in await seen_by(company, BEN, now.id)
    forged = {"act": "move", "why": "<b>", "time": times_on(late.text)[1]}
    assert "You are booked" in (await phone.post(path, data=forged)).text
    stands = await interview_records.get(company.services, now.id)
    assert (stands.why.reason, stands.why.note, stands.sequence) == ("", None, 2)
    rosa = await company.actor(ROSA)
    await interviews.cancel(company.services, rosa, now.id, "Budget", reason="other")
    assert f"Cancelled by <@{ROSA}>: Other – Budget" in await seen_by(company, ROSA, now.id)
    async with company.services.store.read() as conn:
        assert not [row for row in await conn.execute(rows.select()) if "Budget" in str(row)]


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


def test_a_list_of_reasons_is_read_from_a_setting_and_a_reason_keeps_its_key() -> None:
    assert reasons.read(" Ill,  on  leave , ill!,,Room: too small") == ("Ill", "on leave", "Room: too small")  # fmt: skip
    assert reasons.choices(["Room: too small"]) == [("room_too_small", "Room: too small")]
    assert reasons.named(["Room: too small"], "room_too_small") == "Room: too small"
    for wrong in ("", " , !", "x" * 76, ",".join(str(n) for n in range(26))):
        with pytest.raises(ValueError, match="1 to 25 reasons"):
            reasons.read(wrong)


async def test_a_recruiter_cancels_for_a_reason_of_the_list_and_may_move_without_one(
    company: Firm,
) -> None:
    services, rosa = company.services, await company.actor(ROSA)
    fields = interview_blocks.reason_fields(services, kept=Why("illness", "Flu"))
    assert [(f["block_id"], f["optional"]) for f in fields] == [("reason", False), ("note", True)]
    assert fields[0]["element"]["initial_option"]["value"] == "illness"
    assert fields[1]["element"]["initial_value"] == "Flu"
    assert interview_blocks.reason_fields(services, optional=True)[0]["optional"]
    why = Why("other", "a | b " + "x" * 994)
    again = interview_blocks.see_others("move.open", "int_1", why)
    assert interview_blocks.kept(again["value"]) == ("int_1", why), "what was typed comes back"
    assert interview_blocks.kept("int_1") == ("int_1", Why())
    for values, wrong in (({}, True), ({"reason": "boredom"}, True), ({"reason": "other"}, False)):
        sent = Gesture("view", rosa.team, ROSA, "cancel", values=values)
        assert bool(await interview_blocks.has_reason(sent, rosa, services)) == wrong


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
