"""What a newcomer stumbles over in the browser: type-ahead, drafts, previews, unread messages, keys, a phone's width."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.browser import chromium
from tests.flows.conftest import Town, start, stop
from tests.flows.test_the_story_in_a_browser import PHONE, app, desk, open_mail, say

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
ROSA, BEN, MAYA = "U0ROSA001", "U0BEN0001", "U0MAYA001"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    var = tmp_path_factory.mktemp("var")
    database = f"sqlite+aiosqlite:///{var / 'callsheet.db'}"
    process, url = start(var, database, "--fixed-clock", "2026-11-24T09:00:00+00:00")
    with httpx.Client(base_url=url, timeout=30) as http:
        yield Town(url, var, http, database)
    stop(process)


def waiting(page: Page) -> str:
    """The number beside the app in the sidebar."""
    row = page.get_by_role("navigation").get_by_role("button", name=re.compile("^.*Callsheet"))
    count = row.locator(".count")
    return count.inner_text() if count.count() else ""


def test_the_first_message_is_unread_until_it_is_opened(browser: Browser, town: Town) -> None:
    page = desk(browser, town, ROSA)
    assert waiting(page) == "1"
    app(page)
    expect(page.get_by_text("Welcome to Callsheet").first).to_be_visible()
    again = desk(browser, town, ROSA)
    assert waiting(again) == ""
    assert not waiting(desk(browser, town, MAYA))


def test_a_name_is_typed_and_chosen_with_the_keyboard_alone(browser: Browser, town: Town) -> None:
    page = desk(browser, town, ROSA)
    say(page, "/hire message")
    modal = page.get_by_role("dialog", name="Message")
    field = modal.get_by_role("combobox")
    expect(field).to_be_focused()  # the modal was loading first
    page.keyboard.type("sam")
    expect(modal.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(modal.get_by_label("Template")).to_be_visible()
    expect(modal.get_by_text("Sam ", exact=False).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()
    page.close()


def test_a_message_that_lacked_a_fact_is_shown_before_it_is_sent(
    browser: Browser, town: Town
) -> None:
    page = desk(browser, town, ROSA)
    say(page, "/hire message amara")
    modal = page.get_by_role("dialog", name="Message")
    modal.get_by_label("Template").select_option(label="Take-home exercise")
    modal.get_by_label("The day to answer by").fill("Friday")
    modal.get_by_label("The link to the exercise").fill("https://exercise.example/<1>")
    modal.get_by_role("button", name="Check again").click()
    expect(modal.get_by_text("by Friday")).to_be_visible()
    expect(modal.get_by_label("The day to answer by")).to_have_value("Friday")
    box = town.mailbox("amara.nwosu.4@mailbox.example")
    assert not [m for m in box.mails() if "exercise" in m["subject"]]
    modal.get_by_role("button", name="Send", exact=True).click()
    expect(modal).to_be_hidden()
    box.receives("exercise")
    page.close()


def test_templates_of_the_flows_are_not_sent_by_hand(browser: Browser, town: Town) -> None:
    page = desk(browser, town, ROSA)
    say(page, "/hire message amara")
    modal = page.get_by_role("dialog", name="Message")
    expect(modal.get_by_label("Template")).to_be_visible()
    names = modal.get_by_label("Template").locator("option").all_inner_texts()
    assert "Keep in touch" in names
    assert not {"Offer signed", "Interview cancelled"} & set(names)
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()
    page.close()


def test_a_half_typed_scorecard_is_there_again(browser: Browser, town: Town) -> None:
    rosa = desk(browser, town, ROSA)
    say(rosa, "/hire schedule omar")
    modal = rosa.get_by_role("dialog", name="Schedule")
    modal.get_by_role("button", name="Schedule", exact=True).click()
    expect(modal).to_be_hidden()
    rosa.close()
    town.person(BEN).hears("Omar Haddad")
    town.waits(days=14)
    ben = desk(browser, town, BEN)
    assert int(waiting(ben)) >= 1
    app(ben)
    expect(ben.get_by_text(re.compile("for Omar, ")).first).to_be_visible()
    ben.get_by_role("button", name="Scorecard", exact=True).last.click()
    form = ben.get_by_role("dialog", name="Scorecard")
    form.get_by_label("What stood out?").fill("Half a <b>sentence</b> & more")
    form.get_by_role("button", name="Keep draft").click()
    expect(form).to_be_hidden()
    ben.get_by_role("button", name="Scorecard", exact=True).last.click()
    expect(form.get_by_label("What stood out?")).to_have_value("Half a <b>sentence</b> & more")
    ben.keyboard.press("Escape")
    expect(form).to_be_hidden()
    assert "view_closed" in {
        d["kind"] for d in town.http.get("/client/deliveries").json()["deliveries"]
    }
    ben.close()
    assert "Unhandled" not in (town.var / "demo.err").read_text()


def test_an_interview_that_is_over_has_nothing_left_to_move(browser: Browser, town: Town) -> None:
    rosa = desk(browser, town, ROSA)
    app(rosa)
    expect(rosa.get_by_text("Scorecards: 0 of").first).to_be_visible()
    expect(rosa.get_by_role("button", name="Move", exact=True)).to_have_count(0)
    rosa.close()


def test_nobody_gets_a_button_that_leads_nowhere(browser: Browser, town: Town) -> None:
    ben = desk(browser, town, BEN)
    say(ben, "/hire")
    expect(ben.get_by_role("button", name="Offers to approve")).to_be_visible()
    expect(ben.get_by_role("button", name="Find a candidate")).to_have_count(0)
    ben.get_by_role("button", name="Offers to approve").click()
    expect(ben.get_by_text("No offer is waiting for you")).to_be_visible()
    ben.close()
    rosa = desk(browser, town, ROSA)
    say(rosa, "/hire find ingrid")  # hired already
    expect(rosa.get_by_role("button", name="Résumé").last).to_be_visible()
    expect(rosa.get_by_role("button", name="Move stage")).to_have_count(0)
    rosa.close()


def test_stopping_with_a_page_open_says_nothing_but_goodbye(
    browser: Browser, tmp_path: Path
) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'callsheet.db'}"
    process, url = start(tmp_path, database)
    page = browser.new_page()
    page.goto(url)
    expect(page.get_by_role("button", name=re.compile("You are:"))).to_be_visible()
    stop(process)
    assert process.returncode == 0
    assert "Traceback" not in (tmp_path / "demo.err").read_text()
    page.close()


@pytest.mark.parametrize("user", ["U0ROSA001", "U0BEN0001", "U0CHEN001"])
def test_the_top_bar_is_one_line_for_everybody(browser: Browser, town: Town, user: str) -> None:
    page = desk(browser, town, user)
    bar = page.locator("#topbar").bounding_box()
    assert bar is not None
    assert bar["height"] < 60
    page.close()


def test_a_candidates_pages_fit_a_small_phone_and_say_what_is_wrong_where_it_is(
    browser: Browser, town: Town
) -> None:
    rosa = town.person(ROSA)
    rosa.types("/hire schedule ada")
    assert rosa.submits(how="link")["ok"]
    _, link = open_mail(browser, town, "choose a time")
    phone = browser.new_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    phone.goto(link)
    confirm = phone.get_by_role("button", name="Confirm this time")
    expect(confirm).to_be_in_viewport()  # however many times there are
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_role("radio").last.focus()  # the first may begin too soon to be moved
    phone.keyboard.press("Space")
    confirm.click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("You are booked")
    phone.get_by_role("link", name="Move to another time").click()
    expect(phone.get_by_text("Until now:")).to_be_visible()
    phone.close()
    rosa.types("/hire offer ada")
    assert rosa.submits(base_salary="82,000")["ok"]
    maya = town.person(MAYA)
    maya.presses("Approve", maya.has("Approve", "Ada Lovelace"))
    _, link = open_mail(browser, town, "Your offer from Brightwater Labs")
    phone = browser.new_page(viewport=PHONE, java_script_enabled=False)
    phone.goto(link)
    phone.get_by_role("button", name="Accept and sign").click()
    name = phone.get_by_label("Your full name")
    wrong = phone.locator("#name-wrong")
    above, below = name.bounding_box(), wrong.bounding_box()
    assert above is not None
    assert below is not None
    assert below["y"] >= above["y"] + above["height"]
    expect(name).to_be_focused()
    phone.close()
