"""Published iCalendar feeds: a person's busy times from the address of an .ics file, read only."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from connectors import addresses, ical
from connectors.budget import Rate
from connectors.contract import Account, Busy, Calendar, Interval
from connectors.errors import ConnectorError, Reconnect, Rejected, Unreadable
from connectors.http import Client, Pool
from connectors.model import Finding
from connectors.values import zone as known_zone
from connectors.whose import places

LARGEST = 5_000_000  # bytes of a feed
KEPT = 1_000_000  # bytes of one that is kept in memory, to be asked for only when it changed
HOPS = 5
MOVED = (301, 302, 303, 307, 308)
SAME = 304


class Open:
    """No credentials: the address is the secret."""

    async def headers(self, pool: Pool) -> Mapping[str, str]:
        return {"accept": "text/calendar"}

    def renew(self) -> bool:
        return False


class Feed(Calendar):
    label = "iCal feed"
    required = frozenset({"feeds"})
    optional = frozenset({"zone"})
    secret_keys = frozenset({"feeds"})
    key_help: ClassVar[Mapping[str, str]] = {
        "feeds": "`maya@firm.example = https://…/basic.ics`, a line for each person; several addresses with blanks between. Kept sealed, since who knows such an address can read the calendar.",
        "zone": "The time zone of whole days where a feed does not tell its own, such as Europe/Berlin. Left out: UTC.",
    }
    abilities = frozenset({"busy", "kinds"})
    checked = "made-up files and the local stand-in, not a live publisher"
    remarks = (
        "A publisher refreshes a feed when it likes, some only every few hours: what was booked just now may be missing.",
        "Addresses in private networks are refused.",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self._zone = known_zone(account.config.get("zone")) or "UTC"
        self._clients: dict[str, Client] = {}
        self._last: dict[str, tuple[dict[str, str], bytes]] = {}
        try:
            self._feeds = places(account.secrets.get("feeds", ""))
        except ValueError as error:
            raise Reconnect(str(error), account=account.id, code="feeds") from None

    async def check(self) -> list[Finding]:
        now = datetime.fromtimestamp(self.pool.now(), UTC)
        told = await self.busy(list(self._feeds), (now, now))
        return [
            Finding(what=f"Read busy times of {one.email}", ok=one.known, detail=one.why)
            for one in told
        ]

    async def busy(self, emails: Sequence[str], window: Interval) -> list[Busy]:
        return list(await asyncio.gather(*(self._busy(email, window) for email in emails)))

    async def _busy(self, email: str, window: Interval) -> Busy:
        """Of all of a person's feeds together; one that cannot be read makes the person unknown."""
        whose = email.casefold()
        if whose not in self._feeds:
            return Busy(email, False, why="no calendar in this account")
        try:
            texts = await asyncio.gather(*(self._fetch(url) for url in self._feeds[whose]))
            taken = await ical.taken([("", text) for text in texts], window, self._zone, {whose})
        except ConnectorError as error:
            return Busy(email, False, why=error.text or "the feed did not answer")
        return Busy(email, True, tuple(taken))

    async def _fetch(self, url: str) -> bytes:
        """The file, asked for only when it changed (RFC 9110 section 13.1)."""
        known = self._last.get(url)
        target = f"https{url[6:]}" if url.startswith("webcal:") else url
        for _ in range(HOPS):
            client = await self._client(target)
            answer = await client.send("GET", target, headers=known[0] if known else {}, safe=True)
            if answer.status == SAME and known:
                return known[1]
            if answer.status not in MOVED:
                break
            target = urljoin(target, answer.headers.get("location", ""))
        else:
            raise Unreadable("The feed's address leads in a circle.", account=self.account.id)
        if len(answer.body) > LARGEST:
            raise Rejected("The feed is larger than we accept.", account=self.account.id)
        marks = {"if-none-match": "etag", "if-modified-since": "last-modified"}
        asked = {ours: answer.headers[told] for ours, told in marks.items() if told in answer.headers}  # fmt: skip
        if asked and len(answer.body) <= KEPT:
            self._last[url] = (asked, answer.body)
        return answer.body

    async def _client(self, url: str) -> Client:
        """Raises Rejected for an address that is not open to the internet; the operator's own stand-in is."""
        if not self.account.base_url and not await addresses.public(url):
            sentence = "The feed's address is unknown, or in a private network."
            raise Rejected(sentence, account=self.account.id, code="private")
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._clients:
            self._clients[origin] = self.pool.client(
                self.account, origin, Open(), Rate(20, 2.0, 4), judge=_judge
            )
        return self._clients[origin]


def _judge(status: int, headers: Mapping[str, str], body: Any) -> int:
    return 200 if status in (*MOVED, SAME) else status


connector = Feed
