"""Recruitee's rows, refusals and deliveries for the shared contract tests."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import date, datetime

from bot.workspace.ats import recruitee
from bot.workspace.store import Store
from connectors.model import Value
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, Refusal, row


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy Ada, who is at the technical interview, without papers; gives the candidate's id."""
    ada, id = row(store, "recruitee_candidates", "4001"), store.next_id("recruitee_added", 20001)
    placed = {**ada["placements"][0], "id": id + 100_000, "candidate_id": id}
    store.put("recruitee_candidates", id, {
        **ada, "id": id, "name": f"{given} {family}", "emails": [email], "placements": [placed], "cv_url": None, "cv_original_url": None,
        "adminapp_url": f"https://app.recruitee.com/#/candidates/{id}", "fields": [],
    })  # fmt: skip
    return str(id)


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A moved person; the test of the settings page when there is none."""
    person, _, offer = application.partition("-")
    told = {
        "id": 70001, "attempt_count": 1, "created_at": at.isoformat(), "event_type": "candidate_moved", "event_subtype": "stage_changed",
        "payload": {"candidate": {"id": int(person or 0), "name": "Ada Lovelace"}, "company": {"id": 12345}, "offer": {"id": int(offer or 0)},
                    "details": {"from_stage": {"id": 601}, "to_stage": {"id": 602}}},
    }  # fmt: skip
    body = json.dumps(told if application else {**told, "test": True}).encode()
    return _signed(body, secret), body


def _signed(body: bytes, secret: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-recruitee-signature": digest}


def _odd(store: Store, candidate: str) -> None:
    """Jobs in a state nobody wrote down."""
    for job in store.all("recruitee_offers"):
        store.put("recruitee_offers", job["id"], {**job, "status": "hibernating"})


def _close(store: Store, job: str) -> None:
    store.put("recruitee_offers", job, {**row(store, "recruitee_offers", job), "status": "closed"})


def _field(kind: str, held: object, read: Value) -> Callable[[Store, str], tuple[str, Value]]:
    def put(store: Store, candidate: str) -> tuple[str, Value]:
        field = {"id": 950, "name": "Own field", "kind": kind, "values": held}
        person = row(store, "recruitee_candidates", candidate)
        store.put("recruitee_candidates", candidate, {**person, "fields": [field]})
        return "Own field", read

    return put


def _refused(status: int) -> Refusal:
    body = json.dumps({"error": ["That was not possible."]}).encode()
    return status, {"content-type": "application/json"}, body


kit = Kit(
    config={"company_id": "brightwater"},
    secrets={"api_token": recruitee.keys["api_token"], "webhook_secret": HOOK_SECRET},
    page=100,
    application="3001-701",
    add_person=_person,
    deliver=_delivery,
    sign=_signed,
    refusals={status: _refused(status) for status in (400, 403, 404, 409, 422)},
    odd=_odd,
    close_job=_close,
    custom={
        "text": _field("single_line", [{"text": "Two months"}], "Two months"),
        "long_text": _field("multi_line", [{"text": "One\ntwo"}], "One\ntwo"),
        "yes_no": _field("boolean", [{"flag": False}], False),
        "number": _field("number", [{"number": 7}], 7),
        "date": _field("date", [{"date": "2027-01-04"}], date(2027, 1, 4)),
        "choices": _field("multiple_choice", [{"text": "Go"}, {"text": "Rust"}], ("Go", "Rust")),
        "unknown": _field("hologram", [{"text": "in 3D"}], "in 3D"),
    },
    alone=True,
)
