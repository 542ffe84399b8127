"""What the tests of the Knit stand-in share: a client with a key, somebody in it, answers taken apart."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bot.workspace.ats import knit
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from tests.workspace_vendors.conftest import Seconds

KEY = "knit-key-5d1c"
HEADERS = {
    "authorization": f"Bearer {KEY}",
    "x-knit-integration-id": knit.keys["integration_id"],
}
PERSON = {
    "firstName": "Nora", "lastName": "Quill", "emails": [{"type": "PERSONAL", "email": "nora@mailbox.example"}],
    "phones": [{"type": "PERSONAL", "phoneNumber": "+351 21 000 000"}],
}  # fmt: skip
JOB, OTHER = knit.seed.JOBS[0][0], knit.seed.JOBS[1][0]


@asynccontextmanager
async def client(
    store: Store, clock: WorkspaceClock, seconds: Seconds
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a filled stand-in."""
    knit.fill(store, clock.now())
    app = knit.create(store, clock, seconds, seconds.pause)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://knit/v1.0/", headers=HEADERS
    ) as http:
        yield http


async def told(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.headers["x-knit-execution-id"]
    body = answer.json()
    assert body["success"] is (status == 200)
    return body.get("data") if status == 200 else body["error"]["msg"]


def somebody(store: Store) -> dict[str, Any]:
    return next(c for c in store.all("knit_candidates") if c["stage"] == "technical-interview")
