"""Sends the ATSs' webhooks, signed as each vendor signs, and tries again when the receiver fails."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

import httpx

from bot.workspace import outgoing
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
WAITS = (0.0, 0.5, 2.0, 5.0)  # seconds before each try; the vendors' own are minutes and hours
_sending: set["asyncio.Task[None]"] = set()


def configure_webhook(store: Store, vendor: str, url: str, secret: str) -> None:
    """Where an ATS sends its webhooks, as an admin sets it in the vendor's own pages."""
    store.put("webhook", vendor, {"url": url, "secret": secret})


def greenhouse_hook(store: Store, clock: WorkspaceClock, action: str, payload: Doc) -> None:
    """`Signature: sha256 <hex>` over the bytes; unicode escaped as Greenhouse does it."""
    hook = store.get("webhook", "greenhouse")
    if hook:
        body = json.dumps({"action": action, "payload": payload}).encode()
        digest = hmac.new(hook["secret"].encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "signature": f"sha256 {digest}",
            "greenhouse-event-id": secrets.token_hex(12),
            "content-type": "application/json",
        }
        send(hook["url"], body, headers)


def lever_hook(store: Store, clock: WorkspaceClock, event: str, data: Doc) -> None:
    """The signature is in the body, over `token + triggeredAt`, by each hook's own signature token."""
    opportunity = store.get("lever_opportunities", str(data.get("opportunityId"))) or {}
    places = [
        (hook["url"], hook["configuration"]["signatureToken"])
        for hook in wanting(store, event, opportunity.get("origin"))
    ]
    if hook := store.get("webhook", "lever"):
        places.append((hook["url"], hook["secret"]))
    at = int(clock.now().timestamp() * 1_000)
    for url, key in places:
        token = secrets.token_hex(24)
        signature = hmac.new(str(key).encode(), f"{token}{at}".encode(), hashlib.sha256).hexdigest()
        told = {
            "triggeredAt": at, "event": event, "data": data, "token": token, "signature": signature,
        }  # fmt: skip
        headers = {"content-type": "application/json", "user-agent": "Lever-Webhooks"}
        send(str(url), json.dumps(told).encode(), headers)


def knit_hook(hook: Doc, integration: str, told: Doc) -> None:
    """`X-Knit-Signature`, Base64 for URLs without padding, by the account's API key. Only a 200 is a success."""
    body = json.dumps(told, ensure_ascii=False).encode()
    digest = hmac.new(str(hook["secret"]).encode(), body, hashlib.sha256).digest()
    headers = {
        "x-knit-signature": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "x-knit-integration-id": integration,
        "x-knit-execution-id": secrets.token_hex(8),
        "content-type": "application/json",
    }
    send(hook["url"], body, headers, only=200)


def wanting(store: Store, event: str, origin: str | None) -> list[Doc]:
    """The hooks registered through Lever's API for an event about an opportunity of this origin."""
    found = []
    for hook in store.find("lever_webhooks", event=event):
        origins = (hook["configuration"].get("conditions") or {}).get("origins")
        if not origins or origin in origins:
            found.append(hook)
    return found


def under_way() -> list["asyncio.Task[None]"]:
    """Deliveries that are still being tried."""
    return list(_sending)


def send(
    url: str,
    body: bytes,
    headers: Doc,
    *,
    waits: tuple[float, ...] = WAITS,
    refusals_end: bool = False,
    only: int | None = None,
) -> None:
    """Deliver in the background. A success is any 2xx, or the one status that counts; a redirect is none.

    `refusals_end`: a 4xx is not tried again.
    """

    async def deliver() -> None:
        async with outgoing.client(5) as http:
            for wait in waits:
                await asyncio.sleep(wait)
                try:
                    answer = await http.post(url, content=body, headers=headers)
                    taken = answer.is_success if only is None else answer.status_code == only
                    if taken or (refusals_end and answer.is_client_error):
                        return
                except (httpx.HTTPError, httpx.InvalidURL):
                    continue

    task = asyncio.get_running_loop().create_task(deliver())
    _sending.add(task)
    task.add_done_callback(_sending.discard)
