"""`serve` and `work`: the processes of a real installation."""

import asyncio
from contextlib import AsyncExitStack

from bot import logs, ports, schema, serving, wiring
from bot.errors import NotSetUp
from bot.settings import Settings

log = logs.logger(__name__)


async def serve(
    settings: Settings, *, host: str, port: int, socket_mode: bool, with_worker: bool
) -> None:
    """Answer Slack, webhooks and candidates until told to stop. Raises NotSetUp."""
    logs.configure(settings.log_level, settings.log_format)
    _check(settings, socket_mode)
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(wiring.parts(settings))
        await schema.check(parts)
        await parts.services.clock.load(parts.services.store)
        if with_worker:
            await stack.enter_async_context(serving.worker(parts))
        sock = ports.listen(host, port)
        sockets = None
        if socket_mode:
            from bot.sockets import Sockets

            sockets = Sockets(parts.clients, settings.app_token.get_secret_value())
        slack = await stack.enter_async_context(serving.web(parts, sock, sockets=sockets))
        if sockets is not None:
            stack.push_async_callback(sockets.stop)
            await sockets.start(slack)
        serving.started()
        log.info(
            "serving", host=host, port=sock.getsockname()[1], worker=with_worker, socket=socket_mode
        )
        await serving.until_told()
        log.info("stopping")


async def work(settings: Settings) -> None:
    """Run jobs and the clock until told to stop. Raises NotSetUp."""
    logs.configure(settings.log_level, settings.log_format)
    async with wiring.parts(settings) as parts:
        await schema.check(parts)
        await parts.services.clock.load(parts.services.store)
        async with serving.worker(parts):
            serving.started()
            log.info("working")
            await serving.until_told()
            log.info("stopping")


def _check(settings: Settings, socket_mode: bool) -> None:
    secret, token = (
        settings.signing_secret.get_secret_value(),
        settings.bot_token.get_secret_value(),
    )
    if socket_mode and not settings.app_token.get_secret_value():
        raise NotSetUp(
            "Socket Mode needs SLACK_APP_TOKEN (xapp-…, with the scope connections:write)."
        )
    if not socket_mode and not secret:
        raise NotSetUp(
            "SLACK_SIGNING_SECRET is not set: without it nobody could tell Slack from a stranger."
        )
    if not token and not (settings.client_id and settings.client_secret.get_secret_value()):
        raise NotSetUp(
            "Set SLACK_BOT_TOKEN for one workspace, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for many."
        )


async def migrate(settings: Settings) -> None:
    """Bring the database up to what this release needs."""
    from hiring import migrations

    await asyncio.to_thread(migrations.upgrade, settings.database)
