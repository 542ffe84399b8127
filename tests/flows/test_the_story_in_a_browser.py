"""The whole story as a newcomer clicks it, in a real browser. The pictures of the README are taken here."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.browser import chromium
from tests.flows.conftest import Town, start, stop

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
KEEP = (
    os.environ.get("CALLSHEET_PICTURES") == "keep"
)  # write them into docs/ instead of the test's own folder
ADA = "ada.lovelace@mailbox.example"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One is enough: the other databases are shown by the payloads."""
    var = tmp_path_factory.mktemp("var")
    database = f"sqlite+aiosqlite:///{var / 'callsheet.db'}"
    process, url = start(var, database, "--fixed-clock", "2026-11-24T09:00:00+00:00")
    with httpx.Client(base_url=url, timeout=30) as http:
        yield Town(url, var, http, database)
    stop(process)


@pytest.fixture
def picture(tmp_path: Path) -> object:
    folder = PICTURES if KEEP else tmp_path

    def take(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return take


def desk(browser: Browser, town: Town, user: str, channel: str = "C0HIRING1") -> Page:
    page = browser.new_page(viewport=DESKTOP)
    page.set_default_timeout(15_000)
    page.goto(f"{town.url}/?as={user}#{channel}")
    expect(page.get_by_role("button", name=re.compile("You are:"))).to_be_visible()
    return page


def say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("^Message "))
    box.fill(text)
    box.press("Enter")


def app(page: Page) -> None:
    """Open the direct messages with the app."""
    page.get_by_role("navigation").get_by_text("Callsheet", exact=True).click()
    messages = page.get_by_role("tab", name="Messages")
    if messages.count():
        messages.click()


def open_mail(browser: Browser, town: Town, subject: str) -> tuple[Page, str]:
    """Ada's mailbox with one mail open, and the personal link in it."""
    page = browser.new_page(viewport=DESKTOP)
    page.set_default_timeout(15_000)
    page.goto(f"{town.url}/mail?address={ADA}")
    page.get_by_text(subject).first.click()
    mail = town.mailbox(ADA).receives(subject)
    found = re.search(r"http://\S+/c/[\w.\-]+", mail["text"])
    return page, found.group(0) if found else ""


def test_one_the_recruiter_finds_ada_and_sends_her_a_link(
    browser: Browser, town: Town, picture
) -> None:  # type: ignore[no-untyped-def]
    page = desk(browser, town, "U0ROSA001")
    app(page)
    expect(page.get_by_text("Welcome to Callsheet").first).to_be_visible()
    picture(page, "welcome")
    page.get_by_role("navigation").get_by_text("hiring", exact=True).click()
    say(page, "/hire find ada")
    expect(page.get_by_role("button", name="Schedule", exact=True)).to_be_visible()
    expect(page.get_by_text("Only visible to you")).to_be_visible()
    picture(page, "find")
    page.get_by_role("button", name="Schedule", exact=True).click()
    modal = page.get_by_role("dialog", name="Schedule")
    expect(modal.get_by_label("Interviewers")).to_be_visible()
    picture(page, "schedule")
    modal.get_by_label("Send Ada a link to choose").check()
    modal.get_by_role("button", name="Schedule", exact=True).click()
    expect(modal).to_be_hidden()
    page.close()


def test_two_ada_picks_a_time_on_her_phone_and_gets_an_invite(
    browser: Browser, town: Town, picture
) -> None:  # type: ignore[no-untyped-def]
    mailbox, link = open_mail(browser, town, "choose a time")
    picture(mailbox, "mailbox")
    phone = browser.new_page(viewport=PHONE, java_script_enabled=False)
    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("choose a time")
    picture(phone, "pick-a-time")
    phone.get_by_role("button", name="Confirm this time").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("You are booked")
    picture(phone, "booked")
    expect(mailbox.get_by_text(re.compile("Technical interview, ")).first).to_be_visible()
    invite = town.mailbox(ADA).receives("", method="REQUEST")["calendar"]
    assert invite["sequence"] == 0
    phone.close()
    mailbox.close()


def test_three_the_clock_is_moved_and_the_interviewer_fills_in_a_scorecard(
    browser: Browser, town: Town, picture
) -> None:  # type: ignore[no-untyped-def]
    page = desk(browser, town, "U0BEN0001")
    town.waits(days=14)
    app(page)
    page.get_by_role("button", name="Scorecard", exact=True).last.click()
    modal = page.get_by_role("dialog", name="Scorecard")
    expect(modal.get_by_label("Overall recommendation")).to_be_visible()
    modal.get_by_label("Overall recommendation").select_option(label="Yes")
    modal.get_by_role("button", name="Submit").click()
    expect(modal.get_by_text("complete this required field").first).to_be_visible()
    modal.get_by_label("What stood out?").fill("Clear thinking, kind questions.")
    expect(modal.get_by_label("What stood out?")).not_to_have_attribute("aria-invalid", "true")
    modal.get_by_label("Would you want to work with them?").select_option(label="Yes")
    picture(page, "scorecard")
    modal.get_by_role("button", name="Submit").click()
    expect(modal).to_be_hidden()
    expect(page.get_by_text("Thank you.").last).to_be_visible()
    page.close()


