"""SmartRecruiters' subscriptions: made, given a secret, activated by a header that the address says back, signed."""

import hashlib
import hmac
import json
import secrets
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.workspace import outgoing
from bot.workspace.ats import hooks
from bot.workspace.ats.smartrecruiters import rules
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
VERSION = "v201910"


async def answer(store: Store, method: str, parts: list[str], body: Doc) -> Doc:
    """A write to the subscriptions. Raises Refusal."""
    if (method, parts) == ("POST", []):
        events = body.get("events")
        if not isinstance(events, list) or not events:
            raise rules.invalid("events is required.")
        if len(store.all("smart_subscriptions")) >= 20:
            raise rules.invalid("There are twenty subscriptions already.")
        id = str(uuid.uuid4())
        new: Doc = {"id": id, "callbackUrl": rules.words(body, "callbackUrl"), "events": events, "status": "inactive", "secret": ""}  # fmt: skip
        store.put("smart_subscriptions", id, new)
        told = [{"name": name, "version": VERSION} for name in events]
        return {"id": id, "callbackUrl": new["callbackUrl"], "events": told, "status": "inactive"}
    row = store.get("smart_subscriptions", parts[0] if parts else "")
    if row is None:
        raise rules.gone()
    match method, parts[1:]:
        case "DELETE", []:
            store.delete("smart_subscriptions", row["id"])
            return {}
        case "POST", ["secret-key"]:
            store.put("smart_subscriptions", row["id"], row | {"secret": secrets.token_urlsafe(16)})
            made = store.get("smart_subscriptions", row["id"]) or {}
            return {"secretKey": made["secret"]}
        case "PUT", ["activation"]:
            if not await _says_back(row["callbackUrl"]):
                raise rules.invalid("The callback did not answer the handshake.")
            store.put("smart_subscriptions", row["id"], row | {"status": "active"})
            return {}
    raise rules.gone()


async def _says_back(url: str) -> bool:
    """Whether the address answers 200 with the same header. Names under .example stand for far places."""
    if str(urlsplit(url).hostname).endswith(".example"):
        return True
    secret = secrets.token_hex(16)
    try:
        async with outgoing.client(20) as http:
            answer = await http.post(url, headers={"X-Hook-Secret": secret})
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return answer.status_code == 200 and answer.headers.get("x-hook-secret") == secret


def tell(store: Store, clock: WorkspaceClock, event: str, ids: Doc) -> None:
    """Send an event to the active subscriptions that want it; without any, to the address an admin of the demo gave."""
    active = store.find("smart_subscriptions", status="active")
    places = [(row["callbackUrl"], row["secret"]) for row in active if event in row["events"]]
    if not active and (hook := store.get("webhook", "smartrecruiters")):
        places.append((hook["url"], hook["secret"]))
    about = f"https://api.smartrecruiters.com/candidates/{ids['candidate_id']}"
    link = "" if event.endswith(".deleted") else f"<{about}>; rel=self"
    body = json.dumps(ids, separators=(",", ":")).encode()
    for url, secret in places:
        headers = signed(body, str(secret), clock.now(), event, str(uuid.uuid4()), link)
        hooks.send(str(url), body, headers, only=202)


def signed(
    body: bytes, secret: str, at: datetime, event: str, id: str, link: str = ""
) -> dict[str, str]:
    """The headers of a delivery; a link is left out where there is nothing any more."""
    time = str(int(at.timestamp()))
    parts = [time.encode(), body, id.encode(), event.encode(), VERSION.encode(), link.encode()]
    digest = hmac.new(secret.encode(), b".".join(parts), hashlib.sha256).hexdigest()
    told = {
        "content-type": "application/json", "event-id": id, "event-name": event, "event-version": VERSION,
        "smartrecruiters-timestamp": time, "smartrecruiters-signature": f"v1={digest}",
    }  # fmt: skip
    return told | ({"link": link} if link else {})
