"""Which rows a Harvest list gives, and what it refuses."""

import re
from typing import Any

from bot.workspace.store import Store

Doc = dict[str, Any]
LISTS = re.compile(r"(.+)_ids$")


class Refusal(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, message: str, *fields: tuple[str, str]) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.errors = [{"field": field, "message": text} for field, text in fields]


def check_filters(query: dict[str, str]) -> None:
    """At most 50 ids in a list; the status that answers carry may not be asked for."""
    for name, value in query.items():
        if (name == "ids" or LISTS.fullmatch(name)) and len(value.split(",")) > 50:
            raise Refusal(422, f"{name} accepts at most 50 values")
    if query.get("status") == "in_process":
        raise Refusal(
            422, "status is not included in the list", ("status", "is not included in the list")
        )


def select(store: Store, resource: str, query: dict[str, str]) -> list[Doc]:
    """The rows that match, newest id first."""
    rows = store.all(f"gh_{resource}")
    for name, value in query.items():
        rows = [row for row in rows if _matches(row, name, value)]
    if resource == "offers" and query.get("current_only") == "true":
        rows = [row for row in rows if row["status"] != "Deprecated"]
    return sorted(
        rows,
        key=lambda row: int(row["id"]) if str(row.get("id", "")).isdigit() else 0,
        reverse=True,
    )


def _matches(row: Doc, name: str, value: str) -> bool:
    if name in ("fields", "current_only", "include_defaults", "skip_count"):
        return True
    if name == "ids":
        return str(row.get("id")) in value.split(",")
    if name == "email":
        return any(
            e["value"].casefold() == value.casefold() for e in row.get("email_addresses") or []
        )
    if name == "primary_email":
        return str(row.get("primary_email") or "").casefold() == value.casefold()
    if name == "status" and value == "active":
        return row.get("status") == "in_process"
    if found := LISTS.fullmatch(name):
        return str(row.get(f"{found.group(1)}_id")) in value.split(",")
    if name.endswith(("_at", "_on")) and "|" in value:
        return _compare(str(row.get(name) or ""), value)
    if name in row:
        return str(row[name]).casefold() == value.casefold()
    return name in ("type", "current")


def _compare(have: str, wish: str) -> bool:
    parts = wish.split("|")
    for how, limit in zip(parts[::2], parts[1::2], strict=False):
        good = {
            "gte": have >= limit,
            "lte": have <= limit,
            "gt": have > limit,
            "lt": have < limit,
        }.get(how, True)
        if not good:
            return False
    return True
