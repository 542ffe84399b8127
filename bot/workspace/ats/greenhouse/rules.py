"""Which rows a Harvest list gives. Moments are compared as moments, whatever their zone or precision."""

import re
from datetime import datetime
from typing import Any

from bot.workspace import asking
from bot.workspace.store import Store

Doc = dict[str, Any]
LISTS = re.compile(r"(.+)_ids$")
SHAPES = ("fields", "current_only", "include_defaults", "skip_count", "show_service_accounts")


class Refusal(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, message: str, *fields: tuple[str, str]) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.errors = [{"field": field, "message": text} for field, text in fields]


def select(store: Store, resource: str, query: dict[str, str]) -> list[Doc]:
    """The rows that match, newest id first. Raises Refusal."""
    rows = store.all(f"gh_{resource}")
    for name, value in query.items():
        if name.endswith(("_at", "_on")):
            limits = _limits(name, value)
            rows = [row for row in rows if _between(row.get(name), limits)]
        else:
            rows = [row for row in rows if _matches(row, name, value)]
    if resource == "offers" and query.get("current_only") == "true":
        rows = [row for row in rows if row["status"] != "Deprecated"]
    return sorted(
        rows,
        key=lambda row: int(row["id"]) if str(row.get("id", "")).isdigit() else 0,
        reverse=True,
    )


def picked(row: Doc, query: dict[str, str]) -> Doc:
    """Only what `fields` names, everything without it."""
    names = query["fields"].split(",") if query.get("fields") else None
    return row if names is None else {k: v for k, v in row.items() if k in names}


def _matches(row: Doc, name: str, value: str) -> bool:
    wanted = value.casefold()
    if name in SHAPES:
        return True
    if name == "ids":
        return str(row.get("id")) in value.split(",")
    if name == "email":
        return any(e["value"].casefold() == wanted for e in row.get("email_addresses") or [])
    if name == "tag":
        return any(str(tag).casefold() == wanted for tag in row.get("tags") or [])
    if name == "office_id":
        return value in map(str, row.get("office_ids") or [])
    if name == "status" and value == "active":
        return row.get("status") == "in_process"
    if found := LISTS.fullmatch(name):
        held = row[name] if name in row else [row.get(f"{found.group(1)}_id")]
        return any(str(each) in value.split(",") for each in held or [])
    return str(row.get(name, "")).casefold() == wanted


def _limits(name: str, wish: str) -> list[tuple[str, datetime]]:
    """`gte|2026-01-01T00:00:00Z`, several of them joined by a pipe; a bare moment means just that one."""
    parts = wish.split("|") if "|" in wish else ["eq", wish]
    try:
        pairs = zip(parts[::2], parts[1::2], strict=True)
        limits = [(how, asking.moment(at)) for how, at in pairs]
    except ValueError:
        raise Refusal(422, f"{name} is invalid", (name, "is invalid")) from None
    if any(how not in ("eq", "gte", "lte", "gt", "lt") for how, _ in limits):
        raise Refusal(422, f"{name} is invalid", (name, "is invalid"))
    return limits


def _between(have: Any, limits: list[tuple[str, datetime]]) -> bool:
    if not have:
        return False
    at = asking.moment(have)
    return all(
        {"eq": at == end, "gte": at >= end, "lte": at <= end, "gt": at > end, "lt": at < end}[how]
        for how, end in limits
    )
