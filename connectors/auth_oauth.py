"""OAuth 2 with a person's consent: the code grant with PKCE (RFC 7636), and access tokens renewed before they end.

Most vendors let a refresh token be spent once. Grants are therefore kept where all processes see them, and one process
at a time may renew one.
"""

import asyncio
import base64
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from connectors.auth import EARLY, Basic, ask_login, until
from connectors.contract import Account
from connectors.errors import ConnectorError, Reconnect, TryLater
from connectors.http import Pool, swap

KEYS = frozenset({"client_id", "client_secret"})  # of the app that is registered at the vendor
CLAIM = 90.0  # seconds a process has for renewing; longer than any answer is waited for
LOOK = 0.1  # seconds between two looks at what another process is renewing
AGAIN = "The vendor no longer accepts this sign-in. Connect the account again."


@dataclass(frozen=True, slots=True)
class OAuth:
    """How a vendor's OAuth works, in its own addresses. `more` goes along to the page where a person consents.

    `basic` where the vendor wants the app's keys as HTTP Basic instead of in the form; `lapses` is how long a refresh
    token may lie unused.
    """

    authorize: str
    token: str
    scopes: tuple[str, ...]
    more: Mapping[str, str] = field(default_factory=dict)
    basic: bool = False
    lapses: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a vendor granted. `until` is real seconds; `scopes` is None where the vendor does not say."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    until: float
    scopes: frozenset[str] | None = None

    def missing(self, oauth: OAuth) -> list[str]:
        """The scopes asked for and not granted."""
        return [] if self.scopes is None else [s for s in oauth.scopes if s not in self.scopes]


@dataclass(frozen=True, slots=True)
class Kept:
    """A grant as it is kept; `version` rises with every renewal."""

    grant: Grant
    version: int
    revoked: bool = False


class Grants(Protocol):
    """Where grants are kept for all processes."""

    async def read(self, account: str) -> Kept | None: ...

    async def claim(self, account: str, version: int, seconds: float) -> bool:
        """Whether this process may renew that version now; nobody else may for so many seconds."""
        ...

    async def save(self, account: str, version: int, grant: Grant) -> None:
        """Keep what replaced that version."""
        ...

    async def give_up(self, account: str, version: int, *, revoked: bool) -> None:
        """It was not renewed: for now, or, when `revoked`, for good."""
        ...


class Granted:
    """A bearer token of the account's grant. An account that is being tried has its `access_token` with it."""

    def __init__(self, account: Account, oauth: OAuth) -> None:
        self._account, self._oauth = account, oauth
        self._kept: Kept | None = None
        self._refused = -1  # the version the vendor no longer takes
        self._one = asyncio.Lock()

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        token = self._account.secrets.get("access_token")
        if token is None:
            async with self._one:
                token = await self._token(pool)
        return {"authorization": f"Bearer {token}"}

    def renew(self) -> bool:
        """After a 401: the next token is another one."""
        if self._kept is None:
            return False
        self._refused = self._kept.version
        return True

    async def _token(self, pool: Pool) -> str:
        if self._kept is None or not self._good(self._kept):
            self._kept = await renewed(pool, self._account, self._oauth, self._good)
        return self._kept.grant.access

    def _good(self, kept: Kept) -> bool:
        return kept.version > self._refused and time.time() < kept.grant.until - EARLY


class _Good(Protocol):
    def __call__(self, kept: Kept, /) -> bool: ...


async def renewed(pool: Pool, account: Account, oauth: OAuth, good: _Good) -> Kept:
    """The grant, renewed by this process or by another unless it is `good`. Raises Reconnect, TryLater."""
    grants, deadline = pool.grants, time.monotonic() + CLAIM
    while grants is not None and time.monotonic() < deadline:
        kept = await grants.read(account.id)
        if kept is None or kept.revoked:
            break
        if good(kept):
            return kept
        if await grants.claim(account.id, kept.version, CLAIM):
            try:
                fresh = await _refresh(pool, account, oauth, kept.grant)
            except ConnectorError as error:
                revoked = isinstance(error, Reconnect)
                await grants.give_up(account.id, kept.version, revoked=revoked)
                raise
            await grants.save(account.id, kept.version, fresh)
            return Kept(fresh, kept.version + 1)
        await asyncio.sleep(LOOK)
    else:
        raise TryLater("Another process is still renewing the sign-in.", account=account.id)
    raise Reconnect(AGAIN, account=account.id)


def consent_url(oauth: OAuth, account: Account, *, redirect: str, state: str, verifier: str) -> str:
    """The vendor's page where a person consents."""
    challenge = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": account.config["client_id"],
        "redirect_uri": redirect,
        "scope": " ".join(oauth.scopes),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **oauth.more,
    }
    return f"{swap(oauth.authorize, account.base_url)}?{urlencode(query)}"


async def exchange(
    pool: Pool, account: Account, oauth: OAuth, *, code: str, redirect: str, verifier: str
) -> Grant:
    """Trade the code that came back for a grant. Raises Reconnect when the vendor does not take it."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
    answer = await _ask(pool, account, oauth, form | {"code_verifier": verifier})
    return _grant(answer, "")


async def _refresh(pool: Pool, account: Account, oauth: OAuth, grant: Grant) -> Grant:
    if not grant.refresh:
        raise Reconnect(AGAIN, account=account.id, code="no refresh token")
    form = {"grant_type": "refresh_token", "refresh_token": grant.refresh}
    return _grant(await _ask(pool, account, oauth, form), grant.refresh)


async def _ask(
    pool: Pool, account: Account, oauth: OAuth, form: Mapping[str, str]
) -> Mapping[str, Any]:
    app = {"client_id": account.config["client_id"]}
    app["client_secret"] = account.secrets["client_secret"]
    url, headers = swap(oauth.token, account.base_url), {"accept": "application/json"}
    if oauth.basic:
        basic = await Basic(app["client_id"], app["client_secret"]).headers(pool)
        return await ask_login(pool, account, url, form, headers | dict(basic))
    return await ask_login(pool, account, url, {**form, **app}, headers)


def _grant(answer: Mapping[str, Any], before: str) -> Grant:
    """Read a token answer; a vendor that sends no new refresh token lets the old one be used again."""
    scope = answer.get("scope")
    told = frozenset(scope.replace(",", " ").split()) if isinstance(scope, str) and scope else None
    refresh = answer.get("refresh_token")
    return Grant(
        str(answer["access_token"]), refresh if isinstance(refresh, str) else before, until(answer), told
    )  # fmt: skip
