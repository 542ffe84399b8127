"""OAuth grants of connected accounts: kept sealed, and renewed by one process at a time."""

import time
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.auth_oauth import Grant, Kept
from hiring.grants_table import grants
from hiring.keys import Keys, Sealer
from hiring.store import Store


class KeptGrants:
    """Implements `connectors.auth_oauth.Grants` in our database. No transaction lasts while a vendor is asked: a claim,
    taken under the row's lock, says who may ask, and runs out if that process dies."""

    def __init__(self, store: Store, seal: Keys) -> None:
        self._store = store
        self._seal = seal

    async def read(self, account: str) -> Kept | None:
        async with self._store.read() as conn:
            row = (
                await conn.execute(sa.select(grants).where(grants.c.account == account))
            ).one_or_none()
        if row is None:
            return None
        return Kept(opened(self._seal.open_json(row.tokens), row.until), row.version, row.revoked)

    async def claim(self, account: str, version: int, seconds: float) -> bool:
        now = time.time()
        async with self._store.begin() as tx:
            row = (
                await tx.execute(
                    sa.select(grants).where(grants.c.account == account).with_for_update()
                )
            ).one_or_none()
            if row is None or row.version != version or row.revoked or row.claimed_until > now:
                return False
            await tx.execute(_mine(account, version).values(claimed_until=now + seconds))
        return True

    async def save(self, account: str, version: int, grant: Grant) -> None:
        sealed = self._seal.of(account).close_json(_closed(grant))
        async with self._store.begin() as tx:
            await tx.execute(
                _mine(account, version).values(
                    tokens=sealed,
                    until=grant.until,
                    renewed_at=time.time(),
                    version=version + 1,
                    claimed_until=0.0,
                )
            )

    async def give_up(self, account: str, version: int, *, revoked: bool) -> None:
        async with self._store.begin() as tx:
            await tx.execute(_mine(account, version).values(claimed_until=0.0, revoked=revoked))


async def first(tx: AsyncConnection, account: str, grant: Grant, sealer: Sealer) -> None:
    """Write what was granted to a new account, in the transaction that adds it."""
    await tx.execute(
        grants.insert().values(
            account=account,
            tokens=sealer.close_json(_closed(grant)),
            until=grant.until,
            renewed_at=time.time(),
            version=1,
            claimed_until=0.0,
            revoked=False,
        )
    )


async def another(tx: AsyncConnection, account: str, grant: Grant, sealer: Sealer) -> None:
    """Put what was granted anew in the place of what the vendor ended."""
    await tx.execute(
        grants.update()
        .where(grants.c.account == account)
        .values(
            tokens=sealer.close_json(_closed(grant)),
            until=grant.until,
            renewed_at=time.time(),
            version=grants.c.version + 1,
            claimed_until=0.0,
            revoked=False,
        )
    )


def _mine(account: str, version: int) -> sa.Update:
    return grants.update().where(grants.c.account == account, grants.c.version == version)


def _closed(grant: Grant) -> Mapping[str, object]:
    scopes = None if grant.scopes is None else sorted(grant.scopes)
    return {"access": grant.access, "refresh": grant.refresh, "scopes": scopes}


def opened(told: Mapping[str, object], until: float) -> Grant:
    scopes = told.get("scopes")
    known = frozenset(map(str, scopes)) if isinstance(scopes, list) else None
    return Grant(str(told["access"]), str(told["refresh"]), until, known)
