"""Reads and writes rows by the thousand, in the quickest form of SQLite and of PostgreSQL."""

import json
from collections.abc import Collection, Sequence
from functools import cache
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[Any]
AT_ONCE = 500  # rows in one step of SQLite, which other threads need not wait for; after each step they take turns


async def fetch(
    conn: AsyncConnection,
    table: sa.Table,
    lead: tuple[Any, ...],
    keys: Collection[Any],
    block: int | None = None,
) -> Rows:
    """Rows whose key begins with `lead` and goes on with one of `keys`, as tuples without the lead."""
    if not keys:
        return []
    sqlite = conn.dialect.name == "sqlite"
    text = select(table, len(lead), sqlite, block is not None)
    return (await conn.exec_driver_sql(text, bound(sqlite, lead, keys, block))).all()


def bound(
    sqlite: bool, lead: tuple[Any, ...], keys: Collection[Any], block: int | None = None
) -> tuple[Any, ...]:
    """What goes into the places of `select`."""
    some: Any = json.dumps(list(keys)) if sqlite else list(keys)
    return (*lead, some) if block is None else (*lead, some, block)


class Look:
    """Reads on a plain cursor, such as `Store.glance` gives."""

    def __init__(self, cursor: Any, sqlite: bool) -> None:
        self._cursor, self._sqlite = cursor, sqlite

    def rows(self, statement: str, values: tuple[Any, ...]) -> Rows:
        """`statement` has a question mark for each value."""
        text = statement if self._sqlite else statement.replace("?", "%s")
        found: Rows = self._cursor.execute(text, values).fetchall()
        return found

    def fetch(self, table: sa.Table, lead: tuple[Any, ...], keys: Collection[Any]) -> Rows:
        """As the function of the same name."""
        if not keys:
            return []
        text = select(table, len(lead), self._sqlite)
        found: Rows = self._cursor.execute(text, bound(self._sqlite, lead, keys)).fetchall()
        return found


async def save(conn: AsyncConnection, table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert whole rows, or replace those of the same key."""
    if not rows:
        return
    if conn.dialect.name == "sqlite":
        whole = len(rows) - len(rows) % AT_ONCE
        for n in range(0, whole, AT_ONCE):
            some = tuple(chain.from_iterable(rows[n : n + AT_ONCE]))
            await conn.exec_driver_sql(_replace(table, AT_ONCE), some)
        if rest := rows[whole:]:
            await conn.exec_driver_sql(_replace(table, 1), rest)
    else:
        await conn.exec_driver_sql(_upsert(table), tuple(map(list, zip(*rows, strict=True))))


async def drop(conn: AsyncConnection, table: sa.Table, keys: Sequence[tuple[int, ...]]) -> None:
    """Delete rows by their whole keys."""
    if not keys:
        return
    if conn.dialect.name == "sqlite":
        await conn.exec_driver_sql(_delete(table), keys)
    else:
        await conn.exec_driver_sql(_delete_all(table), tuple(map(list, zip(*keys, strict=True))))


def _names(table: sa.Table) -> list[str]:
    return [c.name for c in table.columns]


def _key(table: sa.Table) -> list[str]:
    return [c.name for c in table.primary_key.columns]


@cache
def select(table: sa.Table, lead: int, sqlite: bool, in_block: bool = False) -> str:
    """The statement of `fetch`, where so many columns lead."""
    names, key, mark = _names(table), table.c[_key(table)[lead]], "?" if sqlite else "%s"
    many = f"= any(%s::{_kind(key)}[])"
    among = "in (select value from json_each(?))" if sqlite else many
    where = [*(f"{name} = {mark}" for name in _key(table)[:lead]), f"{key.name} {among}"]
    where += [f"block = {mark}"] if in_block else []
    return f"select {', '.join(names[lead:])} from {table.name} where {' and '.join(where)}"


@cache
def _replace(table: sa.Table, rows: int) -> str:
    row = f"({', '.join('?' for _ in table.columns)})"
    return f"replace into {table.name} values {', '.join([row] * rows)}"


@cache
def _upsert(table: sa.Table) -> str:
    names, key = _names(table), _key(table)
    new = ", ".join(f"{n} = excluded.{n}" for n in names if n not in key)
    return (
        f"insert into {table.name} ({', '.join(names)}) select * from unnest({_arrays(table, names)}) "
        f"on conflict ({', '.join(key)}) do update set {new}"
    )


@cache
def _delete(table: sa.Table) -> str:
    return f"delete from {table.name} where {' and '.join(f'{k} = ?' for k in _key(table))}"


@cache
def _delete_all(table: sa.Table) -> str:
    key = _key(table)
    same = " and ".join(f"{table.name}.{k} = gone.{k}" for k in key)
    return f"delete from {table.name} using unnest({_arrays(table, key)}) as gone({', '.join(key)}) where {same}"


def _arrays(table: sa.Table, names: list[str]) -> str:
    return ", ".join(f"%s::{_kind(table.c[n])}[]" for n in names)


def _kind(column: "sa.Column[Any]") -> str:
    kinds = {sa.LargeBinary: "bytea", sa.BigInteger: "bigint", sa.Integer: "bigint"}
    return kinds.get(type(column.type), "text")
