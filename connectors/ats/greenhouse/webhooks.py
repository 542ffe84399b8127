"""Greenhouse's webhooks: `Signature: sha256 <hex>` over the raw bytes; the bodies keep the old v1 shape."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from connectors import deliveries
from connectors.contract import Account
from connectors.errors import BadWebhook
from connectors.model import Event, Kind, Ref
from connectors.values import moment, ref

Row = dict[str, Any]
KINDS = {
    "new_candidate_application": "application.created", "new_prospect_application": "application.created",
    "application_updated": "application.changed", "delete_application": "application.deleted",
    "hire_candidate": "application.hired", "unhire_candidate": "application.changed",
    "candidate_stage_change": "application.moved", "reject_candidate": "application.rejected",
    "unreject_candidate": "application.changed", "update_candidate": "candidate.changed",
    "delete_candidate": "candidate.deleted", "merge_candidate": "candidate.merged",
    "candidate_anonymized": "candidate.anonymised", "offer_created": "offer.created", "offer_approved": "offer.changed",
    "offer_updated": "offer.changed", "offer_deleted": "offer.deleted", "interview_deleted": "interview.deleted",
    "scorecard_deleted": "scorecard.deleted", "job_created": "job.created", "job_updated": "job.changed",
    "job_approved": "job.changed", "job_deleted": "job.deleted", "job_post_created": "posting.created",
    "job_post_updated": "posting.changed", "job_post_deleted": "posting.deleted",
    "job_interview_stage_deleted": "stage.deleted", "department_deleted": "department.deleted",
    "office_deleted": "office.deleted",
}  # fmt: skip
PARTS: tuple[tuple[str, Kind], ...] = (
    ("job_interview_stage", "stage"), ("job_post", "posting"), ("interview", "interview"), ("scorecard", "scorecard"),
    ("offer", "offer"), ("department", "department"), ("office", "office"), ("job", "job"),
)  # fmt: skip


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
    delivery = str(headers.get("greenhouse-event-id") or hashlib.sha256(body).hexdigest())
    return [event(delivery, action, payload, account.id)]


def event(delivery: str, action: str, payload: Row, account: str) -> Event:
    """What a delivery is about. The parts stand under their names, or as the payload itself. Raises ValueError."""
    application = deliveries.part(payload, "application")
    if not application and "application" in action:
        application = payload
    person = deliveries.part(payload, "candidate") or deliveries.part(payload, "person")
    person = person or deliveries.part(application, "candidate")
    named, kind = next(((n, k) for n, k in PARTS if action.startswith(f"{n}_")), ("", None))
    thing = (deliveries.part(payload, named) or payload) if named else {}
    about = {**payload, **thing}
    return Event(
        delivery=delivery,
        kind=KINDS.get(action, "other"),
        vendor_kind=action,
        subject=ref(account, kind, thing.get("id")) if kind else None,
        candidate=ref(account, "candidate", _id(person, application, about, "candidate_id")),
        application=ref(account, "application", _id(application, about, {}, "application_id")),
        job=_job(application, about, thing if named == "job" else {}, account),
        at=moment(_when(application, about)),
        version=str(about.get("version") or _when(application, about) or ""),
        before=_before(person, action),
        after=_after(action, application, thing, payload),
    )


def _id(own: Row, other: Row, more: Row, name: str) -> Any:
    """A part's own id, else the id by which another part names it."""
    return own.get("id") or other.get(name) or more.get(name)


def _job(application: Row, about: Row, own: Row, account: str) -> Ref | None:
    """An application lists its `jobs`; a prospect may have several, and then none is the one."""
    jobs = application.get("jobs")
    listed = [job for job in jobs if isinstance(job, dict)] if isinstance(jobs, list) else []
    only = listed[0].get("id") if len(listed) == 1 else None
    return ref(
        account, "job", own.get("id") or about.get("job_id") or application.get("job_id") or only
    )


def _when(application: Row, about: Row) -> Any:
    """The only times told; many deliveries tell none."""
    return application.get("last_activity_at") or about.get("updated_at")


def _before(person: Row, action: str) -> dict[str, str]:
    return {"candidate": str(person.get("id"))} if action == "merge_candidate" else {}


def _after(action: str, application: Row, thing: Row, payload: Row) -> dict[str, str]:
    """How it stands now, in the vendor's words and without a person's data."""
    stage, reason = deliveries.part(application, "current_stage"), deliveries.part(application, "rejection_reason")  # fmt: skip
    person = deliveries.part(payload, "person")
    fields = payload.get("anonymized_fields")
    told = {
        "stage": stage.get("name"),
        "status": application.get("status") or thing.get("offer_status") or thing.get("status"),
        "reason": reason.get("name"),
        "candidate": person.get("new_candidate_id") if action == "merge_candidate" else None,
        "fields": ", ".join(map(str, fields)) if isinstance(fields, list) else None,
    }
    return {name: str(value) for name, value in told.items() if value not in (None, "")}
