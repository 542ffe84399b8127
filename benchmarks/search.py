"""The blind search index at 10,000, 100,000 and 1,000,000 candidates, beside a search in names kept in clear."""

import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import psycopg

from benchmarks import postgres
from benchmarks.search_peer import Fts5, Trigrams, peer
from benchmarks.search_people import Made, mistyped, read, write
from benchmarks.search_worker import KEY
from benchmarks.table import Row, row, show
from hiring.search_index import SearchIndex
from hiring.search_words import edits
from hiring.store import Store

ROOT = Path(__file__).parents[1]
SIZES = (10_000, 100_000, 1_000_000)
ASKED = 400  # of each kind


def main(words: list[str]) -> None:
    """`./dev bench search [NUMBER OF CANDIDATES ...] [sqlite | postgresql] [--json]`"""
    sizes = [int(w) for w in words if w.isdecimal()] or SIZES
    wanted = [w for w in words if w in ("sqlite", "postgresql")] or ["sqlite", "postgresql"]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, postgres.maybe() as server:
        for size in sizes:
            names = Path(folder) / f"{size}.tsv"
            write(names, size)
            for kind in ("SQLite", "PostgreSQL") if server else ("SQLite",):
                if kind.lower() in wanted:
                    url = postgres.fresh(kind, server, Path(folder)).ours
                    built = _built(url, names)
                    rows += asyncio.run(_measure(f"{kind}, {size:,}", url, size, names, built))
    show("search", rows, "--json" in words)


def _built(url: str, names: Path) -> dict[str, float]:
    """Fill the index in a process of its own; gives its seconds and its memory."""
    words = [sys.executable, "-m", "benchmarks.search_worker", url, str(names)]
    found: dict[str, float] = json.loads(subprocess.check_output(words, cwd=ROOT))
    return found


async def _measure(
    case: str, url: str, size: int, names: Path, built: dict[str, float]
) -> list[Row]:
    other = peer(url)
    began = time.perf_counter()
    other.build(names)
    seconds, taken = time.perf_counter() - began, other.bytes()
    rows = [
        row(
            f"{case}: build, some thousand at a time",
            built["seconds"],
            seconds,
            f"{other.name}, in bulk",
            "s",
        ),
        row(f"{case}: memory of the builder", built["megabytes"], None, "", "MB"),
        row(f"{case}: bytes a candidate", _bytes(url) / size, taken / size, other.name, "B"),
    ]
    store = Store(url)
    index = SearchIndex(store, "bench", KEY)
    chosen = _chosen(names, size)
    for kind in KINDS:
        rows += await _kind(f"{case}, {kind}", kind, index, other, chosen)
    await store.close()
    return rows


def _chosen(names: Path, size: int) -> list[Made]:
    """People drawn evenly, so that common names are asked for often."""
    wanted = set(Random(3).sample(range(size), min(ASKED, size)))
    return [made for number, made in enumerate(read(names)) if number in wanted]


def _first(made: Made) -> str:
    return made.name.lower().split()[0]


def _last(made: Made) -> str:
    return made.name.lower().split()[-1]


KINDS: dict[str, Callable[[Made, Random], str]] = {
    "first last": lambda m, r: f"{_first(m)} {_last(m)}",
    "last first": lambda m, r: f"{_last(m)} {_first(m)}",
    "last name": lambda m, r: _last(m),
    "first name": lambda m, r: _first(m),
    "prefixes 3+3": lambda m, r: f"{_first(m)[:3]} {_last(m)[:3]}",
    "prefixes 2+2": lambda m, r: f"{_first(m)[:2]} {_last(m)[:2]}",
    "prefixes 4+4": lambda m, r: f"{_first(m)[:4]} {_last(m)[:4]}",
    "first and initial": lambda m, r: f"{_first(m)} {_last(m)[0]}",
    "initial and last": lambda m, r: f"{_first(m)[0]} {_last(m)}",
    "two letters": lambda m, r: _last(m)[:2],
    "first, typo in last": lambda m, r: f"{_first(m)} {mistyped(_last(m), r)}",
    "typo in last alone": lambda m, r: mistyped(_last(m), r),
    "typo in each": lambda m, r: f"{mistyped(_first(m), r)} {mistyped(_last(m), r)}",
    "e-mail": lambda m, r: m.email or "nobody@nowhere.example",
    "phone": lambda m, r: (m.phone or "+1 1000000000").replace(" ", " (0) "),
    "link": lambda m, r: f"https://app.example/people/{m.remote}?tab=notes",
}


async def _kind(
    case: str,
    kind: str,
    index: SearchIndex,
    other: Fts5 | Trigrams,
    chosen: list[Made],
) -> list[Row]:
    random = Random(11)
    ours, used, theirs, found, listed, found_too, asked = [], [], [], 0, 0, 0, 0
    for made in chosen:
        text = KINDS[kind](made, random)
        if (kind == "e-mail" and not made.email) or (kind == "phone" and not made.phone):
            continue
        asked += 1
        began, busy = time.perf_counter(), time.process_time()
        matches = await index.query(text)
        ours.append((time.perf_counter() - began) * 1_000)
        used.append((time.process_time() - busy) * 1_000)
        exact = {"e-mail": made.email, "phone": re.sub(r"\D", "", made.phone or "")[-9:]}
        began = time.perf_counter()
        peers = other.ask(kind, text, exact.get(kind) or made.remote)
        theirs.append((time.perf_counter() - began) * 1_000)
        inside = any(m.remote == made.remote for m in matches)
        listed += inside
        need = edits(text, made.name)
        as_good = len(matches) == 20 and need is not None and matches[-1].edits <= need
        found += inside or as_good
        found_too += made.remote in peers or len(peers) == 20
    return [
        row(f"{case}: p50", _at(ours, 0.5), _at(theirs, 0.5), other.name, "ms"),
        row(f"{case}: p99", _at(ours, 0.99), _at(theirs, 0.99), other.name, "ms"),
        row(f"{case}: p99 of this process's time on a processor", _at(used, 0.99), None, "", "ms"),
        row(
            f"{case}: found, or 20 as good",
            100 * found / asked,
            100 * found_too / asked,
            other.name,
            "%",
        ),
        row(f"{case}: in the list of 20", 100 * listed / asked, None, "", "%"),
    ]


def _bytes(url: str) -> int:
    if url.startswith("sqlite"):
        import sqlite3

        with sqlite3.connect(url.split("///")[1]) as conn:
            text = "select sum(pgsize) from dbstat where name like '%search_%'"
            return int(conn.execute(text).fetchone()[0])
    with psycopg.connect(url.replace("+psycopg", "")) as conn:
        text = "select sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r' and relname like 'search_%'"
        return int(conn.execute(text).fetchone()[0])  # type: ignore[index]


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
