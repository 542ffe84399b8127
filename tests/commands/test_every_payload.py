"""Whatever the commands draw stays within Slack's limits, and no name can page anybody or become a link."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.workspace.slack import limits
from tests.commands.crawl import Crawl, Drawn
from tests.firm import staff

pytestmark = pytest.mark.anyio
STAFF = "|".join(person.id for person in staff())
OURS = re.compile(rf"<!date\^\d+\^[^|<>]*\|[^<>]*>|<@(?:{STAFF})>")
LINK = re.compile(
    r"<https?://(?:127\.0\.0\.1|[a-z0-9.-]+\.(?:greenhouse|lever)\.(?:io|co))[^|<>]*\|[^<>]*>"
)


def wrong(drawn: Drawn) -> list[str]:
    match drawn.kind:
        case "options":
            return limits.check_options(drawn.payload)
        case "message":
            return limits.check_blocks(drawn.payload["blocks"], view=False)
        case kind:
            return limits.check_view(drawn.payload, home=kind == "home")


def marked_down(thing: Any) -> Iterator[str]:
    """Every text that Slack reads as mrkdwn; a message's own text is one."""
    if isinstance(thing, dict):
        if thing.get("type") == "mrkdwn":
            yield thing["text"]
        if "blocks" in thing and isinstance(thing.get("text"), str):
            yield thing["text"]
        for value in thing.values():
            yield from marked_down(value)
    elif isinstance(thing, list):
        for item in thing:
            yield from marked_down(item)


NOT_MET = {  # the crawl makes no such case; tests/hiring_calendars, hiring_board and hiring_swaps do
    "actions conflict.ignore",
    "actions swap.drop",
    "actions zone.keep",
    "actions zone.tell",
    "cards conflict",
}


async def test_everything_that_is_registered_was_used(crawled: Crawl) -> None:
    tables = ("verbs", "actions", "views", "closed", "pickers", "cards", "events")
    known = {f"{t} {name}" for t in tables for name in getattr(crawled.router, t)}
    assert known - crawled.used - NOT_MET == set()
    assert len(crawled.drawn) > 200


async def test_every_payload_stays_within_the_limits_of_slack(crawled: Crawl) -> None:
    found = {
        f"{drawn.kind} after {drawn.after}: {e}" for drawn in crawled.drawn for e in wrong(drawn)
    }
    assert found == set()


async def test_every_refusal_stands_beside_a_field_of_its_form(crawled: Crawl) -> None:
    assert crawled.astray == set()


async def test_no_name_pages_anybody_or_becomes_a_link(crawled: Crawl) -> None:
    found = {
        f"{drawn.kind} after {drawn.after}: {text[:200]}"
        for drawn in crawled.drawn
        for text in marked_down(drawn.payload)
        if re.search(r"[<>]", LINK.sub("", OURS.sub("", re.sub(r"^>", "", text, flags=re.M))))
    }
    assert found == set()


async def test_names_arrive_unharmed_where_slack_does_not_read_markup(crawled: Crawl) -> None:
    headers = {
        block["text"]["text"]
        for drawn in crawled.drawn
        for block in drawn.payload.get("blocks", [])
        if block["type"] == "header"
    }
    assert any("O'Brien <!channel>" in header for header in headers)
    assert any("محمد" in header for header in headers)
