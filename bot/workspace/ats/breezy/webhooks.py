"""The webhooks of the Breezy HR stand-in: endpoints made through the API, whose secret is told once."""

import hashlib
import hmac
import json
import secrets
from typing import Any

from bot.workspace.ats import hooks
from bot.workspace.ats.breezy import seed
from bot.workspace.ats.breezy.refusal import Refusal
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
EVENTS = (
    "candidateAdded", "candidateDeleted", "candidateStatusUpdated", "companyPositionAdded", "companyPositionUpdated", "companyPositionDeleted",
    "companyPositionStateUpdated", "companyNotePosted", "companyNoteUpdated", "companyNoteDeleted",
)  # fmt: skip
MOST = 10  # endpoints of a company


def listed(store: Store) -> list[Doc]:
    """As the list gives them: without secrets."""
    return [
        {k: v for k, v in row.items() if k != "secret"} for row in store.all("breezy_endpoints")
    ]


def write(store: Store, clock: WorkspaceClock, method: str, path: list[str], body: Doc) -> Doc:
    """Make, change, pause, resume or delete an endpoint. Raises Refusal."""
    if method == "POST" and path == ["webhook_endpoints"]:
        events = body.get("events")
        if not str(body.get("url") or "").startswith("https://"):
            raise Refusal(400, "badRequest", "url must be https.")
        if not isinstance(events, list) or not events or not set(events) <= set(EVENTS):
            raise Refusal(400, "badRequest", "events are not known.")
        if len(store.all("breezy_endpoints")) >= MOST:
            raise Refusal(429, "quota", "There are ten endpoints already.")
        secret, id = f"whsec_{secrets.token_hex(16)}", secrets.token_hex(7)
        now = seed.iso(clock.now())
        row = {
            "id": id, "url": body["url"], "description": body.get("description", ""), "events": events, "status": "active", "enabled": True,
            "secret": secret, "secret_prefix": secret[:10], "stats": {}, "is_legacy": False, "created_at": now, "updated_at": now,
        }  # fmt: skip
        return store.put("breezy_endpoints", id, row)
    found = store.get("breezy_endpoints", path[1]) if len(path) > 1 else None
    if found is None:
        raise Refusal(404, "notFound", "There is no such endpoint.")
    match method, path[2:]:
        case "DELETE", []:
            store.delete("breezy_endpoints", found["id"])
        case "PUT", []:
            found |= {k: body[k] for k in ("url", "events", "description", "enabled") if k in body}
            store.put("breezy_endpoints", found["id"], found)
        case "POST", ["pause" | "resume" as deed]:
            found["status"] = "paused" if deed == "pause" else "active"
            store.put("breezy_endpoints", found["id"], found)
        case _:
            raise Refusal(404, "notFound", "There is no such thing.")
    return {k: v for k, v in found.items() if k != "secret"}


def tell(store: Store, now: str, event: str, about: Doc) -> None:
    """Send an event to every endpoint that wants it, and to the address of the workspace's settings."""
    told = {
        "_id": secrets.token_hex(7), "type": event, "creation_date": now,
        "object": {"company": {"_id": seed.COMPANY, "name": "Brightwater Labs", "friendly_id": "brightwater"}, **about},
    }  # fmt: skip
    body = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
    places = [
        (row["url"], row["secret"])
        for row in store.all("breezy_endpoints")
        if row["enabled"] and row["status"] == "active" and event in row["events"]
    ]
    if hook := store.get("webhook", "breezy"):
        places.append((hook["url"], hook["secret"]))
    for url, secret in places:
        digest = hmac.new(str(secret).encode(), body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hook-signature": digest}
        hooks.send(str(url), body, headers)
