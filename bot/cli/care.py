"""Looking after an installation: migrate, doctor, manifest, sync."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import NotSetUp

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.wiring import Parts


def settings() -> "Settings":
    """The settings. Raises NotSetUp naming the one that is wrong."""
    from bot.settings import read

    try:
        return read()
    except ValueError as error:
        raise NotSetUp(str(error)) from None


@asynccontextmanager
async def opened() -> "AsyncIterator[Parts]":
    """The parts on a database that is up to date. Raises NotSetUp."""
    from bot import logs, schema, wiring
    from hiring import origin

    chosen = settings()
    logs.configure("warning", "text")
    async with wiring.parts(chosen) as parts:
        await schema.check(parts)
        await parts.services.clock.load(parts.services.store)
        gc.freeze()  # what was made while starting is no garbage; see bot/__main__.py
        gc.enable()
        with origin.coming_from("command line"):
            yield parts


def migrate() -> None:
    """Bring the database up to what this release needs."""
    from bot import production

    asyncio.run(production.migrate(settings()))
    print("The database is up to date.")


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Say in a line each what is on, off or broken, and what to do."""
    from bot import doctor as surgery
    from bot import logs

    logs.configure("error", "text")
    lines = asyncio.run(surgery.examine(settings()))
    if as_json:
        print(json.dumps([{"what": x.what, "state": x.state, "detail": x.detail} for x in lines]))
    for line in [] if as_json else lines:
        print(f"{line.state:<7} {line.what:<16} {line.detail}")
    broken = [line.what for line in lines if line.state == "broken"]
    if broken:
        typer.echo(f"Broken: {', '.join(broken)}.", err=True)
        raise typer.Exit(1)


def manifest(
    url: Annotated[str, typer.Option(help="The address Slack reaches this server at.")] = "",
    yaml: Annotated[bool, typer.Option("--yaml", help="YAML instead of JSON.")] = False,
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode.")] = False,
    ats: Annotated[
        str, typer.Option(help="The ATSs whose links get a card, by name, with commas between.")
    ] = "greenhouse,lever,ashby,workable,smartrecruiters",
) -> None:
    """Print the Slack app manifest, written from what the app answers."""
    import commands
    from bot import manifest as writer
    from bot.wiring import choose_aliases
    from connectors import registry

    chosen = settings()
    router = commands.load()
    choose_aliases(router, chosen)
    address = url or chosen.public_url or "https://callsheet.example.com"
    try:
        wanted = [name.strip() for name in ats.split(",") if name.strip()]
        made = writer.build(
            router,
            url=address,
            command=chosen.command,
            socket_mode=socket,
            domains=registry.pages(wanted),
        )
    except ValueError as error:
        raise NotSetUp(f"{error}.") from None
    if yaml:
        from yaml import safe_dump

        print(safe_dump(made, sort_keys=False, allow_unicode=True), end="")
    else:
        print(json.dumps(made, indent=2, ensure_ascii=False))


def sync(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="An id or a name.")],
    full: Annotated[
        bool, typer.Option("--full", help="From the start, not from where the last run ended.")
    ] = False,
) -> None:
    """Read what changed in an ATS now. Keeps ids and positions only; takes up where it was stopped."""

    async def run() -> None:
        from bot.progress import bar
        from hiring import sync as syncing

        async with opened() as parts:
            found = await parts.services.accounts.get(account)
            with bar(found.name) as advance:
                done = await syncing.run(parts.services, found.id, full=full, progress=advance)
        print(f"{found.name}: {done.seen} records seen, {done.new} new.")

    asyncio.run(run())
