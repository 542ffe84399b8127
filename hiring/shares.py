"""Candidates shared in private channels: a card that stays up to date and shows what everybody there may know."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from connectors.model import Event, Ref
from hiring import audit, candidates, ids, linked
from hiring.candidates import Profile
from hiring.errors import NotFound
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from hiring.sync import on_event
from hiring.watch_table import shares


@dataclass(frozen=True, slots=True)
class Share:
    """One card in one channel, as it is to be drawn now. `named` says that everybody there may know the name."""

    profile: Profile
    channel: str
    by: str
    words: str
    named: bool


async def share(
    services: Services, actor: Actor, ref: Ref, channel: str, words: str, *, key: str
) -> bool:
    """Have the card posted; the same key posts once. Gives whether the name will be on it.

    Raises NotAllowed, NotFound, or Refused beside the field `channel` where candidates may not be shown there.
    """
    profile = await candidates.profile(services, actor, ref)
    members = await services.desk.audience(actor.team, channel)
    row = {
        "id": ids.new("shr"), "key": key, "team": actor.team, "channel": channel, "application": str(profile.ref),
        "by": actor.user, "words": services.seal.of(profile.ref.account).close(words), "at": services.clock.now(),
    }  # fmt: skip
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"share:{key}")
        if (await tx.execute(sa.select(shares.c.id).where(shares.c.key == key))).first() is None:
            await tx.execute(shares.insert().values(**row))
            await audit.record(
                tx, services, actor.user, "candidate.shared", str(profile.ref), channel=channel
            )
            await services.jobs.enqueue(tx, show, key=f"share:{row['id']}", share=row["id"])
    return await linked.all_may_know(services, actor.team, members, profile)


@job("share.show", order="card:{share}", what="The shared card")
async def show(services: Services, *, share: str) -> None:
    """Twice changes nothing: a card is posted once and edited in place."""
    row = await _row(services, share)
    await services.desk.show(row.team, row.channel, "share", share)


@on_event
async def hear(services: Services, event: Event) -> None:
    """Cards about whom something happened to are brought up to date."""
    about = [str(ref) for ref in (event.application, event.candidate) if ref]
    query = sa.select(shares.c.id).where(shares.c.application.in_(about))
    async with services.store.read() as conn:
        standing = list((await conn.execute(query)).scalars())
    for share in standing:
        await services.desk.refresh("share", share)


async def read(services: Services, share: str) -> Share:
    """What the card shows now. Raises NotFound when it is forgotten, or the person is no longer in the ATS."""
    row = await _row(services, share)
    profile = await candidates.read(services, Ref.parse(row.application))
    members = await services.desk.audience(row.team, row.channel)
    named = await linked.all_may_know(services, row.team, members, profile)
    return Share(profile, row.channel, row.by, services.seal.open_text(row.words), named)


async def _row(services: Services, share: str) -> Any:
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(shares).where(shares.c.id == share))).one_or_none()
    if row is None:
        raise NotFound("This card is no longer kept.")
    return row
