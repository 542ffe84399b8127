"""WebDAV (RFC 4918) as far as calendars need it: careful XML, redirects within one service, refusals as typed errors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from connectors.addresses import same_service, swap
from connectors.auth import Basic
from connectors.budget import Rate
from connectors.contract import Account
from connectors.errors import Gone, Reconnect, Rejected, TryLater, Unreadable
from connectors.http import Client, Document, Pool

DAV, CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
SPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
RATE = Rate(
    20, 2.0, 4
)  # nobody publishes a number; a slow server asks for patience with 429 or 503
HOPS = 5
MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Row:
    """One `response` of a multistatus: its whole address, its status, and the properties that were found."""

    url: str
    status: int
    props: Mapping[str, Element]

    def text(self, name: str) -> str:
        found = self.props.get(name)
        return "".join(found.itertext()).strip() if found is not None else ""

    def urls(self, name: str) -> list[str]:
        """The `href`s inside a property, whole."""
        found = self.props.get(name)
        hrefs = found.iter(f"{DAV}href") if found is not None else ()
        return [urljoin(self.url, one.text.strip()) for one in hrefs if one.text]

    def has(self, name: str, kind: str) -> bool:
        """Whether an element of that kind is in a property."""
        found = self.props.get(name)
        return found is not None and found.find(f".//{kind}") is not None


@dataclass(frozen=True, slots=True)
class Told:
    """A multistatus. `where` is the address that answered, after redirects; `token` is the sync token."""

    where: str
    rows: tuple[Row, ...]
    token: str = ""


class Dav:
    """Calls to one service; addresses are whole. The password goes to no other service, wherever the server points."""

    def __init__(self, account: Account, pool: Pool) -> None:
        self._account, self._pool = account, pool
        self._clients: dict[str, Client] = {}
        self._auth = Basic(account.config["user"], account.secrets["password"])

    async def propfind(self, url: str, depth: int, *names: str) -> Told:
        """Properties by their names in Clark's notation (RFC 4918 section 9.1)."""
        asked = "".join(f"<{short(name)}/>" for name in names)
        body = f"<D:propfind {SPACES}><D:prop>{asked}</D:prop></D:propfind>"
        return await self._many("PROPFIND", url, body, depth)

    async def report(self, url: str, body: str, depth: int = 1) -> Told:
        """A REPORT (RFC 3253 section 3.6) that answers with a multistatus."""
        return await self._many("REPORT", url, body, depth)

    async def text(self, url: str, body: str) -> bytes:
        """A REPORT that answers with an iCalendar, such as free-busy-query."""
        return (await self._send("REPORT", url, body, {"depth": "1"}, safe=True))[1].body

    async def get(self, url: str) -> tuple[bytes, str]:
        """A resource and its ETag, exactly as sent; "" where the server gives none. Raises Gone."""
        _, found = await self._send("GET", url, None, {}, safe=True)
        return found.body, found.headers.get("etag", "")

    async def put(self, url: str, content: bytes, *, etag: str | None) -> None:
        """Write a resource: a new one when `etag` is None, over any other when it is "".

        Raises Conflict when it is there already, or another version of it (412); InDoubt.
        """
        guard = {"if-none-match": "*"} if etag is None else {"if-match": etag} if etag else {}
        kind = {"content-type": "text/calendar; charset=utf-8"}
        await self._send("PUT", url, content, {**kind, **guard}, safe=False)

    async def delete(self, url: str, etag: str = "") -> None:
        """Take a resource away; gone already is done. Raises Conflict for another version, InDoubt."""
        try:
            await self._send("DELETE", url, None, {"if-match": etag} if etag else {}, safe=False)
        except Gone:
            return

    async def _many(self, method: str, url: str, body: str, depth: int) -> Told:
        where, answer = await self._send(method, url, body, {"depth": str(depth)}, safe=True)
        if answer.status != 207:
            raise Unreadable("That address is not a calendar server's.", account=self._account.id)
        tree = parse(answer.body)
        return Told(where, tuple(_rows(tree, where)), tree.findtext(f"{DAV}sync-token") or "")

    async def _send(
        self, method: str, url: str, body: str | bytes | None, headers: Mapping[str, str], *, safe: bool
    ) -> tuple[str, Document]:  # fmt: skip
        """Send, and follow redirects with the same method and body (RFC 9110 section 15.4) within the service."""
        content = body.encode() if isinstance(body, str) else body
        if isinstance(body, str):
            headers = {**headers, "content-type": "application/xml; charset=utf-8"}
        for _ in range(HOPS):
            try:
                answer = await self._client(url).send(method, url, content, headers, safe=safe)
            except Rejected as error:
                if error.code == "423":  # Locked, RFC 4918 section 11.3
                    sentence = "The calendar is locked for a moment."
                    raise TryLater(sentence, account=self._account.id, code="423") from None
                raise
            if answer.status not in MOVED:
                return url, answer
            url = urljoin(url, answer.headers.get("location", ""))
        raise Unreadable("The server sends us in a circle.", account=self._account.id)

    def _client(self, url: str) -> Client:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        own = self._account.config["url"]
        homes = (own, swap(own, self._account.base_url))
        if not any(same_service(home, url) for home in homes):
            sentence = "The server points to another service, which does not get the password. Give the address it points to."
            raise Reconnect(sentence, account=self._account.id, code="elsewhere")
        if origin not in self._clients:
            self._clients[origin] = self._pool.client(
                self._account, origin, self._auth, RATE, judge=_judge
            )
        return self._clients[origin]


def _judge(status: int, headers: Mapping[str, str], body: Any) -> int:
    return 200 if status in MOVED else status


def parse(content: bytes) -> Element:
    """An XML document without a document type, so that no entity can grow in it. Raises Unreadable."""
    parser = XMLParser(target=_NoDoctype())
    try:
        parser.feed(content)
        tree: Element = parser.close()
    except (ParseError, ValueError, LookupError):
        raise Unreadable("The calendar server's answer cannot be read.") from None
    return tree


class _NoDoctype(TreeBuilder):
    def doctype(self, name: str, pubid: str, system: str) -> None:
        raise ValueError("a document type")


def _rows(tree: Element, where: str) -> Iterator[Row]:
    """Each response, once for each of its addresses."""
    for response in tree.findall(f"{DAV}response"):
        props, seen = dict[str, Element](), 0
        for part in response.findall(f"{DAV}propstat"):
            status = _status(part)
            seen = seen or status
            if 200 <= status < 300:
                seen = status
                props |= {found.tag: found for found in part.find(f"{DAV}prop") or ()}
        row = Row("", _status(response) or seen or 200, props)
        for href in response.findall(f"{DAV}href"):
            yield replace(row, url=urljoin(where, (href.text or "").strip()))


def _status(part: Element) -> int:
    """The number in `HTTP/1.1 404 Not Found`; 0 where there is none."""
    words = (part.findtext(f"{DAV}status") or "").split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def short(name: str) -> str:
    """`{DAV:}href` as it is written in a body of ours."""
    return name.replace(DAV, "D:").replace(CAL, "C:")
