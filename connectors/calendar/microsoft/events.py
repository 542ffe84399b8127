"""Writes and reads events in Microsoft 365. Exchange itself mails guests and cannot be told not to."""

from dataclasses import replace
from urllib.parse import quote

from connectors.calendar.microsoft import mapping
from connectors.calendar.microsoft.busy import BusyTimes
from connectors.calendar.microsoft.calls import Row
from connectors.contract import Event, EventDraft
from connectors.errors import Conflict, Gone, Unreadable

CHANGED = "The event was changed meanwhile."
OURS = f"singleValueExtendedProperties($filter=id eq '{mapping.KEY}')"


class Events(BusyTimes):
    async def create_event(self, owner: str, draft: EventDraft) -> Event:
        """The transaction id keeps a repeated call from making a second event, whether it is answered or refused."""
        client, path = self.of(owner)
        wish = _silenced(draft)
        try:
            made = (await client.post(f"{path}/events", mapping.new(wish))).json
        except Conflict:
            made = await self._by_key(owner, draft.key)
        if made is None or not self._read(made, owner).stands(wish):
            raise Conflict(CHANGED, account=self.account.id)
        return replace(self._read(made, owner), key=draft.key)

    async def event(self, owner: str, id: str) -> Event:
        client, path = self.of(owner)
        answer = await client.get(f"{path}/events/{quote(id, safe='')}", **{"$expand": OURS})
        found = self._read(answer.json, owner)
        if found.cancelled:
            raise Gone("The event was cancelled.", account=self.account.id)
        return found

    async def update_event(
        self, owner: str, id: str, draft: EventDraft, *, version: str | None = None
    ) -> Event:
        """PATCH with `If-Match`. The text of an online meeting holds its link and is left alone."""
        wish = _silenced(draft)
        now = await self.event(owner, id)
        if version and now.version != version:
            if now.holds(wish):
                return now
            raise Conflict(CHANGED, account=self.account.id)
        row = mapping.body(wish)
        if now.link != "none":
            for fixed in ("body", "isOnlineMeeting", "onlineMeetingProvider"):
                row.pop(fixed, None)
        client, path = self.of(owner)
        answer = await client.patch(f"{path}/events/{quote(id, safe='')}", row, match=now.version)
        return replace(self._read(answer.json, owner), key=now.key)

    async def cancel_event(
        self, owner: str, id: str, *, invite: bool = True, version: str | None = None
    ) -> None:
        """Deleted by its organizer an event is cancelled; guests are told where there are any."""
        client, path = self.of(owner)
        try:
            await client.delete(f"{path}/events/{quote(id, safe='')}", match=version)
        except Gone:
            return

    async def _by_key(self, owner: str, key: str) -> Row | None:
        """The event with our own property, if it is still there."""
        client, path = self.of(owner)
        value = key.replace("'", "''")
        wanted = f"ep/id eq '{mapping.KEY}' and ep/value eq '{value}'"
        query = {"$filter": f"singleValueExtendedProperties/Any(ep: {wanted})", "$top": 1}
        answer = (await client.get(f"{path}/events", **query)).json
        rows = answer.get("value") if isinstance(answer, dict) else None
        return rows[0] if isinstance(rows, list) and rows else None

    def _read(self, row: Row, owner: str) -> Event:
        try:
            return mapping.event(row, owner)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Unreadable(
                "Graph told an event that cannot be read.", account=self.account.id
            ) from None


def _silenced(draft: EventDraft) -> EventDraft:
    """Guests of an event that must not mail are left out."""
    return draft if draft.invite else replace(draft, guests=())
