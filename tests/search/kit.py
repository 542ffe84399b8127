"""What the tests of the search index share: a key, a dump of the tables, and one typed word gone wrong."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from hiring import search_keyed as keyed
from hiring import search_sets as sets
from hiring.search_index import Entry, SearchIndex
from hiring.search_table import (
    CONTENT,
    search_generations,
    search_keys,
    search_lists,
    search_people,
    search_words,
)
from hiring.search_words import OWN
from hiring.store import Store

KEY = bytes(range(32))


async def put(store: Store, index: SearchIndex, entries: Iterable[Entry]) -> None:
    async with store.begin() as tx:
        await index.put(tx, entries)


async def asked(index: SearchIndex, text: str, limit: int = 20) -> list[str]:
    return [match.remote for match in await index.query(text, limit)]


async def contents(store: Store) -> dict[str, list[Sequence[Any]]]:
    """Every row of the index, of all accounts."""
    async with store.read() as conn:
        return {
            table.name: [tuple(row) for row in await conn.execute(sa.select(table))]
            for table in CONTENT
        }


async def meaning(store: Store, account: str) -> set[tuple[object, ...]]:
    """What the rows of an account say, whatever numbers its people and words happen to have."""
    async with store.read() as conn:

        async def rows(table: sa.Table) -> list[Any]:
            ids = sa.select(search_generations.c.id).where(search_generations.c.account == account)
            where = table.c.generation.in_(ids)
            return list(await conn.execute(sa.select(*list(table.c)[1:]).where(where)))

        words = {n: keyed.Forms.unpack(forms).whole for n, forms in await rows(search_words)}
        people = {row.number: row for row in await rows(search_people)}
        names: dict[int, object] = {n: row.remote for n, row in people.items()}
        said: set[tuple[object, ...]] = set()
        for term, block, members in await rows(search_lists):
            for number in sets.newest(sets.load({block: members}), 1 << 16):
                said.add(("list", words.get(term, term), names[number]))
        for bucket, entries in await rows(search_keys):
            for n in range(0, len(entries), keyed.ENTRY):
                number, how = int.from_bytes(entries[n + 7 : n + 11], "big"), entries[n + 6]
                led_to = names[number] if how == OWN else words[number]
                said.add(("key", bucket, entries[n : n + 7], led_to))
        for n, row in people.items():
            said.add(("person", names[n], row.version, row.active, row.keys))
    return said
