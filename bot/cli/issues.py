"""What waits for a person, at the terminal: listed, tried again, answered or closed."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

app = typer.Typer(help="What did not go through or needs attention.", no_args_is_help=True)
ID = Annotated[str, typer.Argument(metavar="ISSUE", help="As `issues list` shows it.")]


@app.command("list")
def listing(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Show the open ones, newest first, each with what to do."""
    asyncio.run(_list(as_json))


@app.command()
def retry(issue: ID) -> None:
    """Try again what did not go through."""
    asyncio.run(_act("retry", issue, "It is being tried again."))


@app.command()
def done(issue: ID) -> None:
    """For one in doubt: it happened, so it is not repeated."""
    asyncio.run(_act("done", issue, "It is noted as done."))


@app.command()
def again(issue: ID) -> None:
    """For one in doubt: it did not happen, so do it again."""
    asyncio.run(_act("again", issue, "It is being done again."))


@app.command()
def close(issue: ID) -> None:
    """For one that has nothing to try again: somebody has looked after it."""
    asyncio.run(_act("close", issue, "It is closed."))


async def _list(as_json: bool) -> None:
    from bot.cli.care import opened
    from hiring import issues

    async with opened() as parts:
        found = await issues.listing(parts.services)
    if as_json:
        print(json.dumps([asdict(issue) | {"at": issue.at.isoformat()} for issue in found]))
        return
    for issue in found:
        state = "in doubt" if issue.state == "in_doubt" else issue.state
        print(
            f"{issue.id}  {issue.at:%Y-%m-%d %H:%M} UTC  {state}  {issue.what}\n    {issue.sentence}"
        )
    if not found:
        print("Everything went through; nothing needs you.")


async def _act(verb: str, issue: str, said: str) -> None:
    from bot.cli.care import opened
    from hiring import doubts, issues

    async with opened() as parts:
        match verb:
            case "retry":
                await issues.retry(parts.services, issue)
            case "close":
                await issues.close(parts.services, issue)
            case _:
                answer = doubts.DONE if verb == "done" else doubts.AGAIN
                await issues.settle(parts.services, issue, answer)
    print(said)
