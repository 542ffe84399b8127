"""Keep up with the ATS: a walk heals what no webhook told, features hear every change once. Only ids and versions stay."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.budget import in_background
from connectors.contract import Ats, Walkable
from connectors.errors import ConnectorError, MissingPermission
from connectors.model import Event, Ref, Thing
from hiring import changes, searching
from hiring.errors import NotFound
from hiring.jobs import job
from hiring.search_index import Ready, SearchIndex
from hiring.services import Services
from hiring.sync_table import hooks, remote_things, stage_moves
from hiring.tables import positions

Hear = Callable[[Services, Event], Awaitable[None]]
T = TypeVar("T")
Progress = Callable[[str, int], None]
KINDS: tuple[Walkable, ...] = ("job", "candidate", "application")
UNDER_WAY = ".walk"  # after a kind: where a walk that has not come to its end is
STALE = timedelta(days=1)  # a walk cut off longer ago begins anew
FEW, MANY = (
    4_000,
    16_000,
)  # things written in one transaction where they come fast: at first, and at most
HELD = 1.5  # seconds a transaction should take at most: SQLite lets nobody else write, and a delivery waits two
SOON = 5.0  # seconds after which those that came so far are written
OVERLAP = timedelta(hours=1)  # what was deleted is asked for from so long before
_listeners: list[Hear] = []


@dataclass(frozen=True, slots=True)
class Done:
    """What a sync found: how many things were seen, how many are new to us, how many events it made."""

    seen: int
    new: int
    told: int = 0

    def plus(self, seen: int = 0, new: int = 0, told: int = 0) -> "Done":
        return Done(self.seen + seen, self.new + new, self.told + told)


@dataclass(frozen=True, slots=True)
class Leg:
    """A walk, or the rest of one: of all when `since` is None. `walk` numbers it, `place` is where it goes on."""

    since: str | None
    place: str | None
    walk: int
    resumed: bool = False

    def reached(self, place: str) -> str:
        """How it is remembered while it is under way."""
        return json.dumps([self.since, self.walk, place])


@dataclass(slots=True)
class Stretch:
    """Some pages of a walk, as what is to be written of them: things, the people among them, where it goes on."""

    things: list[changes.Seen]
    people: list[Ready]
    place: str


@dataclass(slots=True)
class Pace:
    """How many things are written in one transaction: as many as the last one says that there is time for."""

    most: int = FEW

    def took(self, seconds: float, count: int) -> None:
        self.most = int(min(max(count * HELD / max(seconds, 0.001), FEW), MANY))


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


async def run(
    services: Services, account: str, *, full: bool = False, progress: Progress | None = None
) -> Done:
    """Walk what changed since the last time, everything when `full`; some pages at a time.

    Everybody is walked as well while search wants that, as after an update that changed what it keeps. A walk that is
    cut off goes on where it was, unless that was long ago. Raises NotFound for an unknown account, and the errors of a
    connector.
    """
    found = await services.accounts.get(account)
    if not services.accounts.is_ats(found.vendor):
        raise NotFound(
            f"{found.name} is a calendar, so there is nothing to sync. Name an ATS account."
        )
    ats = await services.accounts.ats(found.id)
    total = Done(0, 0)
    for kind in KINDS:
        whole = full or (kind == "candidate" and await searching.wanting(services, found.id))
        with in_background():
            done = await _walk(services, ats, kind, whole, progress)
        total = total.plus(done.seen, done.new, done.told)
    return total


async def _walk(
    services: Services, ats: Ats, kind: Walkable, full: bool, progress: Progress | None
) -> Done:
    account = ats.account.id
    before = await _position(services, account, kind)
    leg = await _leg(services, ats, kind, None if full else before)
    everybody = kind == "candidate" and leg.since is None
    if everybody and not leg.resumed:
        await searching.begin(services, account)
    total = Done(0, 0)
    position, walk = leg.place or "", leg.walk if leg.since is None else None
    index = searching.index(services, account)
    pace, pages = Pace(), _brief(services, index, ats.walk(kind, leg.place))
    async with aclosing(_ahead(_together(pages, pace))) as ahead:
        async for some in ahead:
            async with services.store.begin() as tx:
                began = time.monotonic()
                noted = await _write(services, tx, index, some, before is None, walk)
                position = some.place
                await _reach(services, tx, account, f"{kind}{UNDER_WAY}", leg.reached(position))
            pace.took(time.monotonic() - began, len(some.things))
            total = total.plus(len(some.things), noted.new, len(noted.events))
            if progress:
                progress(kind, total.seen)
    removed = await _removed(services, ats, kind) if leg.since is not None else []
    async with services.store.begin() as tx:
        gone = removed if walk is None else await changes.unmet(tx, account, kind, walk)
        for ref in gone:
            events = await changes.gone(tx, ref, "poll")
            await tell(services, tx, events)
            total = total.plus(told=len(events))
        if kind == "candidate":
            await searching.remove(services, tx, account, [ref.id for ref in gone])
        if everybody:
            await searching.finish(services, tx, account)
        await _reach(services, tx, account, kind, position)
        await tx.execute(positions.delete().where(_of(account, f"{kind}{UNDER_WAY}")))
    return total


async def _write(
    services: Services, tx: AsyncConnection, index: SearchIndex, some: Stretch, quiet: bool, walk: int | None
) -> changes.Noted:  # fmt: skip
    """Remember what some pages told, have features hear of it, and make the people findable."""
    noted = await changes.note(services, tx, some.things, cause="poll", quiet=quiet, walk=walk)
    await tell(services, tx, noted.events)
    if some.people:
        services.seal.account_key(index.account)  # NotFound where it was removed meanwhile
        await index.write(tx, some.people)
    return noted


async def _leg(services: Services, ats: Ats, kind: Walkable, before: str | None) -> Leg:
    """Where a walk begins: where the last one was cut off, if that was of the same sort and not long ago."""
    since = before if "changes" in ats.abilities else None
    fresh = Leg(since, since, time.time_ns() // 1_000)
    query = sa.select(positions).where(_of(ats.account.id, f"{kind}{UNDER_WAY}"))
    async with services.store.read() as conn:
        row = (await conn.execute(query)).first()
    if row is None or services.clock.now() - row.at > STALE:
        return fresh
    since, walk, place = json.loads(row.position)
    return Leg(since, place, walk, True) if (since is None) == (fresh.since is None) else fresh


async def _removed(services: Services, ats: Ats, kind: Walkable) -> list[Ref]:
    """What the vendor says was deleted since the last walk came to its end, and a while before."""
    query = sa.select(positions.c.at).where(_of(ats.account.id, kind))
    async with services.store.read() as conn:
        at = (await conn.execute(query)).scalar()
    try:
        return await ats.removed(kind, at - OVERLAP) if at else []
    except MissingPermission:
        return []  # the next full walk notices


async def _brief(
    services: Services, index: SearchIndex, pages: AsyncIterator[tuple[list[Thing], str]]
) -> AsyncGenerator[Stretch, None]:
    """Pages as what has to be written of them."""
    async for things, place in pages:
        seen = [changes.seen(services, thing) for thing in things]
        yield Stretch(seen, index.ready(searching.entries(things)), place)


async def _together(pages: AsyncIterator[Stretch], pace: Pace) -> AsyncGenerator[Stretch, None]:
    """Pages joined until they are many things or some time has gone by; also those before one that fails."""
    joined, began = Stretch([], [], ""), time.monotonic()
    try:
        async for page in pages:
            joined.things += page.things
            joined.people += page.people
            joined.place = page.place
            if len(joined.things) >= pace.most or time.monotonic() - began >= SOON:
                yield joined
                joined, began = Stretch([], [], page.place), time.monotonic()
    except ConnectorError:
        if joined.things:
            yield joined
        raise
    if joined.things or joined.place:
        yield joined


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
    query = sa.select(positions.c.position).where(_of(account, kind))
    async with services.store.read() as conn:
        return (await conn.execute(query)).scalar()


async def _reach(
    services: Services, tx: AsyncConnection, account: str, kind: str, position: str
) -> None:
    await tx.execute(positions.delete().where(_of(account, kind)))
    row = {"account": account, "kind": kind, "position": position, "at": services.clock.now()}
    await tx.execute(positions.insert().values(**row))


def _of(account: str, kind: str) -> sa.ColumnElement[bool]:
    return sa.and_(positions.c.account == account, positions.c.kind == kind)
