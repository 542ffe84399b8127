"""Changing the keys that seal what lies in the database."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

app = typer.Typer(help="Change the keys that seal what is in the database.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Change the keys that seal what is in the database."""


@app.command()
def rotate(
    renew: Annotated[
        bool, typer.Option("--renew", help="Make new data keys, too, and seal everything anew.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """Wrap all data keys with the first of CALLSHEET_SECRET_KEYS. Takes up where it was stopped; everything may run."""

    async def run() -> None:
        from bot.cli.care import opened
        from bot.progress import bar
        from hiring import rotation

        async with opened() as parts:
            with bar("keys") as advance:
                done = await rotation.rotate(parts.services, renew=renew, progress=advance)
            use = await rotation.in_use(parts.services)
        if as_json:
            print(json.dumps(asdict(done) | {"only_first": use.only_first}))
            return
        print(f"{done.wrapped} data keys wrapped anew, {done.sealed} rows sealed anew.")
        if done.unreadable:
            print(
                f"{done.unreadable} rows do not open: their key is lost, or their account was removed."
            )
        if use.retired:
            print(f"{use.retired} old data keys are destroyed a day after nothing needs them.")
        if use.only_first:
            print("Only the first key is in use now. Backups from before still need the others.")
        else:
            print("Other keys are still in use: `callsheet doctor` says what for.")

    asyncio.run(run())
