"""Graph's changes: delta lists, subscriptions that tell of them at once, and the rooms of the tenant."""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors import deliveries
from connectors.calendar.microsoft.calls import Row
from connectors.calendar.microsoft.events import Events
from connectors.contract import Changes, Channel, Delivery, Heard, Interval, Room
from connectors.errors import BadWebhook, Conflict, Gone, Unreadable

LASTS = timedelta(minutes=4_200)  # newer pages allow 10,080 minutes, older ones 4,230


class Pushes(Events):
    async def changes(self, owner: str, position: str | None, window: Interval) -> Changes:
        """The window is part of the position; what leaves it is told as removed, as what is deleted."""
        if position:
            try:
                return await self._delta(owner, position, anew=False)
            except Gone as error:
                if error.code == "ErrorItemNotFound":
                    raise
        _, path = self.of(owner)
        bounds = {name: at.isoformat() for name, at in zip(BOUNDS, window, strict=True)}
        return await self._delta(owner, f"{path}/calendarView/delta", anew=True, **bounds)

    async def _delta(self, owner: str, path: str, *, anew: bool, **query: str) -> Changes:
        client, _ = self.of(owner)
        rows: dict[str, Row] = {}
        page: Row = {}
        async for page in self.pages(client, path, **query):
            for row in page.get("value") or []:
                rows.pop(str(row["id"]), None)
                rows[str(row["id"])] = row  # the last word about an event counts
        if not page.get("@odata.deltaLink"):
            raise Unreadable("Graph's list has no end.", account=self.account.id)
        gone = tuple(id for id, row in rows.items() if "@removed" in row)
        events = tuple(self._read(row, owner) for row in rows.values() if "@removed" not in row)
        return Changes(events, gone, str(page["@odata.deltaLink"]), anew)

    async def watch(self, owner: str, url: str, secret: str) -> Channel:
        """Graph asks `url` for a handshake before it answers. A subscription that is there already is replaced."""
        client, path = self.of(owner)
        resource = f"{path}/events"
        wish = {
            "changeType": "created,updated,deleted", "notificationUrl": url, "lifecycleNotificationUrl": url,
            "resource": resource, "expirationDateTime": self._end(), "clientState": secret,
        }  # fmt: skip
        try:
            made = (await client.post("subscriptions", wish)).json
        except Conflict:
            async for page in self.pages(client, "subscriptions"):
                for row in page.get("value") or []:
                    if (row.get("resource"), row.get("notificationUrl")) == (resource, url):
                        await self._unsubscribe(owner, str(row["id"]))
            made = (await client.post("subscriptions", wish)).json
        return self._channel(made, owner, url, secret, resource)

    async def renew(self, channel: Channel) -> Channel:
        client, _ = self.of(channel.owner)
        wish = {"expirationDateTime": self._end()}
        try:
            made = (await client.patch(f"subscriptions/{quote(channel.id, safe='')}", wish)).json
        except Gone:
            return await self.watch(channel.owner, channel.url, channel.secret)
        return self._channel(made, channel.owner, channel.url, channel.secret, channel.resource)

    async def stop(self, channel: Channel) -> None:
        await self._unsubscribe(channel.owner, channel.id)

    async def _unsubscribe(self, owner: str, id: str) -> None:
        client, _ = self.of(owner)
        try:
            await client.delete(f"subscriptions/{quote(id, safe='')}")
        except Gone:
            return

    def _end(self) -> str:
        end = datetime.fromtimestamp(self.pool.now(), UTC) + LASTS
        return end.isoformat(timespec="seconds").replace("+00:00", "Z")

    def _channel(self, made: Any, owner: str, url: str, secret: str, resource: str) -> Channel:
        try:
            ends = datetime.fromisoformat(str(made["expirationDateTime"])[:19]).replace(tzinfo=UTC)
            return Channel(str(made["id"]), owner, url, ends, secret, resource)
        except (KeyError, TypeError, ValueError):
            raise Unreadable(
                "Graph told a subscription that cannot be read.", account=self.account.id
            ) from None

    def receive(self, delivery: Delivery, channels: Sequence[Channel]) -> Heard:
        """`clientState` is compared in each part; a part that has none of ours is passed over, a delivery of such refused."""
        if token := delivery.query.get("validationToken"):
            return Heard(answer=token)
        known = {channel.id: channel for channel in channels}
        told: dict[str, dict[Channel, None]] = {"changed": {}, "expiring": {}, "lost": {}}
        parts = deliveries.read(delivery.body).get("value")
        for part in parts if isinstance(parts, list) else []:
            channel = known.get(str(part.get("subscriptionId"))) if isinstance(part, dict) else None
            if channel and _same(part.get("clientState"), channel.secret):
                told[MEANS.get(str(part.get("lifecycleEvent")), "changed")][channel] = None
        if not any(told.values()):
            raise BadWebhook(
                "A delivery of no subscription that we know, or without its secret.",
                account=self.account.id,
            )
        return Heard(tuple(told["changed"]), tuple(told["expiring"]), tuple(told["lost"]))

    async def rooms(self) -> list[Room]:
        client = self.client(self.account.config.get("organizer", ""))
        rows: list[Row] = []
        async for page in self.pages(client, "places/microsoft.graph.room", **{"$top": 100}):
            rows += page.get("value") or []
        return [_room(row) for row in rows]


BOUNDS = ("startDateTime", "endDateTime")
MEANS = {"reauthorizationRequired": "expiring", "subscriptionRemoved": "lost"}


def _same(told: Any, secret: str) -> bool:
    return hmac.compare_digest(str(told).encode("utf-8", "replace"), secret.encode())


def _room(row: Row) -> Room:
    features = [
        *(row.get("tags") or []),
        *(row[name] for name in ("audioDeviceName", "videoDeviceName", "displayDeviceName") if row.get(name)),
    ]  # fmt: skip
    floor = row.get("floorLabel") or row.get("floorNumber")
    return Room(
        str(row.get("emailAddress") or ""),
        str(row.get("displayName") or ""),
        row.get("capacity"),
        str(row.get("building") or ""),
        "" if floor is None else str(floor),
        tuple(str(name) for name in features),
    )
