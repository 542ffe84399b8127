"""An office with Zoom: its stand-in behind a gate, a clock, and the connector under test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from starlette.types import ASGIApp

from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors.contract.meeting import Meetings
from tests.serving import Gate, serve


@dataclass
class Office:
    store: Store
    clock: WorkspaceClock
    gate: Gate
    url: str
    system: Meetings = field(default_factory=lambda: Meetings.__new__(Meetings))

    @staticmethod
    @contextmanager
    def open(app: ASGIApp, store: Store) -> Iterator["Office"]:
        for name in ("maya", "tom"):
            store.put("slack_user", name, {"id": name, "email": f"{name}@firm.example"})
        gate = Gate(app, writes=lambda method, path: method != "GET" and path != "/oauth/token")
        with serve(gate) as url:
            yield Office(store, WorkspaceClock(store), gate, url)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
