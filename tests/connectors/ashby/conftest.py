"""Ashby, running with a fresh made-up company inside."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.workspace.ats import ashby
from bot.workspace.ats.ashby.seed import KEY
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import registry
from connectors.contract import Account, Ats
from connectors.http import Pool
from tests.connectors.ashby.office import Office, Recorder
from tests.serving import Gate, serve


@pytest.fixture
async def office(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Office]:
    store = Store(tmp_path / "workspace.db")
    clock = WorkspaceClock(store)
    with store.batch():
        ashby.fill(store, clock.now())
    recorder = Recorder(ashby.create(store, clock))
    with serve(Gate(recorder)) as url:
        account = Account(
            "ashby-1", "ashby", "Brightwater", {}, {"api_key": KEY, "webhook_secret": "s3"}, url
        )
        ats = registry.make(account, Pool(pause=0.01))
        assert isinstance(ats, Ats)
        yield Office(store, recorder, ats)
        await ats.pool.close()
