"""Interviews and scorecards against the real stand-ins: ATS, calendar, mail and Slack in one child process."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from anyio import to_thread

import commands
from bot import demo_state, serving, wiring
from bot.wiring import Parts
from connectors.model import Ref
from hiring import candidates, interviews, people
from hiring.interview_changes import Wish
from hiring.people import Actor
from hiring.services import Services
from scheduling.hours import Interval
from tests.bot.conftest import settings
from tests.bot.town import TOKEN, Town, town
from tests.conftest import migrate
from tests.contracts.stand_ins import credentials
from tests.flows.person import Mailbox

TEAM, ROSA, BEN, CHEN, SAM, TOM = (
    "T0BRIGHT1", "U0ROSA001", "U0BEN0001", "U0CHEN001", "U0SAM0001", "U0TOM0001",
)  # fmt: skip
ADA = "ada.lovelace@mailbox.example"
T = TypeVar("T")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town"), commands.load()) as here:
        yield here


@dataclass
class Office:
    """Callsheet with its worker, connected to the stand-ins, and what the tests ask of it."""

    parts: Parts
    place: Town
    rosa: Actor
    ada: Ref

    @property
    def services(self) -> Services:
        return self.parts.services

    async def actor(self, user: str) -> Actor:
        return await people.actor(self.services, TEAM, user)

    async def free(self, *users: str, minutes: int = 60) -> tuple[Wish, tuple[Interval, ...]]:
        """A wish for a panel, and the times that suit it."""
        wish = Wish("Pair programming", minutes, users or (BEN, CHEN))
        profile = await candidates.profile(self.services, self.rosa, self.ada)
        found = await interviews.times(self.services, self.rosa, profile, wish)
        return wish, found.slots

    async def settles(self) -> None:
        assert await self.services.jobs.settle(self.services, timeout=30)

    async def waits(self, **span: float) -> None:
        """Our clock moves, and everything due is done."""
        await self.services.clock.move(self.services.store, by=timedelta(**span))
        await self.settles()

    async def invites(self, address: str, uid: str) -> list[dict[str, Any]]:
        """The calendar parts an address got whose UID begins so, oldest first."""
        box = Mailbox(self.place.http, address)
        mails = await in_thread(box.mails)
        found = [m["calendar"] for m in mails if m["calendar"]]
        mine = [c for c in found if str(c["uid"]).startswith(uid)]
        return sorted(mine, key=lambda c: int(c["sequence"]))


async def in_thread(act: Callable[[], T]) -> T:
    """What a person does at the front door, while the bot goes on."""
    return await to_thread.run_sync(act)


@pytest.fixture
async def office(place: Town, tmp_path: Path) -> AsyncIterator[Office]:
    places, state = place.places, demo_state.State()
    smtp = str(places["smtp"])
    chosen = settings(
        tmp_path, slack_api_url=places["slack_api"], bot_token=TOKEN,
        smtp_url=smtp if "://" in smtp else f"smtp://{smtp}",
        mail_from="hiring@brightwater.example", company="Brightwater Labs",
    )  # fmt: skip
    migrate(chosen.database)
    async with wiring.parts(chosen) as parts, serving.worker(parts):
        for vendor, where in (("greenhouse", "greenhouse"), ("google", "calendar")):
            keys = credentials(vendor, state)
            await parts.services.accounts.add(vendor, vendor, {}, keys, str(places[where]))
        rosa = await people.actor(parts.services, TEAM, ROSA)
        found = await candidates.find(parts.services, rosa, ADA)
        yield Office(parts, place, rosa, found.people[0].ref)
