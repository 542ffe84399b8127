"""`python -m bot.workspace`: starts the stand-ins and prints one line of JSON saying where they listen."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from datetime import datetime

from bot.workspace.app import Workspace, read_manifest
from bot.workspace.ats import DEFAULT, stand_ins
from bot.workspace.store import Store


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m bot.workspace", description=__doc__)
    words.add_argument("--host", default="127.0.0.1")
    words.add_argument("--port", type=int, default=0)
    for name in ("calendar", "smtp", *stand_ins()):
        words.add_argument(f"--{name}-port", type=int, default=0)
    words.add_argument("--ats", default=",".join(DEFAULT), help=f"of {', '.join(stand_ins())}")
    words.add_argument("--state", required=True, help="a SQLite file that remembers everything")
    words.add_argument("--manifest", required=True, help="the app's manifest, as JSON")
    words.add_argument("--app-url", default="", help="the origin deliveries go to")
    words.add_argument("--signing-secret", required=True)
    words.add_argument("--bot-token", required=True)
    words.add_argument("--app-token", default="", help="without --app-url: Socket Mode")
    words.add_argument("--fixed-clock", default="", help="ISO time at which the clock starts")
    words.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    with contextlib.suppress(KeyboardInterrupt):
        chosen = words.parse_args()
        chosen.ats = [name for name in chosen.ats.split(",") if name]
        if unknown := [name for name in chosen.ats if name not in stand_ins()]:
            words.error(f"there is no ATS called {', '.join(unknown)} here")
        if not chosen.app_url and not chosen.app_token:
            words.error("give --app-url, or --app-token for Socket Mode")
        asyncio.run(run(chosen))


async def run(args: argparse.Namespace) -> None:
    workspace = Workspace(
        Store(args.state),
        read_manifest(args.manifest),
        args.app_url,
        args.signing_secret,
        args.bot_token,
        app_token=args.app_token,
        vendors=args.ats,
    )
    if args.fixed_clock:
        workspace.clock.move_to(datetime.fromisoformat(args.fixed_clock))
    ports = {"page": args.port} | {
        name: getattr(args, f"{name}_port") for name in ("calendar", "smtp", *args.ats)
    }
    places = await workspace.start(args.host, ports)
    print(json.dumps(places), flush=True)
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    if args.with_parent:
        loop.add_reader(
            sys.stdin.fileno(),
            lambda: over.set() if not os.read(sys.stdin.fileno(), 4_096) else None,
        )
    await over.wait()
    await workspace.stop()


if __name__ == "__main__":
    main()
