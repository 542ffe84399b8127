"""The whole page of an interview by keyboard, in a browser without scripts."""

from pathlib import Path

import httpx
import pytest
from anyio import to_thread
from playwright.sync_api import Page, expect

from hiring import (
    interview_records,
)
from tests.firm import BEN, ROSA, Firm
from tests.flows.browser import chromium
from tests.hiring_pages.conftest import offered, seen_by

pytestmark = pytest.mark.anyio

PHONE = {"width": 390, "height": 844}


def says_when_she_can(page: Page, where: str, day: str, shots: Path) -> None:
    """None of the times works."""
    page.goto(f"{where}?zone=Europe/Madrid")
    page.get_by_text("None of these work").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("All times are Madrid time.")).to_be_visible()
    page.get_by_label("Day", exact=True).first.fill(day)
    page.screenshot(path=shots / "none.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Send my times").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("We have your times")


def chooses(page: Page, where: str, shots: Path) -> None:
    """A time, and the language she would like."""
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
    page.screenshot(path=shots / "booked.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def moves_it(page: Page, shots: Path) -> None:
    """To another time, with a reason."""
    page.get_by_role("link", name="Move to another time").press("Enter")
    expect(page.get_by_text("Until now:")).to_be_visible()
    reason = page.get_by_label("What is the reason?")
    assert "No longer interested" not in reason.inner_text(), "nobody moves it for that"
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    reason.focus()
    page.keyboard.type("Another")
    page.get_by_label("Anything else").fill("The dentist")
    page.screenshot(path=shots / "move.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Move to this time").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("You are booked")


def cancels_it(page: Page) -> None:
    """After all, for another one."""
    page.get_by_role("link", name="Move to another time").press("Enter")
    page.get_by_role("link", name="Keep the time").press("Enter")
    page.locator("summary", has_text="Cancel the interview").press("Enter")
    page.get_by_label("What is the reason?").select_option("No longer interested")
    page.get_by_label("Anything else").fill("Sorry")
    page.get_by_role("button", name="Cancel the interview").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is cancelled")


async def test_without_scripts_the_keyboard_is_enough_for_all_of_it(
    company: Firm, phone: httpx.AsyncClient, tmp_path: Path
) -> None:
    now, path = await offered(company, "keys")
    day = now.slots[-1][0].date().isoformat()
    where = str(phone.base_url) + path

    def visits() -> None:
        with chromium() as browser:
            page = browser.new_page(viewport=PHONE, java_script_enabled=False)
            says_when_she_can(page, where, day, tmp_path)
            chooses(page, where, tmp_path)
            moves_it(page, tmp_path)
            cancels_it(page)
            page.close()

    await to_thread.run_sync(visits)
    gone = await interview_records.get(company.services, now.id)
    assert (gone.state, gone.sequence, gone.why.reason) == ("cancelled", 2, "no_longer_interested")
    assert "Cancelled by the candidate: No longer interested – Sorry" in await seen_by(
        company, ROSA, now.id
    )
    assert "Sorry" not in await seen_by(company, BEN, now.id)
