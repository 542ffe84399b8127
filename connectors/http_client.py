"""Calls one account's vendor: authorization, budgets, careful retries, a rest after many failures, typed errors."""

import asyncio
import itertools
import re
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from urllib.parse import urljoin, urlsplit

from connectors import limits
from connectors.addresses import swap
from connectors.budget import PATIENCE, Budget, Rate
from connectors.contract import Account
from connectors.errors import (
    ConnectorError,
    InDoubt,
    RateLimited,
    Reconnect,
    Rejected,
    Resting,
    TryLater,
)
from connectors.http_exchange import Answer, Call, Document, exchange

if TYPE_CHECKING:
    from connectors.answers import Judge
    from connectors.http import Pool

_numbers = itertools.count(1)


class Authorization(Protocol):
    """Puts a request's credentials into headers; `renew` throws away what was kept after a 401."""

    async def headers(self, pool: "Pool") -> Mapping[str, str]: ...

    def renew(self) -> bool:
        """Whether another try with fresh credentials makes sense."""
        ...


@runtime_checkable
class InQuery(Protocol):
    """An Authorization that some vendors want in the address."""

    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Terms:
    """How a vendor wants to be talked to.

    `headers` go along with every call; `cost` weighs a call by its method and path; `judge` reads refusals that come
    with another status; `until` is the day on which the version spoken here ends.
    """

    rate: Rate | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cost: Callable[[str, str], float] | None = None
    judge: "Judge | None" = None
    until: date | None = None


