"""A Radicale for all tests of this folder, emptied before each of them, and accounts that talk to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from connectors import registry
from connectors.calendar.caldav import CalDav
from connectors.contract import Account
from connectors.http import Pool
from tests.radicales import PASSWORD, Radicale, radicale


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def server(running: Radicale) -> Radicale:
    running.empty()
    return running


@pytest.fixture
async def pool(anyio_backend: str) -> AsyncIterator[Pool]:
    async with Pool(pause=0.01, timeout=5.0) as made:
        yield made


def connected(
    pool: Pool, url: str, user: str = "maya", password: str = PASSWORD, **config: str
) -> CalDav:
    """A live connector for one user of the server."""
    told = {"url": url, "user": user, "email": f"{user}@firm.example", **config}
    made = registry.make(Account("dav-1", "caldav", "CalDAV", told, {"password": password}), pool)
    assert isinstance(made, CalDav)
    return made
