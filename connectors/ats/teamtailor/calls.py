"""How Teamtailor is asked: JSON:API with a dated version, pages of thirty, and ids of relations only where they are included."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from connectors.auth import HeaderKey
from connectors.budget import Rate
from connectors.contract import Ats
from connectors.errors import Gone, Rejected
from connectors.http import Answer, Client
from connectors.http_pages import linked, told
from connectors.model import Ref

HOSTS = {
    "eu": "https://api.teamtailor.com/v1", "na": "https://api.na.teamtailor.com/v1", "au": "https://api.au.teamtailor.com/v1",
}  # fmt: skip
VERSION, MEDIA = "20240904", "application/vnd.api+json"
HEADERS = {"x-api-version": VERSION, "accept": MEDIA, "content-type": MEDIA}
RATE = Rate(50, 10)
SIZE = {"page[size]": 30}
REMEMBERED = 60.0  # seconds for what changes rarely: users, reasons, custom fields
OVERLAP = timedelta(minutes=1)  # walked again, for what changed while the last walk began
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One resource, with what was included beside it by type and id."""

    raw: Raw
    beside: Mapping[tuple[str, str], Raw] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.raw.get("id"))

    def __getitem__(self, name: str) -> Any:
        """An attribute, None where there is none."""
        found = self.raw.get("attributes")
        return found.get(name) if isinstance(found, Mapping) else None

    def text(self, name: str) -> str | None:
        return str(self[name]) if self[name] not in (None, "") else None

    def link(self, name: str) -> str | None:
        found = self.raw.get("links")
        return str(found[name]) if isinstance(found, Mapping) and found.get(name) else None

    def ids(self, name: str) -> list[tuple[str, str]]:
        """Type and id of what a relation leads to; nothing where it was not included."""
        found = (self.raw.get("relationships") or {}).get(name)
        data = found.get("data") if isinstance(found, Mapping) else None
        rows = data if isinstance(data, list) else [data]
        return [(str(r.get("type")), str(r.get("id"))) for r in rows if isinstance(r, Mapping)]

    def all(self, name: str) -> list["Row"]:
        return [Row(self.beside[key], self.beside) for key in self.ids(name) if key in self.beside]

    def one(self, name: str) -> "Row":
        """What a to-one relation leads to; with an id only, or with nothing at all, where it was not included."""
        known = next(iter(self.ids(name)), None)
        return next(iter(self.all(name)), Row({"id": known[1]} if known else {}))


class Calls(Ats):
    """The calls of one account."""

    http: Client

    def connect(self) -> None:
        given = {**self.account.config, **self.account.secrets}
        region = given.get("region", "").strip().casefold() or "eu"
        if region not in HOSTS:
            raise ValueError(f"Teamtailor's region is eu, na or au, not {region}.")
        key = HeaderKey(given["api_key"], prefix="Token token=")
        self.http = self.pool.client(self.account, HOSTS[region], key, RATE, headers=HEADERS)
        self._static: dict[str, tuple[float, list[Row]]] = {}

    async def answers(self, path: str, **query: Any) -> AsyncIterator[Answer]:
        """A list to its end; the next page's address is followed as it is given."""
        async for answer in linked(self.http, path, told("links.next"), **query):
            yield answer

    async def rows(self, path: str, **query: Any) -> list[Row]:
        return [row async for a in self.answers(path, **SIZE, **query) for row in rows_of(a)]

    async def one(self, path: str, **query: Any) -> Row:
        found = rows_of(await self.http.get(path, **query))
        if not found:
            raise Gone("It is not there any more.", account=self.account.id)
        return found[0]

    async def listed(self, path: str, **query: Any) -> list[Row]:
        """A list that changes rarely, kept for a minute."""
        until, rows = self._static.get(path, (0.0, []))
        if until <= time.monotonic():
            rows = await self.rows(path, **query)
            self._static[path] = (time.monotonic() + REMEMBERED, rows)
        return rows

    async def write(
        self, kind: str, id: str | None = None, attributes: Any = None, **relations: tuple[str, str]
    ) -> Row:
        """Make a resource, or change one; relations are type and id, `_` in their names stands for a hyphen."""
        data: dict[str, Any] = {"type": kind, "attributes": attributes or {}}
        data |= {"id": id} if id else {}
        if relations:
            data["relationships"] = {
                name.replace("_", "-"): {"data": {"type": type, "id": to}}
                for name, (type, to) in relations.items()
            }
        ask = self.http.patch if id else self.http.post
        answer = await ask(f"{kind}/{id}" if id else kind, {"data": data})
        return next(iter(rows_of(answer)), Row({}))

    async def acting(self, author: Ref | None) -> str:
        """The user who stands as a note's author: the one named, the account's `user_id`, else the first admin."""
        if author is not None:
            return author.id
        if known := self.account.config.get("user_id"):
            return known
        for row in await self.listed("users"):
            if row["role"] == "admin":
                return row.id
        raise Rejected("Teamtailor wants an author of the note: set user_id on this account.", account=self.account.id)  # fmt: skip


def rows_of(answer: Answer) -> list[Row]:
    """The resources of an answer, each with what came along."""
    body = answer.json if isinstance(answer.json, dict) else {}
    beside = {
        (str(r.get("type")), str(r.get("id"))): r
        for r in body.get("included") or ()
        if isinstance(r, dict)
    }
    data = body.get("data")
    found = data if isinstance(data, list) else [data]
    return [Row(row, beside) for row in found if isinstance(row, dict)]


def begun_at(answer: Answer) -> str | None:
    """When this was answered by the vendor's own clock, a little earlier; None where it does not say."""
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
