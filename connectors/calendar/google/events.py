"""Writes and reads events in Google Calendar. The id is ours, so that one key can never make two events."""

from urllib.parse import quote

from connectors.calendar.google import mapping
from connectors.calendar.google.busy import BusyTimes
from connectors.calendar.google.calls import Row
from connectors.contract import Event, EventDraft
from connectors.errors import Conflict, Gone, Unreadable

CHANGED = "The event was changed meanwhile."


class Events(BusyTimes):
    async def create_event(self, owner: str, draft: EventDraft) -> Event:
        """A deleted event keeps its id: the same key after a cancellation is a Conflict (events.insert answers 409)."""
        client, path = self.of(owner)
        row = {"id": mapping.event_id(draft.key), **mapping.body(draft)}
        try:
            made = (await client.post(f"{path}/events", row, **_how(draft.invite))).json
        except Conflict:
            made = await self._row(owner, row["id"])
        found = self._read(made, owner)
        if not found.stands(draft):
            raise Conflict(CHANGED, account=self.account.id)
        return found

    async def event(self, owner: str, id: str) -> Event:
        found = self._read(await self._row(owner, id), owner)
        if found.cancelled:
            raise Gone("The event was cancelled.", account=self.account.id)
        return found

    async def update_event(
        self, owner: str, id: str, draft: EventDraft, *, version: str | None = None
    ) -> Event:
        """PUT of the whole row with `If-Match`: what another person wrote between our two calls is not lost."""
        row = await self._row(owner, id)
        now = self._read(row, owner)
        if now.cancelled:
            raise Gone("The event was cancelled.", account=self.account.id)
        if version and now.version != version:
            if now.holds(draft):
                return now
            raise Conflict(CHANGED, account=self.account.id)
        client, path = self.of(owner)
        new = mapping.changed(row, draft)
        answer = await client.put(
            f"{path}/events/{quote(id, safe='')}", new, match=now.version, **_how(draft.invite)
        )
        return self._read(answer.json, owner)

    async def cancel_event(
        self, owner: str, id: str, *, invite: bool = True, version: str | None = None
    ) -> None:
        client, path = self.of(owner)
        how = {"sendUpdates": _how(invite)["sendUpdates"]}
        try:
            await client.delete(f"{path}/events/{quote(id, safe='')}", match=version, **how)
        except Gone:
            return

    async def _row(self, owner: str, id: str) -> Row:
        client, path = self.of(owner)
        found = (await client.get(f"{path}/events/{quote(id, safe='')}")).json
        return found if isinstance(found, dict) else {}

    def _read(self, row: Row, owner: str) -> Event:
        try:
            return mapping.event(row, owner)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Unreadable(
                "Google told an event that cannot be read.", account=self.account.id
            ) from None


def _how(invite: bool) -> dict[str, str | int]:
    """Whether Google mails the guests, and that conference data is understood (events.insert)."""
    return {"sendUpdates": "all" if invite else "none", "conferenceDataVersion": 1}
