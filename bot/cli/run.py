"""Starting things: the demo, the web process, a worker."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import NotSetUp

if TYPE_CHECKING:
    from bot.settings import Settings

Host = Annotated[str, typer.Option(help="The address to listen on.")]


def demo(
    port: Annotated[int, typer.Option(help="The port of the one URL; 0 takes a free one.")] = 8_400,
    host: Host = "127.0.0.1",
    reset: Annotated[bool, typer.Option("--reset", help="Forget what earlier runs left.")] = False,
    fixed_clock: Annotated[
        str, typer.Option(help="Start everybody's clock at this ISO time.")
    ] = "",
    ats: Annotated[
        str, typer.Option(help="The ATSs of the local company, by name, with commas between.")
    ] = "greenhouse,lever",
) -> None:
    """Start everything on this machine: a local workspace, its ATSs, a calendar, a mailbox, and the bot."""
    from bot import demo as demonstration
    from bot.settings import read

    start = _moment(fixed_clock) if fixed_clock else None
    settings = _settings(lambda: read(_env_file=None))  # a real installation's .env stays out of it
    chosen = [name.strip() for name in ats.split(",") if name.strip()]
    together(
        demonstration.run(
            settings, host=host, port=port, reset=reset, fixed_clock=start, ats=chosen
        )
    )


def serve(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 3_000,
    socket: Annotated[
        bool, typer.Option("--socket", help="Socket Mode: no public address needed.")
    ] = False,
    with_worker: Annotated[
        bool, typer.Option("--with-worker", help="Run jobs and the clock in this process, too.")
    ] = False,
) -> None:
    """Run the web process for a real Slack."""
    from bot import production
    from bot.settings import read

    settings = _settings(read)
    together(
        production.serve(
            settings, host=host, port=port, socket_mode=socket, with_worker=with_worker
        )
    )


def work() -> None:
    """Run a worker and the clock. Any number may run beside each other."""
    from bot import production
    from bot.settings import read

    together(production.work(_settings(read)))


def together(work: Coroutine[Any, Any, None]) -> None:
    """Run on the fastest event loop there is here."""
    try:
        import uvloop

        factory = uvloop.new_event_loop
    except ImportError:  # Windows
        factory = asyncio.new_event_loop  # type: ignore[assignment]  # any loop will do
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(work)


def _settings(read: "Callable[[], Settings]") -> "Settings":
    try:
        return read()
    except ValueError as error:
        raise NotSetUp(str(error)) from None


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write it as 2026-11-24T09:00:00+00:00") from None
    if found.tzinfo is None:
        raise typer.BadParameter("add the zone, as in 2026-11-24T09:00:00+00:00")
    return found
