"""Lever's rows, refusals and deliveries for the shared contract tests."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from datetime import date, datetime

from bot.workspace.store import Store
from connectors.model import Money, Value
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, Refusal, row


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy the first active opportunity; gives the contact's id."""
    template = next(o for o in store.all("lever_opportunities") if not o["archived"])
    part = row(store, "lever_applications", template["applications"][0])
    id, contact, application = (str(uuid.uuid4()) for _ in range(3))
    name = f"{given} {family}"
    store.put("lever_opportunities", id, {
        **template, "id": id, "contact": contact, "name": name, "emails": [email], "applications": [application],
        "urls": {"show": f"https://hire.lever.co/candidates/{id}"},
    })  # fmt: skip
    store.put("lever_applications", application, {**part, "id": application, "opportunityId": id})
    return contact


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A stage change of this opportunity; the test of the settings page when there is none."""
    token, millis = "t" * 48, int(at.timestamp() * 1_000)
    key = secret.partition(" ")[0].rpartition(":")[2]  # of several hooks' tokens the first
    signature = hmac.new(key.encode(), f"{token}{millis}".encode(), hashlib.sha256).hexdigest()
    moved = {"opportunityId": application, "contactId": "contact-1", "toStageId": "x"}
    body = {
        "triggeredAt": millis, "event": "candidateStageChange", "token": token, "signature": signature,
        "data": moved if application else {},
    }  # fmt: skip
    return {}, json.dumps(body).encode()


def _signed(body: bytes, secret: str) -> dict[str, str]:
    """Lever signs inside the body, so there is nothing to add."""
    return {}


def _odd(store: Store, candidate: str) -> None:
    """A posting in a state nobody wrote down."""
    for posting in store.all("lever_postings"):
        store.put("lever_postings", posting["id"], {**posting, "state": "hibernating"})


def _custom(said: str, held: object, read: Value) -> Callable[[Store, str], tuple[str, Value]]:
    """A filled-in profile form with one field."""

    def put(store: Store, candidate: str) -> tuple[str, Value]:
        id = str(uuid.uuid4())
        (opportunity,) = store.find("lever_opportunities", contact=candidate)
        field = {"id": f"own-{said}", "type": said, "text": f"Own {said}", "value": held}
        store.put("lever_forms", id, {
            "id": id, "opportunity": opportunity["id"], "type": "form", "text": "Practical matters", "createdAt": 1_790_000_000_000,
            "deletedAt": None, "fields": [field],
        })  # fmt: skip
        return f"Own {said}", read

    return put


def _refused(status: int, code: str) -> Refusal:
    body = json.dumps({"code": code, "message": "That was not possible."}).encode()
    return status, {"content-type": "application/json"}, body


def _close(store: Store, job: str) -> None:
    store.put("lever_postings", job, {**row(store, "lever_postings", job), "state": "closed"})


kit = Kit(
    config={},
    secrets={"api_key": "api-key-77aa-secret", "webhook_secret": HOOK_SECRET},
    page=100,
    dated=True,
    add_person=_person,
    deliver=_delivery,
    sign=_signed,
    odd=_odd,
    close_job=_close,
    refusals={
        400: _refused(400, "BadRequest"), 401: _refused(401, "Unauthorized"), 403: _refused(403, "Forbidden"),
        404: _refused(404, "ResourceNotFound"), 500: _refused(500, "ServerError"), 503: _refused(503, "ServiceUnavailable"),
    },
    custom={
        "text": _custom("text", "Two months", "Two months"),
        "long_text": _custom("textarea", "One\ntwo", "One\ntwo"),
        "yes_no": _custom("yes-no", "yes", True),
        "choice": _custom("dropdown", "Full-time", "Full-time"),
        "choices": _custom("multiple-select", ["Go", "Rust"], ("Go", "Rust")),
        "date": _custom("date", 1_799_020_800_000, date(2027, 1, 4)),
        "money": _custom("currency", {"amount": 82_000, "currency": "EUR"}, Money(minor=8_200_000, currency="EUR")),
        "number": _custom("score", 3, 3),
        "unknown": _custom("hologram", "in 3D", "in 3D"),
    },
)  # fmt: skip
