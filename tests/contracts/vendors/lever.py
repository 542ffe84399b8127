"""Lever's rows, refusals and deliveries for the shared contract tests."""

import hashlib
import hmac
import json
import uuid
from datetime import datetime

from bot.workspace.store import Store
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, row


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
    signature = hmac.new(secret.encode(), f"{token}{millis}".encode(), hashlib.sha256).hexdigest()
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
)
