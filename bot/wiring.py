"""From settings to services: the one place that reads settings and makes the parts everything else is given."""

import importlib
import importlib.util
import pkgutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import commands
import hiring
from bot.desk import SlackDesk
from bot.errors import NotSetUp
from bot.settings import Settings
from bot.slack_client import Clients
from commands.router import Router
from connectors import addresses
from connectors.http import Pool
from hiring import budgets, origin
from hiring.accounts import Accounts
from hiring.clock import Clock
from hiring.grants import KeptGrants
from hiring.inbox import Inbox
from hiring.installations import Installations
from hiring.jobs import Jobs
from hiring.keys import Keys
from hiring.secrets import Seal
from hiring.services import Company, Services
from hiring.store import Store
from hiring.vendor_watch import Watch
from messages.mail import Mailer
from messages.mailbox import Mailbox
from scheduling import spans
from scheduling.busy import Policy

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 20.0  # seconds
PACKAGES = ("bot", "commands", "hiring", "connectors", "scheduling", "messages")


class Tokens:
    """The single workspace's token from the settings, else the installed workspaces'."""

    def __init__(self, single: str, installations: Installations) -> None:
        self._single = single
        self._installations = installations

    async def token(self, team: str, enterprise: str = "") -> str | None:
        return self._single or await self._installations.token(team, enterprise)

    async def teams(self) -> list[str]:
        return [] if self._single else await self._installations.teams()


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process is made of."""

    settings: Settings
    services: Services
    inbox: Inbox
    installations: Installations
    tokens: Tokens
    clients: Clients
    desk: SlackDesk
    router: Router
    pool: Pool
    watch: Watch


def check_origin() -> None:
    """Stop when one of our folders is shadowed by a foreign package of the same name. Raises NotSetUp."""
    for name in PACKAGES:
        found = importlib.util.find_spec(name)
        origin = Path(found.origin).resolve() if found and found.origin else None
        if origin is None or origin.parents[1] != ROOT:
            raise NotSetUp(
                f"Another package called {name} hides Callsheet's own. "
                "Run Callsheet from its own environment (./dev run)."
            )


@asynccontextmanager
async def parts(
    settings: Settings, router: Router | None = None, *, patience: float = PATIENCE
) -> AsyncIterator[Parts]:
    """Make the parts, with the router of `commands/`, and close them in the end. Raises NotSetUp.

    `patience`: seconds for which any outside system is waited for.
    """
    check_origin()
    made = _make(settings, router or commands.load(), patience)
    await made.watch.start(made.services)
    try:
        await made.services.seal.prepare()
        yield made
    finally:
        await made.watch.stop(made.services)
        await made.inbox.close()
        await made.clients.close()
        await made.pool.close()
        await made.services.store.close()


def _make(settings: Settings, router: Router, patience: float) -> Parts:
    if settings.ca_file and not _authorities(settings.ca_file):
        raise NotSetUp("CALLSHEET_CA_FILE does not name a file of certificates (PEM).")
    if not addresses.safe(settings.slack_api_url):
        raise NotSetUp(f"CALLSHEET_SLACK_API_URL: {addresses.PLAIN}")
    if not settings.keys:
        raise NotSetUp(
            "CALLSHEET_SECRET_KEYS is not set. `callsheet doctor` prints a fresh key to put there."
        )
    register_jobs()
    try:
        store = Store(settings.database)
        seal = Keys(store, Seal(settings.keys))
        mailer = Mailer(
            settings.smtp_url.get_secret_value() or "smtp://localhost:25",
            patience,
            settings.ca_file,
        )
        imap = settings.imap_url.get_secret_value()
        mailbox = Mailbox(imap, authorities=settings.ca_file) if imap else None
    except ValueError as error:
        raise NotSetUp(f"{error}.") from None
    jobs = Jobs(store, seal)
    clock = Clock()
    installations = Installations(store, seal)
    tokens = Tokens(settings.bot_token.get_secret_value(), installations)
    clients = Clients(settings.slack_api_url, tokens, patience)
    desk = SlackDesk(clients, router)
    company = Company(
        name=settings.company,
        mail_from=settings.mail_from or "hiring@localhost",
        public_url=settings.public_url.rstrip("/"),
        command=settings.command,
        retention_days=settings.retention_days,
        candidate_events=settings.candidate_events,
        reminders=spans.minutes(settings.reminders),
        swaps=settings.swaps,
        swap_minutes=settings.swap_minutes,
        policy=Policy(**{kind: kind not in settings.book_over for kind in ("tentative", "focus")}),
        meetings=settings.meetings,
        panel_channels=settings.panel_channels,
        rules=settings.rules,
    )
    watch = Watch(store, clock)
    pool = Pool(
        watch.calls.note, patience, budgets.shared(store), on_notice=watch.notice, whence=origin.whence,
        shapes=watch.shapes, grants=KeptGrants(store, seal), authorities=settings.ca_file,
        folders=settings.folders,
    )  # fmt: skip
    accounts = Accounts(store, seal, pool, clock)
    services = Services(store, clock, jobs, seal, accounts, mailer, desk, company, mailbox=mailbox)
    desk.bind(services)
    inbox = Inbox(store, jobs)
    choose_aliases(router, settings)
    return Parts(
        settings, services, inbox, installations, tokens, clients, desk, router, pool, watch
    )


def _authorities(file: str) -> bool:
    """Whether a file holds certificates."""
    try:
        ssl.create_default_context().load_verify_locations(file)
    except (OSError, ValueError):
        return False
    return True


def choose_aliases(router: Router, settings: Settings) -> None:
    """Turn off the aliases that the settings leave out."""
    if settings.aliases is not None:
        for name, entry in router.verbs.items():
            if entry.alias and entry.alias not in settings.aliases:
                router.verbs[name] = replace(entry, alias="")


def register_jobs() -> None:
    """Import every file of `hiring/`, so that a worker knows every job."""
    for module in pkgutil.iter_modules(hiring.__path__):
        if not module.ispkg:
            importlib.import_module(f"hiring.{module.name}")
    importlib.import_module("bot.acting")
