"""Reading order and shapes of Harvest's lists."""

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
