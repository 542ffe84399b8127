"""A process of its own that asks an ATS something: `python -m tests.keys.spender DATABASE KEY VAR ACCOUNT`."""

import asyncio
import sys
from pathlib import Path

from bot import wiring
from tests.bot.conftest import settings


async def main(database: str, key: str, var: str, account: str) -> None:
    """Say that we are ready, wait to be told, then ask."""
    chosen = settings(Path(var), database_url=database, secret_keys=key)
    async with wiring.parts(chosen) as parts:
        ats = await parts.services.accounts.ats(account)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print(f"{len(await ats.users())} users", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
