"""Durable jobs on both databases: a company whose jobs are what each test needs."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hiring.job_list import _registered, job
from hiring.jobs import Job
from tests.firm import Firm, firm

Do = Callable[..., Awaitable[None]]


@dataclass
class Bench:
    """Registers jobs for one test and remembers what ran."""

    firm: Firm
    ran: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def job(self, name: str, run: Do, **about: Any) -> Job:
        self.names.append(name)
        return job(name, **about)(run)

    async def writes(self, made: Job, key: str, **more: Any) -> None:
        """Write one job in a transaction of its own."""
        async with self.firm.services.store.begin() as tx:
            await self.firm.services.jobs.enqueue(tx, made, key=key, **more)

    async def settles(self) -> None:
        await self.firm.settles()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def bench(database_url: str, tmp_path: Path) -> AsyncIterator[Bench]:
    async with firm(tmp_path, database_url) as office:
        made = Bench(office)
        yield made
        for name in made.names:
            _registered.pop(name, None)
