"""Microsoft 365: an app of the tenant."""

import json

from bot.workspace.calendars import microsoft
from bot.workspace.store import Store
from connectors.contract import Delivery
from tests.contracts.calendars.office import ROSA, Kit

WORDS = {
    400: "ErrorInvalidRequest", 401: "InvalidAuthenticationToken", 403: "ErrorAccessDenied", 404: "ErrorItemNotFound",
    429: "ApplicationThrottled",
}  # fmt: skip


def forget(store: Store) -> None:
    newest = store.next_id("calendar_version")
    store.put("calendar_sync", "microsoft", {"oldest": newest})


def deliver(channel: str, secret: str) -> Delivery:
    part = {
        "subscriptionId": channel, "clientState": secret, "changeType": "updated",
        "resource": "Users/u/Events/e", "resourceData": {"id": "e"},
    }  # fmt: skip
    return Delivery({"content-type": "application/json"}, json.dumps({"value": [part]}).encode())


def refusal(status: int, word: str) -> tuple[int, dict[str, str], bytes]:
    body = json.dumps({"error": {"code": word, "message": f"{word}."}}).encode()
    return status, {"content-type": "application/json"}, body


kit = Kit(
    secrets={"client_secret": "app-secret-40f2"},
    config={"tenant": "brightwater", "client_id": "callsheet", "organizer": ROSA},
    create=microsoft.create,
    fault="microsoft",
    most=20,
    busy="/getSchedule",
    forget=forget,
    deliver=deliver,
    refusals={status: refusal(status, word) for status, word in WORDS.items()},
)
