"""Keep the grants of OAuth accounts alive: a refresh token that nobody uses lapses at some vendors."""

import time

import sqlalchemy as sa

from connectors import registry
from connectors.auth_oauth import renewed
from connectors.errors import ConnectorError
from hiring.grants_table import grants
from hiring.jobs import job
from hiring.services import Services


@job("beat.grants", lane="bulk", order="grants")
async def beat(services: Services) -> None:
    """Once an hour: renew what would lapse unused. A vendor that is away is asked again in an hour."""
    await keep_alive(services)


async def keep_alive(services: Services) -> int:
    """Renew each grant that has lain for half the time after which it lapses; gives how many."""
    async with services.store.read() as conn:
        rows = {row.account: row for row in await conn.execute(sa.select(grants))}
    count = 0
    for account in await services.accounts.listing():
        row, oauth = rows.get(account.id), registry.vendors()[account.vendor].oauth
        if row is None or row.revoked or oauth is None or oauth.lapses is None:
            continue
        if time.time() - row.renewed_at < oauth.lapses.total_seconds() / 2:
            continue
        version = row.version
        try:
            await renewed(
                services.accounts.pool, account, oauth, lambda kept, v=version: kept.version > v
            )
            count += 1
        except ConnectorError:
            continue  # a revoked one says so wherever it is used, and in `accounts test`
    return count
