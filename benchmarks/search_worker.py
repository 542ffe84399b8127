"""A process that fills the search index some thousand at a time, as a backfill does, and says how long it took and how much memory."""

import asyncio
import json
import resource
import sys
import time
from itertools import islice
from pathlib import Path

from benchmarks.search_people import read
from hiring.search_index import Entry, SearchIndex
from hiring.store import Store
from hiring.sync import MANY

KEY = bytes(range(32))


async def build(url: str, names: Path) -> None:
    store = Store(url)
    index = SearchIndex(store, "bench", KEY)
    made, seconds = read(names), 0.0
    while page := [
        Entry(
            p.remote,
            (p.name,),
            (p.email,) if p.email else (),
            (p.phone,) if p.phone else (),
            1,
            p.active_at,
        )
        for p in islice(made, MANY)
    ]:
        began = time.perf_counter()
        async with store.begin() as tx:
            await index.put(tx, page)
        seconds += time.perf_counter() - began
    async with store.begin() as tx:
        await index.finish(tx)
    await store.close()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes}))


if __name__ == "__main__":
    asyncio.run(build(sys.argv[1], Path(sys.argv[2])))
