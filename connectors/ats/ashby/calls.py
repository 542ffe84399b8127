"""How Ashby is called: always a POST of JSON, and most refusals come with status 200 and `success: false`."""

import re
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

from connectors.auth import Basic
from connectors.budget import Rate
from connectors.contract import Ats
from connectors.errors import ConnectorError, InDoubt, MissingPermission, TryLater
from connectors.http import Authorization, Client, Pool
from connectors.http_pages import by_cursor, told

HOST = "https://api.ashbyhq.com"
RATE = Rate(100, 5)  # a guess to begin with: Ashby publishes none, and what it refuses corrects it
MOST = 100  # rows of one page
REMEMBERED = 60.0  # seconds for which the account's own lists are not asked for again
Row = dict[str, Any]
# What a key needs for the calls about each of these; anything else is hiring process metadata.
PERMISSIONS = {
    "candidate": "candidates", "application": "candidates", "applicationFeedback": "candidates", "file": "candidates",
    "surveySubmission": "candidates", "job": "jobs", "jobInterviewPlan": "jobs", "jobPosting": "jobs", "opening": "jobs",
    "interview": "interviews", "interviewEvent": "interviews", "interviewPlan": "interviews", "interviewSchedule": "interviews",
    "interviewStage": "interviews", "offer": "offers", "offerProcess": "offers", "user": "organization", "department": "organization",
    "location": "organization", "hiringTeam": "organization", "hiringTeamRole": "organization", "approval": "approvals",
    "webhook": "apiKeys", "apiKey": "apiKeys",
}  # fmt: skip
READS = frozenset({"list", "info", "search", "listNotes", "listHistory"})
# A row that is named in a write and is not there is a wrong value; the thing that is written to is gone.
VALUES = re.compile(
    r"(stage|reason|plan|template|tag|source|user|field|form|interviewer|approver|role)_not_found$"
)
MEANS = {"missing_endpoint_permission": 403, "rate_limit_exceeded": 429}
STALE = frozenset(
    ["next_cursor_expired", "invalid_next_cursor", "sync_token_expired", "sync_token_invalid", "incremental_sync_too_large"]
)  # fmt: skip


class ActingAs:
    """The key, and the Ashby user whom it acts for (a beta: the key must be allowed to act on behalf of users)."""

    def __init__(self, key: str, user: str) -> None:
        self._key, self._user = Basic(key), user

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        return {**await self._key.headers(pool), "x-on-behalf-of": self._user}

    def renew(self) -> bool:
        return False


class NoKey:
    """For addresses that are signed themselves: the key must not go there."""

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        return {}

    def renew(self) -> bool:
        return False


