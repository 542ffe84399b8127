"""A thousand candidates on forty links for the same twenty-five loops: two `serve` processes on one PostgreSQL.

Each candidate opens the page, reads it for some seconds and chooses; who comes too late chooses from what is shown then.
They arrive spread over `--seconds N` (60), so that about half of them are on the page at the same time.
"""

import asyncio
import os
import random
import re
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.ack import free_port, running
from benchmarks.postgres import fresh, maybe
from benchmarks.table import Row, row, show

CANDIDATES, LINKS, SLOTS = 1_000, 40, 25
READS = (5.0, 30.0)  # seconds on the page before the choice
TRIES = 3
BEN, CHEN, ROSA, TEAM = "U0BEN0001", "U0CHEN001", "U0ROSA001", "T0BRIGHT1"


@dataclass
class Seen:
    """What the candidates saw. Seconds of looks and of choices; pages that were none of ours to show."""

    looks: list[float] = field(default_factory=list)
    choices: list[float] = field(default_factory=list)
    late: int = 0
    wrong: list[str] = field(default_factory=list)


def main(words: list[str]) -> None:
    seconds = float(words[words.index("--seconds") + 1]) if "--seconds" in words else 60.0
    with tempfile.TemporaryDirectory() as folder, maybe() as server:
        if server is None:
            raise SystemExit("This one needs PostgreSQL.")
        rows = _measure(Path(folder), server, seconds)
    show("booking", rows, "--json" in words)


def _measure(folder: Path, server: str, seconds: float) -> list[Row]:
    import commands
    from hiring.secrets import new_key
    from tests.bot.conftest import SECRET
    from tests.bot.town import TOKEN, town

    url = fresh("PostgreSQL", server, folder).ours
    with ExitStack() as stack:
        here = stack.enter_context(town(folder, commands.load()))
        os.environ |= {
            "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": TOKEN, "CALLSHEET_SECRET_KEYS": new_key(),
            "CALLSHEET_SLACK_API_URL": str(here.places["slack_api"]), "CALLSHEET_DATABASE_URL": url,
            "CALLSHEET_VAR": str(folder), "CALLSHEET_PUBLIC_URL": "http://127.0.0.1", "CALLSHEET_LOG_LEVEL": "error",
            "CALLSHEET_MAIL_FROM": "hiring@brightwater.example",
        }  # fmt: skip
        paths = asyncio.run(_offer(folder, here.places))
        ports = [free_port(), free_port()]
        for port in ports:
            command = [sys.executable, "-m", "bot", "serve", "--port", str(port)]
            stack.enter_context(running(command, port, dict(os.environ)))
        seen = asyncio.run(_visit(ports, paths, seconds))
        return _rows(seen, url)


async def _offer(folder: Path, places: dict[str, object]) -> list[str]:
    """Forty links that offer the same loops; gives the paths of their pages."""
    from bot import demo_state
    from bot.cli.care import opened
    from connectors.model import Application
    from hiring import links, loop_times, loops, people
    from hiring.loop_records import Session
    from tests.contracts.stand_ins import credentials

    wanted = loops.Wanted((Session("Pair programming", 30, (BEN,)), Session("Design", 30, (CHEN,))))
    async with opened() as parts:
        services, state = parts.services, demo_state.State()
        for vendor, where in (("greenhouse", "greenhouse"), ("google", "calendar")):
            keys = credentials(vendor, state)
            await services.accounts.add(vendor, vendor, {}, keys, str(places[where]))
        rosa = await people.actor(services, TEAM, ROSA)
        ats = await services.accounts.ats((await services.accounts.get("greenhouse")).id)
        told = [thing async for things, _ in ats.walk("application", None) for thing in things]
        refs = [t.ref for t in told if isinstance(t, Application) and t.status.kind == "active"]
        field = await loop_times.gather(services, TEAM, wanted.sessions, "Europe/London", refs[0])
        options = loop_times.every(field, wanted.sessions)[:SLOTS]
        found = []
        for number in range(LINKS):
            ref = refs[number % len(refs)]
            loop = await loops.offer(services, rosa, ref, wanted, options, key=f"bench {number}")
            assert loop.link
            found.append("/c/" + links.url(services, loop.link).rpartition("/")[2])
        return found


async def _visit(ports: list[int], paths: list[str], seconds: float) -> Seen:
    seen, chance = Seen(), random.Random(1)
    plans = [(chance.uniform(0, seconds), chance.uniform(*READS)) for _ in range(CANDIDATES)]
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=400)) as http:
        for port in ports:  # warm
            await http.get(f"http://127.0.0.1:{port}{paths[0]}")

        async def one(number: int) -> None:
            arrives, reads = plans[number]
            await asyncio.sleep(arrives)
            base = f"http://127.0.0.1:{ports[number % len(ports)]}"
            await _candidate(http, base + paths[number % LINKS], reads, random.Random(number), seen)

        await asyncio.gather(*(one(number) for number in range(CANDIDATES)))
    return seen


async def _candidate(
    http: httpx.AsyncClient, url: str, reads: float, chance: random.Random, seen: Seen
) -> None:
    begun = time.perf_counter()
    page = await http.get(url)
    seen.looks.append(time.perf_counter() - begun)
    for _ in range(TRIES):
        if page.status_code not in (200, 409):
            seen.wrong.append(str(page.status_code))
            return
        shown = re.findall(r'name="time" value="([^"]+)"', page.text)
        if not shown:
            return  # booked by somebody with the same link, which the page says
        await asyncio.sleep(reads)
        begun = time.perf_counter()
        page = await http.post(url, data={"act": "pick", "time": chance.choice(shown)})
        seen.choices.append(time.perf_counter() - begun)
        seen.late += page.status_code == 409
        if page.status_code == 303:
            return


def _rows(seen: Seen, url: str) -> list[Row]:
    import sqlalchemy as sa

    twice = sa.text(
        "SELECT count(*) FROM interviews a JOIN interview_panel p ON p.interview = a.id "
        'JOIN interview_panel q ON q."user" = p."user" AND q.interview > p.interview '
        "JOIN interviews b ON b.id = q.interview "
        "WHERE a.state = 'scheduled' AND b.state = 'scheduled' AND a.start < b.\"end\" AND b.start < a.\"end\""
    )
    halves = sa.text(
        "SELECT count(*) FROM (SELECT loop FROM interviews GROUP BY loop HAVING count(*) <> 2) AS part"
    )
    booked = sa.text("SELECT count(*) FROM loops WHERE state = 'booked'")
    with sa.create_engine(url).connect() as conn:
        doubled, parts, whole = (conn.execute(q).scalar_one() for q in (twice, halves, booked))
    looks, choices = sorted(seen.looks), sorted(seen.choices)
    return [
        row("the page, p50", looks[len(looks) // 2] * 1_000, None, "", "ms"),
        row("the page, p99", looks[int(len(looks) * 0.99)] * 1_000, None, "", "ms"),
        row("a choice, p50", choices[len(choices) // 2] * 1_000, None, "", "ms"),
        row("a choice, p99", choices[int(len(choices) * 0.99)] * 1_000, None, "", "ms"),
        row("choices", len(choices), None, "", "count"),
        row("came too late and were shown others", seen.late, None, "", "count"),
        row("loops booked", whole, LINKS, "links", "count"),
        row("booked in part", parts, None, "", "count"),
        row("booked twice", doubled, None, "", "count"),
        row("error pages", len(seen.wrong), None, "", "count"),
    ]