class Client:
    """Paths are relative to the host; every error is one of `connectors.errors`."""

    def __init__(
        self,
        pool: "Pool",
        account: Account,
        host: str,
        auth: Authorization,
        budget: Budget,
        terms: Terms | None = None,
    ) -> None:
        self._pool = pool
        self._account = account
        self._base = swap(host, account.base_url).rstrip("/")
        self._auth = auth
        self._budget = budget
        self._terms = terms or Terms()
        self._number = next(_numbers)
        self._flying = 0
        most = self._terms.rate.at_once if self._terms.rate else 0
        self._slots = asyncio.Semaphore(most) if most else None

    @property
    def account(self) -> Account:
        return self._account

    async def get(self, path: str, **query: Any) -> Answer:
        return await self._answer(Call("GET", self._url(path), query=query, safe=True))

    async def post(
        self, path: str, json: Any = None, *, files: Any = None, data: Any = None, **query: Any
    ) -> Answer:
        """`files` and `data` make a form of it (multipart when there are files)."""
        body = {"json": json, "files": files, "data": data}
        return await self._answer(Call("POST", self._url(path), query=query, **body))

    async def ask(self, path: str, json: Any, **query: Any) -> Answer:
        """A POST that only reads, repeated as a GET would be."""
        return await self._answer(Call("POST", self._url(path), query=query, json=json, safe=True))

    async def patch(
        self, path: str, json: Any = None, *, match: str | None = None, **query: Any
    ) -> Answer:
        return await self._change("PATCH", path, json, match, query)

    async def put(
        self, path: str, json: Any = None, *, match: str | None = None, **query: Any
    ) -> Answer:
        """`match`: only while the thing has this ETag (If-Match, RFC 9110 13.1.1); else Conflict."""
        return await self._change("PUT", path, json, match, query)

    async def delete(
        self, path: str, json: Any = None, *, match: str | None = None, **query: Any
    ) -> Answer:
        return await self._change("DELETE", path, json, match, query)

    async def _change(
        self, method: str, path: str, json: Any, match: str | None, query: Mapping[str, Any]
    ) -> Answer:
        headers = {"if-match": match} if match else {}
        return await self._answer(
            Call(method, self._url(path), query=query, headers=headers, json=json)
        )

    async def follow(self, url: str) -> Answer:
        """GET an address the vendor gave (a next page), moved to this account's host. Raises Rejected for another."""
        return await self._answer(Call("GET", self._ours(url), safe=True))

    async def raw(self, url: str, *, signed: bool = False) -> bytes:
        """Download a file. A `signed` address carries its own permission, so no credentials go along."""
        target = url if signed else self._url(url)
        return (
            await self._document(Call("GET", target, safe=True, plain=signed, parse=False))
        ).body

    async def send(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        safe: bool = False,
    ) -> Document:
        """A call that speaks no JSON, such as WebDAV's. `safe` reads only, or does nothing more when repeated."""
        url = self._url(path)
        shape = re.sub(r"[^/]+", "{id}", urlsplit(url).path)  # people's names stand in such paths
        call = Call(method, url, headers=headers or {}, content=content, safe=safe, shape=shape)
        return await self._document(replace(call, parse=False))

    async def upload(self, url: str, content: bytes, kind: str) -> None:
        """PUT a file to a signed address that the vendor gave; `kind` is its media type."""
        await self._call(
            Call(
                "PUT", url, content=content, headers={"content-type": kind}, plain=True, parse=False
            )
        )

    async def _document(self, call: Call) -> Document:
        document: Document = await self._call(call)
        return document

    async def _answer(self, call: Call) -> Answer:
        answer: Answer = await self._call(call)
        return answer

    async def _call(self, call: Call) -> Any:
        attempt, renewed = 0, False
        begun = time.monotonic()
        while True:
            attempt += 1
            try:
                return await self._attempt(call, attempt)
            except Reconnect:
                if renewed or not self._auth.renew():
                    raise
                renewed = True
            except Resting:
                raise
            except TryLater as error:
                wait = error.after.total_seconds() if error.after else self._pool.pause * attempt
                if isinstance(error, RateLimited):
                    await self._budget.pause(wait)
                slow = time.monotonic() - begun >= self._pool.timeout  # it took long enough already
                if not call.safe or attempt >= 3 or wait > PATIENCE or slow:
                    raise
                await asyncio.sleep(wait)

    async def _attempt(self, call: Call, attempt: int) -> Any:
        """One attempt, when the budget, the vendor's limit on calls at once and the breaker let it out."""
        host = urlsplit(call.url).netloc
        self._rest(host)
        cost = self._cost(call)
        if cost:
            await self._budget.take(cost)
        async with AsyncExitStack() as stack:
            if self._slots:
                await stack.enter_async_context(self._slots)
            ready = await self._ready(call)
            self._rest(host)
            breaker = self._pool.breaker(self._account.id, host)
            breaker.enter()
            self._flying += 1
            failed: bool | None = None  # None: given up before its end
            try:
                answer = await exchange(
                    self._pool, self._account.id, ready, self._terms.judge, attempt, cost
                )
                failed = False
            except ConnectorError as error:
                limited = isinstance(error, RateLimited)
                failed = isinstance(error, InDoubt | TryLater) and not limited
                raise
            finally:
                self._flying -= 1
                if failed is None:
                    breaker.left()
                else:
                    self._pool.went(self._account, host, failed=failed)
                await self._heed(ready)
            self._pool.saw(self._account, ready, answer)
            return answer

    async def _ready(self, call: Call) -> Call:
        """The call with its credentials and fixed headers; a signed address gets none of them."""
        if call.plain:
            return replace(call, heard={})
        given = await self._auth.headers(self._pool)
        return replace(
            call,
            headers={**self._terms.headers, **call.headers, **given},
            keys=self._auth.query if isinstance(self._auth, InQuery) else {},
            whose=self._number,
            heard={},
        )

    def _cost(self, call: Call) -> float:
        """What the call takes from the budget; a signed address is no call to the vendor's interface."""
        if call.plain:
            return 0.0
        return self._terms.cost(call.method, urlsplit(call.url).path) if self._terms.cost else 1.0

    def _rest(self, host: str) -> None:
        """Raises Resting while the host is left alone."""
        if wait := self._pool.breaker(self._account.id, host).wait():
            raise Resting(
                f"It failed many times in a row and is asked again in {wait:.0f} seconds.",
                after=timedelta(seconds=wait),
                account=self._account.id,
                code="resting",
            )

    async def _heed(self, ready: Call) -> None:
        """Take what came back to heart: what the vendor counts, and what it announces."""
        self._pool.heard(self._account, self._terms.until, ready)
        told = None if ready.plain else limits.read(ready.heard, self._pool.now())
        if told is not None:
            await self._budget.learn(told, self._flying)

    def _ours(self, url: str) -> str:
        """A vendor's address moved to this account's host. Raises Rejected for one elsewhere, which must not get the key."""
        target = swap(urljoin(f"{self._base}/", url), self._account.base_url)
        if urlsplit(target)[:2] != urlsplit(self._base)[:2]:
            raise Rejected("The next page is on another host.", account=self._account.id)
        return target

    def _url(self, path: str) -> str:
        if path.startswith(("http://", "https://")):
            return self._ours(path)
        return f"{self._base}/{path.lstrip('/')}"
