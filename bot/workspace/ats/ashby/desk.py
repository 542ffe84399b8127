"""What every call of the Ashby stand-in shares: the table of calls, the caller's key, refusals, rows by id."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
OLDEST = "ashby_forgotten"  # up to which change sync tokens have expired
NAMES = {
    "candidates": "candidate", "applications": "application", "jobs": "job", "stages": "interview_stage", "plans": "interview_plan",
    "reasons": "archive_reason", "users": "user", "sources": "source", "tags": "tag", "fields": "custom_field", "interviews": "interview",
    "schedules": "interview_schedule", "forms": "feedback_form_definition", "offers": "offer", "processes": "offer_process",
    "hooks": "webhook_setting", "postings": "job_posting", "departments": "department", "locations": "location", "openings": "opening",
}  # fmt: skip


class Refusal(Exception):
    """An answer with `success: false`. Ashby gives most of them with HTTP status 200."""

    def __init__(self, code: str, message: str = "", status: int = 200) -> None:
        super().__init__(message or code)
        self.code, self.message, self.status = code, message or code, status


@dataclass(frozen=True)
class Desk:
    """One call: who asks, with what, and the store behind it. `origin` is the address this server was asked at."""

    store: Store
    clock: WorkspaceClock
    key: Doc
    body: Doc
    origin: str
    actor: Doc | None = None  # the user on whose behalf the key acts

    @property
    def who(self) -> Doc:
        """Who does it, as notes and histories tell: the user the key acts for, else the key."""
        if self.actor:
            return {k: self.actor[k] for k in ("id", "firstName", "lastName", "email")}
        return {"id": self.key["id"], "firstName": self.key["title"], "lastName": ""}

    @property
    def now(self) -> str:
        return iso(self.clock.now())

    def one(self, kind: str, field: str, row: Mapping[str, Any] | None = None) -> Doc:
        """The row that a required id names. Raises Refusal."""
        found = self.maybe(kind, field, row)
        if found is None:
            raise Refusal("invalid_input", f"{field} is required")
        return found

    def maybe(self, kind: str, field: str, row: Mapping[str, Any] | None = None) -> Doc | None:
        """The row that an id names, None when there is no id. Raises Refusal for a bad or unknown one."""
        id = (self.body if row is None else row).get(field)
        if id is None:
            return None
        if not is_uuid(id):
            raise Refusal("invalid_input", f"{field} is not a valid UUID")
        found = self.store.get(f"ashby_{kind}", id)
        if found is None or (kind == "jobs" and not self.may_see(found)):
            name = NAMES[kind]
            said = f"{name.replace('_', ' ').capitalize()} not found - are you lacking permissions?"
            raise Refusal(f"{name}_not_found", said)
        if kind == "applications":
            self.one("jobs", "jobId", found)
        return found

    def may_see(self, job: Doc) -> bool:
        """Confidential jobs are shown to keys that were given the right to them."""
        return bool(self.key.get("confidential")) or not job["confidential"]

    def text(self, field: str, row: Mapping[str, Any] | None = None) -> str:
        """A required text. Raises Refusal."""
        value = (self.body if row is None else row).get(field)
        if not isinstance(value, str) or not value.strip():
            raise Refusal("invalid_input", f"{field} is required")
        return value

    def save(self, kind: str, row: Doc) -> Doc:
        """Keep a row that changed now."""
        return keep(self.store, kind, {**row, "updatedAt": self.now})


Act = Callable[[Desk], Any]
CALLS: dict[str, tuple[str, Act]] = {}


def call(name: str, permission: str) -> Callable[[Act], Act]:
    """Register what answers `POST /name`, and the permission it needs."""

    def register(act: Act) -> Act:
        CALLS[name] = (permission, act)
        return act

    return register


def keep(store: Store, kind: str, row: Doc) -> Doc:
    """Keep a row under its id; each change has a number, by which sync tokens find it."""
    return store.put(f"ashby_{kind}", row["id"], {**row, "_change": store.next_id("ashby_change")})


def plain(row: Doc) -> Doc:
    """A row without what only the stand-in knows."""
    return {name: value for name, value in row.items() if not name.startswith("_")}


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def new_id() -> str:
    return str(uuid.uuid4())
