"""Connect an account by signing in at the vendor (OAuth): what was given waits, sealed, until somebody comes back.

Each state counts once, within a quarter of an hour, in the browser it was made for.
"""

import hashlib
import secrets as random
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from connectors import registry
from connectors.auth_oauth import KEYS, OAuth, consent_url, exchange
from connectors.contract import Account
from connectors.errors import ConnectorError
from hiring import access, ids, people
from hiring.connecting import OPERATOR, Connected, Wish, draft, tried, with_webhook_secret
from hiring.errors import NotFound, Refused
from hiring.grants_table import sign_ins
from hiring.services import Services

__all__ = ["KEYS", "MINUTES", "begin_again", "begin_sign_in", "finish_sign_in", "start_sign_in"]
MINUTES = 15  # how long a sign-in may take
_TICKET, _STATE = "sign-in", "sign-in-state"
OVER = "This sign-in is over. Start again where you began it."


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
    account = draft(services, wish, signed_in=True)
    await services.accounts.free(account.name)
    return await _wait(services, account, "", team, user)


async def begin_again(
    services: Services, account: str, *, team: str = "", user: str = OPERATOR
) -> str:
    """The same for an account that is there: it stays the same, with a new grant. Raises Refused."""
    now = await services.accounts.get(account)
    if oauth_of(now.vendor) is None or not {*now.config, *now.secrets} >= KEYS:
        raise Refused("Nobody signs in to this account: give it other keys instead.")
    return await _wait(services, now, now.id, team, user)


async def _wait(services: Services, account: Account, again: str, team: str, user: str) -> str:
    if not services.company.public_url:
        raise Refused("Set CALLSHEET_PUBLIC_URL first: the vendor has to send people back there.")
    asked = {
        "config": dict(account.config), "secrets": dict(account.secrets), "base_url": account.base_url,
        "again": again, "team": team, "user": user, "nonce": "", "browser": "", "verifier": "",
    }  # fmt: skip
    identity = ids.new("sin")
    async with services.store.begin() as tx:
        await tx.execute(
            sign_ins.insert().values(
                id=identity,
                vendor=account.vendor,
                name=account.name,
                asked=services.seal.close_json(asked),
                until=time.time() + MINUTES * 60,
            )
        )
    ticket = services.seal.sign(_TICKET, identity)
    return f"{services.company.public_url}/connect/{account.vendor}?ticket={ticket}"


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
    oauth, account = _oauth(vendor), _account(row, asked)
    try:
        grant = await exchange(
            services.accounts.pool, account, oauth, code=code, redirect=_redirect(services, vendor),
            verifier=asked["verifier"],
        )  # fmt: skip
    except ConnectorError as error:
        raise Refused(f"Nothing was saved: {error.text or 'the vendor did not answer.'}") from None
    if missing := grant.missing(oauth):
        raise Refused(
            f"Nothing was saved, since {registry.vendors()[vendor].label} did not grant {', '.join(missing)}. "
            "Add that to the app there, or sign in as somebody who may grant it."
        )
    trial = replace(account, secrets={**account.secrets, "access_token": grant.access})
    findings = await tried(services, trial)
    made = ""
    if asked["again"]:
        await services.accounts.sign_in_again(account, grant, actor=asked["user"])
    else:
        account, made = with_webhook_secret(account)
        await services.accounts.save(account, grant, actor=asked["user"])
    async with services.store.begin() as tx:
        await tx.execute(sign_ins.delete().where(sign_ins.c.id == row.id))
    return Connected(account, findings, made)


def _oauth(vendor: str) -> OAuth:
    found = oauth_of(vendor)
    if found is None:
        raise NotFound("Nobody signs in at this vendor: it wants keys.")
    return found


def _account(row: Any, asked: Mapping[str, Any]) -> Account:
    """What waits; a new account's id is made anew each time, since only the one that is saved counts."""
    identity = asked["again"] or ids.new("acc")
    return Account(
        identity, row.vendor, row.name, asked["config"], asked["secrets"], asked["base_url"]
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
