"""Knit's deliveries: `X-Knit-Signature` is HMAC-SHA256 of the raw bytes by the API key, in Base64 for URLs unpadded.

A record comes whole and never says what changed. Of it only ids, the stage's and the status are passed on.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from connectors import deliveries, values
from connectors.ats.knit import mapping
from connectors.errors import BadWebhook
from connectors.model import Event

WORDS = {"record.new": "created", "record.modified": "changed", "record.deleted": "deleted"}
SUBJECTS = {"ats_applications": "application", "ats_candidates": "candidate", "ats_jobs": "job"}


def read(
    headers: Mapping[str, str],
    body: bytes,
    *,
    account: str,
    integration: str,
    keys: Sequence[str],
) -> list[Event]:
    """Check one delivery by any of the keys, and read it. Raises BadWebhook or ValueError.

    One address serves all integrations of a Knit account: what is about another one gives [], as do the reports of a
    sync's progress.
    """
    given = headers.get("x-knit-signature", "").encode("utf-8", "replace").rstrip(b"=")
    if not any(hmac.compare_digest(_signature(body, key), given) for key in keys if key):
        raise BadWebhook("The signature is wrong.", account=account)
    told = deliveries.read(body)
    said, about = told.get("eventType"), told.get("syncDataType")
    if not isinstance(said, str) or not said:
        raise ValueError("a webhook without an event type")
    if headers.get("x-knit-integration-id", integration) != integration or said not in WORDS:
        return []
    data = deliveries.part(told, "eventData")
    subject = SUBJECTS.get(str(about))
    delivery = str(told.get("eventId") or hashlib.sha256(body).hexdigest())
    at = values.millis(told.get("triggeredAt"))
    if subject is None:
        return [Event(delivery=delivery, kind="other", vendor_kind=f"{said} {about}"[:80], at=at)]
    return [
        Event(
            delivery=delivery, kind=_kind(subject, said), vendor_kind=f"{said} {about}", at=at,
            version=str(mapping.part(data, "info").get("updatedAt") or ""), after=_after(subject, data),
            **_refs(subject, data, account),
        )
    ]  # fmt: skip


def _signature(body: bytes, key: str) -> bytes:
    digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=")


def _kind(subject: str, said: str) -> str:
    """A job that was closed leaves Knit's sync, so it is told as deleted."""
    return "job.closed" if (subject, said) == ("job", "record.deleted") else f"{subject}.{WORDS[said]}"  # fmt: skip


def _refs(subject: str, data: Mapping[str, Any], account: str) -> dict[str, Any]:
    """What a record is about; one that was deleted tells its ids alone. Raises ValueError when it names nothing."""
    info = mapping.part(data, "info")
    if subject == "job":
        job = values.ref(account, "job", info.get("id") or data.get("jobId"))
        found = {"job": job, "subject": job}
    elif subject == "candidate":
        person = values.ref(account, "candidate", info.get("id") or data.get("candidateId"))
        found = {"candidate": person, "subject": person}
    else:
        own = info.get("id") or data.get("applicationId")
        who = mapping.person_of(data) or data.get("candidateId") or own
        application = values.ref(account, "application", mapping.both(own, who) if own else None)
        found = {
            "application": application, "subject": application, "candidate": values.ref(account, "candidate", who),
            "job": values.ref(account, "job", info.get("jobId") or data.get("jobId")),
        }  # fmt: skip
    if found["subject"] is None:
        raise ValueError("a webhook that names no record")
    return found


def _after(subject: str, data: Mapping[str, Any]) -> dict[str, str]:
    """The stage and status now, without anything about the person."""
    if subject == "candidate":
        return {}
    stage = mapping.part(data, "currentStage").get("id")
    status = mapping.part(data, "info").get("status")
    return {k: str(v) for k, v in (("stage", stage), ("status", status)) if v}
