"""Google Calendar: a service account that acts for everybody of the domain."""

import json

from bot import demo_state
from bot.demo_state import State
from bot.workspace.calendars import google
from bot.workspace.store import Store
from connectors.contract import Delivery
from tests.contracts.calendars.office import ROSA, Kit

WORDS = {400: "invalid", 401: "authError", 403: "insufficientPermissions", 404: "notFound", 429: "rateLimitExceeded"}  # fmt: skip


def forget(store: Store) -> None:
    newest = store.next_id("calendar_version")
    store.put("calendar_sync", "google", {"oldest": newest})


def deliver(channel: str, secret: str) -> Delivery:
    return Delivery({
        "x-goog-channel-id": channel, "x-goog-channel-token": secret, "x-goog-resource-state": "exists",
        "x-goog-resource-id": "r-1", "x-goog-message-number": "7",
    })  # fmt: skip


def refusal(status: int, word: str) -> tuple[int, dict[str, str], bytes]:
    """Google says a rate limit with 403."""
    told = {"code": status, "message": word, "errors": [{"domain": "usageLimits", "reason": word}]}
    body = json.dumps({"error": told}).encode()
    return 403 if status == 429 else status, {"content-type": "application/json"}, body


kit = Kit(
    secrets=demo_state.credentials("google", State(), {}),
    config={"subject": ROSA, "organizer": ROSA, "details": "yes", "rooms_as": ROSA},
    create=google.create,
    fault="calendar",
    most=50,
    busy="/freeBusy",
    forget=forget,
    deliver=deliver,
    refusals={status: refusal(status, word) for status, word in WORDS.items()},
)
