"""A process that backfills an account through the product's own sync, and says how long it took and what it weighed on the way."""

import asyncio
import gc
import json
import sys

gc.disable()  # as bot/__main__.py does, which this stands for


async def run(account: str, count: int) -> None:
    import os

    from benchmarks.start import weight
    from bot.cli.care import opened
    from hiring import sync

    weights: dict[str, float] = {}

    def progress(kind: str, seen: int) -> None:
        if kind == "candidate" and seen >= count // 10:
            weights.setdefault("tenth", weight(os.getpid()))

    async with opened() as parts:
        done = await sync.run(parts.services, account, full=True, progress=progress)
    weights["end"] = weight(os.getpid())
    print(json.dumps({"seen": done.seen, **weights}))


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], int(sys.argv[2])))
