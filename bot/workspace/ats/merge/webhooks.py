"""Merge's webhooks: signed over the raw body in base64url, tried three times within seconds, dropped at a 4xx."""

import base64
import hashlib
import hmac
import json
import uuid
from typing import Any

from bot.workspace.ats import hooks
from bot.workspace.store import Store

Doc = dict[str, Any]
WAITS = (0.0, 1.0, 2.0)
ACCOUNT: Doc = {
    "id": "7a1f4bb4-3f0c-4f5e-9a52-1b1c5a0d7f11", "integration": "Greenhouse", "integration_slug": "greenhouse", "category": "ats",
    "end_user_origin_id": "brightwater", "end_user_organization_name": "Brightwater Labs",
    "end_user_email_address": "ines@brightwater.example", "status": "COMPLETE",
    "webhook_listener_url": "https://api.merge.dev/api/integrations/webhook-listener/brightwater", "is_duplicate": None,
    "account_type": "PRODUCTION",
}  # fmt: skip


def send(store: Store, event: str, data: Doc) -> None:
    """Tell the one place that the organisation's dashboard names."""
    hook = store.get("webhook", "merge")
    if hook is None:
        return
    told = {
        "hook": {"id": str(uuid.uuid4()), "event": event, "target": hook["url"]},
        "linked_account": ACCOUNT, "data": data,
    }  # fmt: skip
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = {"content-type": "application/json", "x-merge-webhook-signature": sign(hook["secret"], body)}  # fmt: skip
    hooks.send(hook["url"], body, headers, waits=WAITS, refusals_end=True)


def sign(secret: str, body: bytes) -> str:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()
