"""Keep up with the ATS: webhooks become events once each, a sync walks ids. Nothing but ids and positions is kept."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from connectors.contract import Walkable
from connectors.model import Event, Ref
from hiring.errors import NotFound
from hiring.jobs import job
from hiring.services import Services
from hiring.tables import deliveries, newest, positions, remote_ids

Hear = Callable[[Services, Event], Awaitable[None]]
Progress = Callable[[str, int], None]
KINDS: tuple[Walkable, ...] = ("candidate", "application")
_listeners: list[Hear] = []


@dataclass(frozen=True, slots=True)
class Done:
    """What a sync found: how many ids were seen, and how many of them are new to us."""

    seen: int
    new: int


def on_event(listener: Hear) -> Hear:
    """Register a feature that wants to know when something changed in an ATS. It may be called twice for one event."""
    _listeners.append(listener)
    return listener


async def receive(services: Services, account: str, headers: Mapping[str, str], body: bytes) -> int:
    """Check a webhook, write it down once, queue what it means; gives how many events were new.

    Raises NotFound for an unknown account, BadWebhook for a wrong or stale signature, ValueError for bad bytes.
    """
    ats = await services.accounts.ats(account)
    events = ats.read_webhook(headers, body, services.clock.now())
    new = 0
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"hook:{account}")
        for event in events:
            key = "hook:" + hashlib.sha256(f"{account}:{event.delivery}".encode()).hexdigest()
            known = await tx.execute(sa.select(deliveries.c.key).where(deliveries.c.key == key))
            if known.first():
                continue
            new += 1
            await tx.execute(
                deliveries.insert().values(key=key, received_at=services.clock.now().timestamp())
            )
            about = event.candidate or event.application or event.subject
            await services.jobs.enqueue(
                tx, apply, key=key, partition=f"event:{about}" if about else None,
                event=event.model_dump(mode="json"),
            )  # fmt: skip
    return new


@job("sync.apply", what="A change in the ATS")
async def apply(services: Services, *, event: dict[str, object]) -> None:
    """Tell every feature, unless something newer about the same thing was told before. Each reads the thing again."""
    told = Event.model_validate(event)
    services.memory.forget()
    if not await _is_news(services, told):
        return
    for listener in _listeners:
        await listener(services, told)


async def _is_news(services: Services, told: Event) -> bool:
    """Whether no newer event about the same thing was told; by the vendor's own time, where it gives one."""
    if told.subject is None or told.at is None:
        return True
    subject = str(told.subject)
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"told:{subject}")
        query = sa.select(newest.c.at).where(newest.c.subject == subject)
        known = (await tx.execute(query)).scalar()
        if known is not None and known > told.at:
            return False
        await tx.execute(newest.delete().where(newest.c.subject == subject))
        await tx.execute(newest.insert().values(subject=subject, at=told.at))
    return True


async def run(
    services: Services, account: str, *, full: bool = False, progress: Progress | None = None
) -> Done:
    """Walk what changed since the last time (everything when `full`), a page in a transaction, resumable.

    Raises NotFound for an unknown account; a connector's error leaves what was reached so far.
    """
    found = await services.accounts.get(account)
    if found.vendor not in services.accounts.ats_vendors:
        raise NotFound(
            f"{found.name} is a calendar, so there is nothing to sync. Name an ATS account."
        )
    ats = await services.accounts.ats(found.id)
    seen = new = 0
    for kind in KINDS:
        since = None if full else await _position(services, found.id, kind)
        last = ""
        async for things, reached in ats.walk(kind, since):
            refs = [thing.ref for thing in things]
            new += await _keep(services, refs)
            seen += len(refs)
            if progress:
                progress(kind, seen)
            last = reached
        if last:
            await _reach(services, found.id, kind, last)
    return Done(seen, new)


async def _keep(services: Services, refs: list[Ref]) -> int:
    new = 0
    async with services.store.begin() as tx:
        for ref in refs:
            mine = {"account": ref.account, "kind": ref.kind, "id": ref.id}
            known = await tx.execute(sa.select(remote_ids.c.id).filter_by(**mine))
            if known.first() is None:
                await tx.execute(remote_ids.insert().values(**mine))
                new += 1
    return new


async def _position(services: Services, account: str, kind: str) -> str | None:
    query = sa.select(positions.c.position).where(
        positions.c.account == account, positions.c.kind == kind
    )
    async with services.store.read() as conn:
        return (await conn.execute(query)).scalar()


async def _reach(services: Services, account: str, kind: str, position: str) -> None:
    async with services.store.begin() as tx:
        await tx.execute(
            positions.delete().where(positions.c.account == account, positions.c.kind == kind)
        )
        await tx.execute(
            positions.insert().values(
                account=account, kind=kind, position=position, at=services.clock.now()
            )
        )
