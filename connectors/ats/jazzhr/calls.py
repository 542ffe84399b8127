"""How JazzHR is asked: the key in the address and in each body, filters and pages in the path, one row without its list."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from connectors.auth import QueryKey
from connectors.budget import Rate
from connectors.contract import Ats
from connectors.errors import ConnectorError, Gone, InDoubt
from connectors.http import Client
from connectors.http_pages import numbered

HOST = "https://api.resumatorapi.com/v1"
SIZE = 100  # rows of a page, fixed
RATE = Rate(120, 120)  # a guess: JazzHR names no figures, and a 429 corrects it
KEPT = 60.0  # seconds for which jobs and steps are believed
AT_ONCE = 4  # people asked for together
Row = dict[str, Any]


def judge(status: int, headers: Any, told: Any) -> int | type[ConnectorError]:
    """A refused write may come as 200 with `_error`."""
    return 422 if status < 300 and isinstance(told, dict) and "_error" in told else status


def listed(found: Any) -> list[Row]:
    """Rows however they come: a list, a single bare object, an empty object, nothing."""
    if isinstance(found, dict):
        return [found] if found else []
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


class Calls(Ats):
    """One account's calls."""

    http: Client

    def connect(self) -> None:
        self.key = self.account.secrets["api_key"]
        self.http = self.pool.client(
            self.account, HOST, QueryKey("apikey", self.key), RATE, judge=judge
        )
        self._static: dict[str, tuple[float, Any]] = {}

    async def pages(self, *path: str) -> AsyncIterator[list[Row]]:
        """A list whose filters are pairs in the path, a page at a time. Nothing found may be a 404."""
        where = "/".join(quote(part, safe="").replace("{", "").replace("}", "") for part in path)
        try:
            async for answer in numbered(self.http, f"{where}/page/{{page}}", listed, size=SIZE):
                yield listed(answer.json)
        except Gone:
            return

    async def rows(self, *path: str) -> list[Row]:
        return [row async for page in self.pages(*path) for row in page]

    async def one(self, kind: str, id: str) -> Row:
        """One record. Raises Gone, also where JazzHR says nothing instead of 404."""
        found = listed((await self.http.get(f"{kind}/{quote(id, safe='')}")).json)
        if len(found) != 1 or str(found[0].get("id")) != id:
            raise Gone("It is not there any more.", account=self.account.id)
        return found[0]

    async def write(self, kind: str, body: Row, told: str) -> str:
        """Send a body; gives the id that is told under `told`. Raises InDoubt where none is."""
        answer = (await self.http.post(kind, {**body, "apikey": self.key})).json
        id = answer.get(told) if isinstance(answer, dict) else None
        if id in (None, ""):
            raise InDoubt("JazzHR took it without saying what became of it.", account=self.account.id)  # fmt: skip
        return str(id)

    def remembered(self, what: str) -> Any:
        until, value = self._static.get(what, (0.0, None))
        return value if until > asyncio.get_running_loop().time() else None

    def remember(self, what: str, value: Any) -> None:
        self._static[what] = (asyncio.get_running_loop().time() + KEPT, value)