def test_four_a_message_is_previewed_and_sent(browser: Browser, town: Town, picture) -> None:  # type: ignore[no-untyped-def]
    page = desk(browser, town, "U0ROSA001")
    say(page, "/hire message ada")
    modal = page.get_by_role("dialog", name="Message")
    expect(modal.get_by_label("Template")).to_be_visible()
    modal.get_by_label("Template").select_option(label="Thank you after an interview")
    expect(modal.get_by_text("Thank you for talking with us")).to_be_visible()
    picture(page, "message")
    modal.get_by_role("button", name="Send", exact=True).click()
    expect(modal).to_be_hidden()
    town.mailbox(ADA).receives("Thank you for talking with us")
    page.close()


def test_five_the_offer_is_drafted_approved_and_signed(
    browser: Browser, town: Town, picture
) -> None:  # type: ignore[no-untyped-def]
    rosa = desk(browser, town, "U0ROSA001")
    say(rosa, "/hire offer ada")
    modal = rosa.get_by_role("dialog", name="Offer")
    modal.get_by_label("Base salary").fill("82,000")
    picture(rosa, "offer")
    modal.get_by_role("button", name="Ask for approval").click()
    expect(modal).to_be_hidden()
    maya = desk(browser, town, "U0MAYA001")
    app(maya)
    maya.get_by_role("button", name="Approve", exact=True).last.click()
    maya.get_by_role("dialog").get_by_role("button", name="Approve", exact=True).click()
    expect(maya.get_by_text(re.compile(r"Step 1 of 1.*approved")).last).to_be_visible()
    picture(maya, "approved")
    _, link = open_mail(browser, town, "Your offer from Brightwater Labs")
    phone = browser.new_page(viewport=PHONE, java_script_enabled=False)
    phone.goto(link)
    expect(phone.get_by_text("EUR 82,000 a year")).to_be_visible()
    picture(phone, "offer-page")
    phone.get_by_label("Your full name").fill("Ada Lovelace")
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="Accept and sign").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Welcome, Ada")
    picture(phone, "signed")
    app(rosa)
    expect(rosa.get_by_text("is marked as hired").last).to_be_visible()
    picture(rosa, "hired")


def test_six_the_home_tab_shows_what_is_waiting(browser: Browser, town: Town, picture) -> None:  # type: ignore[no-untyped-def]
    page = desk(browser, town, "U0CHEN001")
    page.get_by_role("navigation").get_by_text("Callsheet", exact=True).click()
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_text("Your open tasks")).to_be_visible()
    expect(page.get_by_text("1 scorecard")).to_be_visible()
    picture(page, "home")


def test_seven_a_whole_loop_is_booked_and_a_no_shows_who_could_take_over(
    browser: Browser, town: Town, picture
) -> None:  # type: ignore[no-untyped-def]
    rosa = desk(browser, town, "U0ROSA001")
    say(rosa, "/hire schedule amara")
    modal = rosa.get_by_role("dialog", name="Schedule")
    expect(modal.get_by_text("Best there is").first).to_be_visible()
    picture(rosa, "loop")
    modal.get_by_role("button", name="Go on").click()
    expect(modal).to_be_hidden()
    app(rosa)
    pairing = rosa.get_by_text(re.compile("Pair programming: ")).last
    expect(pairing).to_be_visible()
    found = re.search(r"Pair programming: .*?@(Ben|Chen|Dana) ", pairing.inner_text(), re.DOTALL)
    assert found, "the pool's least busy member holds it"
    seat = {"Ben": "U0BEN0001", "Chen": "U0CHEN001", "Dana": "U0DANA001"}[found[1]]
    panel = desk(browser, town, seat)
    app(panel)
    card = panel.get_by_text("Pair programming with Amara Nwosu").last
    expect(card).to_be_visible()
    panel.get_by_role("button", name="Can't make it").last.click()
    said = panel.get_by_role("dialog")
    said.get_by_role("textbox").first.fill("A dentist")
    said.get_by_role("button").last.click()
    expect(said).to_be_hidden()
    expect(rosa.get_by_text("cannot make it").last).to_be_visible()
    expect(rosa.get_by_role("button", name=re.compile("Ask")).last).to_be_visible()
    picture(rosa, "swap")
