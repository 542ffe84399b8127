"""Every calendar connector there is, talking HTTP to its stand-in with a small office inside."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import registry
from connectors.contract import Calendar
from connectors.http import CallRecord, Pool
from tests.contracts.calendars.office import Door, Office, connect, furnish, kits
from tests.serving import Gate, serve

VENDORS = sorted(
    name
    for name, made in registry.vendors().items()
    if issubclass(made, Calendar) and "busy" in made.abilities  # the others ask nobody
)


@pytest.fixture(params=VENDORS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    assert request.param in kits(), f"add tests/contracts/calendars/kits/{request.param}.py"
    kit, made = kits()[request.param], registry.vendors()[request.param]
    assert issubclass(made, Calendar)
    for mark in request.node.iter_markers("needs"):
        if missing := set(mark.args) - made.abilities:
            pytest.skip(f"{made.label} cannot: {', '.join(sorted(missing))}")
    store = Store(tmp_path / "workspace.db")
    furnish(store)
    clock = WorkspaceClock(store)
    gate = Gate(kit.create(store, clock), writes=writes, refusals=kit.refusals)
    records = list[CallRecord]()
    pool = Pool(
        on_call=records.append, pause=0.01, timeout=3.0, now=lambda: clock.now().timestamp()
    )
    with serve(gate) as url:
        calendar = connect(request.param, kit, url, pool)
        yield Office(kit, store, clock, gate, calendar, url, records)


def writes(method: str, path: str) -> bool:
    """Whether a call changes something."""
    reads = ("/token", "/freeBusy", "/getSchedule", "/client/answer")
    return method not in ("GET", "REPORT", "PROPFIND") and not path.endswith(reads)


@pytest.fixture
async def office(opened: Office, anyio_backend: str) -> AsyncIterator[Office]:
    yield opened
    await opened.calendar.pool.close()


@pytest.fixture
def door(opened: Office) -> Iterator[Door]:
    made = Door(opened.calendar)
    with serve(made) as made.url:
        yield made
