"""A vendor that answers exactly what a test tells it to, over real HTTP."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from connectors.contract import Account
from connectors.http import CallRecord, Client, Pool
from tests.serving import serve


@dataclass
class Vendor:
    """Gives its `answers` in order, the last one again and again; keeps what it was asked."""

    url: str = ""
    answers: list[Response] = field(default_factory=lambda: [Response("{}")])
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, target, authorization
    bodies: list[bytes] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        self.asked.append((request.method, target, request.headers.get("authorization", "")))
        self.bodies.append(await request.body())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        await answer(scope, receive, send)


@dataclass
class Keys:
    """Credentials with a number, so that a test sees how often they were made anew."""

    number: int = 1
    renewable: bool = True

    async def headers(self, pool: Pool) -> dict[str, str]:
        return {"authorization": f"Bearer key-{self.number}"}

    def renew(self) -> bool:
        self.number += 1
        return self.renewable


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    made = Vendor()
    with serve(made) as made.url:
        yield made


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
async def pool(anyio_backend: str, records: list[CallRecord]) -> AsyncIterator[Pool]:
    async with Pool(on_call=records.append, timeout=5.0) as made:
        yield made


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def client(vendor: Vendor, pool: Pool, keys: Keys) -> Client:
    account = Account("acme-1", "acme", "Acme", base_url=vendor.url)
    return pool.client(account, "https://api.acme.example/v2", keys)
