"""How Breezy HR is called: a bare token, a company in every path, lists whole or by numbered pages, a stream by fifties."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from connectors import model
from connectors.auth import HeaderKey
from connectors.budget import Rate
from connectors.contract import Ats
from connectors.errors import ConnectorError, Gone
from connectors.http import Client
from connectors.http_pages import listed, numbered
from connectors.model import Finding

HOST = "https://api.breezy.hr/v3"
RATE = Rate(
    100, 60, 8
)  # for each token, by the vendor's documents; few at once, so that what is told of it is true
PAGE = 50  # the most rows of a page, and the step of a stream
MOST = 40  # pages of a stream that are looked through
REMEMBERED = 60.0  # seconds for which positions and pipelines are not asked for again
SELDOM = 900.0  # the same for the members of teams, who take a call for each position
STATES = (
    "published",
    "draft",
    "closed",
    "archived",
    "pending",
)  # without one, sources differ on what comes
DEAD = ("invalidAccessToken", "missingAccessToken")
Row = dict[str, Any]
PROBES = (
    ("Read positions", "positions", frozenset({"listing", "postings", "teams"})),
    ("Read pipelines", "pipelines", frozenset({"move_stage", "reject", "hire"})),
    ("Read custom attributes", "custom-attributes/candidate", frozenset({"custom_fields"})),
    ("Read webhooks", "webhook_endpoints", frozenset({"register_webhook"})),
)  # fmt: skip


def judge(status: int, headers: Mapping[str, str], told: Any) -> int | type[ConnectorError]:
    """A dead token is refused with 400, and somebody who was moved to another position with 412."""
    error = told.get("error") if isinstance(told, dict) else None
    if status == 400 and isinstance(error, dict) and error.get("type") in DEAD:
        return 401
    return 404 if status == 412 else status


class Calls(Ats):
    """The calls of one company."""

    http: Client

    def connect(self) -> None:
        given = {**self.account.config, **self.account.secrets}
        self.company = given["company_id"].strip()
        auth = HeaderKey(given["access_token"], prefix="")
        host = f"{HOST}/company/{self.company}"
        self.http = self.pool.client(self.account, host, auth, RATE, judge=judge)
        self._static: dict[str, tuple[float, list[Row]]] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def check(self) -> list[Finding]:
        """A token sees what its user sees; what it may write cannot be tried without writing."""
        found = []
        for what, path, abilities in PROBES:
            try:
                await self.http.get(path)
                found.append(Finding(what=what, ok=True))
            except ConnectorError as error:
                found.append(Finding(what=what, ok=False, detail=error.text, abilities=abilities))
        return found

    async def kept(
        self, name: str, ask: Callable[[], Awaitable[list[Row]]], seconds: float = REMEMBERED
    ) -> list[Row]:
        """What is asked for once, however many want it, and not again for a while."""
        async with self._asking[name]:
            now = asyncio.get_running_loop().time()
            until, rows = self._static.get(name, (0.0, []))
            if until <= now:
                rows = await ask()
                self._static[name] = (now + seconds, rows)
            return rows

    async def rows(self, path: str, **query: Any) -> list[Row]:
        """A list that comes whole: bare, or below `data`."""
        return whole((await self.http.get(path, **query)).json)

    async def one(self, path: str) -> Row:
        """Raises Gone."""
        row = (await self.http.get(path)).json
        if not isinstance(row, dict) or not row.get("_id"):
            raise Gone("It is not there any more.", account=self.account.id)
        return row

    async def positions(self) -> list[Row]:
        """Jobs and pools in every state, kept for a minute."""

        async def ask() -> list[Row]:
            return [row for state in STATES for row in await self.rows("positions", state=state)]

        rows = await self.kept("positions", ask)
        return list({str(row.get("_id")): row for row in rows}.values())

    async def position(self, id: str) -> Row:
        """One of them, kept for a minute. Raises Gone."""
        if not id.isalnum():
            raise Gone("It is not there any more.", account=self.account.id)

        async def ask() -> list[Row]:
            return [await self.one(f"position/{id}")]

        return (await self.kept(f"position {id}", ask))[0]

    async def pipeline_of(self, position: Row) -> list[Row]:
        """The stages of a position in order. An unknown pipeline is answered with the usual one: what comes is looked at."""
        wanted = str(position.get("pipeline_id") or "default")

        async def ask() -> list[Row]:
            told = (await self.http.get("pipelines")).json
            rows = list(told.values()) if isinstance(told, dict) else told
            return [row for row in rows or () if isinstance(row, dict)]

        pipelines = {str(row.get("_id")): row for row in await self.kept("pipelines", ask)}
        found = pipelines.get(wanted)
        if found is None:
            found = await self.one(f"pipeline/{wanted}")
            if str(found["_id"]) != wanted:
                raise Gone("The position's pipeline is not there any more.", account=self.account.id)  # fmt: skip
        return [row for row in found.get("pipeline") or () if isinstance(row, dict)]

    async def people(self, position: str) -> AsyncIterator[list[Row]]:
        """A position's candidates, a page at a time, in the order in which they were made."""
        path = f"position/{position}/candidates"
        async for answer in numbered(self.http, path, listed(), size=PAGE, page_size=PAGE, sort="created"):  # fmt: skip
            yield whole(answer.json)

    async def stream(self, path: str) -> list[Row]:
        """What happened to somebody, newest first. The page with the first activity of all is the last one."""
        found: list[Row] = []
        for number in range(MOST):
            page = await self.rows(f"{path}/stream", skip=number * PAGE or None)
            found += page
            if not page or any(row.get("first_activity") for row in page):
                break
        return found

    def ref(self, kind: model.Kind, id: object) -> model.Ref:
        return model.Ref(account=self.account.id, kind=kind, id=str(id))


def whole(told: Any) -> list[Row]:
    """The rows of a list, which is bare or below `data`."""
    rows = told.get("data") if isinstance(told, dict) else told
    return [row for row in rows or () if isinstance(row, dict)]
