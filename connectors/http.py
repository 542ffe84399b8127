"""The one HTTP client: authorization, budgets, careful retries, typed errors, a call log without bodies."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlsplit

import httpx

from connectors import addresses
from connectors.addresses import swap, template, untrusted
from connectors.answers import refusal
from connectors.budget import PATIENCE, Budget, Budgets, Own, Rate
from connectors.contract import Account
from connectors.errors import InDoubt, RateLimited, Reconnect, Rejected, TryLater

if TYPE_CHECKING:
    from connectors.auth_oauth import Grants

log = logging.getLogger(__name__)
MOST_BYTES = 30_000_000
LONGEST = 3  # times the timeout: an answer that drips in slower than that is given up


@dataclass(frozen=True, slots=True)
class Answer:
    """A vendor's answer: the parsed JSON (None when empty) and the headers, names in lower case."""

    status: int
    json: Any
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One line of the call log. `path` is a template: ids are cut out, query values never stand in it."""

    account: str
    method: str
    path: str
    status: int
    ms: int
    attempt: int
    bytes: int


class Authorization(Protocol):
    """Puts a request's credentials into headers; `renew` throws away what was kept after a 401."""

    async def headers(self, pool: "Pool") -> Mapping[str, str]: ...

    def renew(self) -> bool:
        """Whether another try with fresh credentials makes sense."""
        ...


class Pool:
    """The connections of one process, shared by all accounts."""

    def __init__(
        self,
        on_call: Callable[[CallRecord], None] | None = None,
        timeout: float = 20.0,
        budgets: Budgets = Own,
        pause: float = 0.2,
        grants: "Grants | None" = None,
        authorities: str = "",
    ) -> None:
        """`timeout`: seconds of silence after which a call is given up; `pause`: before a read is first repeated.

        `authorities`: a file of certificate authorities to trust besides the usual ones.
        """
        self.timeout = timeout
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=5.0),
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=20),
            headers={"user-agent": "Callsheet"},
            follow_redirects=False,
            trust_env=False,
            verify=addresses.trust(authorities),
        )
        self._on_call = on_call or _log_call
        self._budgets = budgets
        self.pause = pause
        self.grants = grants

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    def client(
        self, account: Account, host: str, auth: Authorization, rate: Rate | None = None
    ) -> "Client":
        """A client for one host of a vendor, such as `https://api.lever.co/v1`."""
        return Client(self, account, host, auth, self._budgets(account.id, rate))

    async def send(self, request: httpx.Request) -> httpx.Response:
        if not addresses.safe(str(request.url)):
            raise Rejected(addresses.PLAIN)
        return await self._http.send(request, stream=True)

    def deadline(self) -> asyncio.Timeout:
        """A limit for one whole answer, since one that drips in never falls silent."""
        return asyncio.timeout(LONGEST * self.timeout)

    def build(self, method: str, url: str, **rest: Any) -> httpx.Request:
        return self._http.build_request(method, url, **rest)

    def record(self, call: CallRecord) -> None:
        self._on_call(call)


