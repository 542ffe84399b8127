"""Where each card stands in Slack, and what was said once. Ids only: what a card shows is drawn afresh."""

from dataclasses import dataclass

import sqlalchemy as sa

from hiring.services import Services
from hiring.tables import cards, said


@dataclass(frozen=True, slots=True)
class Place:
    """One card: a thing of one kind, shown to one person."""

    team: str
    user: str
    kind: str
    subject: str


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


async def keep(services: Services, card: Card) -> None:
    """Remember where the card stands and how it looks; replaces what was known of that place."""
    place = card.place
    async with services.store.begin() as tx:
        await tx.execute(cards.delete().where(*_at(place)))
        await tx.execute(
            cards.insert().values(
                team=place.team,
                user=place.user,
                kind=place.kind,
                subject=place.subject,
                channel=card.channel,
                ts=card.ts,
                hash=card.look,
            )
        )


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


def _at(place: Place) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        cards.c.team == place.team,
        cards.c.user == place.user,
        cards.c.kind == place.kind,
        cards.c.subject == place.subject,
    )
