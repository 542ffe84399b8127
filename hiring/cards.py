"""Where each card stands in Slack, and what was said once. Ids only: what a card shows is drawn afresh."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.errors import TryLater
from hiring import doubts
from hiring.errors import InDoubt
from hiring.jobs import job
from hiring.services import Services
from hiring.tables import cards, posts, said

MOST_POSTS = 2  # a post whose answer was lost is repeated once
LOOK = (
    "A message was posted to Slack twice and both times the answer was lost. "
    "Look in the messages of whom it was for: is it there?"
)


@job("card.finish", order="card:{subject}", what="What a card lacks")
async def finish(services: Services, *, kind: str, subject: str) -> None:
    """Draw a card again that stands there without the candidate's name, until the ATS tells it."""
    if not await services.desk.redraw(kind, subject):
        raise TryLater("The connected system does not answer, so a card lacks the name.")


async def finish_later(services: Services, kind: str, subject: str) -> None:
    minute = int(services.clock.now().timestamp() // 60)
    key = f"card-finish:{kind}:{subject}:{minute}"
    async with services.store.begin() as tx:
        await services.jobs.enqueue(tx, finish, key=key, kind=kind, subject=subject)


@dataclass(frozen=True, slots=True)
class Place:
    """One card: a thing of one kind, shown to one person."""

    team: str
    user: str
    kind: str
    subject: str

    @property
    def key(self) -> str:
        return f"{self.team}:{self.user}:{self.kind}:{self.subject}"


@dataclass(frozen=True, slots=True)
class Card:
    """A card that was posted. `look` is the fingerprint of what it shows now."""

    place: Place
    channel: str
    ts: str
    look: str


async def find(services: Services, place: Place) -> Card | None:
    """The card at this place, or None when it was never posted."""
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(cards).where(*_at(place)))).one_or_none()
    return None if row is None else Card(place, row.channel, row.ts, row.hash)


async def standing(services: Services, kind: str, subject: str) -> list[Card]:
    """Every card of this thing, whoever sees it."""
    query = sa.select(cards).where(cards.c.kind == kind, cards.c.subject == subject)
    async with services.store.read() as conn:
        rows = (await conn.execute(query)).all()
    return [Card(Place(r.team, r.user, r.kind, r.subject), r.channel, r.ts, r.hash) for r in rows]


async def keep(services: Services, card: Card, before: Card | None) -> bool:
    """Remember where the card stands and how it looks; False when it is no longer as it was `before`.

    Then somebody else changed it meanwhile, perhaps to something newer: draw it again.
    """
    place = card.place
    values = {"channel": card.channel, "ts": card.ts, "hash": card.look}
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"card:{place.key}")
        row = (await tx.execute(sa.select(cards).where(*_at(place)))).one_or_none()
        standing = (row.ts, row.hash) if row else None
        if standing != ((before.ts, before.look) if before else None):
            return False
        if row is None:
            at = {
                "team": place.team,
                "user": place.user,
                "kind": place.kind,
                "subject": place.subject,
            }
            await tx.execute(cards.insert().values(**at, **values))
        else:
            await tx.execute(cards.update().where(*_at(place)).values(**values))
        await _posted(tx, place.key)
    return True


async def was_said(services: Services, key: str) -> bool:
    async with services.store.read() as conn:
        return (
            await conn.execute(sa.select(said.c.key).where(said.c.key == key))
        ).first() is not None


async def note_said(services: Services, key: str, channel: str, ts: str) -> None:
    """Twice is harmless."""
    async with services.store.begin() as tx:
        await tx.execute(said.delete().where(said.c.key == key))
        await tx.execute(said.insert().values(key=key, channel=channel, ts=ts))
        await _posted(tx, key)


async def begin_post(services: Services, key: str) -> bool:
    """Note that something is about to be posted; False when a person says that it stands there already.

    A post whose outcome is not known is repeated once; after that only a person can tell. Raises InDoubt.
    """
    effect = f"post:{key}"
    said_so = await doubts.answer(services, effect)
    async with services.store.begin() as tx:
        tries = (await tx.execute(sa.select(posts.c.tries).where(posts.c.key == key))).scalar()
        if said_so:
            await _posted(tx, key)
            await doubts.forget(tx, effect)
            tries = None
        if said_so == doubts.DONE:
            return False
        if tries is not None and tries >= MOST_POSTS:
            raise InDoubt(LOOK, effect)
        if tries is None:
            await tx.execute(posts.insert().values(key=key, tries=1))
        else:
            await tx.execute(posts.update().where(posts.c.key == key).values(tries=tries + 1))
    return True


async def not_posted(services: Services, key: str) -> None:
    """Slack said no, or was never reached: this try does not count."""
    async with services.store.begin() as tx:
        await tx.execute(posts.update().where(posts.c.key == key).values(tries=posts.c.tries - 1))
        await tx.execute(posts.delete().where(posts.c.key == key, posts.c.tries < 1))


async def _posted(tx: AsyncConnection, key: str) -> None:
    await tx.execute(posts.delete().where(posts.c.key == key))


def _at(place: Place) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        cards.c.team == place.team,
        cards.c.user == place.user,
        cards.c.kind == place.kind,
        cards.c.subject == place.subject,
    )
