"""The candidate's page of several interviews: without JavaScript by HTTP, and in a real browser with and without it."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from anyio import to_thread
from icalendar import Calendar
from playwright.sync_api import Browser, expect

from hiring import answers, candidates, links, loop_records, loops
from hiring.loop_records import Loop, Session
from hiring.loops import Wanted
from tests.browsing import phone_for
from tests.firm import BEN, CHEN, MAYA, ROSA, Firm, firm
from tests.flows.browser import chromium

pytestmark = pytest.mark.anyio
WANTED = Wanted(
    (
        Session("Pair programming", 60, (BEN,), focus="You and Ben fix a small bug together."),
        Session("System design", 45, (CHEN,)),
        Session("Talk with the manager", 30, (MAYA,)),
    )
)
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    async with firm(Path(tmp_path_factory.mktemp("firm"))) as made:
        yield made


@pytest.fixture(scope="module")
async def phone(office: Firm) -> AsyncIterator[httpx.AsyncClient]:
    async with phone_for(office.parts) as http:
        yield http


async def offered(office: Firm, key: str) -> tuple[Loop, str]:
    """A loop with plans to choose from, and the path of its page."""
    ref, rosa = await office.newcomer("Ada", key), await office.actor(ROSA)
    profile = await candidates.profile(office.services, rosa, ref)
    found = await loops.suggest(office.services, rosa, profile, WANTED)
    loop = await loops.offer(office.services, rosa, ref, WANTED, found.options, key=key)
    return loop, path_of(office, loop)


def path_of(office: Firm, loop: Loop) -> str:
    assert loop.link
    return "/c/" + links.url(office.services, loop.link).rpartition("/")[2]


def times_on(page: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', page)


async def test_one_choice_books_everything_and_a_second_says_what_is_booked(
    office: Firm, phone: httpx.AsyncClient
) -> None:
    loop, path = await offered(office, "one")
    page = (await phone.get(path, params={"zone": "Asia/Kathmandu"})).text
    shown = times_on(page)
    assert len(shown) == len(loop.options)
    assert "Kathmandu time" in page
    assert BEN not in page, "nobody inside is named but by the first name"
    form = {"act": "pick", "time": shown[0], "zone": "Asia/Kathmandu", "needs": "Captions, please", "language": "German"}  # fmt: skip
    for _ in range(2):
        done = await phone.post(path, data=form)
        assert "You are booked" in done.text
        assert done.text.count("<strong>") == 3
    other = await phone.post(path, data={"act": "pick", "time": shown[1]})
    assert (other.status_code, "booked already" in other.text) == (409, True)
    said = await answers.read(office.services, loop.id)
    assert (said.needs, said.language) == ("Captions, please", "German")

    file = await phone.get(path, params={"do": "calendar"})
    assert file.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(file.content).walk("VEVENT")
    sessions = await loop_records.interviews_of(office.services, loop.id)
    assert [e.decoded("dtstart") for e in events] == [i.start for i in sessions]
    assert "calendar.google.com" in done.text
    assert "outlook.office.com" in done.text


async def test_of_two_candidates_who_want_the_same_the_second_is_shown_what_is_left(
    office: Firm, phone: httpx.AsyncClient
) -> None:
    _, first = await offered(office, "first")
    loop, second = await offered(office, "second")
    shown = times_on((await phone.get(second)).text)
    await phone.post(first, data={"act": "pick", "time": shown[0]})
    late = await phone.post(second, data={"act": "pick", "time": shown[0]})
    assert (late.status_code, "taken a moment ago" in late.text) == (409, True)
    left = times_on(late.text)
    assert left
    assert shown[0] not in left
    assert (
        "You are booked" in (await phone.post(second, data={"act": "pick", "time": left[0]})).text
    )
    moved = times_on((await phone.get(second, params={"do": "move"})).text)
    assert (
        "You are booked" in (await phone.post(second, data={"act": "move", "time": moved[-1]})).text
    )
    assert {i.sequence for i in await loop_records.interviews_of(office.services, loop.id)} == {1}
    off = await phone.post(second, data={"act": "cancel", "why": "illness"})
    assert "are cancelled" in off.text
    assert (await phone.get(second)).status_code == 410, "the link ends with the interviews"


async def test_she_may_move_one_interview_and_the_others_stay(
    office: Firm, phone: httpx.AsyncClient
) -> None:
    loop, path = await offered(office, "alone")
    stranger, _ = await offered(office, "other")
    last = loop.options[-1].value
    done = await phone.post(path, data={"act": "pick", "time": last})
    before = await loop_records.interviews_of(office.services, loop.id)
    assert re.findall(r"one=(int_\w+)", done.text) == [i.id for i in before]
    one = before[1]
    page = (await phone.get(path, params={"do": "move", "one": one.id})).text
    assert f"{one.title}, {one.minutes} minutes" in page
    over_another = f"{before[0].start.isoformat()}/{before[0].end.isoformat()}"
    shown = times_on(page)
    assert over_another not in shown
    form = {"act": "move", "one": one.id, "time": over_another}
    refused = await phone.post(path, data=form)
    assert (refused.status_code, "Your other interviews stay" in refused.text) == (409, True)
    for _ in range(2):
        moved = await phone.post(path, data=form | {"time": shown[-1]})
        assert "You are booked" in moved.text
    after = {i.id: i for i in await loop_records.interviews_of(office.services, loop.id)}
    assert after[one.id].start.isoformat() == shown[-1].partition("/")[0]
    assert {i.id: after[i.id].sequence for i in before} == {i.id: int(i is one) for i in before}
    foreign = await phone.post(path, data=form | {"one": stranger.id})
    assert foreign.status_code == 404


async def test_when_none_works_she_says_when_she_can_and_mistakes_keep_what_was_typed(
    office: Firm, phone: httpx.AsyncClient
) -> None:
    loop, path = await offered(office, "none")
    day = (office.services.clock.now() + timedelta(days=3)).date().isoformat()
    form = {"act": "answer", "zone": "Europe/Madrid", "day1": day, "from1": "14:00", "to1": "10:00", "note": "Not mornings"}  # fmt: skip
    wrong = await phone.post(path, data=form)
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text
    assert f'value="{day}"' in wrong.text
    assert "Not mornings" in wrong.text
    assert (await phone.post(path, data={"act": "answer"})).status_code == 422
    assert (await phone.post(path, data={"act": "pick"})).status_code == 422
    start = loop.options[0].start
    forged = ";".join(
        [f"{start:%Y-%m-%dT%H:%MZ}/{start + timedelta(minutes=5):%Y-%m-%dT%H:%MZ}"] * 3
    )
    assert (await phone.post(path, data={"act": "pick", "time": forged})).status_code == 409
    done = await phone.post(path, data=form | {"to1": "18:00"})
    assert "We have your times" in done.text
    ((start, end),) = (await answers.read(office.services, loop.id)).windows
    assert (end - start) == timedelta(hours=4)
    assert start.astimezone().utcoffset() is not None
    assert (await phone.get(path + "x")).status_code == 404


async def test_with_javascript_her_zone_is_found_and_without_it_the_keyboard_is_enough(
    office: Firm, phone: httpx.AsyncClient, tmp_path: Path
) -> None:
    loop, path = await offered(office, "keys")
    asked = await loops.ask(
        office.services, await office.actor(ROSA), await office.newcomer(), WANTED, key="ask"
    )
    base = str(phone.base_url)

    def with_script(browser: Browser) -> None:
        page = browser.new_page(viewport=PHONE, timezone_id="Asia/Tokyo")
        page.goto(base + path)
        expect(page.get_by_label("Times are shown for")).to_have_value("Asia/Tokyo")
        expect(page.get_by_text("Tokyo time").first).to_be_visible()
        page.screenshot(path=tmp_path / "choose.png", full_page=True)
        page.get_by_label("Times are shown for").select_option("Europe/Madrid")
        page.get_by_role("button", name="Show times there").click()
        expect(page.get_by_text("Madrid time").first).to_be_visible()
        page.close()

    def by_keyboard(browser: Browser) -> None:
        page = browser.new_page(viewport=PHONE, java_script_enabled=False)
        page.goto(base + path)
        page.get_by_text("None of these work").click()
        expect(page.get_by_role("button", name="Send my times")).to_be_visible()
        choice = page.get_by_role("radio").nth(1)
        choice.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("You are booked")
        page.screenshot(path=tmp_path / "booked.png", full_page=True)
        page.goto(base + path_of(office, asked))
        expect(page.get_by_role("heading", level=1)).to_contain_text("when can you")
        page.get_by_label("Day").first.fill("2031-01-15")
        page.screenshot(path=tmp_path / "ask.png", full_page=True)
        page.get_by_role("button", name="Send my times").click()
        expect(page.get_by_role("status")).to_contain_text("We have your times")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"]
        page.close()

    def visits() -> None:
        with chromium() as browser:
            with_script(browser)
            by_keyboard(browser)

    await to_thread.run_sync(visits)
    assert (await loop_records.get(office.services, loop.id)).state == "booked"
