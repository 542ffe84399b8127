"""How vendors want to be asked: keys in a header or the address, client credentials, a service account's signed claims."""

import asyncio
import base64
import functools
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx

from connectors.addresses import untrusted
from connectors.contract import Account
from connectors.errors import MissingPermission, Reconnect, TryLater
from connectors.http import Pool, swap
from connectors.http_calls import CallRecord, template

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

EARLY = 60.0  # seconds before its end at which a token is asked for again


class Basic:
    """HTTP Basic with a key as the user name and an empty password (RFC 7617)."""

    def __init__(self, user: str, password: str = "") -> None:
        self._value = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        return {"authorization": self._value}

    def renew(self) -> bool:
        return False


class HeaderKey:
    """A key in a header: `Bearer …`, `Token token=…`, a bare key, or a header of the vendor's own."""

    def __init__(self, key: str, *, prefix: str = "Bearer ", header: str = "authorization") -> None:
        self._header, self._value = header.lower(), f"{prefix}{key}"

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        return {self._header: self._value}

    def renew(self) -> bool:
        return False


class QueryKey:
    """A key in the address, put there last: it stands in no log, no error and no cursor of ours."""

    def __init__(self, name: str, key: str) -> None:
        self.query: Mapping[str, str] = {name: key}

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        return {}

    def renew(self) -> bool:
        return False


class ClientCredentials:
    """OAuth 2 client credentials (RFC 6749 section 4.4) with Greenhouse's `sub` for the acting user.

    `in_form` puts the id and the secret into the form instead of HTTP Basic; `more` is what else a vendor wants there.
    """

    def __init__(
        self,
        account: Account,
        url: str,
        client_id: str,
        client_secret: str,
        sub: str | None = None,
        *,
        in_form: bool = False,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self._account = account
        self._url = swap(url, account.base_url)
        self._basic = None if in_form else Basic(client_id, client_secret)
        self._form = {"grant_type": "client_credentials"} | ({"sub": sub} if sub else {})
        if in_form:
            self._form |= {"client_id": client_id, "client_secret": client_secret}
        self._form |= more or {}
        self._token, self._until = "", 0.0
        self._one_login = asyncio.Lock()

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        async with self._one_login:
            if time.time() >= self._until:
                basic = await self._basic.headers(pool) if self._basic else {}
                self._token, self._until = await token(
                    pool, self._account, self._url, self._form, basic
                )
        return {"authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        self._until = 0.0
        return True


class ServiceAccount:
    """Google's JWT bearer grant (RFC 7523) for one user of the domain, by domain-wide delegation."""

    def __init__(self, account: Account, credentials: str, scope: str, subject: str) -> None:
        """`credentials` is the JSON file that Google gave. Raises Reconnect when it is something else."""
        told = _object(credentials.encode())
        key = _rsa_key(str(told.get("private_key") or ""))
        if key is None or not told.get("client_email"):
            raise Reconnect(
                "That is not a service account with an RSA key. Paste the file Google gave you.",
                account=account.id,
            )
        self._account, self._key = account, key
        self._issuer = str(told["client_email"])
        self._url = str(told.get("token_uri") or "https://oauth2.googleapis.com/token")
        self._scope, self._subject = scope, subject
        self._token, self._until = "", 0.0
        self._one_login = asyncio.Lock()

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        async with self._one_login:
            if time.time() >= self._until:
                self._token, self._until = await self._login(pool)
        return {"authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        self._until = 0.0
        return True

    async def _login(self, pool: Pool) -> tuple[str, float]:
        url = swap(self._url, self._account.base_url)
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": self._assertion(),
        }
        return await token(pool, self._account, url, form, {})

    def _assertion(self) -> str:
        """A signed claim to be this user, good for an hour."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "sub": self._subject,
            "scope": self._scope,
            "aud": "https://oauth2.googleapis.com/token",
            "iat": now,
            "exp": now + 3_600,
        }
        signing = f"{_segment({'alg': 'RS256', 'typ': 'JWT'})}.{_segment(claims)}"
        signature = self._key.sign(signing.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signing}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@functools.lru_cache(maxsize=16)
def _rsa_key(pem: str) -> "RSAPrivateKey | None":
    """A private key from its PEM text; None when it is none. Reading one takes 50 ms, and each person asks with it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    try:
        key = serialization.load_pem_private_key(pem.encode(), None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPrivateKey) else None


async def token(
    pool: Pool, account: Account, url: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[str, float]:
    """Fetch a token; gives it and the real time (epoch seconds) until which it may be used."""
    answer = await ask_login(pool, account, url, form, headers)
    return str(answer["access_token"]), until(answer) - EARLY


async def ask_login(
    pool: Pool, account: Account, url: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> dict[str, Any]:
    """Ask a login server; gives its answer, which has an `access_token`. Raises TryLater, Reconnect."""
    request = pool.build("POST", url, data=dict(form), headers=dict(headers))
    started, status, size = time.monotonic(), 0, 0
    try:
        async with pool.deadline():
            response = await pool.send(request)
            status, body = response.status_code, await response.aread()
            size = len(body)
            await response.aclose()
    except (httpx.HTTPError, TimeoutError) as error:
        sentence = untrusted(error) or "The login server could not be reached."
        raise TryLater(sentence, account=account.id) from None
    finally:
        _record(pool, account, request, status, size, started)
    if response.status_code >= 500 or response.status_code == 429:
        raise TryLater("The login server is not answering properly.", account=account.id)
    answer = _object(body)
    if response.status_code == 403:
        raise MissingPermission(
            "The login server refused the scopes asked for.", account=account.id
        )
    if response.status_code >= 400 or not isinstance(answer.get("access_token"), str):
        raise Reconnect(
            "The login was refused. Connect the account again.",
            account=account.id,
            code=str(answer.get("error", response.status_code)),
        )
    return answer


def _record(
    pool: Pool, account: Account, request: httpx.Request, status: int, size: int, started: float
) -> None:
    """A line of the call log, as any other call's; it takes nothing from the vendor's budget."""
    whence, spent = pool.whence(), int((time.monotonic() - started) * 1_000)
    error = "" if 0 < status < 400 else "Reconnect" if 400 <= status < 500 else "TryLater"
    pool.record(
        CallRecord(
            account.id, request.method, template(request.url.path), status, spent, 1, size,
            request.url.host, 0.0, error, "", whence.correlation, whence.flow,
        )
    )  # fmt: skip


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer, empty when it is anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def until(answer: Mapping[str, Any]) -> float:
    """`expires_at` (ISO or epoch) or `expires_in` (seconds); an hour when neither can be read."""
    at = answer.get("expires_at")
    try:
        if isinstance(at, str):
            found = datetime.fromisoformat(at.replace("Z", "+00:00"))
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        if isinstance(at, int | float):
            return float(at)
        return time.time() + float(answer.get("expires_in") or 3_600)
    except (TypeError, ValueError, OverflowError):
        return time.time() + 3_600


def _segment(value: Mapping[str, Any]) -> str:
    return (
        base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode())
        .rstrip(b"=")
        .decode()
    )
