"""What SmartRecruiters says when it refuses, how it pages, and which parameters its lists know."""

import re
from collections.abc import Callable
from typing import Any

from bot.workspace import asking

Doc = dict[str, Any]
LISTS = {
    "candidates": ("q", "jobId", "status", "subStatus", "tag", "updatedAfter", "limit", "pageId"),
    "jobs": ("q", "sort", "updatedAfter", "lastActivityAfter", "statuses", "postingStatus", "hiringTeamMemberId", "limit", "pageId"),
    "users": ("limit", "pageId"), "messages": ("candidateId", "jobId", "limit", "pageId"), "offers": ("limit", "offset", "status"),
}  # fmt: skip


class Refusal(Exception):
    """An answer that is not a success: `{"message", "errors": [{"code", "message"}]}`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def gone() -> Refusal:
    return Refusal(404, "RESOURCE_NOT_FOUND", "There is no such thing.")


def invalid(message: str) -> Refusal:
    return Refusal(422, "INVALID_FIELD", message)


def words(body: Doc, name: str) -> str:
    """A field that must be there and hold words. Raises Refusal."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise invalid(f"{name} is required.")
    return value


def known(query: Any, name: str) -> None:
    """Raises Refusal for a parameter that the list does not have."""
    for key in query:
        if key not in LISTS[name]:
            raise Refusal(400, "BAD_REQUEST", f"{key} is not a parameter of {name}.")
    if name == "jobs" and query.get("pageId") and query.get("sort") != "job_id":
        raise Refusal(400, "BAD_REQUEST", "pageId requires sort=job_id.")


def since(query: Any, rows: list[Doc]) -> list[Doc]:
    if not query.get("updatedAfter"):
        return rows
    try:
        after = asking.moment(query["updatedAfter"])
    except ValueError:
        raise Refusal(400, "BAD_REQUEST", "updatedAfter is not a time.") from None
    return [row for row in rows if asking.moment(row["updatedOn"]) > after]


def page(query: Any, rows: list[Doc], show: Callable[[Doc], Doc], size: int = 10) -> Doc:
    """One page with the token of the next; the last page has none."""
    limit = query.get("limit", str(size))
    if not re.fullmatch(r"[1-9]\d?|100", str(limit)):
        raise Refusal(400, "BAD_REQUEST", "limit must be between 1 and 100.")
    start = 0
    if token := query.get("pageId"):
        try:
            start = abs(int(asking.unpack(token)["at"]))
        except (ValueError, KeyError, TypeError):
            raise Refusal(400, "BAD_REQUEST", "pageId is invalid.") from None
    end = start + int(limit)
    more = {"nextPageId": asking.pack({"at": end})} if end < len(rows) else {}
    return {"limit": int(limit), "totalFound": len(rows), "content": [show(row) for row in rows[start:end]], **more}  # fmt: skip
