"""The page of one interview, for a candidate whose link is out: a company in this process, and a browser without a screen."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from commands import interview as card
from connectors.model import Ref
from hiring import (
    candidates,
    interviews,
    links,
)
from hiring.interview_changes import Wish
from hiring.interview_records import Interview
from scheduling.hours import Interval
from tests.browsing import phone_for
from tests.firm import BEN, ROSA, TEAM, Firm, firm

WISH = Wish("Pair programming", 60, (BEN,))


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
