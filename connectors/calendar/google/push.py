"""Google's changes: lists since a token, channels that tell of them at once, and the rooms of the domain."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.calendar.google import mapping
from connectors.calendar.google.calls import DIRECTORY, ROOMS, Row
from connectors.calendar.google.events import Events
from connectors.contract import Changes, Channel, Delivery, Heard, Interval, Room
from connectors.errors import BadWebhook, Gone, Unreadable

LASTS = timedelta(days=7)  # the vendor's longest


class Pushes(Events):
    async def changes(self, owner: str, position: str | None, window: Interval) -> Changes:
        """`syncToken`; the vendor answers 410 when it no longer knows one, and wants everything read again."""
        if position:
            try:
                return await self._since(owner, {"syncToken": position}, anew=False)
            except Gone as error:
                if error.code != "410":
                    raise
        bounds = {"timeMin": window[0].isoformat(), "timeMax": window[1].isoformat()}
        return await self._since(owner, bounds, anew=True)

    async def _since(self, owner: str, query: dict[str, str], *, anew: bool) -> Changes:
        client, path = self.of(owner)
        rows: list[tuple[Row, Any]] = []
        page: Row = {}
        async for page in self.pages(
            client, f"{path}/events", singleEvents="true", maxResults=2_500, **query
        ):
            rows += [(row, page.get("timeZone") or "UTC") for row in page.get("items") or []]
        if not page.get("nextSyncToken"):
            raise Unreadable("Google's list has no end.", account=self.account.id)
        gone = tuple(str(row["id"]) for row, _ in rows if row.get("status") == "cancelled")
        try:
            events = tuple(
                mapping.event(row, owner, mapping.zone(zone))
                for row, zone in rows
                if row.get("status") != "cancelled"
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Unreadable(
                "Google told an event that cannot be read.", account=self.account.id
            ) from None
        return Changes(events, gone, str(page["nextSyncToken"]), anew)

    async def watch(self, owner: str, url: str, secret: str) -> Channel:
        """Channels cannot be prolonged (events.watch): a new one takes the place of the old one."""
        client, path = self.of(owner)
        wish = {
            "id": secrets.token_hex(16), "type": "web_hook", "address": url, "token": secret,
            "params": {"ttl": str(int(LASTS.total_seconds()))},
        }  # fmt: skip
        made = (await client.post(f"{path}/events/watch", wish)).json
        try:
            ends = datetime.fromtimestamp(int(made["expiration"]) / 1_000, UTC)
            return Channel(str(made["id"]), owner, url, ends, secret, str(made["resourceId"]))
        except (KeyError, TypeError, ValueError, OverflowError):
            raise Unreadable(
                "Google told a channel that cannot be read.", account=self.account.id
            ) from None

    async def renew(self, channel: Channel) -> Channel:
        """The new channel begins before the old one ends, so that nothing is missed between them."""
        made = await self.watch(channel.owner, channel.url, channel.secret)
        await self.stop(channel)
        return made

    async def stop(self, channel: Channel) -> None:
        client, _ = self.of(channel.owner)
        try:
            await client.post("channels/stop", {"id": channel.id, "resourceId": channel.resource})
        except Gone:
            return

    def receive(self, delivery: Delivery, channels: Sequence[Channel]) -> Heard:
        """Deliveries have no body and no signature: the channel's token is compared. The first one, `sync`, tells nothing."""
        told = delivery.headers
        known = next((one for one in channels if one.id == told.get("x-goog-channel-id")), None)
        token = told.get("x-goog-channel-token", "").encode("utf-8", "replace")
        if known is None or not hmac.compare_digest(token, known.secret.encode()):
            raise BadWebhook(
                "A delivery of no channel that we know, or without its token.",
                account=self.account.id,
            )
        return Heard() if told.get("x-goog-resource-state") == "sync" else Heard(changed=(known,))

    async def rooms(self) -> list[Room]:
        subject = self.account.config.get("rooms_as") or self.account.config.get("subject", "")
        client = self.client(subject, ROOMS, DIRECTORY)
        rows: list[Row] = []
        async for page in self.pages(
            client, "customer/my_customer/resources/calendars", maxResults=500
        ):
            rows += page.get("items") or []
        return [_room(row) for row in rows if row.get("resourceCategory") != "OTHER"]


def _room(row: Row) -> Room:
    capacity = row.get("capacity")
    features = [
        (one.get("feature") or {}).get("name", "") for one in row.get("featureInstances") or []
    ]
    return Room(
        str(row.get("resourceEmail", "")),
        str(row.get("resourceName", "")),
        int(capacity) if capacity else None,
        str(row.get("buildingId", "")),
        str(row.get("floorName", "")),
        tuple(str(name) for name in features if name),
    )
