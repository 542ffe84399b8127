"""Which query parameters each Lever list knows, and which opportunities they leave. Anything unknown is refused."""

import re
from collections.abc import Callable
from typing import Any

from bot.workspace.ats.lever.reads import Refusal, whole

Doc = dict[str, Any]
COMMON = {"limit", "offset", "include", "expand"}
SPANS = ("created_at", "updated_at", "advanced_at", "archived_at")
KNOWN = {
    "opportunities": {
        "tag", "email", "origin", "source", "confidentiality", "stage_id", "posting_id", "archived_posting_id", "archived",
        "archive_reason_id", "snoozed", "contact_id", "location", *(f"{name}_{end}" for name in SPANS for end in ("start", "end")),
    },
    "deleted": {"deleted_at_start", "deleted_at_end"},
    "offer document": {"status"},
    "postings": {"state", "confidentiality", "tag", "updated_at_start", "updated_at_end", "created_at_start", "created_at_end"},
    "users": {"email", "accessRole", "includeDeactivated"},
    "archive_reasons": {"type"},
    "requisitions": {"created_at_start", "created_at_end", "requisition_code", "status", "confidentiality"},
}  # fmt: skip
WRITING = {"perform_as", "perform_as_posting_owner", "parse", "note_id"}
PLACES: dict[str, Callable[[Doc], Any]] = {
    "tag": lambda row: row.get("tags"), "source": lambda row: row.get("sources"), "origin": lambda row: row.get("origin"),
    "contact_id": lambda row: row.get("contact"), "stage_id": lambda row: row.get("stage"), "posting_id": lambda row: row.get("posting"),
    "archived_posting_id": lambda row: row.get("posting") if row.get("archived") else None,
    "archive_reason_id": lambda row: (row.get("archived") or {}).get("reason"), "location": lambda row: row.get("location"),
    "state": lambda row: row.get("state"), "type": lambda row: row.get("type"), "status": lambda row: row.get("status"),
    "email": lambda row: row.get("emails") or row.get("email"), "accessRole": lambda row: row.get("accessRole"),
    "requisition_code": lambda row: row.get("requisitionCode"),
}  # fmt: skip
MOMENTS: dict[str, Callable[[Doc], Any]] = {
    "created_at": lambda row: row.get("createdAt"),
    "updated_at": lambda row: row.get("updatedAt"),
    "advanced_at": lambda row: row.get("lastAdvancedAt"),
    "archived_at": lambda row: (row.get("archived") or {}).get("archivedAt"),
    "deleted_at": lambda row: row.get("deletedAt"),
}


def check(query: Any, kind: str, *, writing: bool = False) -> None:
    """Refuse the first parameter that this place does not know. Raises Refusal."""
    known = WRITING if writing else COMMON | KNOWN.get(kind, set())
    for name in query:
        if name not in known:
            raise Refusal(400, "BadRequest", f"{name} is not a known parameter")


def chosen(query: Any, rows: list[Doc]) -> list[Doc]:
    """The rows that meet every parameter; a repeated parameter asks for any of its values. Raises Refusal."""
    for name in query:
        if name in PLACES:
            wanted = {value.casefold() for value in query.getlist(name)}
            rows = [row for row in rows if wanted & _words(PLACES[name](row))]
        elif name in ("archived", "snoozed"):
            flag = _flag(name, query[name])
            field = "archived" if name == "archived" else "snoozedUntil"
            rows = [row for row in rows if bool(row.get(field)) == flag]
        elif found := re.fullmatch(r"(\w+_at)_(start|end)", name):
            rows = _between(rows, found.group(1), found.group(2), whole(name, query[name]))
    return rows


def open_to(query: Any, rows: list[Doc]) -> list[Doc]:
    """Confidential rows are hidden unless they, or all, are asked for. Raises Refusal."""
    wish = query.get("confidentiality", "non-confidential")
    if wish not in ("all", "confidential", "non-confidential"):
        raise Refusal(400, "BadRequest", "confidentiality is not a known value")
    return [row for row in rows if wish in ("all", row.get("confidentiality", "non-confidential"))]


def _between(rows: list[Doc], name: str, end: str, limit: int) -> list[Doc]:
    if name not in MOMENTS:
        return rows
    told = [(row, MOMENTS[name](row)) for row in rows]
    if end == "start":
        return [row for row, at in told if at is not None and int(at) >= limit]
    return [row for row, at in told if at is not None and int(at) <= limit]


def _flag(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise Refusal(400, "BadRequest", f"{name} must be true or false")
    return text == "true"


def _words(value: Any) -> set[str]:
    values = value if isinstance(value, list) else [value]
    return {str(each).casefold() for each in values if each is not None}
