"""One attempt at one call: sends it, reads the answer up to a size, notes it down, and says what it means."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from pydantic_core import from_json

from connectors.addresses import untrusted
from connectors.answers import Judge, refusal, request_id
from connectors.errors import ConnectorError, InDoubt, Rejected, TryLater
from connectors.http_calls import CallRecord, template

if TYPE_CHECKING:
    from connectors.http import Pool

MOST_BYTES = 30_000_000
_BROKEN = object()


@dataclass(frozen=True, slots=True)
class Answer:
    """A vendor's answer: the parsed JSON (None when empty) and the headers, names in lower case."""

    status: int
    json: Any
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Document:
    """An answer that is no JSON: its bytes as they came, and the headers, names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent. `safe` reads only; `plain` goes without credentials; `keys` are those a vendor wants in the address.

    `shape` is the path as the call log may know it, where its words could be names; `whose` is the client's number; `heard` is filled with the headers that came back, whatever they were.
    """

    method: str
    url: str
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Any = None
    data: Any = None
    files: Any = None
    content: bytes | None = None
    safe: bool = False
    plain: bool = False
    parse: bool = True
    shape: str = ""
    whose: int = 0
    heard: dict[str, str] = field(default_factory=dict)


async def exchange(
    pool: "Pool", account: str, call: Call, judge: Judge | None, attempt: int, cost: float
) -> Any:
    """Send once and give the Answer, or a Document where it is not to be parsed. Raises a ConnectorError."""
    request = _build(pool, call)
    known = pool.kept.find(call.whose, str(request.url)) if _marked(call) else None
    if known:
        request.headers["if-none-match"] = known.etag
    started, size, error = time.monotonic(), 0, ""
    try:
        status, body = await _send(pool, account, call, request)
        size = len(body)
        if status == 304 and known:
            return Answer(200, _parse(known.body), {**known.headers, **_headers(call)})
        answer = _read(account, call, judge, status, body)
        if _marked(call) and status == 200:
            pool.kept.keep(call.whose, str(request.url), _headers(call), body)
        return answer
    except ConnectorError as failed:
        error = type(failed).__name__
        raise
    finally:
        whence = pool.whence()
        pool.record(
            CallRecord(
                account, call.method, call.shape or template(request.url.path), status_of(call),
                int((time.monotonic() - started) * 1_000), attempt, size, request.url.host, cost,
                error, request_id(call.heard), whence.correlation, whence.flow,
            )
        )  # fmt: skip


def shape_of(call: Call) -> str:
    """`GET /v1/people/{id}?expand,limit`: the template, and by which names more or less may be asked for."""
    parts = urlsplit(call.url)
    names = {name for name, value in call.query.items() if value is not None}
    names |= {pair.partition("=")[0] for pair in parts.query.split("&") if pair}
    names |= set(call.json) if isinstance(call.json, dict) else set()
    asked = ",".join(sorted(name for name in names if name.replace("_", "").isalpha()))[:80]
    return f"{call.method} {call.shape or template(parts.path)}" + (f"?{asked}" if asked else "")


def _marked(call: Call) -> bool:
    return call.method == "GET" and call.parse and not call.plain


def _build(pool: "Pool", call: Call) -> httpx.Request:
    params = {k: v for k, v in call.query.items() if v is not None}
    request = pool.build(
        call.method, call.url, params=params or None, json=call.json, data=call.data, files=call.files,
        content=call.content, headers=dict(call.headers),
    )  # fmt: skip
    if call.keys:
        request.url = request.url.copy_merge_params(dict(call.keys))
    return request


async def _send(
    pool: "Pool", account: str, call: Call, request: httpx.Request
) -> tuple[int, bytes]:
    """The status and the whole body."""
    try:
        async with pool.deadline():
            response = await pool.send(request)
            try:
                call.heard.update({k.lower(): v for k, v in response.headers.items()})
                call.heard[":status"] = str(response.status_code)
                return response.status_code, await _body(account, response)
            finally:
                await response.aclose()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise _later(account, type(error).__name__, untrusted(error)) from None
    except (httpx.HTTPError, TimeoutError) as error:
        if call.safe:
            raise _later(account, type(error).__name__) from None
        raise InDoubt("The answer was lost.", account=account) from None


def status_of(call: Call) -> int:
    """The status that came back, also where the body was lost; 0 when nothing came."""
    return int(call.heard.get(":status", 0))


def _headers(call: Call) -> dict[str, str]:
    return {name: value for name, value in call.heard.items() if name != ":status"}


async def _body(account: str, response: httpx.Response) -> bytes:
    chunks, size = [], 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > MOST_BYTES:
            raise Rejected("The answer is larger than we accept.", account=account)
        chunks.append(chunk)
    return b"".join(chunks)


def _read(account: str, call: Call, judge: Judge | None, status: int, body: bytes) -> Any:
    parsed = _parse(body) if call.parse or status >= 400 else None
    readable = None if parsed is _BROKEN else parsed
    means = judge(status, call.heard, readable) if judge and parsed is not _BROKEN else status
    if isinstance(means, int) and 200 <= means < 300:
        if not call.parse:
            return Document(status, body, _headers(call))
        if parsed is _BROKEN:
            if call.safe:
                raise _later(account, "unreadable answer")
            raise InDoubt("The answer was not readable.", account=account)
        return Answer(status, parsed, _headers(call))
    raise refusal(account, call.safe, means, call.heard, readable)


def _later(account: str, why: str, sentence: str = "") -> TryLater:
    return TryLater(sentence or "The system could not be reached.", account=account, code=why)


def _parse(body: bytes) -> Any:
    """UTF-8 by the quickest reader there is; what it refuses is tried in any encoding JSON may have (RFC 4627, section 3)."""
    if not body:
        return None
    try:
        return from_json(body)
    except ValueError:
        pass
    try:
        return httpx.Response(200, content=body).json()
    except (ValueError, RecursionError):
        return _BROKEN
