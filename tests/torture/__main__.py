"""`./dev torture`: kills the bot at every commit and effect of every story, and says what that lost or did twice."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.conftest import binaries, cluster
from tests.torture.stories import STORIES
from tests.torture.storm import storm
from tests.torture.sweep import Campaign, Outcome
from tests.torture.world import World
from tests.torture.zygote import Zygote

MISSING = "PostgreSQL is not installed, so only SQLite is swept; on Debian: apt install postgresql"


def main(words: Sequence[str] | None = None) -> int:
    args = asked(words)
    begin = time.monotonic()
    bases = [args.db] if args.db else ["sqlite", "postgresql"]
    if "postgresql" in bases and binaries() is None:
        print(MISSING)
        if args.db:
            return 1
        bases.remove("postgresql")
    outcomes: list[Outcome] = []
    for number, base in enumerate(bases):
        share = (args.points + number) // len(bases)
        outcomes += sweep(base, share, args)
    report(outcomes)
    totals = {
        "points": sum(o.is_kill for o in outcomes),
        "flows": sorted({o.story for o in outcomes}),
        "lost": sum(len(o.verdict.lost) + bool(o.trouble) for o in outcomes),
        "twice": sum(len(o.verdict.twice) for o in outcomes),
        "in_doubt": sum(o.verdict.in_doubt for o in outcomes),
        "seconds": round(time.monotonic() - begin, 1),
    }
    if args.json:
        print(json.dumps(totals))
    return 1 if totals["lost"] or totals["twice"] else 0


def asked(words: Sequence[str] | None) -> argparse.Namespace:
    made = argparse.ArgumentParser(prog="./dev torture", description=__doc__)
    made.add_argument("--points", type=int, default=0, metavar="N", help="N boundaries spread evenly; else all")  # fmt: skip
    made.add_argument("--db", choices=["sqlite", "postgresql"], help="one database; else both")
    made.add_argument("--json", action="store_true", help="print the totals as one line, last")
    made.add_argument("--story", action="append", choices=list(STORIES), help="only this story")
    made.add_argument("--at", action="append", metavar="WORDS", help="only boundaries named so")
    made.add_argument("--storms", type=int, metavar="N", help="storms for each story (default: 2; 0 with --points)")  # fmt: skip
    made.add_argument("--worlds", type=int, default=3, help="companies side by side (default: 3)")
    made.add_argument("--keep", action="store_true", help="leave the folder with its logs")
    return made.parse_args(words)


def sweep(base: str, points: int, args: argparse.Namespace) -> list[Outcome]:
    """One database's worth of kills, told as they happen."""
    begin = time.monotonic()
    storms = args.storms if args.storms is not None else 0 if args.points else 2
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="callsheet-torture-"))
        if args.keep:
            print(f"Logs are in {folder}", flush=True)
        else:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        programs = binaries() if base == "postgresql" else None
        server = (
            f"postgresql+psycopg://{stack.enter_context(cluster(programs))}" if programs else ""
        )
        zygote = Zygote()
        stack.callback(zygote.close)
        worlds = []
        for n in range(args.worlds):
            weather = stack.enter_context(storm()) if storms else None
            worlds.append(World(zygote, folder / f"world{n}", server, storm=weather))
            stack.callback(worlds[-1].close)
        campaign = Campaign(worlds, [STORIES[name] for name in args.story or ()])
        outcomes = []
        for outcome in campaign.run(points, args.at or (), storms):
            outcomes.append(outcome)
            show(outcome)
    found = ", ".join(f"{name} {len(points)}" for name, points in campaign.boundaries.items())
    print(f"{base}: {time.monotonic() - begin:.0f} s; boundaries: {found}\n", flush=True)
    return outcomes


def show(outcome: Outcome) -> None:
    mark = "ok " if outcome.good else "BAD"
    doubt = f", in doubt: {outcome.verdict.in_doubt}" if outcome.verdict.in_doubt else ""
    where = outcome.point or "was not reached"
    print(f"{mark} {outcome.story:10} {outcome.seconds:4.1f} s  {where}{doubt} {outcome.trouble}")
    for name in ("lost", "twice"):
        for row in getattr(outcome.verdict, name):
            print(f"      {name}: {row[:300]}")
    sys.stdout.flush()


def report(outcomes: Sequence[Outcome]) -> None:
    """A line for each story."""
    print(
        f"{'story':12}{'kills':>6}{'lost':>6}{'twice':>6}{'in doubt':>10}{'stuck':>7}{'missed':>8}"
    )
    for name in dict.fromkeys(o.story for o in outcomes):
        mine = [o for o in outcomes if o.story == name]
        lost, twice = (
            sum(len(o.verdict.lost) for o in mine),
            sum(len(o.verdict.twice) for o in mine),
        )
        doubt, stuck = sum(o.verdict.in_doubt for o in mine), sum(bool(o.trouble) for o in mine)
        hit = sum(o.is_kill for o in mine)
        print(
            f"{name:12}{hit:6}{lost:6}{twice:6}{doubt:10}{stuck:7}{sum(not o.point for o in mine):8}"
        )


if __name__ == "__main__":
    sys.exit(main())
