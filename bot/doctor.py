"""Examines an installation: every setting and integration is on, off or broken, with what to do about it."""

import asyncio
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp

from bot import sockets, wiring
from bot.errors import NotSetUp
from bot.manifest import SCOPES
from bot.settings import SLACK_API, Settings
from bot.slack_client import ask
from bot.socket_line import Pace
from bot.wiring import Parts
from connectors import addresses
from connectors.errors import ConnectorError, TryLater
from hiring import health, migrations, rotation
from hiring.secrets import new_key
from hiring.store import near, sslmode
from messages.mailbox import MailboxUnreachable

State = Literal["on", "off", "broken"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing examined."""

    what: str
    state: State
    detail: str


async def examine(settings: Settings) -> list[Line]:
    """One line per setting that matters and per integration. Calls Slack, the mail server and every account."""
    if not settings.keys:
        return [
            Line("secret keys", "broken", f"set CALLSHEET_SECRET_KEYS, for example to {new_key()}")
        ]
    try:
        async with wiring.parts(settings) as parts:
            database = await _database(parts)
            fit = database.state == "on"
            lines = [await _keys(parts) if fit else _unread(settings), database]
            lines += [
                await _slack(parts),
                await _transport(parts),
                _public_url(settings),
                await _mail(parts),
                await _mailbox(parts),
            ]
            if fit:
                lines += [await _worker(parts), *await _accounts(parts)]
            return lines
    except NotSetUp as error:
        return [Line("settings", "broken", str(error))]


async def _database(parts: Parts) -> Line:
    kind = "SQLite" if parts.services.store.is_sqlite else "PostgreSQL"
    if wrong := await health.trouble(parts.services):
        return Line("database", "broken", f"{kind} {wrong}; check CALLSHEET_DATABASE_URL")
    if not await asyncio.to_thread(migrations.is_current, parts.settings.database):
        return Line("database", "broken", f"{kind}: the schema is old; run `callsheet migrate`")
    return Line("database", "on", f"{kind}, up to date{_way(parts.settings.database)}")


def _way(url: str) -> str:
    """How the way to the database is protected, where it leaves this machine."""
    if near(url):
        return ""
    mode = sslmode(url)
    if mode == "verify-full":
        return "; TLS, its certificate and name are checked"
    return f"; CALLSHEET_DATABASE_URL says sslmode={mode}: the server's certificate and name are not both checked"


def _unread(settings: Settings) -> Line:
    return Line(
        "secret keys", "on", f"{len(settings.keys)} given; what they open cannot be looked at"
    )


async def _keys(parts: Parts) -> Line:
    """Whether only the first key is in use, and what has to happen before another may be dropped."""
    use = await rotation.in_use(parts.services)
    count = len(parts.settings.keys)
    given = f"{count} given" if count > 1 else "one given"
    if use.only_first:
        drop = "; the others are not needed any more and may be dropped" if count > 1 else ""
        return Line(
            "secret keys", "on", f"{given}; the first wraps all {use.data_keys} data keys{drop}"
        )
    still = [
        f"{use.wrapped_by_others} data keys are wrapped by another than the first"
        * bool(use.wrapped_by_others),
        f"{use.sealed_directly} rows were sealed by an earlier release" * bool(use.sealed_directly),
    ]
    told = " and ".join(part for part in still if part)
    if told:
        return Line(
            "secret keys",
            "on",
            f"{given}; {told}: run `callsheet keys rotate`, and drop none before",
        )
    assert use.links_until is not None
    until = f"{use.links_until:%d %B %Y}"
    return Line(
        "secret keys", "on", f"{given}; links that candidates got earlier need them until {until}"
    )


async def _slack(parts: Parts) -> Line:
    settings = parts.settings
    token = settings.bot_token.get_secret_value()
    if not token:
        if settings.client_id and settings.client_secret.get_secret_value():
            return Line("Slack", "on", "many workspaces; install at /slack/install")
        return Line(
            "Slack", "broken", "set SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"
        )
    where = "" if settings.slack_api_url == SLACK_API else f" at {settings.slack_api_url}"
    try:
        answer = await ask(parts.clients.make(token).auth_test)
    except ConnectorError as error:
        return Line("Slack", "broken", f"{error.text or 'no answer'} ({error.code}){where}")
    granted = str(answer.headers.get("x-oauth-scopes", "")).replace(" ", "").split(",")
    missing = [scope for scope in SCOPES if scope not in granted] if granted != [""] else []
    if missing:
        return Line(
            "Slack", "broken", f"scopes missing: {', '.join(missing)}; add them and install again"
        )
    return Line("Slack", "on", f"workspace {answer.get('team', '')}{where}")


async def _transport(parts: Parts) -> Line:
    settings = parts.settings
    if settings.app_token.get_secret_value():
        return await _sockets(parts)
    if not settings.signing_secret.get_secret_value():
        return Line(
            "transport",
            "broken",
            "set SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode)",
        )
    return Line("transport", "on", "signed HTTP at /slack/events")


async def _sockets(parts: Parts) -> Line:
    """Whether Slack would open a socket, and what the running web process says of those it has."""
    try:
        await sockets.address(parts.clients, parts.settings.app_token.get_secret_value())
    except TryLater as error:
        return Line("transport", "broken", f"Slack does not answer ({error.code})")
    except ConnectorError as error:
        what = f"Slack refuses SLACK_APP_TOKEN ({error.code})"
        return Line("transport", "broken", f"{what}; it needs the scope connections:write")
    told = await _readiness(parts)
    if told is None:
        return Line("transport", "on", "Socket Mode possible: `serve --socket`")
    silent = told.get("silent_for")
    heard = "nothing heard yet" if silent is None else f"heard {silent:.0f} s ago"
    stale = silent is None or silent > Pace().silence
    detail = f"Socket Mode, {told.get('open')} open, {heard}"
    return Line("transport", "broken" if stale else "on", detail)


async def _readiness(parts: Parts) -> dict[str, Any] | None:
    """What the web process at the public address tells of its sockets; None when it has none or does not answer."""
    try:
        async with parts.clients.session.get(f"{parts.settings.public_url}/readyz") as answer:
            told = (await answer.json()).get("socket")
    except (aiohttp.ClientError, TimeoutError, ValueError, AttributeError):
        return None
    return told if isinstance(told, dict) else None


def _public_url(settings: Settings) -> Line:
    if not settings.public_url:
        return Line(
            "public address", "broken", "set CALLSHEET_PUBLIC_URL; candidates' links start with it"
        )
    return Line("public address", "on", settings.public_url)


async def _mail(parts: Parts) -> Line:
    if not parts.settings.smtp_url.get_secret_value():
        return Line(
            "mail", "off", "set CALLSHEET_SMTP_URL and CALLSHEET_MAIL_FROM to write to candidates"
        )
    if not parts.settings.mail_from:
        return Line("mail", "broken", "set CALLSHEET_MAIL_FROM, the address candidates see")
    if wrong := await parts.services.mailer.check():
        return Line("mail", "broken", f"the server of CALLSHEET_SMTP_URL: {wrong}")
    way = parts.services.mailer.encrypted
    return Line("mail", "on", f"from {parts.settings.mail_from}{_protected(way)}")


def _protected(way: str) -> str:
    return f"; {way}, its certificate is checked" if way else "; on this machine, not encrypted"


async def _mailbox(parts: Parts) -> Line:
    mailbox = parts.services.mailbox
    if mailbox is None:
        return Line(
            "mailbox",
            "off",
            "set CALLSHEET_IMAP_URL to notice answers and to look up what was sent",
        )
    try:
        sent = await mailbox.check()
    except MailboxUnreachable as error:
        return Line("mailbox", "broken", f"the one of CALLSHEET_IMAP_URL: {error.why}")
    way = f"; {mailbox.encrypted}" if mailbox.encrypted else "; on this machine, not encrypted"
    return Line("mailbox", "on", f"answers are noticed; sent mail is looked up in {sent}{way}")


async def _worker(parts: Parts) -> Line:
    silence = await health.worker_silence(parts.services)
    if silence is None or silence > 30:
        return Line(
            "worker", "off", "none is running; start `callsheet work` or `serve --with-worker`"
        )
    return Line("worker", "on", f"seen {silence:.0f} s ago")


async def _accounts(parts: Parts) -> list[Line]:
    accounts = parts.services.accounts
    lines = []
    for account in await accounts.listing():
        if account.base_url and not addresses.safe(account.base_url):
            lines.append(Line(account.vendor, "broken", f"{account.name}: {addresses.PLAIN}"))
            continue
        wrong = [f for f in await accounts.check(account) if not f.ok]
        detail = "; ".join(f"{f.what}: {f.detail}" if f.detail else f.what for f in wrong)
        lines.append(Line(f"{account.vendor}", "broken" if wrong else "on", detail or account.name))
    return lines or [
        Line("accounts", "off", "none is connected; see `callsheet accounts add --help`")
    ]
