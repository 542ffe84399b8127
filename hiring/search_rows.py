"""Reads and writes rows of the search index by the thousand, in the quickest form of SQLite and of PostgreSQL."""

import json
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[Any]


async def fetch(
    conn: AsyncConnection,
    table: sa.Table,
    generation: int,
    keys: Collection[int],
    block: int | None = None,
) -> Rows:
    """Rows of a generation by the second column of their key, as tuples without the generation."""
    if not keys:
        return []
    sqlite = conn.dialect.name == "sqlite"
    some: Any = json.dumps(list(keys)) if sqlite else list(keys)
    where = (generation, some) if block is None else (generation, some, block)
    text = _select(table, sqlite, block is not None)
    return (await conn.exec_driver_sql(text, where)).all()


async def save(conn: AsyncConnection, table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert whole rows, or replace those of the same key."""
    if not rows:
        return
    if conn.dialect.name == "sqlite":
        await conn.exec_driver_sql(_replace(table), rows)
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
def _select(table: sa.Table, sqlite: bool, in_block: bool) -> str:
    wanted, key, mark = ", ".join(_names(table)[1:]), _key(table)[1], "?" if sqlite else "%s"
    among = "in (select value from json_each(?))" if sqlite else "= any(%s::bigint[])"
    block = f" and block = {mark}" if in_block else ""
    return f"select {wanted} from {table.name} where generation = {mark} and {key} {among}{block}"


@cache
def _replace(table: sa.Table) -> str:
    return f"replace into {table.name} values ({', '.join('?' for _ in table.columns)})"


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
    kinds = {sa.LargeBinary: "bytea", sa.BigInteger: "bigint", sa.Integer: "integer"}
    return ", ".join(f"%s::{kinds.get(type(table.c[n].type), 'text')}[]" for n in names)
