"""What is read of a CalDAV server: whose calendars are where, busy times, events, and what changed.

Busy times are read as whole events and expanded here, because servers disagree about whole days, exceptions and
declined invitations; where only free/busy may be read, the server's own answer counts.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urljoin

from connectors import ical
from connectors.calendar.caldav import events, homes, queries
from connectors.calendar.caldav.dav import Dav, Row
from connectors.calendar.caldav.homes import Place
from connectors.contract import Account, Busy, BusyTime, Calendar, Changes, Event, Interval
from connectors.errors import (
    Conflict,
    ConnectorError,
    Gone,
    MissingPermission,
    Reconnect,
    Rejected,
    Unreadable,
)
from connectors.http import Pool
from connectors.values import zone as known_zone
from connectors.whose import places as written_places

FRESH = 600.0  # seconds for which it is remembered which calendars somebody has
MOST = 50  # events in one multiget
ROUNDS = 100  # of a sync that is told in parts
FULL = 507  # Insufficient Storage: there is more than the server told


class Reading(Calendar):
    """The reading half; people are e-mail addresses in lower case."""

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.dav = Dav(account, pool)
        self._zone = known_zone(account.config.get("zone")) or "UTC"
        self._known: dict[str, tuple[float, list[Place]]] = {}
        user = account.config["user"]
        self.own = (account.config.get("email") or (user if "@" in user else "")).casefold()
        try:
            self.people = dict(written_places(account.config.get("people", "")))
        except ValueError as error:
            raise Reconnect(str(error), account=account.id, code="people") from None

    async def busy(self, emails: Sequence[str], window: Interval) -> list[Busy]:
        return list(await asyncio.gather(*(self.busy_of(email, window) for email in emails)))

    async def busy_of(self, email: str, window: Interval) -> Busy:
        """Of all calendars together; one that cannot be read makes the person unknown."""
        whose = email.casefold()
        if whose not in self.people and whose != self.own:
            return Busy(email, False, why="no calendar in this account")
        try:
            places = await self.places(whose)
            parts = await asyncio.gather(*(self._taken(place, window, whose) for place in places))
        except ConnectorError as error:
            self._known.pop(whose, None)
            return Busy(email, False, why=error.text or "the calendar did not answer")
        taken = sorted(
            (one for part in parts for one in part), key=lambda one: (one.start, one.end)
        )
        return Busy(email, True, tuple(taken))

    async def _taken(self, place: Place, window: Interval, whose: str) -> list[BusyTime]:
        try:
            rows = await self._rows(place, queries.events_in(window))
            texts = [(row.url, row.text(queries.DATA).encode()) for row in rows]
        except MissingPermission:  # perhaps only free/busy may be read
            texts = [("", await self.dav.text(place.url, queries.free_busy(window)))]
        return await ical.taken(texts, window, place.zone or self._zone, {whose})

    async def event(self, owner: str, id: str) -> Event:
        found = await self.read(self.whose(owner), self.at(id))
        if found.cancelled:
            raise Gone("It was cancelled.", account=self.account.id)
        return found

    async def changes(self, owner: str, position: str | None, window: Interval) -> Changes:
        whose = self.whose(owner)
        tokens = _tokens(position)
        places = await self.places(whose, fresh=not tokens)
        if tokens and set(tokens) == {place.url for place in places}:
            try:
                return await self._since(whose, places, tokens, window)
            except (Conflict, Gone, MissingPermission, Rejected):
                places = await self.places(whose, fresh=True)  # a token that is not known any more
        found = []
        for place in places:
            found += await self._events(whose, await self._rows(place, queries.events_in(window)), window)  # fmt: skip
        met = tuple(one for one in found if one.start < window[1] and one.end > window[0])
        tokens = {place.url: place.token for place in places}
        return Changes(met, (), json.dumps(tokens) if all(tokens.values()) else "", anew=True)

    async def _since(
        self, whose: str, places: Sequence[Place], tokens: dict[str, str], window: Interval
    ) -> Changes:
        """What sync-collection tells of each calendar (RFC 6578 section 3.5 for an answer in parts)."""
        found, removed, position = list[Event](), list[str](), dict[str, str]()
        for place in places:
            changed, gone, position[place.url] = await self._sync(place, tokens[place.url])
            for first in range(0, len(changed), MOST):
                asked = changed[first : first + MOST]
                rows = await self._rows(place, queries.these(asked))
                found += await self._events(whose, rows, window)
                gone += sorted(set(asked) - {row.url for row in rows})
            removed += gone
        return Changes(tuple(found), tuple(removed), json.dumps(position))

    async def _sync(self, place: Place, token: str) -> tuple[list[str], list[str], str]:
        """The events that changed, those that are gone, and the next token."""
        states = dict[str, int]()
        for _ in range(ROUNDS):
            told = await self.dav.report(place.url, queries.since(token), depth=0)
            token = told.token
            states |= {row.url: row.status for row in told.rows if row.status != FULL}
            if not token:
                break
            if all(row.status != FULL for row in told.rows):
                states.pop(place.url, None)
                gone = [url for url, status in states.items() if status == 404]
                return [url for url in states if url not in gone], gone, token
        raise Unreadable("The server does not finish telling its changes.", account=self.account.id)

    async def _rows(self, place: Place, body: str) -> list[Row]:
        """Events with their text. Raises Unreadable where the server does not give all of them."""
        rows = [row for row in (await self.dav.report(place.url, body)).rows if row.status != 404]
        if any(row.status >= 300 or not row.text(queries.DATA) for row in rows):
            sentence = "The server tells only a part of the calendar."
            raise Unreadable(sentence, account=self.account.id)
        return rows

    async def _events(self, whose: str, rows: Sequence[Row], window: Interval) -> list[Event]:
        """What can be read of them; a damaged event of somebody else's is no reason to hear of nothing."""
        found = []
        for row in rows:
            with suppress(Unreadable):
                text, etag = row.text(queries.DATA).encode(), row.text(queries.ETAG)
                found.append(await self.told(whose, text, row.url, etag, window))
        return found

    async def told(
        self, whose: str, content: bytes, url: str, etag: str, window: Interval | None = None
    ) -> Event:
        """An event as it stands in a resource."""
        places = await self.places(whose)
        zone = next((p.zone for p in places if p.zone and url.startswith(p.url)), self._zone)
        return events.read(content, url, etag, whose, zone, window)

    async def read(self, whose: str, url: str) -> Event:
        content, etag = await self.dav.get(url)
        return await self.told(whose, content, url, etag)

    def at(self, id: str) -> str:
        """The whole address of an event."""
        return urljoin(self.account.config["url"], id)

    async def places(self, whose: str, *, fresh: bool = False) -> list[Place]:
        """Somebody's calendars, remembered for some minutes."""
        until, known = self._known.get(whose, (0.0, []))
        if fresh or until < self.pool.now():
            url = self.account.config["url"]
            named = [urljoin(url, place) for place in self.people.get(whose, ())]
            known = await (homes.at(self.dav, named) if named else homes.own(self.dav, url))
            self._known[whose] = (self.pool.now() + FRESH, known)
        return known

    def whose(self, owner: str) -> str:
        """Whose calendar is meant. Raises Rejected for somebody who has none here."""
        whose = owner.casefold() or self.own
        if whose not in self.people and whose != self.own:
            raise Rejected("They have no calendar in this account.", account=self.account.id)
        return whose


def _tokens(position: str | None) -> dict[str, str]:
    """The sync token of each calendar; none when there is no position that we wrote."""
    try:
        found = json.loads(position or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
