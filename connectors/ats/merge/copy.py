"""How Merge is asked: two keys, pages by cursor, and its copy of the ATS with our own fresh writes laid over it."""

import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors.ats.merge.fresh import Fresh, Row
from connectors.budget import Rate
from connectors.contract import Ats
from connectors.errors import Gone
from connectors.http import Answer, Client, Pool
from connectors.http_pages import by_cursor, told

HOSTS = {"us": "https://api.merge.dev", "eu": "https://api-eu.merge.dev", "ap": "https://api-ap.merge.dev"}  # fmt: skip
PATH = "/api/ats/v1"
SMALLEST = 100  # calls a minute of the smallest plan
STATIC = 600.0  # seconds for which what an account can do is believed
OVERLAP = timedelta(
    minutes=1
)  # walked again, for rows that were being synced when the last walk began
EXPAND = {
    "applications": "job,current_stage,reject_reason,offers", "jobs": "departments,offices", "interviews": "job_interview_stage",
}  # fmt: skip


_once_only: ContextVar[str] = ContextVar("once_only", default="")


@contextmanager
def once_only(key: str) -> Iterator[None]:
    """Writes of the block carry this Idempotency-Key. Merge heeds it where it is switched on for the organisation."""
    token = _once_only.set(key)
    try:
        yield
    finally:
        _once_only.reset(token)


class Keys:
    """The organisation's key and the linked account's token, both in every call."""

    def __init__(self, key: str, token: str) -> None:
        self._headers = {"authorization": f"Bearer {key}", "x-account-token": token}

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        once = _once_only.get()
        return self._headers | ({"idempotency-key": once} if once else {})

    def renew(self) -> bool:
        return False


class Copy(Ats):
    """Merge's copy of one linked account."""

    http: Client

    def connect(self) -> None:
        given = {**self.account.config, **self.account.secrets}
        host = HOSTS.get(given.get("region", "us").casefold(), HOSTS["us"]) + PATH
        wish = given.get("calls_per_minute", "")
        calls = int(wish) if wish.isdecimal() and int(wish) else SMALLEST
        keys = Keys(given["api_key"], given["account_token"])
        self.http = self.pool.client(self.account, host, keys, Rate(calls, 60))
        self.fresh = Fresh()
        self._static: dict[str, tuple[float, Any]] = {}

    async def each_answer(self, resource: str, **query: Any) -> AsyncIterator[Answer]:
        """Pages to the end. `next` is a cursor, in some lists a whole address with the cursor in it."""
        query = {"page_size": 100, "expand": EXPAND.get(resource), **query}
        async for answer in by_cursor(self.http, resource, told("next"), **query):
            yield answer

    async def rows(
        self, resource: str, mine: Callable[[Row], bool] = lambda row: False, **query: Any
    ) -> list[Row]:
        """A whole list; `mine` tells which of our fresh rows belong to it."""
        found = []
        async for answer in self.each_answer(resource, **query):
            found += self.told(resource, answer)
        return found + self.fresh.missing(resource, [str(r.get("id")) for r in found], mine)

    def told(self, resource: str, answer: Answer) -> list[Row]:
        """The rows of one page. What was deleted in the ATS is left out, even where Merge still lists it."""
        rows = answer.json.get("results") if isinstance(answer.json, dict) else None
        listed = [r for r in rows or () if isinstance(r, dict) and not r.get("remote_was_deleted")]
        return [self.fresh.newest(resource, row) for row in listed]

    async def one(self, resource: str, id: str) -> Row:
        """One row, ours where the copy does not have it yet. Raises Gone."""
        made = self.fresh.made(resource, id)
        try:
            row = (await self.http.get(f"{resource}/{id}", expand=EXPAND.get(resource))).json
        except Gone:
            if made is not None:
                return made
            raise
        if not isinstance(row, dict) or not row.get("id") or row.get("remote_was_deleted"):
            raise Gone("It is not there any more.", account=self.account.id)
        return self.fresh.newest(resource, row)

    async def static(self, path: str) -> Row:
        """What an account is and can do, asked once in ten minutes."""
        known = self._static.get(path)
        if known is None or known[0] < time.monotonic():
            answer = (await self.http.get(path)).json
            known = (time.monotonic() + STATIC, answer if isinstance(answer, dict) else {})
            self._static[path] = known
        found: Row = known[1]
        return found


def cursor_of(answer: Answer) -> str:
    """The cursor of the next page, "" at the end."""
    told = str(answer.json.get("next") or "") if isinstance(answer.json, dict) else ""
    return (parse_qs(urlsplit(told).query).get("cursor") or [""])[0] if "://" in told else told


def begun_at(answer: Answer) -> str | None:
    """When Merge gave this answer by its own clock, a little earlier; None where it does not say."""
    try:
        at = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return (at - OVERLAP).isoformat()


def packed(place: Mapping[str, str | None]) -> str:
    """Where a walk is, as text."""
    return json.dumps({k: v for k, v in place.items() if v}, separators=(",", ":"))


def unpacked(position: str | None) -> dict[str, str]:
    """What `packed` made; nothing of anything else, so that everything is walked."""
    try:
        found = json.loads(position or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def of(field: str, id: str) -> Callable[[Row], bool]:
    """Whether a row's field is this id, bare or expanded."""

    def is_it(row: Row) -> bool:
        held = row.get(field)
        return (held.get("id") if isinstance(held, dict) else held) == id

    return is_it
