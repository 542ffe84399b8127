"""Reading order and shapes of Harvest's lists and answers."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from connectors import model

Row = dict[str, Any]


def newest(application: model.Application) -> datetime:
    """When something last happened to a candidacy."""
    return application.last_activity or application.applied_at or datetime.min.replace(tzinfo=UTC)


def listed(answer: Any) -> list[Row]:
    """A list, or a list under one key."""
    if isinstance(answer, list):
        return [row for row in answer if isinstance(row, dict)]
    if isinstance(answer, dict):
        return next((rows for rows in answer.values() if isinstance(rows, list)), [])
    return []


def single(answer: Any) -> Row:
    """The one row of a write's answer; empty when it holds none."""
    if isinstance(answer, list):
        answer = answer[0] if answer else {}
    return answer if isinstance(answer, dict) else {}


def number(id: str) -> int | str:
    """v3 ids are numbers; anything else goes through as it is, to be refused by name."""
    return int(id) if id.isdecimal() else id


def grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    """Rows by the id that stands under `key`."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(str(row.get(key)), []).append(row)
    return found


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Rows as Greenhouse's own pages order them."""
    return sorted(rows, key=lambda row: (int(row.get("sort_order") or 0), int(row.get("id") or 0)))
