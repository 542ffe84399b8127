"""The bot's part of the demo: its settings, its connected stand-ins, its first message."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

import commands
from bot import demo_house, demo_state, logs, manifest, serving, welcome, wiring
from bot.demo import Workspace
from bot.errors import NotSetUp
from bot.settings import Settings
from bot.wiring import Parts
from connectors import registry
from connectors.errors import ConnectorError
from hiring import connecting, migrations, people, reconciling

log = logs.logger(__name__)
TEAM, RECRUITER = "T0BRIGHT1", "U0ROSA001"
COMPANY, MAIL_FROM = "Brightwater Labs", "hiring@brightwater.example"
CALENDAR = "Google Calendar"


def manifest_text(settings: Settings, app_url: str) -> str:
    """The app manifest of this release for the local workspace."""
    router = commands.load()
    wiring.choose_aliases(router, settings)
    made = manifest.build(router, url=app_url, command=settings.command, domains=registry.pages())
    return json.dumps(made, indent=2)


@asynccontextmanager
async def running(
    settings: Settings,
    var: Path,
    child: Workspace,
    sock: socket.socket,
    fixed_clock: datetime | None,
) -> AsyncIterator[Parts]:
    """Web, worker and clock in this process, for as long as the block lasts."""
    level = "warning" if settings.log_level == "info" else settings.log_level
    logs.configure(level, settings.log_format)
    database = settings.database_url or f"sqlite+aiosqlite:///{var / 'callsheet.db'}"
    await asyncio.gather(asyncio.to_thread(_migrate, database), child.ready())
    chosen = _settings(settings, database, child)
    async with wiring.parts(chosen) as parts, serving.worker(parts) as beats:
        parts.router.card(welcome.KIND)(welcome.draw)
        await parts.services.clock.load(parts.services.store)
        if fixed_clock:
            await parts.services.clock.move(parts.services.store, at=fixed_clock)
        await connect(parts, child)
        async with serving.web(parts, sock, move_clock=serving.clock_mover(parts, beats)):
            await _greet(parts)
            actor = await people.actor(parts.services, TEAM, RECRUITER)
            await demo_house.furnish(parts.services, actor)
            serving.started()
            yield parts


async def connect(parts: Parts, child: Workspace) -> None:
    """Connect every stand-in once, follow them to new ports, and tell the ATSs where to send webhooks.

    A stand-in of an earlier run that does not run now is disconnected.
    """
    wanted = {told["label"]: vendor for vendor, told in child.places["ats"].items()}
    for account in await parts.services.accounts.listing():
        ours = account.name == registry.vendors()[account.vendor].label
        if ours and account.vendor != "google" and account.name not in wanted:
            await connecting.remove(parts.services, account.id)
    await _connect(parts, child, "google", CALENDAR, child.places["calendar"])
    for name, vendor in wanted.items():
        account_id = await _connect(parts, child, vendor, name, child.places[vendor])
        wish = {"vendor": vendor, "url": f"{child.app_url}/hooks/{account_id}"}
        wish["secret"] = child.state.webhook_secret
        page = str(child.places["url"]).rstrip("/")
        await parts.clients.post(f"{page}/client/webhooks", wish)
        async with parts.services.store.begin() as tx:
            await parts.services.jobs.enqueue(
                tx, reconciling.reconcile, key=f"first-sync:{account_id}", account=account_id
            )


async def _connect(parts: Parts, child: Workspace, vendor: str, name: str, base_url: str) -> str:
    """One account, at the place where its stand-in is now; gives its id."""
    accounts = parts.services.accounts
    account = next((a for a in await accounts.listing() if a.name == name), None)
    if account is not None and account.base_url != base_url:
        account = await accounts.move(account.id, base_url)
    if account is None:
        told = child.places["ats"].get(vendor, {}).get("keys", {})
        keys = demo_state.credentials(vendor, child.state, told)
        account = await accounts.add(vendor, name, {}, keys, base_url)
    return account.id


async def until_over(child: Workspace) -> None:
    """Return at Ctrl-C. Raises NotSetUp when the workspace ends by itself."""
    told, ended = asyncio.create_task(serving.until_told()), asyncio.create_task(child.ended())
    await asyncio.wait({told, ended}, return_when=asyncio.FIRST_COMPLETED)
    over = ended.done() and not told.done()
    told.cancel()
    ended.cancel()
    if over:
        raise NotSetUp("The local workspace ended by itself; what it printed above says why.")


async def _greet(parts: Parts) -> None:
    try:
        await parts.desk.show(TEAM, RECRUITER, welcome.KIND, "demo")
    except ConnectorError as error:
        log.warning("no first message", error=type(error).__name__, code=error.code)


def _settings(settings: Settings, database: str, child: Workspace) -> Settings:
    """The demo's own settings; only the words of the commands and the logging are the visitor's."""
    smtp = str(child.places["smtp"])
    return settings.model_copy(
        update={
            "signing_secret": SecretStr(child.state.signing_secret),
            "bot_token": SecretStr(child.state.bot_token),
            "client_id": "",
            "slack_api_url": str(child.places["slack_api"]),
            "secret_keys": (SecretStr(child.state.secret_key),),
            "database_url": database,
            "public_url": child.app_url,
            "smtp_url": SecretStr(smtp if "://" in smtp else f"smtp://{smtp}"),
            "mail_from": MAIL_FROM,
            "company": COMPANY,
        }
    )


def _migrate(url: str) -> None:
    if not migrations.is_current(url):
        migrations.upgrade(url)
