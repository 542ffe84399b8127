"""Greenhouse's webhooks: `Signature: sha256 <hex>` over the raw bytes; the bodies keep the old v1 shape."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from connectors import deliveries
from connectors.contract import Account
from connectors.errors import BadWebhook
from connectors.model import Event
from connectors.values import moment, ref

KINDS = {
    "new_candidate_application": "application.created", "new_prospect_application": "application.created",
    "application_updated": "application.changed", "delete_application": "application.deleted",
    "hire_candidate": "application.hired", "unhire_candidate": "application.changed",
    "candidate_stage_change": "application.moved", "reject_candidate": "application.rejected",
    "unreject_candidate": "application.changed", "update_candidate": "candidate.changed",
    "delete_candidate": "candidate.deleted", "merge_candidate": "candidate.merged",
    "candidate_anonymized": "candidate.anonymised", "offer_created": "offer.created", "offer_approved": "offer.changed",
    "offer_updated": "offer.changed", "offer_deleted": "offer.deleted", "interview_deleted": "interview.deleted",
    "scorecard_deleted": "scorecard.deleted",
}  # fmt: skip


def read(headers: Mapping[str, str], body: bytes, account: Account) -> list[Event]:
    """Check and read one delivery. Raises BadWebhook or ValueError; a ping gives []."""
    secret = account.secrets.get("webhook_secret", "")
    want = "sha256 " + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = headers.get("signature", "")
    if not secret or not hmac.compare_digest(want.encode(), given.encode("utf-8", "replace")):
        raise BadWebhook("The signature is wrong.", account=account.id)
    data = deliveries.read(body)
    action, payload = data.get("action"), deliveries.part(data, "payload")
    if not isinstance(action, str):
        raise ValueError("a webhook without an action")
    if action == "ping":
        return []
    application = deliveries.part(payload, "application")
    if not application and "application" in action:
        application = payload
    person = deliveries.part(application, "candidate") or deliveries.part(payload, "candidate")
    delivery = headers.get("greenhouse-event-id") or hashlib.sha256(body).hexdigest()
    return [
        Event(
            delivery=str(delivery),
            kind=KINDS.get(action, "other"),
            vendor_kind=action,
            subject=_subject(action, payload, account.id),
            candidate=ref(account.id, "candidate", person.get("id")),
            application=ref(account.id, "application", application.get("id")),
            at=moment(application.get("last_activity_at") or payload.get("updated_at")),
        )
    ]


def _subject(action: str, payload: Mapping[str, Any], account: str) -> Any:
    if action.startswith("interview"):
        return ref(account, "interview", payload.get("id"))
    if action.startswith("offer"):
        return ref(account, "offer", payload.get("id"))
    return None
