"""CalDAV (RFC 4791): Radicale, Nextcloud, Fastmail, iCloud and others, with a user name and an app password."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import urljoin

from connectors.calendar.caldav import events
from connectors.calendar.caldav.homes import Place
from connectors.calendar.caldav.reading import Reading
from connectors.contract import Event, EventDraft
from connectors.errors import Conflict, Gone, MissingPermission
from connectors.model import Finding


class CalDav(Reading):
    label = "CalDAV"
    required = frozenset({"url", "user", "password"})
    optional = frozenset({"email", "people", "zone"})
    secret_keys = frozenset({"password"})
    key_help: ClassVar[Mapping[str, str]] = {
        "url": "The server's address as calendar programs want it, such as https://caldav.fastmail.com/dav/ or https://cloud.firm.example/remote.php/dav.",
        "user": "The user name.",
        "password": "An app password, made for Callsheet alone.",
        "email": "Whose calendars these are, where the user name is not an e-mail address.",
        "people": "For one user who may read the calendars of many: `maya@firm.example = /maya/`, a line for each person, with the calendar's or the folder's address.",
        "zone": "The time zone of whole days where a calendar does not tell its own, such as Europe/Berlin. Left out: UTC.",
    }
    abilities = frozenset({"busy", "kinds", "events", "silent", "responses", "changes"})
    fallbacks: ClassVar[dict[str, str]] = {"push": "the calendar is asked every few minutes"}
    checked = (
        "a real Radicale, and its documents for the others; no live Nextcloud, Fastmail or iCloud"
    )
    remarks = (
        "Invitations are mailed by Callsheet, never by the server: every guest is written with SCHEDULE-AGENT=CLIENT.",
        "An event is written into the first calendar that may be written: with `people`, the first one that is named.",
    )

    async def check(self) -> list[Finding]:
        people = list(self.people) or ([self.own] if self.own else [])
        if not people:
            why = "Say whose calendars these are: set `email`, or `people`."
            return [Finding(what="Read busy times", ok=False, detail=why)]
        return [finding for found in await asyncio.gather(*map(self._check, people)) for finding in found]  # fmt: skip

    async def _check(self, email: str) -> list[Finding]:
        now = datetime.fromtimestamp(self.pool.now(), UTC)
        busy = await self.busy_of(email, (now, now + timedelta(hours=1)))
        read = Finding(what=f"Read busy times of {email}", ok=busy.known, detail=busy.why)
        if not busy.known:
            return [read]
        writable = any(place.writable for place in await self.places(email))
        why = "" if writable else "the user may not write; invitations still go by e-mail"
        return [read, Finding(what=f"Write interviews for {email}", ok=writable, detail=why)]

    async def create_event(self, owner: str, draft: EventDraft) -> Event:
        whose, place = await self._writable(owner)
        url = urljoin(f"{place.url.rstrip('/')}/", events.name_of(draft.key))
        try:
            await self.dav.put(url, events.written(draft, whose, self._now()), etag=None)
        except Conflict:
            found = await self.read(whose, url)
            if found.key != draft.key or not found.stands(draft):
                raise
            return found
        return await self.read(whose, url)

    async def update_event(
        self, owner: str, id: str, draft: EventDraft, *, version: str | None = None
    ) -> Event:
        whose = self.whose(owner)
        url = self.at(id)
        content, etag = await self.dav.get(url)
        found = await self.told(whose, content, url, etag)
        if found.holds(draft) and found.text == draft.text:
            return found
        if version is not None and version != found.version:
            raise Conflict("The event was changed meanwhile.", account=self.account.id)
        await self.dav.put(url, events.changed(content, draft, whose, self._now()), etag=etag)
        return await self.read(whose, url)

    async def cancel_event(
        self, owner: str, id: str, *, invite: bool = True, version: str | None = None
    ) -> None:
        """The server tells nobody, whatever `invite` says: the mails are ours."""
        url = self.at(id)
        try:
            content, etag = await self.dav.get(url)
        except Gone:
            return
        found = await self.told(self.whose(owner), content, url, etag)
        if version is not None and version != found.version:
            raise Conflict("The event was changed meanwhile.", account=self.account.id)
        await self.dav.delete(url, etag)

    async def _writable(self, owner: str) -> tuple[str, Place]:
        """Whose calendar it is, and the first that may be written. Raises MissingPermission."""
        whose = self.whose(owner)
        for place in await self.places(whose):
            if place.writable:
                return whose, place
        sentence = "The user may not write into a calendar of theirs."
        raise MissingPermission(sentence, account=self.account.id, code="write")

    def _now(self) -> datetime:
        return datetime.fromtimestamp(int(self.pool.now()), UTC)


connector = CalDav
