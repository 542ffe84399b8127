"""What every system of meeting links promises, shown on each file of connectors/meeting/."""

import pkgutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.workspace import zoom
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import meeting, registry
from connectors.contract import Account
from connectors.contract.meeting import MeetingDraft, Meetings
from connectors.errors import Gone, InDoubt
from connectors.http import Pool
from tests.meetings.conftest import Office

pytestmark = pytest.mark.anyio
KEYS = {
    "zoom": ({"account_id": "a-1", "client_id": "c-1"}, {"client_secret": "s-1"}),
    "fixed": ({"link": "https://meet.firm.example/ada", "room": "Ada, 3rd floor"}, {}),
}
SYSTEMS = sorted(module.name for module in pkgutil.iter_modules(meeting.__path__))


@pytest.fixture(params=SYSTEMS)
async def office(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[Office]:
    assert request.param in KEYS, f"say in KEYS how an account of {request.param} looks"
    store = Store(tmp_path / "workspace.db")
    with Office.open(zoom.create(store, WorkspaceClock(store)), store) as made:
        config, secrets = KEYS[request.param]
        account = Account(f"{request.param}-1", request.param, "Links", config, secrets, made.url)
        async with Pool(pause=0.01) as pool:
            system = registry.make(account, pool)
            assert isinstance(system, Meetings)
            made.system = system
            yield made


def draft(office: Office, **changes: object) -> MeetingDraft:
    start = office.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    made = MeetingDraft("interview-7", "Interview", start, start + timedelta(minutes=45))
    return replace(made, **changes)


async def test_a_meeting_says_how_to_get_in(office: Office) -> None:
    made = await office.system.create(draft(office))
    assert made.join.startswith("https://")
    assert made.join in made.words
    assert "zak=" not in repr(made)


async def test_the_check_finds_it_working(office: Office) -> None:
    assert [finding.ok for finding in await office.system.check()] == [True]


async def test_the_same_key_is_the_same_meeting_moved(office: Office) -> None:
    made = await office.system.create(draft(office))
    later = draft(office, start=office.clock.now() + timedelta(days=3), end=office.clock.now() + timedelta(days=3, hours=1))  # fmt: skip
    assert await office.system.create(later) == made


async def test_a_moved_meeting_keeps_its_link(office: Office) -> None:
    made = await office.system.create(draft(office))
    assert await office.system.move(made.id, draft(office, topic="Second round")) == made


async def test_a_lost_answer_makes_no_second_meeting(office: Office) -> None:
    office.gate.lose = True
    with suppress(InDoubt):  # a fixed place asks nobody
        await office.system.create(draft(office))
    made = await office.system.create(draft(office))
    assert len(office.store.all("zoom_meeting")) == (1 if made.id else 0)


async def test_cancelled_twice_is_cancelled(office: Office) -> None:
    made = await office.system.create(draft(office))
    await office.system.cancel(made.id)
    await office.system.cancel(made.id)
    assert office.store.all("zoom_meeting") == []
    if made.id:
        with pytest.raises(Gone):
            await office.system.move(made.id, draft(office))
