"""Knit's rows, refusals and deliveries for the shared contract tests, with Workable behind it."""

import base64
import hashlib
import hmac
import json
from datetime import datetime

from bot.workspace.ats import knit
from bot.workspace.store import Store
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, row

WRITES = ("create", "add", "update", "start", "subscribe", "deactivate")


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy somebody who is at the technical interview, without papers; gives the candidate's id."""
    known = next(c for c in store.all("knit_candidates") if c["stage"] == "technical-interview")
    id = f"{store.next_id('knit_added', 0xA0000000):08x}"
    new = {**known, "id": id, "firstname": given, "lastname": family, "email": email}
    store.put("knit_candidates", id, new)
    return id


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A record of this application; the report of a sync's progress when there is none."""
    record = {
        "info": {"id": application, "jobId": "4F1C0A77D2", "status": "ACTIVE", "candidate": {"id": application}},
        "currentStage": {"id": "offer", "text": "Offer"},
    }  # fmt: skip
    told = {
        "eventId": "ev_1", "eventType": "record.modified" if application else "sync.events.processed",
        "eventData": record if application else {"status": "SUCCESS", "processed": "0"}, "syncType": "delta_sync",
        "syncDataType": "ats_applications", "syncJobId": "s1", "syncRunId": "r1", "recordId": application or None,
        "triggeredAt": str(int(at.timestamp() * 1_000)),
    }  # fmt: skip
    body = json.dumps(told).encode()
    return _signed(body, secret), body


def _signed(body: bytes, secret: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return {
        "x-knit-signature": signature,
        "x-knit-integration-id": knit.keys["integration_id"],
        "x-knit-execution-id": "e1",
    }


def _odd(store: Store, candidate: str) -> None:
    """A job in a state nobody wrote down."""
    for job in store.all("knit_jobs"):
        store.put("knit_jobs", job["id"], {**job, "status": "HIBERNATING"})


def _close(store: Store, job: str) -> None:
    store.put("knit_jobs", job, {**row(store, "knit_jobs", job), "status": "CLOSED"})


def _writes(method: str, path: str) -> bool:
    """Knit's own calls end in what they do. What passes through is not told apart by its address."""
    return method == "POST" and path.rpartition(".")[2] in WRITES


def _pasted(store: Store, url: str) -> None:
    """The address, as an admin sets it in Knit's dashboard."""
    store.put("webhook", "knit", {"url": url, "secret": "api-key"})


kit = Kit(
    pasted=_pasted,
    config={name: knit.keys[name] for name in ("integration_id", "origin_org_id", "app")},
    secrets={"api_key": "knit-key-3b7e-secret", "webhook_secret": HOOK_SECRET},
    page=50,
    add_person=_person,
    deliver=_delivery,
    sign=_signed,
    writes=_writes,
    refusals={
        status: (status, {"content-type": "application/json"}, b'{"success": false, "error": {"msg": "No."}}')
        for status in (400, 401, 403, 404, 409, 422)
    },
    odd=_odd,
    close_job=_close,
    alone=True,
)  # fmt: skip
