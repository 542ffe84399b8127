"""Every column whose text is sealed, ours and the engine's, found by its mark; and which rows a key still opens."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import ids
from hiring.job_rows import SEALED as ENGINE
from hiring.metadata import by_the_instance, metadata
from hiring.store import Store

BATCH = 100  # rows sealed anew in one transaction
HEAD = len(ids.new("key")) + 1  # letters of sealed text that name its key


@dataclass(frozen=True, slots=True)
class Place:
    """A table with sealed columns. `owner` gives the account of a row, in an id or a reference; "" is the instance."""

    table: sa.Table
    columns: tuple[sa.Column[Any], ...]
    owner: sa.ColumnElement[Any]

    @property
    def key(self) -> tuple[sa.Column[Any], ...]:
        return tuple(self.table.primary_key.columns)

    def other_than(self, heads: Sequence[str]) -> sa.ColumnElement[bool]:
        """Rows with something that none of these keys sealed."""
        return sa.or_(
            *(
                sa.and_(
                    column.is_not(None),
                    column != "",
                    sa.func.substr(column, 1, HEAD).not_in([f"{head}:" for head in heads]),
                )
                for column in self.columns
            )
        )

    def sealed_directly(self) -> sa.ColumnElement[bool]:
        """Rows with something that an earlier release sealed, with the instance's keys themselves."""
        return sa.or_(
            *(
                sa.and_(c.is_not(None), c != "", c.not_like("key\\_%:%", escape="\\"))
                for c in self.columns
            )
        )

    async def pages(
        self, store: Store, heads: Sequence[str]
    ) -> AsyncIterator[Sequence[sa.Row[Any]]]:
        """Rows that need sealing anew, in pages, each looked up when the one before is done."""
        after: tuple[Any, ...] | None = None
        columns = (*self.key, *self.columns, self.owner.label("owner_of_row"))
        query = sa.select(*columns).where(self.other_than(heads)).order_by(*self.key).limit(BATCH)
        while True:
            more = query if after is None else query.where(sa.tuple_(*self.key) > after)
            async with store.read() as conn:
                rows = (await conn.execute(more)).all()
            if not rows:
                return
            yield rows
            after = tuple(rows[-1][: len(self.key)])


def places(store: Store) -> list[Place]:
    """All of them. The engine's belong to the instance: its jobs carry ids of many accounts."""
    found = []
    for table in metadata.sorted_tables:
        by_owner: dict[Any, list[sa.Column[Any]]] = {}
        for column in table.columns:
            if "sealed" in column.info:
                by_owner.setdefault(column.info["sealed"], []).append(column)
        found += [Place(table, tuple(cs), owner(table)) for owner, cs in by_owner.items()]
    schema = None if store.is_sqlite else "dbos"
    for name, key, columns in ENGINE:
        made: list[sa.Column[Any]] = [sa.Column(k, primary_key=True) for k in key]
        held = tuple(sa.Column(c, sa.Text) for c in columns)
        table = sa.Table(name, sa.MetaData(), *made, *held, schema=schema)
        found.append(Place(table, held, by_the_instance(table)))
    return found


async def count(store: Store, where: str, heads: Sequence[str] = ()) -> int:
    """How many rows need sealing anew (`other_than` these keys), or were `sealed_directly`."""
    total = 0
    async with store.read() as conn:
        for place in places(store):
            wanted = (
                place.sealed_directly() if where == "sealed_directly" else place.other_than(heads)
            )
            query = sa.select(sa.func.count()).select_from(place.table).where(wanted)
            total += (await conn.execute(query)).scalar_one()
    return total


async def named(tx: AsyncConnection, store: Store, key: str) -> bool:
    """Whether any text in any of our tables, or the engine's sealed ones, opens with this key: also in unmarked columns."""
    engine = [place.table for place in places(store) if place.table.metadata is not metadata]
    for table in (*metadata.sorted_tables, *engine):
        for column in table.columns:
            if isinstance(column.type, sa.Text) and not column.primary_key:
                query = sa.select(sa.literal(1)).select_from(table).where(column.like(f"{key}:%"))
                if (await tx.execute(query.limit(1))).first() is not None:
                    return True
    return False
