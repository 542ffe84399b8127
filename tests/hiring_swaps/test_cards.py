"""What the recruiter and those who are asked see of a search, and that each of its buttons is known."""

from pathlib import Path
from typing import Any

import pytest

import commands
from commands.router import Gesture
from hiring import interview_answers
from tests.commands.crawl import Crawl, elements
from tests.firm import BEN, CHEN, MAYA, ROSA, TEAM, Firm, firm
from tests.hiring_swaps.test_swaps import booked, seat, skilled, swap_of

pytestmark = pytest.mark.anyio


async def labels(office: Firm, user: str, kind: str, subject: str) -> list[str]:
    router = commands.load()
    message = await router.cards[kind](office.services, TEAM, user, subject)
    shown: list[dict[str, Any]] = [e for _, e in elements(message.blocks)]
    assert all(e["action_id"].split(":")[0] in router.actions for e in shown)
    return [e["text"]["text"] for e in shown]


async def test_the_cards_lead_from_a_no_to_somebody_who_takes_it(tmp_path: Path) -> None:
    async with firm(tmp_path) as office, office.at_work():
        await skilled(office, BEN, CHEN)
        interview = await booked(office, BEN, MAYA)
        subject = seat(interview)
        crawl = Crawl(office, commands.load(), "Nora")
        await crawl.does(Gesture("command", TEAM, BEN, "swap"))
        assert "Can't make it" in str(crawl.drawn[-1].payload)
        await crawl.does(Gesture("command", TEAM, ROSA, "swap"))
        assert "Instead of Ben" in str(crawl.drawn[-1].payload)
        ben = await office.actor(BEN)
        await interview_answers.answer(office.services, ben, interview.id, "declined", "Ill")
        assert await labels(office, ROSA, "open_seat", subject) == [
            "Ask Chen", "Choose", "Move", "Drop the seat", "Cancel",
        ]  # fmt: skip
        await crawl.does(Gesture("action", TEAM, ROSA, "swap.open", value=subject))
        values = {"people": [CHEN], "how": "one", "minutes": "5"}
        private = {"subject": subject}
        await crawl.does(Gesture("view", TEAM, ROSA, "swap", values=values, private=private))
        await office.settles()
        found = await swap_of(office, interview)
        asked = f"{found.id}:{CHEN}"
        assert await labels(office, CHEN, "swap_ask", asked) == ["Take it", "Can't"]
        assert "Ask others" in await labels(office, ROSA, "open_seat", subject)
        await crawl.does(Gesture("action", TEAM, CHEN, "swap.take", value=found.id))
        assert "The seat is yours" in str(crawl.drawn[-1].payload)
        assert await labels(office, CHEN, "swap_ask", asked) == []
        assert await labels(office, ROSA, "open_seat", subject) == []
        await crawl.does(Gesture("command", TEAM, ROSA, "pool", text="pairing"))
        assert "█" in str(crawl.drawn[-1].payload)
