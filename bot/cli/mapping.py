"""`callsheet accounts map`: which vendor field feeds which of ours, what stages and reasons mean, tried before it is kept."""

import asyncio
import json
from typing import Annotated, Any

import typer

Lines = Annotated[list[str] | None, typer.Option()]


def map_account(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="An id or a name.")],
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="Such as candidate.title=raw.headline."),
    ] = None,
    stage: Annotated[
        list[str] | None,
        typer.Option(metavar="STAGE=KIND", help="Such as 'Phone call=screen'."),
    ] = None,
    reason: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REASON=PARTY", help="we, they or none, such as 'Took another job=they'."
        ),
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Keep it; without, it is only tried.")
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Begin from an empty mapping.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value.")] = False,
) -> None:
    """See and change how an account is read. `NAME=` takes a line out; nothing is kept without --save."""
    given = [dict(_pair(line) for line in lines or []) for lines in (field, stage, reason)]
    asyncio.run(_map(account, given, save, clear, as_json))


async def _map(
    account: str, given: list[dict[str, str]], save: bool, clear: bool, as_json: bool
) -> None:
    from bot.cli.care import opened
    from hiring import mapping

    async with opened() as parts:
        found = await parts.services.accounts.get(account)
        wanted = mapping.merged({} if clear else found.overrides, *given)
        changes = (
            await mapping.preview(parts.services, found.id, wanted) if any(given) or clear else []
        )
        if save:
            await mapping.keep(parts.services, found.id, wanted)
    if as_json:
        rows = [{"of": c.of, "field": c.field, "was": c.was, "now": c.now} for c in changes]
        print(json.dumps({"mapping": wanted, "saved": save, "preview": rows}))
        return
    _show(wanted)
    for change in changes:
        print(f"{change.of}: {change.field} “{change.was}” reads “{change.now}”")
    if (any(given) or clear) and not changes:
        print("None of the records looked at would read differently.")
    if any(given) or clear:
        print("Saved." if save else "Not saved yet: add --save to keep it.")


def route(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="An id or a name.")],
    purpose: Annotated[str, typer.Argument(help="offers")],
    to: Annotated[
        str,
        typer.Argument(metavar="OTHER", help="The account that takes them; the same: none other."),
    ],
) -> None:
    """Keep what is made for a purpose in another ATS: jobs here, offers there."""

    async def run() -> None:
        from bot.cli.care import opened
        from hiring import routes

        async with opened() as parts:
            mine = await parts.services.accounts.get(account)
            other = await parts.services.accounts.get(to)
            target = other.id if other.id != mine.id else None
            await routes.route(parts.services, mine.id, purpose, target)
        print(f"The {purpose} of {mine.name} are kept in {other.name} from now on.")

    asyncio.run(run())


def _show(wanted: dict[str, Any]) -> None:
    for part, rows in wanted.items():
        for name, value in rows.items():
            print(f"{part:<8} {name} = {value}")
    if not wanted:
        print("Nothing is mapped by hand: the account is read as its connector reads it.")


def _pair(line: str) -> tuple[str, str]:
    name, sign, value = line.rpartition("=")
    if not sign or not name.strip():
        raise typer.BadParameter(f"write NAME=VALUE, not {line}")
    return name.strip(), value.strip()
