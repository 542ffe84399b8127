"""The shared table metadata and the column types that read alike on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData()


class _UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment, kept as ISO text so that it sorts and compares alike on both databases."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time in a table needs a zone")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


UtcDateTime = _UtcDateTime

Owner = Callable[[sa.Table], sa.ColumnElement[Any]]


def sealed(owner: Owner) -> dict[str, Any]:
    """Marks a column whose text is sealed. `owner` gives, for a row, the account it belongs to (an id, or a reference).

    Every sealed column is marked: changing keys seals anew what is marked, and looks everywhere before a key goes.
    """
    return {"sealed": owner}


def by_the_instance(table: sa.Table) -> sa.ColumnElement[Any]:
    """What belongs to no account."""
    return sa.literal("")


def by_account_of(column: str) -> Owner:
    """What belongs to the account that a column names."""
    return lambda table: table.c[column]
