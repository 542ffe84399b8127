"""A fresh workspace for a test, or one for all tests of a file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.workspace.office import Office, office


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def town(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Office]:
    """Opened for this test alone."""
    async with office(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
async def shared(
    tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Office]:
    """One for tests that leave nothing behind that another would meet."""
    async with office(tmp_path_factory.mktemp("office")) as found:
        yield found
