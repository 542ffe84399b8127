"""From a change in the ATS to the message in Slack of somebody who watches, through the ATS's own signed webhook.

The clock runs from before the change is written in the local ATS until the local Slack has the message, so what the product
takes from the webhook's arrival on is less. Then the same beside ten other webhooks a second. `--rounds N`, 100 without.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from benchmarks.table import Row, row, show
from connectors.contract import Ats
from tests.bot.conftest import SECRET
from tests.flows.person import Person, elements
from tests.flows.test_the_story import ADA, ROSA
from tests.torture.stories import HIRING
from tests.torture.world import World
from tests.torture.zygote import Zygote

BESIDE = 10  # other webhooks in a second
MARK = "Change what you are told"  # in every notice


def main(words: list[str]) -> None:
    rounds = int(words[words.index("--rounds") + 1]) if "--rounds" in words else 100
    zygote = Zygote()
    with tempfile.TemporaryDirectory() as folder:
        world = World(zygote, Path(folder) / "world")
        try:
            world.build()
            rows = asyncio.run(_measure(world, rounds))
        finally:
            world.close()
            zygote.close()
    show("notices", rows, "--json" in words)


async def _measure(world: World, rounds: int) -> list[Row]:
    from bot.cli.care import opened

    rosa = world.person(ROSA)
    world.rest()
    world.insist(
        lambda: _watch(rosa),
        lambda: world.read("SELECT count(*) FROM watches"),
        "Rosa to watch",
    )
    os.environ |= world.environment
    async with opened() as parts:
        ats = await parts.services.accounts.ats(str(world.read("SELECT id FROM accounts")))
        await _rounds(world, ats, 6)
        alone = await _rounds(world, ats, rounds)
        with _beside(world, ats.account.id):
            crowded = await _rounds(world, ats, rounds)
    return [
        *_rows("one change at a time", alone),
        *_rows(f"beside {BESIDE} other webhooks a second", crowded),
    ]


def _watch(rosa: Person) -> None:
    rosa.types(f"/hire watch {ADA}", HIRING)
    for message in reversed(rosa.messages(HIRING)):
        if any(
            e["type"] == "button" and e["text"]["text"] == "Watch" for _, e in elements(message)
        ):
            rosa.presses("Watch", message | {"channel": HIRING})
            return


def _rows(case: str, times: list[float]) -> list[Row]:
    times = sorted(times)
    return [
        row(f"{case}: p50", times[len(times) // 2], None, "", "s"),
        row(f"{case}: p99", times[int(len(times) * 0.99)], None, "", "s"),
    ]


async def _rounds(world: World, ats: Ats, count: int) -> list[float]:
    """Move Ada back and forth; seconds until Rosa was told of each."""
    (ada,) = [person async for person in ats.find_candidates(ADA)]
    (application, *_) = await ats.applications(ada.ref.id)
    stages = [s.ref.id for s in await ats.stages(application.job.id if application.job else None)]
    found = []
    for number in range(count + count % 2):  # where it began is where it ends
        await asyncio.to_thread(
            world.write, "DELETE FROM notices"
        )  # else a second message waits for more to fold
        await asyncio.sleep(1)  # versions count seconds: to and fro within one is no news
        told, begun = _told(world), time.perf_counter()
        await ats.move_stage(application.ref.id, stages[1 + number % 2])
        while _told(world) == told:
            await asyncio.sleep(0.005)
            if time.perf_counter() - begun > 30:
                raise RuntimeError("nobody was told of a change for half a minute")
        found.append(time.perf_counter() - begun)
    return found


def _told(world: World) -> int:
    """How many notices Slack holds."""
    state = f"file:{world.var / 'workspace.db'}?mode=ro"
    query = "select count(*) from docs where kind = 'slack_message' and doc like ?"
    with closing(sqlite3.connect(state, uri=True)) as db:
        return int(db.execute(query, (f"%{MARK}%",)).fetchone()[0])


@contextmanager
def _beside(world: World, account: str) -> Iterator[None]:
    """Signed webhooks about other people, each a delivery of its own."""
    over = threading.Event()

    def send() -> None:
        with httpx.Client(base_url=world.url("bot"), timeout=20) as http:
            for number in range(1_000_000):
                headers, body = _delivery(number)
                with contextlib.suppress(httpx.HTTPError):
                    http.post(f"/hooks/{account}", content=body, headers=headers)
                if over.wait(1 / BESIDE):
                    return

    sending = threading.Thread(target=send)
    sending.start()
    try:
        yield
    finally:
        over.set()
        sending.join()


def _delivery(number: int) -> tuple[dict[str, str], bytes]:
    other = 1 + number % 35  # Ada is the first of thirty-six
    about = {"id": 3001 + other, "candidate": {"id": 2001 + other}}
    body = json.dumps({"action": "candidate_stage_change", "payload": {"application": about}})
    signature = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    told = {"Signature": f"sha256 {signature}", "Greenhouse-Event-ID": f"beside-{number}"}
    return {"Content-Type": "application/json", **told}, body.encode()
