"""The one way out to vendors: the connections of a process, and what its accounts share of them."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import httpx

from connectors import addresses, notices
from connectors.addresses import swap
from connectors.answers import Judge
from connectors.breaker import Breaker
from connectors.budget import Budget, Budgets, Own, Rate
from connectors.contract import Account
from connectors.errors import Rejected
from connectors.http_calls import CallRecord, Whence, log_call, template
from connectors.http_client import Authorization, Client, InQuery, Terms
from connectors.http_exchange import MOST_BYTES, Answer, Call, Document, shape_of, status_of
from connectors.http_pages import pages
from connectors.kept import Kept
from connectors.notices import Notice, OnNotice
from connectors.shapes import Shapes

if TYPE_CHECKING:
    from connectors.auth_oauth import Grants

__all__ = [
    "MOST_BYTES", "Answer", "Authorization", "CallRecord", "Client", "Document", "InQuery", "Pool", "Whence", "pages",
    "swap", "template",
]  # fmt: skip
LONGEST = 3  # times the timeout: an answer that drips in slower than that is given up


class Pool:
    """The connections of one process, shared by all accounts."""

    def __init__(
        self,
        on_call: Callable[[CallRecord], None] | None = None,
        timeout: float = 20.0,
        budgets: Budgets = Own,
        pause: float = 0.2,
        *,
        on_notice: OnNotice | None = None,
        whence: Callable[[], Whence] = Whence,
        shapes: Shapes | None = None,
        now: Callable[[], float] = time.time,
        grants: "Grants | None" = None,
        authorities: str = "",
        folders: Sequence[str] = (),
    ) -> None:
        """`timeout`: seconds of silence after which a call is given up; `pause`: before a read is first repeated.

        `authorities`: a file of certificate authorities to trust besides the usual ones. `on_call` and `on_notice` must not wait. `whence` says for whom calls are made; `now` gives epoch seconds.
        `folders`: places of this machine where a connector of files may look; it takes them from here like all else.
        """
        self.timeout = timeout
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=5.0),
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=20),
            headers={"user-agent": "Callsheet"},
            follow_redirects=False,
            trust_env=False,
            verify=_trusted(authorities),
        )
        self._on_call = on_call or log_call
        self._on_notice = on_notice
        self._budgets = budgets
        self._made: dict[tuple[str, Rate | None], Budget] = {}
        self._breakers: dict[tuple[str, str], Breaker] = {}
        self._shapes = shapes or Shapes()
        self._told: set[str] = set()
        self.kept = Kept(now)
        self.grants = grants
        self.folders = tuple(folders)
        self.pause, self.whence, self.now = pause, whence, now

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
        self,
        account: Account,
        host: str,
        auth: Authorization,
        rate: Rate | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        cost: Callable[[str, str], float] | None = None,
        judge: Judge | None = None,
        until: date | None = None,
    ) -> Client:
        """A client for one host of a vendor, such as `https://api.lever.co/v1`; the rest is told by `Terms`."""
        if (account.id, rate) not in self._made:
            self._made[account.id, rate] = self._budgets(account.id, rate)
        terms = Terms(rate, headers or {}, cost, judge, until)
        return Client(self, account, host, auth, self._made[account.id, rate], terms)

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

    def breaker(self, account: str, host: str) -> Breaker:
        return self._breakers.setdefault((account, host), Breaker(self.now))

    def went(self, account: Account, host: str, *, failed: bool) -> None:
        """How a call ended; whoever looks after the account hears when the host is left alone, and when it is back."""
        breaker = self.breaker(account.id, host)
        if failed and breaker.failed():
            sentence = f"{account.name} ({host}) failed many times in a row and is left alone for a while. It is tried again by itself."
            self.tell(Notice(account.id, "resting", host, sentence))
        elif not failed and breaker.worked():
            self.tell(Notice(account.id, "resting", host, over=True))

    def heard(self, account: Account, until: date | None, call: Call) -> None:
        """Look at what came back for announcements that the interface, or the version spoken here, will end."""
        if call.plain or not call.heard:
            return
        found = notices.announced(call.heard)
        found += notices.version(call.headers, status_of(call), call.heard)
        for ending in found + notices.ending(until, self.now()):
            self._ends(account, ending, shape_of(call))

    def saw(self, account: Account, call: Call, answer: Any) -> None:
        """Compare the shape of what was read with what is usual."""
        if call.plain or not call.safe or not isinstance(answer, Answer):
            return
        endpoint = shape_of(call)
        change = self._shapes.look(account.id, endpoint, self.whence().flow, answer.json)
        if change is None:
            return
        sentence = (
            f"{account.name} changed: {_plain(endpoint)} {', and '.join(change.clauses[:5])}. "
            f"{read_by(change.flows)}"
        )
        self.tell(Notice(account.id, "changed", endpoint, sentence, over=not change.clauses))

    def tell(self, notice: Notice) -> None:
        if self._on_notice is not None:
            self._on_notice(notice)

    def _ends(self, account: Account, ending: notices.Ending, endpoint: str) -> None:
        """Tell of an announcement, once in this process for each endpoint."""
        key = f"{ending.mark} {_plain(endpoint)}"
        if f"{account.id} {key}" in self._told or len(self._told) > 1_000:
            return
        self._told.add(f"{account.id} {key}")
        flow = self.whence().flow
        flows = self._shapes.flows(account.id, endpoint) or ((flow,) if flow else ())
        sentence = f"{account.name}: the vendor says that {_plain(endpoint)} {ending.what}. {read_by(flows)}"
        self.tell(Notice(account.id, "ending", key, sentence))


def read_by(flows: tuple[str, ...]) -> str:
    """Which flows use it, as a sentence."""
    return f"It is used by: {', '.join(flows)}." if flows else "Nothing has used it so far."


def _plain(endpoint: str) -> str:
    return endpoint.partition("?")[0]


@cache
def _trusted(authorities: str) -> ssl.SSLContext:
    """Loaded once in a process: it takes a tenth of a second."""
    return addresses.trust(authorities) or httpx.create_ssl_context()
