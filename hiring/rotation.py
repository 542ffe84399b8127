"""Changing keys: wrap the data keys with the first instance key, renew them if asked, and seal rows anew.

It may be stopped at any point, by a kill too, and goes on where it was: a row is either still as it was, and opens with
the old data key, or sealed anew. It runs beside everything else. A process may go on sealing with a data key for minutes
after it was retired, so a retired one is destroyed a day later, and only when nothing anywhere names it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import audit, sealed_places
from hiring.errors import NotFound
from hiring.keys import FRESH, INSTANCE, LINKS, ROWS, account_of
from hiring.keys_table import data_keys
from hiring.links_table import links
from hiring.sealed_places import Place
from hiring.services import Services

REST = 86_400.0  # real seconds a retired key is kept
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did. `unreadable` rows are sealed with a key that is lost, or belonged to a removed account."""

    wrapped: int
    sealed: int
    unreadable: int
    destroyed: int


@dataclass(frozen=True, slots=True)
class Use:
    """Where instance keys other than the first may still be in use. `links_until` is when the last old link ends."""

    data_keys: int
    wrapped_by_others: int
    sealed_directly: int
    retired: int
    links_until: datetime | None

    @property
    def only_first(self) -> bool:
        return not (self.wrapped_by_others or self.sealed_directly or self.links_until)


async def rotate(
    services: Services, *, renew: bool = False, actor: str = "operator", progress: Progress
) -> Done:
    """Bring everything to the first instance key; with `renew` to new data keys too, unless a run was cut short:
    then its own new keys are used."""
    await services.seal.prepare()
    wrapped = await _wrap(services)
    if renew:
        await _renew(services, actor)
    sealed = unreadable = 0
    heads = await _current(services)
    for place in sealed_places.places(services.store):
        async for rows in place.pages(services.store, list(heads.values())):
            async with services.store.begin() as tx:
                for row in rows:
                    if await _seal(tx, services, place, row, heads):
                        sealed += 1
                    else:
                        unreadable += 1
            progress("row", sealed)
    await _finish(services)
    destroyed = await tidy(services)
    async with services.store.begin() as tx:
        await audit.record(
            tx, services, actor, "keys.rotated", "keys", wrapped=wrapped, sealed=sealed, destroyed=destroyed
        )  # fmt: skip
    return Done(wrapped, sealed, unreadable, destroyed)


async def tidy(services: Services) -> int:
    """Destroy data keys that were retired a day ago and that nothing names; gives how many."""
    query = sa.select(data_keys).where(
        data_keys.c.state == "empty", data_keys.c.retired_at < time.time() - REST
    )
    async with services.store.read() as conn:
        old = (await conn.execute(query)).all()
    gone = 0
    for key in old:
        async with services.store.begin() as tx:
            needed = (
                await _links_until(tx, services, key.retired_at + FRESH)
                if key.purpose == LINKS
                else await sealed_places.named(tx, services.store, key.id)
            )
            if not needed:
                await tx.execute(data_keys.delete().where(data_keys.c.id == key.id))
                gone += 1
    return gone


async def in_use(services: Services) -> Use:
    """What still needs instance keys other than the first."""
    async with services.store.read() as conn:
        keys = (await conn.execute(sa.select(data_keys))).all()
        first = min((k.made_at for k in keys if k.purpose == LINKS), default=None)
        until = await _links_until(conn, services, first) if first is not None else None
    return Use(
        data_keys=len(keys),
        wrapped_by_others=sum(not services.seal.wrap.by_first(key.wrapped) for key in keys),
        sealed_directly=await sealed_places.count(services.store, "sealed_directly"),
        retired=sum(key.state != "current" for key in keys),
        links_until=until,
    )


async def _wrap(services: Services) -> int:
    """Wrap every data key with the first instance key. One whose own is lost stays as it is."""
    count = 0
    async with services.store.begin() as tx:
        for key in (await tx.execute(sa.select(data_keys))).all():
            if services.seal.wrap.by_first(key.wrapped):
                continue
            try:
                fresh = services.seal.wrap.close(services.seal.wrap.open(key.wrapped))
            except ValueError:
                continue
            await tx.execute(
                data_keys.update().where(data_keys.c.id == key.id).values(wrapped=fresh)
            )
            count += 1
    return count


async def _renew(services: Services, actor: str) -> None:
    """Retire all data keys at once and put new ones in their place; one transaction, so a kill leaves both or neither."""
    async with services.store.begin() as tx:
        await services.store.alone(tx, "data-keys")
        unfinished = sa.select(data_keys.c.id).where(data_keys.c.state == "retired").limit(1)
        if (await tx.execute(unfinished)).first() is not None:
            return
        current = data_keys.c.state == "current"
        query = sa.select(data_keys).where(current, data_keys.c.purpose.in_((ROWS, LINKS)))
        for key in (await tx.execute(query)).all():
            state = "empty" if key.purpose == LINKS else "retired"  # links are not signed anew
            await tx.execute(
                data_keys.update()
                .where(data_keys.c.id == key.id)
                .values(state=state, retired_at=time.time())
            )
            await services.seal.make(tx, key.owner, key.purpose)
        await audit.record(tx, services, actor, "keys.renewed", "keys")


async def _current(services: Services) -> dict[str, str]:
    """The id of each owner's data key for rows."""
    services.seal.refresh()
    query = sa.select(data_keys.c.owner, data_keys.c.id).where(
        data_keys.c.state == "current", data_keys.c.purpose == ROWS
    )
    async with services.store.read() as conn:
        return {row.owner: row.id for row in await conn.execute(query)}


async def _seal(
    tx: AsyncConnection,
    services: Services,
    place: Place,
    row: sa.Row[object],
    heads: dict[str, str],
) -> bool:
    """Seal one row anew, unless somebody wrote it meanwhile; False when it does not open."""
    told = row._mapping
    owner = account_of(str(told["owner_of_row"] or ""))
    sealer = services.seal.of(owner if owner in heads else INSTANCE)
    mine = [column == told[column.name] for column in place.key]
    for column in place.columns:
        text = told[column.name]
        if not text or str(text).partition(":")[0] in heads.values():
            continue
        try:
            fresh = sealer.close(services.seal.open(text))
        except (ValueError, NotFound):
            return False
        await tx.execute(
            place.table.update().where(*mine, column == text).values({column.name: fresh})
        )
    return True


async def _finish(services: Services) -> None:
    """Retired keys that no row names are empty: their day begins."""
    async with services.store.begin() as tx:
        retired = sa.select(data_keys.c.id).where(data_keys.c.state == "retired")
        for key in [row.id for row in await tx.execute(retired)]:
            if not await sealed_places.named(tx, services.store, key):
                await tx.execute(
                    data_keys.update()
                    .where(data_keys.c.id == key)
                    .values(state="empty", retired_at=time.time())
                )


async def _links_until(
    conn: AsyncConnection, services: Services, made_before: float
) -> datetime | None:
    """When the last candidate link that was signed before that moment ends; None when none is alive."""
    moment = datetime.fromtimestamp(made_before, UTC)
    query = sa.select(sa.func.max(links.c.expires_at)).where(
        links.c.created_at <= moment,
        links.c.expires_at > services.clock.now(),
        links.c.revoked_at.is_(None),
    )
    found: datetime | None = (await conn.execute(query)).scalar()
    return found
