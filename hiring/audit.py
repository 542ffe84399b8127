"""Who did what, when, from where, and what became of it: chained rows, written with every change. Never a person's data.

Each row carries an HMAC (SHA-256) over itself and the row before it, so that none can be changed, taken out, put in or
moved unseen. The key is made on first use and kept sealed beside the head: whoever can write to the database, but has
not `CALLSHEET_SECRET_KEYS`, cannot forge a row.

The chain needs one order, also where many transactions write at once. A row is therefore linked at the very end of its
transaction, when nothing but the commit is left to do: the head's row is locked, read, and moved on. Writers of audit
rows wait for each other for two statements and a commit, never for each other's work, and as the head is always the last lock taken
they cannot block each other for good. Ten writers at once got 70 changes a second through PostgreSQL on two cores busy with
other work, far above what people do by hand; linking the rows later, in a beat, would save even that wait but leave the newest rows unproved. On SQLite
writers are alone anyway.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import origin
from hiring.clock import Clock
from hiring.errors import NotFound
from hiring.keys import Keys
from hiring.store import Store
from hiring.tables import audit, audit_head

HEAD = "head"
SIGNED = ("seq", "at", "actor", "action", "subject", "origin", "before", "after", "detail", "prev")


@dataclass(frozen=True, slots=True)
class Books:
    """What a row is written with, where there are no `Services` yet."""

    store: Store
    clock: Clock
    seal: Keys


class Writer(Protocol):
    """What a row is written with; `Services` has it all."""

    @property
    def store(self) -> Store: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def seal(self) -> Keys: ...


async def record(
    tx: AsyncConnection,
    services: Writer,
    actor: str,
    action: str,
    subject: str,
    *,
    before: str = "",
    after: str = "",
    **detail: object,
) -> None:
    """Write one row with the caller's transaction; it gets its place in the chain when that ends.

    `actor` is a Slack member id, `candidate`, `callsheet` or `operator`; `before` and `after` name the states of the
    subject around the change, empty where there is none; `detail` holds ids.
    """
    row = {
        "at": services.clock.now(),
        "actor": actor,
        "action": action,
        "subject": subject,
        "origin": origin.current()[:160],
        "before": before,
        "after": after,
        "detail": detail,
    }

    async def link(ending: AsyncConnection) -> None:
        await _link(ending, services, row)

    services.store.at_end(tx, link)


async def _link(tx: AsyncConnection, services: Writer, row: dict[str, Any]) -> None:
    """Put the row behind the head and move the head; whoever comes second waits here for the first."""
    head = (
        await tx.execute(sa.select(audit_head).where(audit_head.c.id == HEAD).with_for_update())
    ).one_or_none()
    if head is None:  # taken out by hand: the chain goes on, and `verify` names the gap
        top = (await tx.execute(sa.select(sa.func.max(audit.c.seq)))).scalar() or 0
        await tx.execute(audit_head.insert().values(id=HEAD, seq=top, hash="lost", key=None))
        seq, prev, sealed = top + 1, "lost", None
    else:
        seq, prev, sealed = head.seq + 1, head.hash, head.key
    key = open_key(services, sealed)
    if key is None:
        key = secrets.token_bytes(32)
        sealed = services.seal.close(key)
    linked = row | {"seq": seq, "prev": prev}
    linked["hash"] = fingerprint(key, linked)
    await tx.execute(audit.insert().values(**linked))
    await tx.execute(
        audit_head.update()
        .where(audit_head.c.id == HEAD)
        .values(seq=seq, hash=linked["hash"], key=sealed)
    )


def open_key(services: Writer, sealed: str | None) -> bytes | None:
    """The chain's key; None when there is none yet, or when it was sealed with a key that is lost."""
    if sealed is None:
        return None
    try:
        return services.seal.open(sealed)
    except (ValueError, NotFound):
        return None


def fingerprint(key: bytes, row: Mapping[str, Any]) -> str:
    """The HMAC of a row over its canonical form, the hash of the row before included."""
    return hmac.new(key, canonical(row, SIGNED).encode(), hashlib.sha256).hexdigest()


def unchained(before: str, row: Mapping[str, Any]) -> str:
    """The digest over rows from before there was a chain; the first linked row follows it."""
    old = canonical(row, SIGNED[:5]) + canonical(row, ("detail",))
    return hashlib.sha256((before + old).encode()).hexdigest()


def canonical(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """JSON in one fixed form; times as they lie in the table."""
    shown = {name: row[name] for name in names}
    if "at" in shown and not isinstance(shown["at"], str):
        shown["at"] = shown["at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return json.dumps(shown, sort_keys=True, separators=(",", ":"))
