"""`demo`: everything on this machine. The bot is this process; Slack, the ATSs, calendar and mail are its child."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import demo_state, logs, manifest, serving, welcome, wiring
from bot.demo_state import State
from bot.errors import NotSetUp
from bot.settings import Settings
from bot.wiring import Parts
from connectors.errors import ConnectorError
from hiring import migrations

log = logs.logger(__name__)
TEAM, RECRUITER = "T0BRIGHT1", "U0ROSA001"
COMPANY, MAIL_FROM = "Brightwater Labs", "hiring@brightwater.example"
PATIENCE = 40.0  # seconds for the local workspace to come up
ACCOUNTS = (("greenhouse", "Greenhouse"), ("lever", "Lever"), ("google", "Google Calendar"))


async def run(
    settings: Settings, *, host: str, port: int, reset: bool, fixed_clock: datetime | None
) -> None:
    """Start, print the one URL, and stay until Ctrl-C. Raises NotSetUp."""
    logs.configure(
        "warning" if settings.log_level == "info" else settings.log_level, settings.log_format
    )
    var = settings.var.resolve()
    if reset:
        demo_state.forget(var)
    var.mkdir(parents=True, exist_ok=True)
    state = demo_state.read(var)
    sock = _listen_again(state)
    free(host, port)
    state.ports["bot"] = sock.getsockname()[1]
    public = f"http://127.0.0.1:{state.ports['bot']}"
    write_manifest(var, public, settings)
    database = asyncio.create_task(asyncio.to_thread(_migrate, _database(settings, var)))
    async with workspace(var, state, host, port, public, fixed_clock) as (child, places):
        await database
        chosen = _settings(settings, var, state, public, places)
        async with wiring.parts(chosen) as parts, serving.worker(parts) as beats:
            parts.router.card(welcome.KIND)(welcome.draw)
            await _set_clock(parts, fixed_clock)
            await connect(parts, state, places, public)
            demo_state.write(var, state)
            async with serving.web(parts, sock, move_clock=serving.clock_mover(parts, beats)):
                await _greet(parts)
                serving.started()
                print(f"Callsheet is ready: {places['url']}   (Ctrl-C stops it)", flush=True)
                await _until_over(child)


def free(host: str, port: int) -> None:
    """Raises NotSetUp when the page's port is taken, before anything is started."""
    if port:
        serving.listen(host, port).close()


def write_manifest(var: Path, public: str, settings: Settings) -> None:
    import commands

    router = commands.load()
    wiring.choose_aliases(router, settings)
    made = manifest.build(router, url=public, command=settings.command)
    (var / "manifest.json").write_text(json.dumps(made, indent=2))


@asynccontextmanager
async def workspace(
    var: Path, state: State, host: str, port: int, public: str, fixed_clock: datetime | None
) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """The child process with Slack, the ATSs, the calendar and the mailbox, and where they listen."""
    words = ["--host", host, "--port", str(port), "--state", str(var / "workspace.db")]
    for name in ("greenhouse", "lever", "calendar", "smtp"):
        words += [f"--{name}-port", str(_still_free(state.ports.get(name, 0)))]
    words += ["--manifest", str(var / "manifest.json"), "--app-url", public, "--with-parent"]
    words += ["--signing-secret", state.signing_secret, "--bot-token", state.bot_token]
    if fixed_clock:
        words += ["--fixed-clock", fixed_clock.isoformat()]
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.workspace", *words,
        stdin=pipe, stdout=pipe, cwd=wiring.ROOT, start_new_session=True,
    )  # fmt: skip
    try:
        yield child, await _places(child, state)
    finally:
        assert child.stdin is not None
        child.stdin.close()
        try:
            await asyncio.wait_for(child.wait(), 5)
        except TimeoutError:
            child.kill()
            await child.wait()


async def _places(child: asyncio.subprocess.Process, state: State) -> dict[str, Any]:
    assert child.stdout is not None
    try:
        line = await asyncio.wait_for(child.stdout.readline(), PATIENCE)
        places: dict[str, Any] = json.loads(line)
    except (TimeoutError, ValueError):
        raise NotSetUp(
            "The local workspace did not start; what it printed above says why."
        ) from None
    for name in ("greenhouse", "lever", "calendar", "smtp"):
        state.ports[name] = int(str(places[name]).rstrip("/").rpartition(":")[2])
    return places


async def connect(parts: Parts, state: State, places: Mapping[str, Any], public: str) -> None:
    """Connect the three stand-ins once, follow them to new ports, and tell the ATSs where to send webhooks."""
    accounts = parts.services.accounts
    known = {account.name: account for account in await accounts.listing()}
    for vendor, name in ACCOUNTS:
        base_url = str(places["calendar" if vendor == "google" else vendor])
        account = known.get(name)
        if account is not None and account.base_url != base_url:
            account = await accounts.move(account.id, base_url)
        if account is None:
            keys = demo_state.credentials(vendor, state)
            account = await accounts.add(vendor, name, {}, keys, base_url)
        if vendor != "google":
            wish = {
                "vendor": vendor,
                "url": f"{public}/hooks/{account.id}",
                "secret": state.webhook_secret,
            }
            await parts.clients.post(f"{str(places['url']).rstrip('/')}/client/webhooks", wish)


async def _greet(parts: Parts) -> None:
    try:
        await parts.desk.show(TEAM, RECRUITER, welcome.KIND, "demo")
    except ConnectorError as error:
        log.warning("no first message", error=type(error).__name__, code=error.code)


async def _set_clock(parts: Parts, fixed_clock: datetime | None) -> None:
    await parts.services.clock.load(parts.services.store)
    if fixed_clock:
        await parts.services.clock.move(parts.services.store, at=fixed_clock)


async def _until_over(child: asyncio.subprocess.Process) -> None:
    told, ended = asyncio.create_task(serving.until_told()), asyncio.create_task(child.wait())
    await asyncio.wait({told, ended}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if ended.done():
        raise NotSetUp("The local workspace ended by itself; what it printed above says why.")
    ended.cancel()


def _settings(
    settings: Settings, var: Path, state: State, public: str, places: Mapping[str, Any]
) -> Settings:
    """The demo's own settings; only the words of the commands and the logging are the visitor's."""
    smtp = str(places["smtp"])
    return settings.model_copy(
        update={
            "signing_secret": _secret(state.signing_secret),
            "bot_token": _secret(state.bot_token),
            "client_id": "",
            "slack_api_url": str(places["slack_api"]),
            "secret_keys": (_secret(state.secret_key),),
            "database_url": _database(settings, var),
            "public_url": public,
            "smtp_url": _secret(smtp if "://" in smtp else f"smtp://{smtp}"),
            "mail_from": MAIL_FROM,
            "company": COMPANY,
        }
    )


def _database(settings: Settings, var: Path) -> str:
    return settings.database_url or f"sqlite+aiosqlite:///{var / 'callsheet.db'}"


def _migrate(url: str) -> None:
    if not migrations.is_current(url):
        migrations.upgrade(url)


def _secret(text: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(text)


def _listen_again(state: State) -> Any:
    """The bot's own port: the one of last time when it is free, so that links in old mails keep working."""
    try:
        return serving.listen("127.0.0.1", state.ports.get("bot", 0))
    except NotSetUp:
        return serving.listen("127.0.0.1", 0)


def _still_free(port: int) -> int:
    try:
        free("127.0.0.1", port)
    except NotSetUp:
        return 0
    return port
