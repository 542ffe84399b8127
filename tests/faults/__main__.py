"""The long form: `./dev torture faults [--vendor lever] [--story book] [--door slack] [--fault 500] [--short]`."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.faults.door import FAULTS
from tests.faults.sweep import Strikes, Sweep, covering, everything, told_with
from tests.faults.world import world


def main() -> int:
    words = argparse.ArgumentParser(prog="./dev torture faults", description=__doc__)
    words.add_argument("--vendor", choices=["greenhouse", "lever"], default="greenhouse")
    words.add_argument("--story", action="append")
    words.add_argument("--door", action="append")
    words.add_argument("--fault", action="append")
    words.add_argument("--every", type=int, default=1, help="only every n-th case")
    words.add_argument("--first", type=int, default=0, help="of every n, the one to begin with")
    words.add_argument("--changing", action="store_true", help="only calls that change something")
    words.add_argument("--short", action="store_true", help="the covering set of `./dev test`")
    args = words.parse_args()
    done = bad = doubt = 0
    with world(Path(tempfile.mkdtemp(prefix="callsheet-faults-")), args.vendor) as here:
        sweep = Sweep(here)
        for number, (name, strikes) in enumerate(cases(args, sweep)):
            if number % args.every != args.first:
                continue
            outcome = sweep.strike(name, strikes)
            done, doubt = done + 1, doubt + outcome.in_doubt
            bad += not outcome.good
            print(outcome, flush=True)
    print(f"\n{args.vendor}: {done} tellings with a fault; bad {bad}, in doubt {doubt}")
    return 1 if bad else 0


def cases(args: argparse.Namespace, sweep: Sweep) -> Iterator[tuple[str, Strikes]]:
    names = args.story or told_with(args.vendor)
    if args.short:
        yield from (covering(sweep, number) for number in range(len(FAULTS)))
        return
    for name, strikes in everything(sweep, names, changing=args.changing):
        fits = all(
            (not args.door or door in args.door) and (not args.fault or strike.fault in args.fault)
            for door, strike in strikes.items()
        )
        if fits:
            yield name, strikes


if __name__ == "__main__":
    sys.exit(main())
