"""Keep up with the ATS: a walk heals what no webhook told, features hear every change once. Only ids and versions stay."""

import asyncio
import hashlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.budget import in_background
from connectors.contract import Ats, Walkable
from connectors.model import Event
from hiring import changes, searching
from hiring.errors import NotFound
from hiring.jobs import job
from hiring.services import Services
from hiring.sync_table import hooks, remote_things, stage_moves
from hiring.tables import positions

Hear = Callable[[Services, Event], Awaitable[None]]
T = TypeVar("T")
Progress = Callable[[str, int], None]
KINDS: tuple[Walkable, ...] = ("job", "candidate", "application")
_listeners: list[Hear] = []


@dataclass(frozen=True, slots=True)
class Done:
    """What a sync found: how many things were seen, how many are new to us, how many events it made."""

    seen: int
    new: int
    told: int = 0


def on_event(listener: Hear) -> Hear:
    """Register a feature that wants to know when something changed in an ATS. It may be called twice for one event."""
    _listeners.append(listener)
    return listener


async def tell(services: Services, tx: AsyncConnection, events: Sequence[Event]) -> None:
    """Have every feature hear these events once the transaction is through, in order for each candidate."""
    for event in events:
        about = event.candidate or event.application or event.subject
        await services.jobs.enqueue(
            tx, heard, key=f"heard:{hashlib.sha256(event.delivery.encode()).hexdigest()[:40]}", partition=f"event:{about}",
            event=event.model_dump(mode="json"),
        )  # fmt: skip


@job("sync.heard", what="A change in the ATS")
async def heard(services: Services, *, event: dict[str, object]) -> None:
    """Tell every feature. Each reads the thing again before it acts."""
    told = Event.model_validate(event)
    for listener in _listeners:
        await listener(services, told)


@job("sync.reconcile", lane="bulk", order="account:{account}", what="Catching up with the ATS")
async def reconcile(services: Services, *, account: str, full: bool = False) -> None:
    """See what no webhook told. Twice changes nothing."""
    await run(services, account, full=full)


async def run(
    services: Services, account: str, *, full: bool = False, progress: Progress | None = None
) -> Done:
    """Walk what changed since the last time, everything when `full`; a page is one transaction.

    A walk that is cut off leaves what it reached; the next one passes over it quickly. Raises NotFound for an unknown
    account, and the errors of a connector.
    """
    found = await services.accounts.get(account)
    if found.vendor not in services.accounts.ats_vendors:
        raise NotFound(
            f"{found.name} is a calendar, so there is nothing to sync. Name an ATS account."
        )
    ats = await services.accounts.ats(found.id)
    total = Done(0, 0)
    for kind in KINDS:
        with in_background():
            done = await _walk(services, ats, kind, full, progress)
        total = Done(total.seen + done.seen, total.new + done.new, total.told + done.told)
    return total


async def _walk(
    services: Services, ats: Ats, kind: Walkable, full: bool, progress: Progress | None
) -> Done:
    account = ats.account.id
    before = await _position(services, account, kind)
    since = None if full or "changes" not in ats.abilities else before
    walk = time.time_ns() // 1_000 if since is None else None
    seen = new = told = 0
    position = since or ""
    everybody = kind == "candidate" and since is None
    if everybody:
        await searching.begin(services, account)
    async with aclosing(_ahead(ats.walk(kind, since))) as pages:
        async for things, reached in pages:
            position = reached
            async with services.store.begin() as tx:
                noted = await changes.note(
                    services, tx, things, cause="poll", quiet=before is None, walk=walk
                )
                await tell(services, tx, noted.events)
                await searching.put(services, tx, account, changes.people(things))
            seen, new, told = seen + len(things), new + noted.new, told + len(noted.events)
            if progress:
                progress(kind, seen)
    async with services.store.begin() as tx:
        if walk is not None:
            unmet = await changes.unmet(tx, account, kind, walk)
            for ref in unmet:
                events = await changes.gone(tx, ref, "poll")
                await tell(services, tx, events)
                told += len(events)
            if everybody:
                await searching.remove(services, tx, account, [ref.id for ref in unmet])
                await searching.finish(services, tx, account)
        await _reach(services, tx, account, kind, position)
    return Done(seen, new, told)


async def _ahead(pages: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """The same pages; the next one is asked for while this one is written down."""
    following = asyncio.ensure_future(anext(pages, None))
    try:
        while (page := await following) is not None:
            following = asyncio.ensure_future(anext(pages, None))
            yield page
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def forget(tx: AsyncConnection, account: str) -> None:
    """Forget everything that was remembered of an account's things."""
    for table in (remote_things, stage_moves, positions, hooks):
        await tx.execute(table.delete().where(table.c.account == account))


async def _position(services: Services, account: str, kind: str) -> str | None:
    query = sa.select(positions.c.position).where(
        positions.c.account == account, positions.c.kind == kind
    )
    async with services.store.read() as conn:
        return (await conn.execute(query)).scalar()


async def _reach(
    services: Services, tx: AsyncConnection, account: str, kind: str, position: str
) -> None:
    mine = sa.and_(positions.c.account == account, positions.c.kind == kind)
    await tx.execute(positions.delete().where(mine))
    row = {"account": account, "kind": kind, "position": position, "at": services.clock.now()}
    await tx.execute(positions.insert().values(**row))


@job("beat.reconcile", lane="bulk", order="reconcile")
async def beat(services: Services) -> None:
    """Every few minutes: each ATS account catches up on its own; those that cannot tell changes once an hour."""
    now = services.clock.now()
    for ats in await services.accounts.all_ats():
        minutes = 5 if "changes" in ats.abilities else 60
        slot = int(now.timestamp() // (minutes * 60))
        async with services.store.begin() as tx:
            key = f"reconcile:{ats.account.id}:{minutes}:{slot}"
            await services.jobs.enqueue(tx, reconcile, key=key, account=ats.account.id)
