"""Read the audit's chain: prove it row by row, name the first that is not as it was written, and list the rows."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import audit as chain
from hiring.services import Services
from hiring.tables import audit, audit_head

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the chain says: how many rows, the hash of the last one, and the first thing wrong, if any."""

    rows: int
    head: str
    wrong: str | None = None


async def verify(services: Services, noted: str = "") -> Verdict:
    """Walk the whole chain in one consistent view. `noted` is a head somebody wrote down earlier: it must be in it."""
    async with services.store.snapshot() as conn:
        head = (
            await conn.execute(sa.select(audit_head).where(audit_head.c.id == chain.HEAD))
        ).one_or_none()
        if head is None:
            count = (await conn.execute(sa.select(sa.func.count()).select_from(audit))).scalar_one()
            return Verdict(count, "", "The head of the chain is gone.")
        key = chain.open_key(services, head.key)
        if head.key is not None and key is None:
            return Verdict(head.seq, head.hash, LOST_KEY)
        walk = _Walk(key or b"", noted)
        async for row in _rows(conn):
            walk.step(row)
            if walk.wrong:
                return Verdict(walk.seq, head.hash, walk.wrong)
    return Verdict(walk.seq, head.hash, walk.end(head.seq, head.hash))


LOST_KEY = (
    "The chain's key was sealed with a key that is not in CALLSHEET_SECRET_KEYS. "
    "Put that key back at the end of the list, then try again."
)


class _Walk:
    """One pass over the rows in their order; `wrong` is the first thing that does not fit."""

    def __init__(self, key: bytes, noted: str) -> None:
        self._key = key
        self._noted = noted
        self._seen = not noted
        self._hash = ""
        self._chained = False
        self.seq = 0
        self.wrong: str | None = None

    def step(self, row: Mapping[str, Any]) -> None:
        expected = self.seq + 1
        if row["seq"] != expected:
            self.wrong = _missing(expected, row["seq"] - 1)
            return
        if row["hash"] is None and not self._chained:
            self._hash = chain.unchained(self._hash, row)
        else:
            self._linked(row)
        self.seq = row["seq"]
        self._seen = self._seen or row["hash"] == self._noted

    def _linked(self, row: Mapping[str, Any]) -> None:
        if row["hash"] != chain.fingerprint(self._key, row):
            self.wrong = (
                f"Row {row['seq']} is not what was written: it was changed, moved or put in later."
            )
        elif row["prev"] != self._hash:
            where = f"row {self.seq}" if self._chained else "the rows from before the chain"
            self.wrong = f"Row {row['seq']} does not follow {where}: something before it was changed or taken out."
        self._hash, self._chained = row["hash"], True

    def end(self, seq: int, head: str) -> str | None:
        """What is wrong at the end, once every row fits the one before it."""
        if self.seq < seq:
            return _missing(self.seq + 1, seq)
        if self.seq > seq:
            return f"Row {seq + 1} stands behind the head: it was put in later, or the head was set back."
        if self._hash != head:
            return f"The head does not fit row {seq}, the last one."
        if not self._seen:
            return (
                "The head you noted is not in this chain: rows were cut off its end and the head set back, "
                "or this is an older copy of the database."
            )
        return None


def _missing(first: int, last: int) -> str:
    if first == last:
        return f"Row {first} is missing."
    return f"Rows {first} to {last} are missing."


async def listing(services: Services, *, last: int | None = None) -> AsyncIterator[str]:
    """The rows as JSON lines, oldest first: all of them, or so many of the last."""
    async with services.store.snapshot() as conn:
        after = 0
        if last is not None:
            top = (await conn.execute(sa.select(sa.func.max(audit.c.seq)))).scalar() or 0
            after = max(0, top - last)
        async for row in _rows(conn, after):
            shown = row | {"at": row["at"].isoformat()}
            yield json.dumps(shown, ensure_ascii=False)


async def _rows(conn: AsyncConnection, after: int = 0) -> AsyncIterator[dict[str, Any]]:
    while True:
        query = sa.select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(PAGE)
        page = (await conn.execute(query)).mappings().all()
        for row in page:
            yield dict(row)
        if len(page) < PAGE:
            return
        after = page[-1]["seq"]
