"""Connecting an ATS or a calendar without Slack."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import mapping

if TYPE_CHECKING:
    from hiring.connecting import Wish

app = typer.Typer(help="Connect, list, test and remove accounts.", no_args_is_help=True)
app.command("map")(mapping.map_account)
app.command("route")(mapping.route)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A plain setting.")
]
Secret = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        metavar="KEY=@FILE",
        help="A secret, read from a file; @- reads standard input.",
    ),
]
Which = Annotated[str, typer.Argument(metavar="ACCOUNT", help="An id or a name.")]


@app.command()
def add(
    vendor: Annotated[str, typer.Argument(help="Such as greenhouse or lever.")],
    name: Annotated[str, typer.Option(help="What you call this account.")],
    set_: Set = None,
    secret: Secret = None,
    base_url: Annotated[
        str | None,
        typer.Option(metavar="ORIGIN", help="Another server that stands for this vendor."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Connect an account, once it works. Keys are the vendor's own words; `client_id` and `client_secret` of an OAuth
    app give an address to sign in at."""
    from hiring.connecting import Wish

    asyncio.run(_add(Wish(vendor, name, *_given(set_, secret), base_url), as_json))


async def _add(wish: "Wish", as_json: bool) -> None:
    from bot.cli.care import opened
    from hiring import connecting, signing_in

    async with opened() as parts:
        oauth, given = signing_in.oauth_of(wish.vendor), {**wish.config, **wish.secrets}
        if oauth is not None and given.keys() >= signing_in.KEYS:
            address = await signing_in.begin_sign_in(parts.services, wish)
            print(
                f"Within {signing_in.MINUTES} minutes, open this in a browser and sign in:\n{address}"
            )
            return
        done = await connecting.connect(parts.services, wish)
        url = connecting.webhook_url(parts.services, done.account)
        advice = connecting.webhook_advice(done.account, done.webhook_secret)
        row = _row(done.account, parts.services.company.public_url)
    if as_json:
        print(json.dumps(row))
        if done.webhook_secret:
            print(advice, file=sys.stderr)
        return
    for f in done.findings:
        print(f"ok  {f.what}{': ' + f.detail if f.detail else ''}")
    print(f"Connected {wish.name} as {done.account.id}. Its webhooks go to {url}")
    if advice:
        print(advice)


@app.command("sign-in")
def sign_in(account: Which) -> None:
    """Sign in anew to an account whose vendor ended the grant; it stays the same account."""

    async def run() -> None:
        from bot.cli.care import opened
        from hiring import signing_in

        async with opened() as parts:
            address = await signing_in.begin_again(parts.services, account)
        print(
            f"Within {signing_in.MINUTES} minutes, open this in a browser and sign in:\n{address}"
        )

    asyncio.run(run())


@app.command()
def change(account: Which, set_: Set = None, secret: Secret = None) -> None:
    """Give an account other keys; those not named stay. They are tried before they are saved."""

    async def run() -> None:
        from bot.cli.care import opened
        from hiring import connecting

        async with opened() as parts:
            changed = await connecting.change(parts.services, account, *_given(set_, secret))
        print(f"{changed.name} has its new keys; they work.")

    asyncio.run(run())


@app.command("list")
def listing(as_json: Json = False) -> None:
    """List the connected accounts."""

    async def run() -> None:
        from bot.cli.care import opened

        async with opened() as parts:
            url = parts.services.company.public_url
            rows = [_row(account, url) for account in await parts.services.accounts.listing()]
        if as_json:
            print(json.dumps(rows))
        for row in [] if as_json else rows:
            print(f"{row['id']}  {row['vendor']:<16} {row['name']}")
        if not rows and not as_json:
            print("No account is connected yet.")

    asyncio.run(run())


@app.command("test")
def try_out(account: Which, as_json: Json = False) -> None:
    """Call the vendor and say, a line each, what works and which permission is missing."""

    async def run() -> bool:
        from bot.cli.care import opened
        from hiring import unknown_words

        async with opened() as parts:
            found = await parts.services.accounts.get(account)
            findings = await parts.services.accounts.check(found)
            odd = await unknown_words.of(parts.services, found.id)
        if as_json:
            print(json.dumps([{"what": f.what, "ok": f.ok, "detail": f.detail} for f in findings]))
        for f in [] if as_json else findings:
            print(f"{'ok ' if f.ok else 'NO '} {f.what}{': ' + f.detail if f.detail else ''}")
        for met in [] if as_json else odd:
            print(
                f"note {met.field} “{met.word}” is not known and reads as other (met {met.times} times)"
            )
        return all(f.ok for f in findings)

    if not asyncio.run(run()):
        typer.echo("Something does not work with this account; the lines above say what.", err=True)
        raise typer.Exit(1)


@app.command()
def remove(account: Which) -> None:
    """Disconnect an account and destroy its keys; what was written in the ATS stays there."""

    async def run() -> None:
        from bot.cli.care import opened
        from hiring import connecting

        async with opened() as parts:
            found = await connecting.remove(parts.services, account)
        print(f"Disconnected {found.name}.")

    asyncio.run(run())


def _row(account: Any, public_url: str) -> dict[str, str]:
    return {
        "id": account.id,
        "vendor": account.vendor,
        "name": account.name,
        "webhook_url": f"{public_url}/hooks/{account.id}",
    }


def _given(
    set_: list[str] | None, secret: list[str] | None
) -> tuple[dict[str, str], dict[str, str]]:
    """The plain keys and the secret ones."""
    config = dict(_pair(word, "--set") for word in set_ or [])
    pairs = [_pair(word, "--secret") for word in secret or []]
    return config, {key: _secret(value) for key, value in pairs}


def _pair(word: str, option: str) -> tuple[str, str]:
    key, sign, value = word.partition("=")
    if not sign or not key:
        raise typer.BadParameter(f"write {option} key=value")
    return key.strip(), value


def _secret(value: str) -> str:
    """`@FILE` names a file, `@-` standard input; anything else would stand in the shell's history."""
    if not value.startswith("@"):
        raise typer.BadParameter(
            "a secret is given as key=@FILE, so that it stays out of the shell's history"
        )
    try:
        text = (
            typer.get_text_stream("stdin").read() if value == "@-" else Path(value[1:]).read_text()
        )
    except OSError as error:
        raise typer.BadParameter(f"{value[1:]} cannot be read ({error.strerror})") from None
    return text.strip()
