"""Connect an account: what was given is tried before anything is saved, and what is missing is named.

Where a vendor wants somebody to sign in (OAuth), what was typed waits, sealed, until they come back from the vendor.
"""

import hashlib
import secrets as random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from connectors import registry
from connectors.auth_oauth import KEYS, OAuth, consent_url, exchange
from connectors.contract import Account
from connectors.errors import ConnectorError
from connectors.model import Finding
from hiring import access, ids, people
from hiring.errors import NotFound, Refused
from hiring.grants_table import sign_ins
from hiring.services import Services

__all__ = ["KEYS", "Connected", "Wish", "connect"]
MINUTES = 15  # how long a sign-in may take
OPERATOR = "operator"  # who connects from the command line
_TICKET, _STATE = "sign-in", "sign-in-state"
OVER = "This sign-in is over. Start again where you began it."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to connect."""

    vendor: str
    name: str
    config: Mapping[str, str]
    secrets: Mapping[str, str]
    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    """An account that was tried and saved. `webhook_secret` is what we made up for it, to be given to the vendor."""

    account: Account
    findings: Sequence[Finding]
    webhook_secret: str = ""


async def connect(services: Services, wish: Wish, *, actor: str = OPERATOR) -> Connected:
    """Try it, then save it. Raises Refused naming what is missing; then nothing is saved."""
    account, made = _draft(services, wish)
    await services.accounts.free(account.name)
    findings = await tried(services, account)
    await services.accounts.save(account, actor=actor)
    return Connected(account, findings, made)


async def tried(services: Services, draft: Account) -> Sequence[Finding]:
    """Call the vendor. Raises Refused with everything that does not work."""
    findings = await services.accounts.attempt(draft)
    wrong = [f"{f.what}: {f.detail.rstrip('.') or 'no'}" for f in findings if not f.ok]
    if wrong:
        raise Refused(f"Nothing was saved, since this does not work yet. {'; '.join(wrong)}.")
    return findings


async def change(
    services: Services,
    account: str,
    config: Mapping[str, str],
    secrets: Mapping[str, str],
    *,
    actor: str = OPERATOR,
) -> Account:
    """Give an account other keys: those named replace what was there. Tried before it is saved. Raises Refused."""
    now = await services.accounts.get(account)
    signed_in = not set(registry.vendors()[now.vendor].required) <= {*now.config, *now.secrets}
    keys = {**now.config, **now.secrets, **config, **secrets}
    draft = services.accounts.draft(
        now.vendor, now.name, {k: v for k, v in keys.items() if v}, {}, now.base_url, signed_in=signed_in
    )  # fmt: skip
    fresh = replace(draft, id=now.id)
    await tried(services, fresh)
    await services.accounts.change(now, fresh.config, fresh.secrets, actor=actor)
    return fresh


async def remove(services: Services, account: str, *, actor: str = OPERATOR) -> Account:
    """Disconnect; what was kept for the account opens no more."""
    services.memory.forget()
    return await services.accounts.remove(account, actor=actor)


def webhook_url(services: Services, account: Account) -> str:
    """Where the vendor has to send what happens; a path only while no public address is set."""
    return f"{services.company.public_url}/hooks/{account.id}"


def webhook_advice(account: Account, made: str = "") -> str:
    """What to do about the webhook's secret. `made` is the one that we made up."""
    known = registry.vendors()[account.vendor]
    if "webhook_secret" not in known.optional | known.required:
        return ""
    if made:
        return f"Its secret is {made}. Give {known.label} both; it is not shown again."
    if account.secrets.get("webhook_secret"):
        return "Its secret is the one you gave."
    return (
        f"{known.label} makes the secret itself: give it to us as webhook_secret "
        f"(`callsheet accounts change {account.id} --secret webhook_secret=@FILE`)."
    )


def oauth_of(vendor: str) -> OAuth | None:
    """How somebody signs in at a vendor; None where keys are given. Raises Refused for an unknown vendor."""
    found = registry.vendors().get(vendor)
    if found is None:
        raise Refused(f"There is no connector called {vendor}.")
    return found.oauth


async def begin_sign_in(
    services: Services, wish: Wish, *, team: str = "", user: str = OPERATOR
) -> str:
    """Keep what was given until somebody has signed in at the vendor; gives the address to begin at."""
    account, _ = _draft(services, wish, signed_in=True)
    await services.accounts.free(account.name)
    if not services.company.public_url:
        raise Refused("Set CALLSHEET_PUBLIC_URL first: the vendor has to send people back there.")
    asked = {
        "config": dict(account.config), "secrets": dict(account.secrets), "base_url": account.base_url,
        "team": team, "user": user, "nonce": "", "browser": "", "verifier": "",
    }  # fmt: skip
    identity = ids.new("sin")
    async with services.store.begin() as tx:
        await tx.execute(
            sign_ins.insert().values(
                id=identity,
                vendor=wish.vendor,
                name=account.name,
                asked=services.seal.close_json(asked),
                until=time.time() + MINUTES * 60,
            )
        )
    ticket = services.seal.sign(_TICKET, identity)
    return f"{services.company.public_url}/connect/{wish.vendor}?ticket={ticket}"


