"""What is Zoom's own: hosts, the day's limit with a date, ids as text, and the pages looked through before repeating."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.workspace import zoom
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import registry
from connectors.contract import Account
from connectors.contract.meeting import MeetingDraft
from connectors.errors import MissingPermission, Reconnect, Rejected, Unreadable
from connectors.http import Pool
from connectors.meeting.zoom import DailyLimit, Zoom
from tests.meetings.conftest import Office

pytestmark = pytest.mark.anyio
CONFIG = {"account_id": "a-1", "client_id": "c-1"}


@pytest.fixture
async def office(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Office]:
    store = Store(tmp_path / "workspace.db")
    with Office.open(zoom.create(store, WorkspaceClock(store)), store) as made:
        account = Account("zoom-1", "zoom", "Zoom", CONFIG, {"client_secret": "s-1"}, made.url)
        async with Pool(pause=0.01) as pool:
            system = registry.make(account, pool)
            assert isinstance(system, Zoom)
            made.system = system
            yield made


def draft(office: Office, key: str = "interview-7", host: str = "") -> MeetingDraft:
    start = office.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    return MeetingDraft(key, "T" * 300, start, start + timedelta(minutes=45), "Europe/Berlin", host)


async def test_what_is_sent_is_the_meeting_and_a_marker(office: Office) -> None:
    made = await office.system.create(draft(office, host="maya@firm.example"))
    (row,) = office.store.all("zoom_meeting")
    assert (row["host"], row["type"], row["duration"], row["timezone"]) == ("maya@firm.example", 2, 45, "Europe/Berlin")  # fmt: skip
    assert row["start_time"] == draft(office).start.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert len(row["topic"]) == 200
    assert (made.id, "Passcode: " in made.words) == (str(row["id"]), True)


async def test_a_days_limit_waits_for_the_next_day_and_stops_no_other_host(office: Office) -> None:
    office.store.put("zoom_day", f"owner {office.clock.now().date()}", {"used": 100})
    with pytest.raises(DailyLimit) as told:
        await office.system.create(draft(office))
    assert "100" in told.value.text
    assert told.value.after is not None
    assert timedelta(0) <= told.value.after <= timedelta(hours=1)
    made = await office.system.create(draft(office, host="tom@firm.example"))
    await office.system.cancel(made.id)


async def test_a_move_to_the_same_time_costs_nothing_of_the_days_limit(office: Office) -> None:
    made = await office.system.create(draft(office))
    written = office.gate.written()
    await office.system.move(made.id, draft(office))
    assert office.gate.written() == written
    later = replace(draft(office), end=draft(office).end + timedelta(minutes=15))
    await office.system.move(made.id, later)
    assert [row["duration"] for row in office.store.all("zoom_meeting")] == [60]


async def test_an_earlier_meeting_is_found_on_a_later_page(office: Office) -> None:
    made = await office.system.create(draft(office))
    (row,) = office.store.all("zoom_meeting")
    for number in range(310):
        earlier = {**row, "id": number + 1, "agenda": "weekly", "start_time": "2020-01-01T00:00:00Z", "duration": 60_000_000}  # fmt: skip
        office.store.put("zoom_meeting", str(number + 1), earlier)
    assert await office.system.create(draft(office)) == made


async def test_a_host_without_a_zoom_user_is_named_as_such(office: Office) -> None:
    with pytest.raises(Rejected, match="no user"):
        await office.system.create(draft(office, host="ida@firm.example"))


@pytest.mark.parametrize(("status", "error"), [(401, Reconnect), (403, MissingPermission)])
async def test_a_refusal_is_said_as_what_to_do(
    office: Office, status: int, error: type[Exception]
) -> None:
    office.gate.refuse = status
    assert not (await office.system.check())[0].ok
    with pytest.raises(error):
        await office.system.create(draft(office))


async def test_an_answer_without_a_link_is_an_error_not_an_invitation(office: Office) -> None:
    made = await office.system.create(draft(office))
    row = office.store.get("zoom_meeting", made.id)
    office.store.put("zoom_meeting", made.id, json.loads(json.dumps(row)) | {"join_url": ""})
    with pytest.raises(Unreadable):
        await office.system.move(made.id, draft(office))
