"""How Workable is asked: a token, pages by address, one request a second, and a second look at what it says is gone."""

import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from connectors.auth import HeaderKey
from connectors.budget import Rate
from connectors.contract import Ats
from connectors.errors import Gone, Rejected, Unreadable
from connectors.http import Answer, Client
from connectors.http_pages import linked, told
from connectors.model import Ref

Row = dict[str, Any]
RATE = Rate(10, 10)  # of an account's token; what the answers tell corrects it
REMEMBERED = 60.0  # seconds for what changes rarely: stages, members, reasons
OVERLAP = timedelta(minutes=1)  # walked again, for what changed while the last walk began


class Calls(Ats):
    """The calls of one account."""

    http: Client

    def connect(self) -> None:
        given = {**self.account.config, **self.account.secrets}
        self.key = given["api_key"]
        name = given["subdomain"].strip().casefold().removeprefix("https://")
        self.subdomain = name.partition("/")[0].removesuffix(".workable.com")
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", self.subdomain):
            raise ValueError("Workable's subdomain is the first part of its address, such as acme.")
        host = f"https://{self.subdomain}.workable.com/spi/v3"
        self.http = self.pool.client(self.account, host, HeaderKey(self.key), RATE)
        self._static: dict[str, tuple[float, list[Row]]] = {}

    async def pages(self, path: str, name: str, **query: Any) -> AsyncIterator[list[Row]]:
        """A list to its end. The next page's address is followed as it is given: its path may be another one."""
        async for answer in linked(self.http, path, told("paging.next"), limit=100, **query):
            yield rows_of(answer, name)

    async def rows(self, path: str, name: str = "", **query: Any) -> list[Row]:
        return [row async for page in self.pages(path, name or path, **query) for row in page]

    async def one(self, path: str, name: str = "") -> Row:
        """One thing. Workable says now and then that something is gone that is not, so it is asked twice."""
        try:
            answer = await self.http.get(path)
        except Gone:
            answer = await self.http.get(path)
        found = answer.json.get(name) if name and isinstance(answer.json, dict) else answer.json
        if not isinstance(found, dict):
            raise Unreadable("The answer was not readable.", account=self.account.id)
        return found

    async def record(self, id: str) -> Row:
        """A candidate: a person on one job."""
        return await self.one(f"candidates/{id}", "candidate")

    async def listed(self, path: str, name: str = "") -> list[Row]:
        """A list that changes rarely, kept for a minute."""
        until, rows = self._static.get(path, (0.0, []))
        if until <= time.monotonic():
            size = {"limit": 100} if path == "members" else {}
            answers = linked(self.http, path, told("paging.next"), **size)
            rows = [row async for answer in answers for row in rows_of(answer, name or path)]
            self._static[path] = (time.monotonic() + REMEMBERED, rows)
        return rows

    async def stage_rows(self, shortcode: str | None) -> list[Row]:
        """The stages of a job, those of the account for no job."""
        path = f"jobs/{shortcode}/stages" if shortcode else "stages"
        found = await self.listed(path, "stages")
        return sorted(found, key=lambda row: int(row.get("position") or 0))

    async def activities(self, id: str, actions: str = "") -> list[Row]:
        """What happened to a candidate, oldest first."""
        path = f"candidates/{id}/activities"
        found = await self.rows(path, "activities", actions=actions or None)
        return sorted(found, key=lambda row: str(row.get("created_at") or ""))

    async def acting(self, author: Ref | None) -> str:
        """The member whom Workable writes down: the author, the account's `member_id`, else the first active admin."""
        if author is not None:
            return author.id
        if known := self.account.config.get("member_id"):
            return known
        for row in await self.listed("members"):
            if is_admin(row) and row.get("active", True):
                return str(row["id"])
        raise Rejected("Workable wants a member to act as: set member_id on this account.", account=self.account.id)  # fmt: skip


def rows_of(answer: Answer, name: str) -> list[Row]:
    """The rows of a page; a few lists come bare."""
    found = answer.json.get(name) if isinstance(answer.json, dict) else answer.json
    return [row for row in found or () if isinstance(row, dict)] if isinstance(found, list) else []


def is_admin(row: Mapping[str, Any]) -> bool:
    roles = {str(row.get("role") or ""), *map(str, row.get("roles") or ())}
    return bool(roles & {"admin", "ats.admin", "workable.superadmin"})


def begun_at(answer: Answer) -> str | None:
    """When this was answered by Workable's own clock, a little earlier; None where it does not say."""
    try:
        at = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return (at - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")


def place_of(position: str | None) -> dict[str, str]:
    """Where a walk is: `since`, and in its midst `begun` and the address of the `next` page."""
    try:
        found = json.loads(position or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def packed(**place: str | None) -> str:
    return json.dumps({k: v for k, v in place.items() if v}, separators=(",", ":"))
