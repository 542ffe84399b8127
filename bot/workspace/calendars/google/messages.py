"""What Google sends to a channel: headers only, no body and no signature (events.watch)."""

from bot.workspace.ats import hooks
from bot.workspace.calendars.book import Doc
from bot.workspace.store import Store


def deliver(store: Store, channel: Doc, row: Doc, change: str) -> None:
    send(store, channel, "exists")


def send(store: Store, channel: Doc, state: str) -> None:
    headers = {
        "x-goog-channel-id": channel["id"],
        "x-goog-channel-token": channel["token"],
        "x-goog-resource-id": channel["resource"],
        "x-goog-resource-uri": f"https://www.googleapis.com/calendar/v3/calendars/{channel['address']}/events",
        "x-goog-resource-state": state,
        "x-goog-message-number": str(store.next_id(f"calendar_message {channel['id']}")),
    }
    hooks.send(channel["url"], b"", headers, refusals_end=True)
