"""Walks a list to its end, page by page, however the vendor pages. Stops at a circle, never goes to another host."""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from connectors.errors import Unreadable

if TYPE_CHECKING:
    from connectors.http_client import Client
    from connectors.http_exchange import Answer

Next = Callable[[Any], str | None]
Rows = Callable[[Any], list[Any]]


async def pages(client: "Client", path: str, **query: Any) -> AsyncIterator["Answer"]:
    """Pages joined by `Link: <…>; rel="next"` (RFC 8288)."""
    answer, circle = await client.get(path, **query), _Circle(client)
    while True:
        yield answer
        found = re.search(r'<([^>]+)>\s*;\s*rel="?next"?', answer.headers.get("link", ""))
        if not found:
            return
        answer = await client.follow(circle.new(found.group(1)))


async def linked(client: "Client", path: str, next: Next, **query: Any) -> AsyncIterator["Answer"]:
    """Pages joined by an address in the body: `links.next` of JSON:API, `paging.next` of Workable.

    `next` finds it, such as `told("links.next")`. The address is followed as it is given.
    """
    answer, circle = await client.get(path, **query), _Circle(client)
    while True:
        yield answer
        url = next(answer.json)
        if not url:
            return
        answer = await client.follow(circle.new(url))


async def by_cursor(
    client: "Client",
    path: str,
    next: Next,
    *,
    name: str = "cursor",
    body: Mapping[str, Any] | None = None,
    **query: Any,
) -> AsyncIterator["Answer"]:
    """Pages joined by a token in the body, sent back under `name`: in the query, or in `body` where the list is a POST.

    Where a vendor gives a whole address for the token, the token is taken out of it.
    """
    cursor: str | None = None
    circle = _Circle(client)
    while True:
        more = {name: cursor} if cursor else {}
        if body is None:
            answer = await client.get(path, **{**query, **more})
        else:
            answer = await client.ask(path, {**body, **more}, **query)
        yield answer
        cursor = next(answer.json)
        if not cursor:
            return
        if "://" in cursor:
            cursor = (parse_qs(urlsplit(cursor).query).get(name) or [""])[0]
            if not cursor:
                raise Unreadable("The next page has no token.", account=client.account.id)
        circle.new(cursor)


async def numbered(
    client: "Client",
    path: str,
    rows: Rows,
    *,
    name: str = "page",
    first: int = 1,
    size: int | None = None,
    more: Callable[[Any], bool] | None = None,
    **query: Any,
) -> AsyncIterator["Answer"]:
    """Pages by number, in the query or where `{page}` stands in the path.

    They end with an empty page, with one of fewer than `size` rows, or when `more` says that there are none.
    """
    number, circle = first, _Circle(client)
    while True:
        if "{page}" in path:
            answer = await client.get(path.replace("{page}", str(number)), **query)
        else:
            answer = await client.get(path, **{**query, name: number})
        found = rows(answer.json)
        yield answer
        if not found or (size and len(found) < size) or (more and not more(answer.json)):
            return
        circle.new(_mark(found))
        number += 1


async def by_offset(
    client: "Client",
    path: str,
    rows: Rows,
    *,
    limit: int,
    total: Callable[[Any], int | None] | None = None,
    names: tuple[str, str] = ("limit", "offset"),
    **query: Any,
) -> AsyncIterator["Answer"]:
    """Pages by how many rows to leave out. They end when `total` is reached; where that is not told, at a short page."""
    offset, circle = 0, _Circle(client)
    while True:
        answer = await client.get(path, **{**query, names[0]: limit, names[1]: offset})
        found = rows(answer.json)
        yield answer
        offset += len(found)
        known = total(answer.json) if total else None
        if not found or (offset >= known if known is not None else len(found) < limit):
            return
        circle.new(_mark(found))


def told(path: str, flag: str = "") -> Next:
    """What stands at a dotted path of the body; None when it is empty, or when the flag at another path is false."""

    def find(body: Any) -> str | None:
        if flag and not at(body, flag):
            return None
        found = at(body, path)
        return str(found) if found not in (None, "", False) else None

    return find


def listed(path: str = "") -> Rows:
    """The rows at a dotted path of the body, the body itself when there is none; anything but a list is no rows."""

    def find(body: Any) -> list[Any]:
        found = at(body, path)
        return found if isinstance(found, list) else []

    return find


def at(body: Any, path: str) -> Any:
    """The value at a dotted path of objects, None where there is none."""
    for key in path.split(".") if path else ():
        body = body.get(key) if isinstance(body, dict) else None
    return body


class _Circle:
    """Notices a page that was asked for already."""

    def __init__(self, client: "Client") -> None:
        self._account = client.account.id
        self._seen: set[int] = set()

    def new(self, mark: str) -> str:
        """The mark, if it is a new one. Raises Unreadable."""
        if hash(mark) in self._seen:
            raise Unreadable(
                "The list goes in a circle: a page leads back to an earlier one.",
                account=self._account,
                code="circle",
            )
        self._seen.add(hash(mark))
        return mark


def _mark(rows: list[Any]) -> str:
    """What tells two pages apart that are numbered by us: their first and last row."""
    return json.dumps([rows[0], rows[-1], len(rows)], sort_keys=True, default=str)
