"""How Knit is asked: a key and an integration in the headers, `{success, data}` around answers, the ATS behind it."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from connectors.ats.knit import workable
from connectors.auth import HeaderKey
from connectors.budget import Rate
from connectors.contract import Ats
from connectors.errors import ConnectorError, InDoubt, TryLater
from connectors.http import Answer, Client
from connectors.http_pages import by_cursor
from connectors.http_pages import told as by_token

HOSTS = {
    "": "https://api.getknit.dev/v1.0",
    "eu": "https://api.eu.getknit.dev/v1.0",
    "sandbox": "https://api.sandbox.getknit.dev/v1.0",
}
RATE = Rate(20, 1)  # a guess: Knit names no figures, and a 429 corrects it
BEHIND = "workable"  # the one ATS whose own words are spoken here through `passthrough`
Row = dict[str, Any]


def judge(status: int, headers: Mapping[str, str], told: Any) -> int | type[ConnectorError]:
    """Some refusals come as 200 with `success` false."""
    refused = isinstance(told, dict) and told.get("success") is False
    return 422 if refused and status < 300 else status


class Calls(Ats):
    """One integration's calls."""

    http: Client

    def connect(self) -> None:
        given = {**self.account.config, **self.account.secrets}
        host = HOSTS.get(given.get("region", ""))
        if host is None:
            raise ValueError(f"Knit's region is eu or sandbox, not {given['region']}.")
        self.integration, self.key = given["integration_id"], given["api_key"]
        self.behind = given.get("app", "").strip().casefold()
        self.http = self.pool.client(
            self.account, host, HeaderKey(self.key), RATE, judge=judge,
            headers={"x-knit-integration-id": self.integration},
        )  # fmt: skip
        self._static: dict[str, tuple[float, list[Row]]] = {}

    async def read(self, call: str, **query: Any) -> Row:
        return self._data(await self.http.get(call, **query), safe=True)

    async def ask(self, call: str, body: Row) -> Row:
        """A POST that only reads."""
        return self._data(await self.http.ask(call, body), safe=True)

    async def write(self, call: str, body: Row) -> Row:
        return self._data(await self.http.post(call, body), safe=False)

    def _data(self, answer: Answer, *, safe: bool) -> Row:
        """What is in an answer. Raises TryLater or InDoubt when it is not Knit's envelope."""
        told = answer.json
        if not isinstance(told, dict):
            lost = TryLater if safe else InDoubt
            raise lost("The answer was not readable.", account=self.account.id)
        data = told.get("data")
        return data if isinstance(data, dict) else {}

    async def pages(self, call: str, name: str) -> AsyncIterator[tuple[list[Row], str]]:
        """The pages of a list, each with the token of the next one, "" at the end."""
        next_one = by_token("data.nextPageToken")
        async for answer in by_cursor(self.http, call, next_one, name="pageToken"):
            data = self._data(answer, safe=True)
            rows = [row for row in data.get(name) or () if isinstance(row, dict)]
            yield rows, str(data.get("nextPageToken") or "")

    async def through(
        self,
        method: str,
        path: str,
        body: Row | None = None,
        *,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        """What the ATS behind Knit says to one call of its own; bodies travel as JSON text, both ways."""
        wish: Row = {"method": method, "path": path, "contentType": "application/json"}
        if params:
            wish["params"] = dict(params)
        if body is not None:
            wish["body"] = json.dumps(body)
        data = await (self.ask if method == "GET" else self.write)("passthrough", wish)
        response = data.get("response")
        said = response.get("body") if isinstance(response, dict) else None
        try:
            return json.loads(said) if isinstance(said, str) and said else said
        except ValueError:
            if method != "GET":
                raise InDoubt("The answer was not readable.", account=self.account.id) from None
            raise TryLater("The answer was not readable.", account=self.account.id) from None

    async def every(self, path: str, name: str, **params: str) -> list[Row]:
        """A list of the ATS behind Knit, to its end."""
        found: list[Row] = []
        since: str | None = None
        while True:
            more = {"limit": "100"} | ({"since_id": since} if since else {})
            page = await self.through("GET", path, params={**params, **more})
            told = page if isinstance(page, dict) else {name: page}
            found += [row for row in told.get(name) or () if isinstance(row, dict)]
            paging = told.get("paging")
            following = workable.since(paging.get("next")) if isinstance(paging, dict) else None
            if following in (None, since):
                return found
            since = following

    def only_behind(self, ability: str) -> None:
        """Raises NotSupported unless the ATS behind Knit is the one whose words are spoken here."""
        if self.behind != BEHIND:
            raise self.cannot(ability)
