"""How Recruitee is called: a user's token, a company in every path, rows below a name with `references` beside them."""

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
from connectors.http_pages import at, by_offset, listed, numbered
from connectors.model import Finding

HOST = "https://api.recruitee.com"
RATE = Rate(20, 2)  # a guess: Recruitee names no figure, and a 429 corrects it
PAGE = 100  # people in one answer; without a limit everybody comes at once
REMEMBERED = 60.0  # seconds for which jobs, users and reasons are not asked for again
Row = dict[str, Any]
# What a token is tried on, and what is lost where its user's hiring role does not allow that.
PROBES = (
    ("Read the token's user", "admin", frozenset[str]()),
    ("Read candidates", "candidates", frozenset({"listing", "resumes"})),
    ("Read jobs", "offers", frozenset({"teams", "postings"})),
    ("Read users", "admins", frozenset({"teams"})),
    ("Read disqualify reasons", "disqualify_reasons", frozenset({"reject"})),
    ("Read custom fields", "custom_fields/fields/searchable", frozenset({"custom_fields"})),
)


class Calls(Ats):
    """The calls of one company."""

    http: Client

    def connect(self) -> None:
        given = {**self.account.config, **self.account.secrets}
        host = f"{HOST}/c/{given['company_id'].strip()}"
        self.http = self.pool.client(self.account, host, HeaderKey(given["api_token"]), RATE)
        self._static: dict[str, tuple[float, list[Row]]] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def check(self) -> list[Finding]:
        """A token may do what its user may; what it may write cannot be tried without writing."""
        found = []
        for what, path, abilities in PROBES:
            try:
                await self.http.get(path, limit=1)
                found.append(Finding(what=what, ok=True))
            except ConnectorError as error:
                found.append(Finding(what=what, ok=False, detail=error.text, abilities=abilities))
        return found

    async def rows(self, path: str, name: str, **query: Any) -> list[Row]:
        return real((await self.http.get(path, **query)).json, name)

    async def one(self, path: str, name: str) -> tuple[Row, Mapping[tuple[str, str], str]]:
        """One thing, and the names of what it refers to. Raises Gone."""
        told = (await self.http.get(path)).json
        row = told.get(name) if isinstance(told, dict) else None
        if not isinstance(row, dict) or not row.get("id"):
            raise Gone("It is not there any more.", account=self.account.id)
        return row, references(told)

    async def pages(self) -> AsyncIterator[tuple[list[Row], Mapping[tuple[str, str], str]]]:
        """Everybody, a page at a time, with the names of what they refer to."""
        rows = listed("candidates")
        async for answer in by_offset(self.http, "candidates", rows, limit=PAGE):
            yield real(answer.json, "candidates"), references(answer.json)

    async def job_rows(self) -> AsyncIterator[Row]:
        """All but those in the archive. Older companies are given all of them on the first page."""

        def more(told: Any) -> bool:
            count = len(listed("offers")(told))
            return count == PAGE and at(told, "meta.total_count") != count

        rows = listed("offers")
        async for answer in numbered(self.http, "offers", rows, more=more, limit=PAGE, scope="not_archived"):  # fmt: skip
            for row in real(answer.json, "offers"):
                yield row

    async def remembered(self, path: str, name: str, **query: Any) -> list[Row]:
        """A list that changes rarely, kept for a minute."""
        return await self._kept(path, lambda: self.rows(path, name, **query))

    async def offer(self, id: str) -> Row:
        """A job or a talent pool with its pipeline, kept for a minute. Raises Gone."""
        path = f"offers/{self.number(id)}"

        async def ask() -> list[Row]:
            return [(await self.one(path, "offer"))[0]]

        return (await self._kept(path, ask))[0]

    async def _kept(self, name: str, ask: Callable[[], Awaitable[list[Row]]]) -> list[Row]:
        """What is asked for once, however many want it."""
        async with self._asking[name]:
            now = asyncio.get_running_loop().time()
            until, rows = self._static.get(name, (0.0, []))
            if until <= now:
                rows = await ask()
                self._static[name] = (now + REMEMBERED, rows)
            return rows

    def number(self, id: str) -> str:
        """An id as Recruitee has them. Raises Gone for anything else, which it would take for a name."""
        if not (id.isascii() and id.isdigit()):
            raise Gone("It is not there any more.", account=self.account.id)
        return id

    def ref(self, kind: model.Kind, id: object) -> model.Ref:
        return model.Ref(account=self.account.id, kind=kind, id=str(id))


def real(told: Any, name: str) -> list[Row]:
    """The rows below a name, without the demo data of a new company."""
    rows = listed(name)(told)
    return [row for row in rows if isinstance(row, dict) and row.get("example") is not True]


def references(told: Any) -> dict[tuple[str, str], str]:
    """What the rows refer to, by type and id: `("Stage", "12") → "Screen"`."""
    found = {}
    for row in listed("references")(told):
        if isinstance(row, dict) and (name := row.get("name") or row.get("title")):
            found[str(row.get("type")), str(row.get("id"))] = str(name)
    return found
