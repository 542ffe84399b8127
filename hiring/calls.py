"""The call log, kept searchable: written in batches beside the work, never in its way, and forgotten in time."""

import logging
from collections import deque
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.http_calls import CallRecord, log_call
from hiring.calls_table import calls
from hiring.clock import Clock
from hiring.store import Store

log = logging.getLogger(__name__)
WAITING = 10_000  # calls in memory; beyond that the oldest are lost
BATCH = 500  # rows of one transaction
MOST = 200_000  # rows kept
LATEST = 200  # of an account, from which errors are shown first
_WIDTHS = {
    column.name: column.type.length
    for column in calls.c
    if isinstance(column.type, sa.String) and column.type.length
}


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the log. `account` is an id; `correlation` is the audit's origin."""

    at: datetime
    account: str
    host: str
    method: str
    path: str
    status: int
    ms: int
    attempt: int
    bytes: int
    cost: float
    error: str
    request_id: str
    correlation: str
    flow: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: `status` is a number, a class such as `4xx`, or `errors`; `correlation` is its beginning or its end."""

    account: str = ""
    status: str = ""
    since: datetime | None = None
    correlation: str = ""


class Calls:
    """Takes calls from the HTTP client of this process and writes them when `flush` is called."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: deque[dict[str, Any]] = deque(maxlen=WAITING)

    def note(self, call: CallRecord) -> None:
        """Keep it for the next batch. Never waits, never fails."""
        log_call(call)
        row = {field.name: getattr(call, field.name) for field in fields(call)}
        row |= {name: str(row[name])[:width] for name, width in _WIDTHS.items() if name in row}
        self._waiting.append(row | {"at": self._clock.now()})

    async def flush(self) -> None:
        """Write what waits. What the database does not take stays for the next time."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                async with self._store.begin() as tx:
                    await tx.execute(calls.insert(), batch)
            except (sa.exc.SQLAlchemyError, OSError):
                self._waiting.extendleft(reversed(batch[: WAITING - len(self._waiting)]))
                raise


async def search(store: Store, wanted: Wanted, most: int = 50) -> list[Logged]:
    """The newest lines that are wanted, newest first. Raises ValueError for a status that is none."""
    query = sa.select(calls).where(*_conditions(wanted)).order_by(calls.c.id.desc()).limit(most)
    async with store.read() as conn:
        return [_logged(row) for row in await conn.execute(query)]


async def latest(store: Store, account: str, skip: int, most: int) -> tuple[list[Logged], int]:
    """A page of an account's last calls (of all accounts when empty), errors first, and how many there are in all."""
    recent = (
        sa.select(calls)
        .where(*_conditions(Wanted(account)))
        .order_by(calls.c.id.desc())
        .limit(LATEST)
        .subquery()
    )
    fine = sa.case((recent.c.error == "", 1), else_=0)
    query = sa.select(recent).order_by(fine, recent.c.id.desc()).offset(skip).limit(most)
    async with store.read() as conn:
        count = (await conn.execute(sa.select(sa.func.count()).select_from(recent))).scalar()
        return [_logged(row) for row in await conn.execute(query)], int(count or 0)


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Delete what is older, and the oldest of more than are kept."""
    newest = (await tx.execute(sa.select(sa.func.max(calls.c.id)))).scalar() or 0
    await tx.execute(calls.delete().where((calls.c.at < before) | (calls.c.id <= newest - MOST)))


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.account:
        found.append(calls.c.account == wanted.account)
    if wanted.since is not None:
        found.append(calls.c.at >= wanted.since)
    if wanted.correlation:
        word = wanted.correlation
        found.append(
            calls.c.correlation.startswith(word, autoescape=True)
            | calls.c.correlation.endswith(word, autoescape=True)
        )
    if wanted.status == "errors":
        found.append(calls.c.error != "")
    elif wanted.status[1:] == "xx" and wanted.status[0].isdigit():
        low = int(wanted.status[0]) * 100
        found.append(calls.c.status.between(low, low + 99))
    elif wanted.status:
        if not wanted.status.isdigit():
            raise ValueError("A status is a number such as 429, a class such as 4xx, or errors.")
        found.append(calls.c.status == int(wanted.status))
    return found


def _logged(row: Any) -> Logged:
    return Logged(*(getattr(row, field.name) for field in fields(Logged)))