class Calls(Ats):
    """One account's calls, each answered with its `results` or one of the typed errors."""

    http: Client

    def connect(self) -> None:
        self.http = self._as(Basic(self._api_key))
        self._static: dict[str, tuple[float, list[Row]]] = {}

    def _as(self, auth: Authorization) -> Client:
        return self.pool.client(
            self.account,
            HOST,
            auth,
            RATE,
            headers={"accept": "application/json; version=1"},
            judge=judge,
        )

    @property
    def _api_key(self) -> str:
        return {**self.account.config, **self.account.secrets}["api_key"]

    async def tell(self, call: str, body: Row) -> Row:
        """A whole answer, of a call that only reads."""
        try:
            answer = (await self.http.ask(f"/{call}", body)).json
        except ConnectorError as error:
            raise self._worded(call, error) from None
        return self._believed(answer, safe=True)

    async def one(self, call: str, **body: Any) -> Row:
        found = (await self.tell(call, body)).get("results")
        return found if isinstance(found, dict) else {}

    async def rows(self, call: str, **body: Any) -> list[Row]:
        """Every row of a list, to the end of its pages."""
        return [row async for page in self.pages(call, body) for row in listed(page)]

    async def pages(self, call: str, body: Row) -> AsyncIterator[Row]:
        """The answers of a list, one page after the other."""
        paged = call.endswith((".list", "Notes", "History"))
        wish = {"limit": MOST, **body} if paged and call not in WHOLE else body
        try:
            next = told("nextCursor", "moreDataAvailable")
            async for answer in by_cursor(self.http, f"/{call}", next, body=wish):
                yield self._believed(answer.json, safe=True)
        except ConnectorError as error:
            raise self._worded(call, error) from None

    async def static(self, call: str, **body: Any) -> list[Row]:
        """A list that seldom changes, remembered for a minute."""
        name = f"{call} {sorted(body.items())}"
        until, rows = self._static.get(name, (0.0, []))
        now = time.monotonic()
        if now >= until:
            rows = await self.rows(call, **body)
            self._static[name] = (now + REMEMBERED, rows)
        return rows

    async def write(self, call: str, *, author: str | None = None, **body: Any) -> Row:
        """The `results` of a call that changes something. It is never repeated blindly.

        `author` is an Ashby user who does it, where the account lets the key act for users.
        """
        http = self.http
        if author and self.account.config.get("on_behalf_of") == "yes":
            http = self._as(ActingAs(self._api_key, author))
        try:
            answer = (await http.post(f"/{call}", body)).json
        except ConnectorError as error:
            raise self._worded(call, error) from None
        found = self._believed(answer, safe=False).get("results")
        return found if isinstance(found, dict) else {}

    def _believed(self, answer: Any, *, safe: bool) -> Row:
        """The answer, if it says that it is a success."""
        if isinstance(answer, dict) and answer.get("success") is True:
            return answer
        lost = TryLater if safe else InDoubt
        raise lost("The answer was not readable.", account=self.account.id, code="unreadable")

    def _worded(self, call: str, error: ConnectorError) -> ConnectorError:
        """Names the permission: a key that may not do this and one that is none are refused alike."""
        if isinstance(error, MissingPermission):
            name = permission(call)
            said = f"The key is not active, or lacks the permission {name}."
            about = {"account": self.account.id, "code": name, "request_id": error.request_id}
            return MissingPermission(said, **about)
        if not error.text.endswith((".", ")")):
            error.text = f"{error.text}."
        return error


def judge(status: int, headers: Mapping[str, str], body: Any) -> int:
    """The status that an answer should have had."""
    if not isinstance(body, dict) or body.get("success") is not False:
        return status
    code = refused(body)
    if code in MEANS:
        return MEANS[code]
    if code.endswith("_not_found") and not VALUES.search(code):
        return 404
    if code.endswith("_already_exists"):
        return 409
    return status if status >= 400 else 422


WHOLE = frozenset(
    ["archiveReason.list", "source.list", "department.list", "location.list", "interviewStage.list", "interviewEvent.list",
     "hiringTeamRole.list", "jobPosting.list"]
)  # fmt: skip  # lists that come whole and know no `limit`


def permission(call: str) -> str:
    """What a key needs for a call, in Ashby's words."""
    resource, _, verb = call.partition(".")
    if resource == "customField" and verb.startswith("set"):
        return "candidatesWrite"
    return PERMISSIONS.get(resource, "hiringProcessMetadata") + (
        "Read" if verb in READS else "Write"
    )


def refused(answer: Mapping[str, Any]) -> str:
    """The code of a refusal: of `errorInfo`, else the first of `errors`, which are texts or rows."""
    held = answer.get("errorInfo")
    info = held if isinstance(held, dict) else {}
    errors = answer.get("errors")
    first: Any = errors[0] if isinstance(errors, list) and errors else ""
    row = first if isinstance(first, dict) else {"code": first}
    return str(info.get("code") or row.get("code") or row.get("message") or "")


def listed(answer: Mapping[str, Any]) -> list[Row]:
    rows = answer.get("results")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def is_id(id: str) -> bool:
    """Whether Ashby would look such an id up: all of its ids are UUIDs."""
    try:
        return str(uuid.UUID(id)) == id.lower()
    except ValueError:
        return False
