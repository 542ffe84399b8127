"""Whether the database is as this release needs it; looked at before anything else is done, by commands, too."""

import asyncio

from bot.errors import NotSetUp
from bot.wiring import Parts
from hiring import health, migrations


async def old(parts: Parts) -> dict[str, str]:
    """Empty when the database is as this release needs it."""
    fits = await asyncio.to_thread(migrations.is_current, parts.settings.database)
    return {} if fits else {"schema": "is old: run `callsheet migrate`"}


async def check(parts: Parts) -> None:
    """Raises NotSetUp when the database is not as this release needs it."""
    if await old(parts):
        if wrong := await health.trouble(parts.services):
            raise NotSetUp(f"The database {wrong}.")
        raise NotSetUp("The database is not up to date. Run `callsheet migrate`, then start again.")
    await parts.services.seal.prepare()
