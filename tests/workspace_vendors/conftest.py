"""A made-up company in a fresh store, and clients that speak HTTP to its stand-ins."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.workspace.ats import greenhouse, lever
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from tests.town_hall import filled


class Seconds:
    """A clock in seconds that only tests move; it also stands in for waiting."""

    def __init__(self) -> None:
        self.at = 1_000_000.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.at

    async def pause(self, by: float) -> None:
        self.waited.append(by)


def basic(user: str, password: str = "") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled(tmp_path / "workspace.db")


@pytest.fixture
def clock(store: Store) -> WorkspaceClock:
    return WorkspaceClock(store)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def lever_api(
    store: Store, clock: WorkspaceClock, seconds: Seconds, anyio_backend: str
) -> AsyncIterator[httpx.AsyncClient]:
    app = lever.create(store, clock, seconds, seconds.pause)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://lever/v1/", headers=basic("some-key")
    ) as http:
        yield http


@pytest.fixture
async def harvest(
    store: Store, clock: WorkspaceClock, seconds: Seconds, anyio_backend: str
) -> AsyncIterator[httpx.AsyncClient]:
    """Greenhouse, with a token of its Site Admin."""
    app = greenhouse.create(store, clock, seconds, seconds.pause)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://harvest/v3/"
    ) as http:
        form = {"grant_type": "client_credentials", "sub": "508"}
        made = await http.post("http://harvest/token", data=form, headers=basic("brightwater", "x"))
        http.headers["authorization"] = f"Bearer {made.json()['access_token']}"
        yield http
