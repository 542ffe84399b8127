"""The blind search index of an account: who may be meant by a name, without a readable name in the database.

Rows hold keyed hashes, numbers and the ATS's ids. The answer of `query` is ids; the caller reads those people live from the
ATS, which also drops who does not match (`search_words.edits`). A generation is one whole index; a new one is built beside
the live one when the rules of normalising or the mode change, and readers use the old one until it is done.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import search_query, search_words
from hiring.bulk import Look
from hiring.search_keyed import Keyed
from hiring.search_query import Match
from hiring.search_ready import Entry, Ready, ready
from hiring.search_table import CONTENT, search_generations
from hiring.search_writing import Generation, Writing
from hiring.store import Store

__all__ = ["Entry", "Match", "Mode", "Ready", "SearchIndex", "Standing", "sweep"]

Mode = Literal[
    "fast", "quiet"
]  # quiet: no beginnings of words, so less can be guessed from the rows
_t = search_generations.c


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is. `stale` means that the whole account should be put into a new generation."""

    searchable: bool
    building: bool
    stale: bool
    mode: Mode | None


class SearchIndex:
    """One account's index. `account_key` is a secret of the account, at least 16 bytes; without it nothing can be asked."""

    def __init__(self, store: Store, account: str, account_key: bytes) -> None:
        if len(account_key) < 16:
            raise ValueError("the key of a search index needs 16 bytes or more")
        self._store, self.account, self._hashes = store, account, Keyed(account_key[:64])

    async def put(self, tx: AsyncConnection, entries: Iterable[Entry]) -> None:
        """Add people, or change them to what they are now; begins a generation where there is none."""
        await self.write(tx, self.ready(entries))

    def ready(self, entries: Iterable[Entry]) -> list[Ready]:
        """What `write` needs of people, in little room and without a readable address or phone: to wait until they are many."""
        return ready(self._hashes, entries)

    async def write(self, tx: AsyncConnection, people: Sequence[Ready]) -> None:
        """As `put`, of those who were made ready before the transaction."""
        for generation in await self._written(tx):
            writing = Writing(tx, self._hashes, generation)
            await writing.put(people)
            await _count(tx, generation, writing)

    async def remove(self, tx: AsyncConnection, remotes: Collection[str]) -> None:
        """Forget people; words that nobody else bears leave with them. Unknown ids change nothing."""
        for generation in await self._written(tx):
            await Writing(tx, self._hashes, generation).remove(remotes)

    async def begin(self, tx: AsyncConnection, mode: Mode = "fast") -> None:
        """Begin a new generation, which `put` fills beside the live one. Twice changes nothing."""
        await self._alone(tx)
        for found in await self._generations(tx):
            if found.state == "building":
                if (found.mode, found.rules) == (mode, search_words.RULES):
                    return
                await self._drop(tx, _t.id == found.id)
        await self._new(tx, mode)

    async def finish(self, tx: AsyncConnection) -> None:
        """Make the generation that was built the live one; `sweep` deletes the former. Twice changes nothing."""
        await self._alone(tx)
        built = [g.id for g in await self._generations(tx) if g.state == "building"]
        if built:
            await self._drop(tx, _t.state == "live")
            live = search_generations.update().where(_t.id == built[0]).values(state="live")
            await tx.execute(live)

    async def forget(self, tx: AsyncConnection) -> None:
        """Nobody of the account can be found from now on; `sweep` deletes the rows."""
        await self._alone(tx)
        await self._drop(tx, sa.true())

    async def query(self, text: str, limit: int = 20) -> list[Match]:
        """Who may be meant, best first: whole words, then beginnings, then words one edit away; recently active first."""
        sqlite = self._store.is_sqlite
        return await self._store.glance(
            lambda cursor: search_query.find(
                Look(cursor, sqlite), self._hashes, self.account, text, limit
            )
        )

    async def standing(self) -> Standing:
        async with self._store.read() as conn:
            found = await self._generations(conn)
        newest = found[-1] if found else None
        return Standing(
            searchable=any(g.state == "live" for g in found),
            building=any(g.state == "building" for g in found),
            stale=newest is None or newest.rules != search_words.RULES,
            mode=("quiet" if newest.mode == "quiet" else "fast") if newest else None,
        )

    async def _written(self, tx: AsyncConnection) -> list[Generation]:
        """The generations to write to, held against other writers until the transaction ends."""
        await self._alone(tx)
        if not (found := await self._generations(tx)):
            await self._new(tx, "fast")
            found = await self._generations(tx)
        return found

    async def _alone(self, tx: AsyncConnection) -> None:
        await self._store.alone(tx, f"search:{self.account}")

    async def _generations(self, conn: AsyncConnection) -> list[Generation]:
        """The live one first, then the one being built."""
        columns = (_t.id, _t.state, _t.mode, _t.rules, _t.next_person, _t.next_word)
        mine = sa.select(*columns).where(_t.account == self.account, _t.state != "dropped")
        return [Generation(*row) for row in await conn.execute(mine.order_by(_t.state.desc()))]

    async def _new(self, tx: AsyncConnection, mode: Mode) -> None:
        row = {
            "account": self.account,
            "state": "building",
            "mode": mode,
            "rules": search_words.RULES,
        }
        await tx.execute(
            search_generations.insert().values(row | {"next_person": 0, "next_word": 0})
        )

    async def _drop(self, tx: AsyncConnection, which: sa.ColumnElement[bool]) -> None:
        await tx.execute(
            search_generations.update()
            .where(_t.account == self.account, which)
            .values(state="dropped")
        )


async def _count(tx: AsyncConnection, generation: Generation, writing: Writing) -> None:
    await tx.execute(
        search_generations.update()
        .where(_t.id == generation.id)
        .values(next_person=writing.next_person, next_word=writing.next_word)
    )


async def sweep(tx: AsyncConnection, most: int = 5_000) -> bool:
    """Delete up to so many rows of generations that are not used any more; says whether more are left."""
    dropped = sa.select(_t.id).where(_t.state == "dropped").order_by(_t.id).limit(1)
    generation = await tx.scalar(dropped)
    if generation is None:
        return False
    for table in CONTENT:
        key = list(table.primary_key.columns)
        some = sa.select(*key).where(table.c.generation == generation).limit(most)
        gone = await tx.execute(table.delete().where(sa.tuple_(*key).in_(some)))
        if gone.rowcount:
            return True
    await tx.execute(search_generations.delete().where(_t.id == generation))
    return await tx.scalar(dropped) is not None