class Client:
    """Calls one account's vendor. Paths are relative to the host; every error is one of `connectors.errors`."""

    def __init__(
        self,
        pool: Pool,
        account: Account,
        host: str,
        auth: Authorization,
        budget: Budget,
    ) -> None:
        self._pool = pool
        self._account = account
        self._base = swap(host, account.base_url).rstrip("/")
        self._auth = auth
        self._budget = budget

    async def get(self, path: str, **query: Any) -> Answer:
        return await self._answer("GET", path, query=query)

    async def post(self, path: str, json: Any = None, *, files: Any = None, **query: Any) -> Answer:
        return await self._answer("POST", path, query=query, json=json, files=files)

    async def ask(self, path: str, json: Any) -> Answer:
        """A POST that only reads, repeated as a GET would be."""
        return await self._answer("POST", path, json=json, safe=True)

    async def patch(self, path: str, json: Any = None, **query: Any) -> Answer:
        return await self._answer("PATCH", path, query=query, json=json)

    async def put(self, path: str, json: Any = None, **query: Any) -> Answer:
        return await self._answer("PUT", path, query=query, json=json)

    async def delete(self, path: str, **query: Any) -> Answer:
        return await self._answer("DELETE", path, query=query)

    async def follow(self, url: str) -> Answer:
        """GET a full address the vendor gave (a next page), moved to this account's host. Raises Rejected for another."""
        target = swap(url, self._account.base_url)
        if urlsplit(target)[:2] != urlsplit(self._base)[:2]:
            raise Rejected("The next page is on another host.", account=self._account.id)
        return await self._answer("GET", target)

    async def raw(self, url: str, *, signed: bool = False) -> bytes:
        """Download a file. A `signed` address carries its own permission, so no credentials go along."""
        target = url if signed else self._url(url)
        content: bytes = await self._call("GET", target, plain=signed, parse=False)
        return content

    async def _answer(self, method: str, path: str, **rest: Any) -> Answer:
        answer: Answer = await self._call(method, path, **rest)
        return answer

    async def _call(self, method: str, path: str, *, safe: bool = False, **rest: Any) -> Any:
        url, attempt, renewed, pause = self._url(path), 0, False, self._pool.pause
        begun = time.monotonic()
        safe = safe or method == "GET"
        while True:
            attempt += 1
            try:
                return await self._once(method, url, attempt, safe, **rest)
            except Reconnect:
                if renewed or not self._auth.renew():
                    raise
                renewed = True
            except TryLater as error:
                wait = error.after.total_seconds() if error.after else pause * attempt
                if isinstance(error, RateLimited):
                    await self._budget.pause(wait)
                slow = time.monotonic() - begun >= self._pool.timeout  # it took long enough already
                if not safe or attempt >= 3 or wait > PATIENCE or slow:
                    raise
                await asyncio.sleep(wait)

    async def _once(
        self,
        method: str,
        url: str,
        attempt: int,
        safe: bool,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        files: Any = None,
        plain: bool = False,
        parse: bool = True,
    ) -> Any:
        await self._budget.take()
        headers = {} if plain else dict(await self._auth.headers(self._pool))
        params = {k: v for k, v in (query or {}).items() if v is not None}
        request = self._pool.build(
            method, url, params=params or None, json=json, files=files, headers=headers
        )
        started = time.monotonic()
        status, size = 0, 0
        try:
            async with self._pool.deadline():
                response = await self._pool.send(request)
                try:
                    status = response.status_code
                    body = await self._body(response)
                    size = len(body)
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise self._later(type(error).__name__, untrusted(error)) from None
        except (httpx.HTTPError, TimeoutError) as error:
            if safe:
                raise self._later(type(error).__name__) from None
            raise InDoubt("The answer was lost.", account=self._account.id) from None
        finally:
            ms = int((time.monotonic() - started) * 1_000)
            self._pool.record(
                CallRecord(
                    self._account.id, method, template(request.url.path), status, ms, attempt, size
                )
            )
        return self._read(safe, response, body, parse)

    async def _body(self, response: httpx.Response) -> bytes:
        chunks, size = [], 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > MOST_BYTES:
                raise Rejected("The answer is larger than we accept.", account=self._account.id)
            chunks.append(chunk)
        return b"".join(chunks)

    def _read(self, safe: bool, response: httpx.Response, body: bytes, parse: bool) -> Any:
        status = response.status_code
        parsed = _parse(response, body) if parse or status >= 400 else None
        if 200 <= status < 300:
            if not parse:
                return body
            if parsed is _BROKEN:
                raise (
                    self._later("unreadable answer")
                    if safe
                    else InDoubt("The answer was not readable.", account=self._account.id)
                )
            return Answer(status, parsed, {k.lower(): v for k, v in response.headers.items()})
        raise refusal(
            self._account.id,
            safe,
            status,
            response.headers,
            None if parsed is _BROKEN else parsed,
        )

    def _later(self, why: str, sentence: str = "") -> TryLater:
        sentence = sentence or "The system could not be reached."
        return TryLater(sentence, account=self._account.id, code=why)

    def _url(self, path: str) -> str:
        return (
            path if path.startswith(("http://", "https://")) else f"{self._base}/{path.lstrip('/')}"
        )


_BROKEN = object()


def _parse(response: httpx.Response, body: bytes) -> Any:
    if not body:
        return None
    try:
        return httpx.Response(200, content=body).json()
    except (ValueError, RecursionError):
        return _BROKEN


def _log_call(call: CallRecord) -> None:
    log.info(
        "call account=%s %s %s status=%s ms=%s attempt=%s bytes=%s",
        call.account, call.method, call.path, call.status, call.ms, call.attempt, call.bytes,
    )  # fmt: skip


async def pages(client: Client, path: str, **query: Any) -> AsyncIterator[Answer]:
    """Walk pages joined by `Link: <…>; rel="next"` (RFC 8288) to the end."""
    answer = await client.get(path, **query)
    while True:
        yield answer
        found = re.search(r'<([^>]+)>\s*;\s*rel="?next"?', answer.headers.get("link", ""))
        if not found:
            return
        answer = await client.follow(found.group(1))
