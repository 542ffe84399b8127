"""Merge's rows, refusals and deliveries for the shared contract tests."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from datetime import date, datetime

from bot.workspace.ats import merge
from bot.workspace.ats.merge import seed
from bot.workspace.store import Store
from connectors.model import Value
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, row


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy Ada, who is at the technical interview and has no files here; gives the candidate's id."""
    person, application = str(uuid.uuid4()), str(uuid.uuid4())
    store.put("merge_candidates", person, {
        **row(store, "merge_candidates", seed.uid("candidates 0")), "id": person, "first_name": given, "last_name": family,
        "email_addresses": [{"value": email, "email_address_type": "PERSONAL"}],
    })  # fmt: skip
    store.put("merge_applications", application, {
        **row(store, "merge_applications", seed.uid("applications 0")), "id": application, "candidate": person,
    })  # fmt: skip
    return person


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A changed application; what the dashboard's test button sends when there is none."""
    data = {"id": application, "candidate": seed.uid("candidates 0"), "modified_at": at.isoformat()}
    told = {
        "hook": {"id": "hook-1", "event": "Application.changed", "target": "https://callsheet.example/hooks/a"},
        "linked_account": {"id": "linked-1", "integration_slug": "greenhouse"}, "data": data,
    }  # fmt: skip
    body = json.dumps(told if application else {"response": "a test"}).encode()
    return _signed(body, secret), body


def _signed(body: bytes, secret: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"x-merge-webhook-signature": base64.urlsafe_b64encode(digest).decode()}


def _odd(store: Store, candidate: str) -> None:
    """Jobs in a state nobody wrote down: what Merge cannot map comes as the ATS said it."""
    for job in store.all("merge_jobs"):
        store.put("merge_jobs", job["id"], {**job, "status": "HIBERNATING"})


def _close(store: Store, job: str) -> None:
    store.put("merge_jobs", job, {**row(store, "merge_jobs", job), "status": "CLOSED"})


def _custom(name: str, held: object, read: Value) -> Callable[[Store, str], tuple[str, Value]]:
    def put(store: Store, candidate: str) -> tuple[str, Value]:
        person = row(store, "merge_candidates", candidate)
        mapped = {"organization_defined_targets": {}, "linked_account_defined_targets": {name: held}}  # fmt: skip
        store.put("merge_candidates", candidate, {**person, "field_mappings": mapped})
        return name.replace("_", " ").capitalize(), read

    return put


def _refused(detail: str) -> tuple[int, dict[str, str], bytes]:
    return 400, {"content-type": "application/json"}, json.dumps({"detail": detail}).encode()


kit = Kit(
    config={"idempotency": "yes", "calls_per_minute": "400"},
    secrets={
        "api_key": merge.keys["api_key"],
        "account_token": merge.keys["account_token"],
        "webhook_secret": HOOK_SECRET,
    },
    page=100,
    add_person=_person,
    deliver=_delivery,
    sign=_signed,
    refusals={400: _refused("page_size must be a positive number.")},
    odd=_odd,
    close_job=_close,
    custom={
        "text": _custom("notice_period", {"value": "Two months"}, "Two months"),
        "number": _custom("years", {"value": 7}, 7),
        "yes_no": _custom("relocates", False, False),
        "choices": _custom("languages", ["German", "Welsh"], ("German", "Welsh")),
        "date": _custom("free_from", {"value": "2027-01-04"}, date(2027, 1, 4)),
    },
)
