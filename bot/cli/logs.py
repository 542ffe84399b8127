"""The call log at the terminal: what was asked of connected systems, when, for whom, and how it went."""

import asyncio
import json
import re
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

import typer

SPANS = {"m": "minutes", "h": "hours", "d": "days"}


def logs(
    account: Annotated[str, typer.Option(help="An id or a name.")] = "",
    status: Annotated[str, typer.Option(help="Such as 429, 4xx, or errors.")] = "",
    since: Annotated[str, typer.Option(help="Such as 30m, 2h, 3d, or an ISO time.")] = "",
    correlation: Annotated[
        str, typer.Option(help="What the audit calls the origin, or how it begins or ends.")
    ] = "",
    most: Annotated[int, typer.Option(min=1, max=10_000, help="How many lines.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Show the newest calls to connected systems, newest first. Paths are templates; no body is ever kept."""
    asyncio.run(_logs(account, status, since, correlation, most, as_json))


async def _logs(
    account: str, status: str, since: str, correlation: str, most: int, as_json: bool
) -> None:
    from bot.cli.care import opened
    from hiring import calls

    async with opened() as parts:
        services = parts.services
        names = {known.id: known.name for known in await services.accounts.listing()}
        chosen = (await services.accounts.get(account)).id if account else ""
        start = _moment(since, services.clock.now()) if since else None
        try:
            found = await calls.search(
                services.store, calls.Wanted(chosen, status, start, correlation), most
            )
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
    if as_json:
        print(json.dumps([asdict(line) | {"at": line.at.isoformat()} for line in found]))
        return
    for line in found:
        print(
            f"{line.at:%Y-%m-%d %H:%M:%S}  {line.status or '---'}  {line.ms:>6} ms  "
            f"{names.get(line.account, line.account)}  {line.method} {line.host}{line.path}  "
            f"{line.error or 'ok'}  {line.correlation}"
        )
    if not found:
        print("No call that fits is in the log.")


def _moment(said: str, now: datetime) -> datetime:
    """A time, given as a span back from now or as ISO."""
    if found := re.fullmatch(r"(\d{1,6})([mhd])", said):
        return now - timedelta(**{SPANS[found.group(2)]: int(found.group(1))})
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter("write --since as 30m, 2h, 3d, or an ISO time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
