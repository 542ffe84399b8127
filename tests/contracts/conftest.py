"""Every ATS connector there is, talking HTTP to its stand-in with a fresh made-up company inside."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.workspace import company
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import registry
from connectors.contract import Account, Ats
from connectors.http import CallRecord, Pool
from tests.contracts.stand_ins import STAND_INS, System
from tests.serving import Gate, serve

VENDORS = sorted(name for name, made in registry.vendors().items() if issubclass(made, Ats))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=VENDORS)
def standing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    assert request.param in STAND_INS, f"add {request.param} to tests/contracts/stand_ins.py"
    parts = STAND_INS[request.param]
    store = Store(tmp_path / "workspace.db")
    clock = WorkspaceClock(store)
    company.seed(store, clock)
    gate, records = Gate(parts.create(store, clock)), list[CallRecord]()
    with serve(gate) as url:
        account = Account(
            f"{request.param}-1", request.param, "Brightwater", parts.config, parts.secrets, url
        )
        made = registry.make(account, Pool(on_call=records.append, pause=0.01))
        assert isinstance(made, Ats)
        yield System(request.param, parts, store, clock, gate, made, records)


@pytest.fixture
async def system(standing: System, anyio_backend: str) -> AsyncIterator[System]:
    yield standing
    await standing.ats.pool.close()
