"""Keeping what happened: the audit's chain, backups, and coming back from one."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Prove and read the audit: who did what, when, from where.", no_args_is_help=True
)
FileName = Annotated[Path, typer.Argument(metavar="FILE", help="A file name.")]
SILENT = 10.0  # seconds without a sign of life after which no worker runs


@app.command()
def verify(
    head: Annotated[
        str,
        typer.Option(metavar="HASH", help="A head you noted earlier; it has to be in the chain."),
    ] = "",
) -> None:
    """Check every row against the one before it; name the first that was changed, taken out, put in or moved."""

    async def run() -> bool:
        from bot.cli.care import opened
        from hiring import audit_check

        async with opened() as parts:
            found = await audit_check.verify(parts.services, head.strip())
        if found.wrong:
            typer.echo(found.wrong, err=True)
            return False
        print(f"{found.rows} rows, unbroken.")
        print(f"Head: {found.head or '(none yet)'}")
        print(
            "Note the head elsewhere: `callsheet audit verify --head HASH` then proves that none was cut off."
        )
        return True

    if not asyncio.run(run()):
        raise typer.Exit(1)


@app.command("list")
def listing(
    last: Annotated[int, typer.Option(help="How many of the newest rows.", min=1)] = 50,
    everything: Annotated[bool, typer.Option("--all", help="All rows, for an archive.")] = False,
) -> None:
    """Print rows as JSON lines, oldest first."""

    async def run() -> None:
        from bot.cli.care import opened
        from hiring import audit_check

        async with opened() as parts:
            async for line in audit_check.listing(
                parts.services, last=None if everything else last
            ):
                print(line)

    asyncio.run(run())


def backup(file: FileName) -> None:
    """Copy the SQLite database into a new file; Callsheet may run meanwhile."""
    from bot.cli.care import settings
    from hiring import backup as copies

    copies.copy(settings().database, file)
    print(
        f"The database is copied to {file}. Keep CALLSHEET_SECRET_KEYS elsewhere: it opens what is sealed in it."
    )


def restore(file: FileName) -> None:
    """Put a copy back in place of the SQLite database. Stop every process of Callsheet first."""
    from bot.cli.care import settings
    from hiring import backup as copies
    from hiring import migrations

    url = settings().database
    copies.check(file)
    if migrations.is_current(url):
        asyncio.run(_silent())
        kept = Path(f"{file}.replaced-{int(time.time())}")
        copies.copy(url, kept)
        print(f"What was there is kept in {kept}.")
    copies.put_back(url, file)
    migrations.upgrade(url)
    asyncio.run(_declare(stopped=True))


def restored() -> None:
    """Say that the database was put back from an older copy, before a worker runs: nothing is sent twice unasked."""
    asyncio.run(_declare())


async def _declare(*, stopped: bool = False) -> None:
    from bot.cli.care import opened
    from hiring import restore

    if not stopped:
        await _silent()
    async with opened() as parts:
        held = await restore.declare(parts.services, actor="operator")
        await restore.advance(parts.services, parts.settings.var)
    print(
        f"This database counts as restored. {held} jobs may have been done since the copy was made: mails among them "
        "are looked up in the Sent folder first, and where that cannot be done a person is asked."
    )


async def _silent() -> None:
    """Raises Refused while a worker gives signs of life."""
    from bot.cli.care import opened
    from hiring import health
    from hiring.errors import Refused

    async with opened() as parts:
        silence = await health.worker_silence(parts.services)
    if silence is not None and silence < SILENT:
        raise Refused(
            "A worker is running. Stop every process of Callsheet, wait ten seconds, then try again."
        )
