"""What a person answered where no receiver could tell whether an effect happened: do it again, or it is done."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring.services import Services
from hiring.tables import doubts

AGAIN, DONE = "again", "done"


async def answer(services: Services, effect: str) -> str | None:
    """`again`, `done`, or None while nobody was asked or has answered."""
    async with services.store.read() as conn:
        query = sa.select(doubts.c.answer).where(doubts.c.effect == effect)
        return (await conn.execute(query)).scalar()


async def decide(tx: AsyncConnection, effect: str, said: str) -> None:
    """Keep the answer for the job's next run. The newest one counts."""
    await forget(tx, effect)
    await tx.execute(doubts.insert().values(effect=effect, answer=said))


async def forget(tx: AsyncConnection, effect: str) -> None:
    """The effect's outcome is known now."""
    await tx.execute(doubts.delete().where(doubts.c.effect == effect))
