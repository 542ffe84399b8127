"""Runs the web process, with or without the worker, until it is told to stop. Owns sockets and signals."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import uvicorn

from bot import install, logs, schema
from bot.dispatch import Dispatch
from bot.slack import Slack
from bot.sockets import Sockets
from bot.web import MoveClock, make_app
from bot.wiring import Parts
from bot.worker import Worker
from commands.router import Gesture

log = logs.logger(__name__)


class Server(uvicorn.Server):
    """Uvicorn without hands on the signals: the process as a whole decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def web(
    parts: Parts,
    sock: socket.socket,
    *,
    move_clock: MoveClock | None = None,
    sockets: Sockets | None = None,
) -> AsyncIterator[Slack]:
    """Answer on the socket for as long as the block lasts; then finish what was acknowledged."""
    sys.setswitchinterval(
        0.0005
    )  # the inbox's writer thread must not wait for a whole slice of the event loop
    dispatch = Dispatch(parts.services, parts.inbox, parts.desk, housekeeping(parts))
    oauth = install.flow(parts)
    slack = Slack(dispatch, parts.clients, parts.tokens, oauth)
    app = make_app(
        parts.services,
        parts.inbox,
        slack,
        parts.settings.signing_secret.get_secret_value(),
        ready=lambda: fitness(parts),
        install=oauth,
        move_clock=move_clock,
        sockets=sockets.health if sockets else None,
    )
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=5,
        ws="none",
    )
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        yield slack
    finally:
        server.should_exit = True
        await task
        await dispatch.drain()


@asynccontextmanager
async def worker(parts: Parts) -> AsyncIterator[Worker]:
    """Run jobs and beats for as long as the block lasts."""
    made = Worker(parts)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def housekeeping(parts: Parts) -> Mapping[str, Callable[[Gesture], Awaitable[None]]]:
    """What the app itself does when Slack says that it was removed from a workspace."""

    async def uninstalled(gesture: Gesture) -> None:
        await parts.installations.remove(team=gesture.team)

    async def revoked(gesture: Gesture) -> None:
        parts.installations.forget()

    return {"app_uninstalled": uninstalled, "tokens_revoked": revoked}


async def fitness(parts: Parts) -> dict[str, str]:
    """Empty when the schema fits and deliveries can be written down."""
    trouble = await parts.inbox.probe()
    return await schema.old(parts) | ({"deliveries": f"our database {trouble}"} if trouble else {})


def clock_mover(parts: Parts, beats: Worker) -> MoveClock:
    """Move the clock, run what became due, and wait until it is done or two seconds have passed."""

    async def move(at: datetime | None, by: timedelta | None) -> datetime:
        now = await parts.services.clock.move(parts.services.store, at=at, by=by)
        await beats.beat_all()
        await parts.services.jobs.settle(parts.services, timeout=2.0)
        return now

    return move


def started() -> None:
    """Leave what start-up made out of every later garbage collection, and collect again."""
    gc.freeze()
    gc.enable()


async def until_told() -> None:
    """Return at Ctrl-C or when the process is asked to end."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, told.set)
    await told.wait()
