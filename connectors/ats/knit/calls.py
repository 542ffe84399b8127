"""How Knit is asked: a key and an integration in the headers, `{success, data}` around answers, the ATS behind it."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

from connectors.ats.knit import workable
from connectors.contract import Ats
from connectors.errors import InDoubt, Rejected, TryLater
from connectors.http import Answer, Client, Pool

HOSTS = {
    "": "https://api.getknit.dev/v1.0",
    "eu": "https://api.eu.getknit.dev/v1.0",
    "sandbox": "https://api.sandbox.getknit.dev/v1.0",
}
BEHIND = "workable"  # the one ATS whose own words are spoken here through `passthrough`
Row = dict[str, Any]


class Key:
    """The account's key, and which of its integrations a call is about."""

    def __init__(self, key: str, integration: str) -> None:
        self._headers = {"authorization": f"Bearer {key}", "x-knit-integration-id": integration}

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        return self._headers

    def renew(self) -> bool:
        return False


class Calls(Ats):
    """One integration's calls. Knit names no rate limit; a 429 is waited for as the client does it for everyone."""

    http: Client

    def connect(self) -> None:
        given = {**self.account.config, **self.account.secrets}
        host = HOSTS.get(given.get("region", ""))
        if host is None:
            raise ValueError(f"Knit's region is eu or sandbox, not {given['region']}.")
        self.integration, self.key = given["integration_id"], given["api_key"]
        self.behind = given.get("app", "").strip().casefold()
        self.http = self.pool.client(self.account, host, Key(self.key, self.integration))
        self._static: dict[str, tuple[float, list[Row]]] = {}

    async def read(self, call: str, **query: Any) -> Row:
        return self._data(await self.http.get(call, **query), safe=True)

    async def ask(self, call: str, body: Row) -> Row:
        """A POST that only reads."""
        return self._data(await self.http.ask(call, body), safe=True)

    async def write(self, call: str, body: Row) -> Row:
        return self._data(await self.http.post(call, body), safe=False)

    def _data(self, answer: Answer, *, safe: bool) -> Row:
        """What is in an answer. A refusal may come as 200 with `success` false. Raises Rejected, TryLater or InDoubt."""
        told = answer.json
        if not isinstance(told, dict):
            lost = TryLater if safe else InDoubt
            raise lost("The answer was not readable.", account=self.account.id)
        if told.get("success") is False:
            error = told.get("error")
            said = str(error.get("msg") or "") if isinstance(error, dict) else ""
            text = re.sub(r"\S+@\S+", "…", said)[:300] or "It refused the request."
            raise Rejected(text, account=self.account.id)
        data = told.get("data")
        return data if isinstance(data, dict) else {}

    async def pages(self, call: str, name: str) -> AsyncIterator[tuple[list[Row], str]]:
        """The pages of a list, each with the token of the next one, "" at the end."""
        token: str | None = None
        seen: set[str] = set()
        while True:
            data = await self.read(call, pageToken=token)
            rows, token = data.get(name), data.get("nextPageToken")
            yield [row for row in rows or () if isinstance(row, dict)], str(token or "")
            if not token or token in seen:
                return
            seen.add(token)

    async def through(
        self, method: str, path: str, body: Row | None = None, *, params: Mapping[str, str] | None = None
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
            before, since = (
                since,
                workable.since(paging.get("next")) if isinstance(paging, dict) else None,
            )
            if since is None or since == before:
                return found

    def only_behind(self, ability: str) -> None:
        """Raises NotSupported unless the ATS behind Knit is the one whose words are spoken here."""
        if self.behind != BEHIND:
            raise self.cannot(ability)
