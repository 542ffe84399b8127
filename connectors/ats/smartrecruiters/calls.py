"""How SmartRecruiters is asked: a key or client credentials, pages by token, everybody's list one call at a time."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from connectors.auth import ClientCredentials, HeaderKey
from connectors.budget import Rate
from connectors.contract import Ats
from connectors.errors import Gone
from connectors.http import Answer, Authorization, Client
from connectors.http_pages import by_cursor

HOSTS = {"": "https://api.smartrecruiters.com", "sandbox": "https://api.sandbox.smartrecruiters.com"}  # fmt: skip
RATE, ONE_BY_ONE = Rate(10, 1, at_once=8), Rate(10, 1, at_once=1)
REMEMBERED = 60.0  # seconds for what changes rarely: reasons, processes, properties
OVERLAP = timedelta(minutes=1)  # walked again, for what changed while the last walk began
BETWEEN = "~"  # joins a candidate's id and a job's: together they are an application
Row = dict[str, Any]


class Calls(Ats):
    """The calls of one account."""

    http: Client

    def connect(self) -> None:
        given = {**self.account.config, **self.account.secrets}
        where = given.get("environment", "").strip().casefold()
        if where not in HOSTS:
            raise ValueError(f"SmartRecruiters' environment is sandbox, or left out, not {where}.")
        auth = self._auth(given, HOSTS[where])
        self.http = self.pool.client(self.account, HOSTS[where], auth, RATE)
        self._one_by_one = self.pool.client(self.account, HOSTS[where], auth, ONE_BY_ONE)
        self._static: dict[str, tuple[float, list[Row]]] = {}

    def _auth(self, given: Mapping[str, str], host: str) -> Authorization:
        if key := given.get("api_key"):
            return HeaderKey(key, prefix="", header="x-smarttoken")
        if not given.get("client_id") or not given.get("client_secret"):
            raise ValueError("SmartRecruiters needs an api_key, or a client_id with its client_secret.")  # fmt: skip
        url = f"{host}/identity/oauth/token"
        return ClientCredentials(self.account, url, given["client_id"], given["client_secret"], in_form=True)  # fmt: skip

    async def pages(self, path: str, page: str | None = None, **query: Any) -> AsyncIterator[Answer]:  # fmt: skip
        """A list to its end, from the page with this token on. Everybody's list may be asked once at a time."""
        http = self._one_by_one if path == "candidates" else self.http
        async for answer in by_cursor(http, path, following, name="pageId", limit=100, **first(page), **query):  # fmt: skip
            yield answer

    async def rows(self, path: str, **query: Any) -> list[Row]:
        return [row async for answer in self.pages(path, **query) for row in rows_of(answer)]

    async def one(self, path: str, **query: Any) -> Row:
        found = (await self.http.get(path, **query)).json
        if not isinstance(found, dict):
            raise Gone("It is not there any more.", account=self.account.id)
        return found

    async def listed(self, path: str) -> list[Row]:
        """A list that changes rarely, kept for a minute. These lists have no pages."""
        until, rows = self._static.get(path, (0.0, []))
        if until <= time.monotonic():
            rows = rows_of(await self.http.get(path))
            self._static[path] = (time.monotonic() + REMEMBERED, rows)
        return rows


def first(page: str | None) -> Row:
    return {"pageId": page} if page else {}


def rows_of(answer: Answer) -> list[Row]:
    """The rows of a page; some lists come bare."""
    found = answer.json.get("content") if isinstance(answer.json, dict) else answer.json
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def following(body: Any) -> str | None:
    """The token of the next page; a page without rows is the last, whatever it says."""
    more = isinstance(body, dict) and body.get("content")
    return str(body.get("nextPageId") or "") or None if more else None


def both(candidate: Any, job: Any) -> str:
    """An application's id; without a job it is the candidate's main one."""
    return f"{candidate}{BETWEEN}{job}" if job else str(candidate)


def parts(application: str) -> tuple[str, str]:
    """The candidate's id, and the job's or nothing."""
    person, _, job = application.partition(BETWEEN)
    return person, job


def begun_at(answer: Answer) -> str | None:
    """When this was answered by the vendor's own clock, a little earlier; None where it does not say."""
    try:
        at = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return (at - OVERLAP).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def place_of(position: str | None) -> dict[str, str]:
    """Where a walk is: `since`, and in its midst `begun` and the token of the next `page`."""
    try:
        found = json.loads(position or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def packed(**place: str | None) -> str:
    return json.dumps({k: v for k, v in place.items() if v}, separators=(",", ":"))
