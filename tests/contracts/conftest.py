"""Every ATS connector there is, talking HTTP to its stand-in with a fresh made-up company inside."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import registry
from connectors.contract import Account, Ats
from connectors.http import CallRecord, Pool
from tests.contracts.stand_ins import System, here, kits, stand_in
from tests.serving import Gate, serve
from tests.town_hall import filled

VENDORS = sorted(name for name, made in registry.vendors().items() if issubclass(made, Ats))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=VENDORS)
def standing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    assert request.param in kits(), f"add tests/contracts/vendors/{request.param}.py"
    parts = kits()[request.param]
    made = registry.vendors()[request.param]
    assert issubclass(made, Ats)
    for mark in request.node.iter_markers("needs"):
        able = made.abilities if made.local else made.abilities | {"http"}
        if missing := set(mark.args) - able:
            pytest.skip(f"{made.label} cannot: {', '.join(sorted(missing))}")
    place = tmp_path / "workspace.db"
    store = filled(place, [request.param]) if parts.folder is None else Store(place)
    clock = WorkspaceClock(store)
    if parts.folder is not None:
        yield here(request.param, parts, store, clock, parts.folder(store, tmp_path))
        return
    app = stand_in(request.param).create(store, clock)
    gate = Gate(app, writes=parts.writes, refusals=parts.refusals)
    records = list[CallRecord]()
    with serve(gate) as url:
        account = Account(
            f"{request.param}-1", request.param, "Brightwater", parts.config, parts.secrets, url
        )
        ats = registry.make(account, Pool(on_call=records.append, pause=0.01))
        assert isinstance(ats, Ats)
        yield System(request.param, parts, store, clock, gate, ats, records)


@pytest.fixture
async def system(standing: System, anyio_backend: str) -> AsyncIterator[System]:
    yield standing
    await standing.ats.pool.close()