async def start_sign_in(services: Services, vendor: str, ticket: str) -> tuple[str, str]:
    """The vendor's page, and a word that the browser has to bring back. Raises Refused."""
    row, asked = await _waiting(services, vendor, _unsigned(services, _TICKET, ticket))
    fresh = {name: random.token_urlsafe(32) for name in ("nonce", "browser", "verifier")}
    kept = asked | fresh | {"browser": _hash(fresh["browser"])}
    if not await _put(services, row, kept):
        raise Refused(OVER)
    address = consent_url(
        _oauth(vendor),
        _account(row, asked),
        redirect=_redirect(services, vendor),
        state=services.seal.sign(_STATE, f"{row.id}.{fresh['nonce']}"),
        verifier=fresh["verifier"],
    )
    return address, fresh["browser"]


async def finish_sign_in(
    services: Services, vendor: str, *, state: str, browser: str, code: str
) -> Connected:
    """Trade the code for a grant, try it, and save the account. A state counts once, in the browser it was made for.

    Raises Refused naming the scopes or permissions that are missing; then nothing is saved.
    """
    identity, _, nonce = _unsigned(services, _STATE, state).partition(".")
    row, asked = await _waiting(services, vendor, identity)
    if not asked["nonce"]:
        raise Refused(OVER)
    mine = random.compare_digest(asked["nonce"], nonce)
    if not mine or not random.compare_digest(asked["browser"], _hash(browser)):
        raise Refused("This sign-in belongs to another browser. Start again where you began it.")
    if not await _put(services, row, asked | {"nonce": "", "browser": "", "verifier": ""}):
        raise Refused(OVER)
    await _still_admin(services, asked)
    if not code:
        raise Refused("Nothing was connected, since the vendor did not agree. You may start again.")
    oauth, draft = _oauth(vendor), _account(row, asked)
    try:
        grant = await exchange(
            services.accounts.pool, draft, oauth, code=code, redirect=_redirect(services, vendor),
            verifier=asked["verifier"],
        )  # fmt: skip
    except ConnectorError as error:
        raise Refused(f"Nothing was saved: {error.text or 'the vendor did not answer.'}") from None
    if missing := grant.missing(oauth):
        raise Refused(
            f"Nothing was saved, since {registry.vendors()[vendor].label} did not grant {', '.join(missing)}. "
            "Add that to the app there, or sign in as somebody who may grant it."
        )
    trial = replace(draft, secrets={**draft.secrets, "access_token": grant.access})
    findings = await tried(services, trial)
    made = await _save(services, row, draft, grant, asked)
    return Connected(made[0], findings, made[1])


async def _save(
    services: Services, row: Any, draft: Account, grant: Any, asked: Mapping[str, Any]
) -> tuple[Account, str]:
    account, secret = _with_webhook_secret(draft)
    await services.accounts.save(account, grant, actor=asked["user"])
    async with services.store.begin() as tx:
        await tx.execute(sign_ins.delete().where(sign_ins.c.id == row.id))
    return account, secret


def _draft(services: Services, wish: Wish, *, signed_in: bool = False) -> tuple[Account, str]:
    if not wish.name.strip():
        raise Refused("Give the account a name.", field="name")
    account = services.accounts.draft(
        wish.vendor, wish.name, wish.config, wish.secrets, wish.base_url, signed_in=signed_in
    )
    return (account, "") if signed_in else _with_webhook_secret(account)


def _with_webhook_secret(account: Account) -> tuple[Account, str]:
    """Make up the webhook's secret where it is ours to choose and none was given."""
    known = registry.vendors()[account.vendor]
    if not known.chooses_webhook_secret or account.secrets.get("webhook_secret"):
        return account, ""
    made = random.token_urlsafe(32)
    return replace(account, secrets={**account.secrets, "webhook_secret": made}), made


def _oauth(vendor: str) -> OAuth:
    found = oauth_of(vendor)
    if found is None:
        raise NotFound("Nobody signs in at this vendor: it wants keys.")
    return found


def _account(row: Any, asked: Mapping[str, Any]) -> Account:
    """The draft that waits; its id is made anew each time, since only the one that is saved counts."""
    return Account(
        ids.new("acc"), row.vendor, row.name, asked["config"], asked["secrets"], asked["base_url"]
    )


async def _waiting(services: Services, vendor: str, identity: str) -> tuple[Any, dict[str, Any]]:
    query = sa.select(sign_ins).where(sign_ins.c.id == identity, sign_ins.c.vendor == vendor)
    async with services.store.read() as conn:
        row = (await conn.execute(query)).one_or_none()
    if row is None or row.until < time.time():
        raise NotFound(OVER)
    asked: dict[str, Any] = services.seal.open_json(row.asked)
    return row, asked


async def _put(services: Services, row: Any, asked: Mapping[str, Any]) -> bool:
    """Replace what waits, unless somebody did so since it was read: of two, one counts."""
    unchanged = sign_ins.c.id == row.id, sign_ins.c.asked == row.asked
    async with services.store.begin() as tx:
        done = await tx.execute(
            sign_ins.update().where(*unchanged).values(asked=services.seal.close_json(dict(asked)))
        )
    return bool(done.rowcount)


async def _still_admin(services: Services, asked: Mapping[str, Any]) -> None:
    if asked["team"]:
        actor = await people.actor(services, asked["team"], asked["user"])
        await access.require_anywhere(services, actor, frozenset({"admin"}))


def _unsigned(services: Services, purpose: str, token: str) -> str:
    try:
        return services.seal.unsign(purpose, token)
    except ValueError:
        raise NotFound(OVER) from None


def _redirect(services: Services, vendor: str) -> str:
    return f"{services.company.public_url}/connect/{vendor}/callback"


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
