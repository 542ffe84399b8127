"""Counts of vendors' words that nobody knew, by account and field: read as `other`, shown to admins, never a failure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from connectors.words import unknown
from hiring.services import Services
from hiring.unknown_words_table import unknown_words


@dataclass(frozen=True, slots=True)
class Met:
    """A word met so many times, `at` last, in a field such as `application.status`."""

    field: str
    word: str
    times: int
    at: datetime


async def keep(services: Services) -> int:
    """Add what this process met since the last time to the counts; gives how many different words there were."""
    taken = unknown.take()
    if not taken:
        return 0
    insert: Any = sqlite.insert if services.store.is_sqlite else postgresql.insert
    put = insert(unknown_words)
    put = put.on_conflict_do_update(
        index_elements=["account", "field", "word"],
        set_={"times": unknown_words.c.times + put.excluded.times, "at": put.excluded.at},
    )
    now = services.clock.now()
    rows = [
        {"account": account, "field": field, "word": word, "times": times, "at": now}
        for (account, field, word), times in taken.items()
    ]
    async with services.store.begin() as tx:
        await tx.execute(put, rows)
    return len(rows)


async def of(services: Services, account: str) -> list[Met]:
    """An account's unknown words, most often met first."""
    await keep(services)
    query = sa.select(unknown_words).where(unknown_words.c.account == account)
    async with services.store.read() as conn:
        rows = await conn.execute(query.order_by(unknown_words.c.times.desc()).limit(50))
        return [Met(row.field, row.word, row.times, row.at) for row in rows]
