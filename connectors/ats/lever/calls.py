"""How Lever is called: Basic with a key, pages by an opaque token, answers below `data`; and what a key may do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self

from connectors.auth import Basic
from connectors.auth_oauth import Granted, OAuth
from connectors.budget import Rate
from connectors.contract import Ats
from connectors.errors import ConnectorError, Gone, MissingPermission, Unreadable
from connectors.http import Client
from connectors.model import Finding

HOST = "https://api.lever.co/v1"
OAUTH = OAuth(
    authorize="https://auth.lever.co/authorize",
    token="https://auth.lever.co/oauth/token",
    scopes=(
        "offline_access", "applications:read:admin", "archive_reasons:read:admin", "confidential:access:admin",
        "contact:write:admin", "feedback:write:admin", "feedback_templates:read:admin", "files:write:admin",
        "form_templates:read:admin", "forms:read:admin", "interviews:write:admin", "notes:write:admin",
        "offers:read:admin", "opportunities:write:admin", "panels:write:admin", "postings:read:admin",
        "requisition_fields:read:admin", "requisitions:read:admin", "resumes:read:admin", "sources:read:admin",
        "stages:read:admin", "tags:read:admin", "uploads:write:admin", "users:read:admin", "webhooks:write:admin",
    ),
    more={"audience": "https://api.lever.co/v1/"},
    lapses=timedelta(days=90),
)  # fmt: skip
REMEMBERED = 60.0  # seconds for which the account's own lists are not asked for again
OAUTH = OAuth(
    authorize="https://auth.lever.co/authorize",
    token="https://auth.lever.co/oauth/token",
    scopes=(
        "offline_access", "archive_reasons:read:admin", "confidential:access:admin", "contact:read:admin",
        "feedback:write:admin", "feedback_templates:read:admin", "files:write:admin", "interviews:write:admin",
        "notes:write:admin", "offers:read:admin", "opportunities:write:admin", "panels:write:admin",
        "postings:read:admin", "requisitions:read:admin", "resumes:read:admin", "stages:read:admin",
        "uploads:write:admin", "users:read:admin",
    ),
    more={"audience": "https://api.lever.co/v1/"},
    lapses=timedelta(days=90),
)  # fmt: skip
ALL = {"confidentiality": "all"}  # else confidential rows are hidden, whatever the key may see
Row = dict[str, Any]
# What a key must be allowed, the list that tells whether it is, and what is lost without it.
PROBES: Sequence[tuple[str, str, frozenset[str]]] = (
    ("Read opportunities", "opportunities", frozenset({"listing", "search_email", "history", "changes"})),
    ("Read postings", "postings", frozenset({"postings", "teams"})),
    ("Read users", "users", frozenset({"teams"})),
    ("Read stages", "stages", frozenset({"history", "move_stage"})),
    ("Read archive reasons", "archive_reasons", frozenset({"reject", "hire"})),
    ("Read requisitions", "requisitions", frozenset({"openings", "approvals"})),
    ("Read requisition fields", "requisition_fields", frozenset({"custom_fields"})),
    ("Read feedback templates", "feedback_templates", frozenset({"scorecards"})),
    ("Read profile form templates", "form_templates", frozenset({"custom_fields"})),
    ("Read and make webhooks", "webhooks", frozenset({"register_webhook"})),
)  # fmt: skip
BELOW: Sequence[tuple[str, str, frozenset[str]]] = (
    ("Read notes", "notes", frozenset({"notes", "private_notes"})),
    ("Read interviews", "interviews", frozenset({"read_interviews"})),
    ("Read panels", "panels", frozenset({"interviews"})),
    ("Read feedback", "feedback", frozenset({"read_scorecards", "scorecards"})),
    ("Read offers", "offers", frozenset({"read_offers"})),
    ("Read résumés", "resumes", frozenset({"resumes"})),
    ("Read files", "files", frozenset({"attachments"})),
    ("Read profile forms", "forms", frozenset({"custom_fields"})),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """How far a walk came: `since`, or in its midst `since/began/reached/offset`. Numbers are milliseconds, 0 for none.

    What changes while a walk is under way may stand on a page that was read already, so that the next one begins no
    later than this one did.
    """

    since: int = 0
    began: int = 0
    reached: int = 0
    offset: str = ""

    @classmethod
    def read(cls, text: str | None) -> Self:
        since, began, reached, offset = [*(text or "0").split("/", 3), "0", "0", ""][:4]
        return cls(int(since), int(began or 0), int(reached or 0), offset)

    def after(self, changed: Sequence[int], offset: str, asked: int) -> "Place":
        """Once a page was read that was asked for at `asked`, and the next is at `offset`."""
        reached, began = max([self.reached, self.since, *changed]), self.began or asked
        if offset:
            return replace(self, began=began, reached=reached, offset=offset)
        return Place(since=max(self.since, min(reached, began) if began else reached))

    def __str__(self) -> str:
        if not self.offset:
            return str(self.since)
        return f"{self.since}/{self.began}/{self.reached}/{self.offset}"


class Calls(Ats):
    """The calls of one account. Ten a second, twenty in a burst (vendor's token bucket)."""

    http: Client

    def connect(self) -> None:
        key = {**self.account.config, **self.account.secrets}.get("api_key")
        auth = Basic(key) if key else Granted(self.account, OAUTH)
        self.http = self.pool.client(self.account, HOST, auth, Rate(20, 2))
        self._static: dict[str, tuple[float, list[Row]]] = {}

    async def pages(
        self, path: str, *, all: bool = False, offset: str = "", **filters: Any
    ) -> AsyncIterator[tuple[list[Row], str, int]]:
        """Pages to the end: the rows, the next page's token, when the page was answered (0 where that is not told).

        `all`: confidential rows too, where the key may see them; without that right the others are still told.
        """
        wide = ALL if all else {}
        while True:
            asked = {"limit": 100, "offset": offset or None, **filters}
            try:
                answer = await self.http.get(path, **asked, **wide)
            except MissingPermission:
                if not wide:
                    raise
                wide = {}
                continue
            body = answer.json if isinstance(answer.json, dict) else {}
            rows = unwrap(body)
            before, offset = offset, str(body.get("next") or "") if body.get("hasNext") else ""
            if offset and offset == before:
                raise Unreadable("Lever's pages lead back to themselves.", account=self.account.id)
            yield rows if isinstance(rows, list) else [rows], offset, _told(answer.headers)
            if not offset:
                return

    async def rows(self, path: str, **filters: Any) -> list[Row]:
        return [row async for page, _, _ in self.pages(path, **filters) for row in page]

    async def all_rows(self, path: str, **filters: Any) -> list[Row]:
        """With the confidential ones, where the key may see them."""
        return await self.rows(path, all=True, **filters)

    async def all_pages(self, path: str, **filters: Any) -> AsyncIterator[list[Row]]:
        async for page, _, _ in self.pages(path, all=True, **filters):
            yield page

    async def one(self, path: str, **filters: Any) -> Row:
        found = unwrap((await self.http.get(path, **filters)).json)
        if isinstance(found, list):
            found = found[0] if found else None
        if not isinstance(found, dict):
            raise Gone("It is not there any more.", account=self.account.id)
        return found

    async def listed(self, path: str, *, all: bool = False) -> list[Row]:
        """A list that changes rarely, kept for a minute."""
        now = asyncio.get_running_loop().time()
        until, rows = self._static.get(path, (0.0, []))
        if until <= now:
            rows = await self.rows(path, all=all)
            self._static[path] = (now + REMEMBERED, rows)
        return rows

    async def check(self) -> list[Finding]:
        """What a key may write cannot be tried without writing; what it may read can."""
        some: list[Row] = []
        confidential: list[Finding] = []
        try:
            some = unwrap((await self.http.get("opportunities", limit=1)).json) or []
            confidential = await self._confidential()
        except MissingPermission:
            pass
        except ConnectorError as error:
            return [Finding(what="Reach Lever", ok=False, detail=error.text)]
        found = [await self._try(*probe) for probe in PROBES]
        for what, below, abilities in BELOW if some else ():
            found.append(await self._try(what, f"opportunities/{some[0]['id']}/{below}", abilities))
        return [*found, *confidential, *await self._acting()]

    async def _try(self, what: str, path: str, abilities: frozenset[str]) -> Finding:
        try:
            await self.http.get(path, limit=1)
        except MissingPermission:
            why = f"The key may not do this: give it the right to {what[0].lower()}{what[1:]} in Lever."
            return Finding(what=what, ok=False, detail=why, abilities=abilities)
        except ConnectorError as error:
            return Finding(what=what, ok=False, detail=error.text, abilities=abilities)
        return Finding(what=what, ok=True)

    async def _confidential(self) -> list[Finding]:
        what = "Read confidential candidates"
        try:
            await self.http.get("opportunities", limit=1, **ALL)
        except MissingPermission:
            why = "The key was made without confidential data, so confidential people and jobs are not shown."
            return [Finding(what=what, ok=True, detail=why)]
        except ConnectorError as error:
            return [Finding(what=what, ok=False, detail=error.text)]
        return [Finding(what=what, ok=True)]

    async def _acting(self) -> list[Finding]:
        """The user whom writes are done as, where the account names one."""
        id, what = self.account.config.get("user_id"), "Write as the named user"
        if not id:
            return []
        try:
            row = await self.one(f"users/{id}")
        except ConnectorError:
            row = {"deactivatedAt": True}
        if row.get("deactivatedAt"):
            why = "user_id is not an active user of this Lever account."
            return [Finding(what=what, ok=False, detail=why, abilities=frozenset({"interviews"}))]
        return [Finding(what=what, ok=True)]


def unwrap(answer: Any) -> Any:
    """`{data: …}`, or `{data: {data: …}}` as the vendor's samples show."""
    while isinstance(answer, dict) and "data" in answer:
        answer = answer["data"]
    return answer


def _told(headers: Any) -> int:
    """The vendor's own clock, from the `date` of an answer, to the second."""
    try:
        return int(parsedate_to_datetime(headers["date"]).timestamp()) * 1_000
    except (KeyError, TypeError, ValueError):
        return 0
