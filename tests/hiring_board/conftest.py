"""The board, the times it takes to schedule, and the zone watch, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.firm import Firm, firm


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    async with firm(tmp_path, database_url) as made:
        yield made
