"""Workable's rows, refusals and deliveries for the shared contract tests."""

import json
import secrets
from datetime import datetime

from bot.workspace.ats import workable
from bot.workspace.store import Store
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, row


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy somebody who is at the technical interview, without papers; gives the candidate's id."""
    known = next(c for c in store.all("workable_candidates") if c["stage"] == "technical-interview")
    id = secrets.token_hex(4)
    new = {**known, "id": id, "firstname": given, "lastname": family, "email": email}
    store.put("workable_candidates", id, new)
    return id


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A candidate who was moved; a new employee, who is none of ours, when there is none."""
    told = {
        "id": "5f1c", "event_type": "candidate_moved" if application else "employee_created", "resource_type": "candidate",
        "fired_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": {"id": application, "stage": "Offer", "job": {"shortcode": "5B07C1D2E3"}} if application else {"id": "e1"},
    }  # fmt: skip
    body = json.dumps(told).encode()
    return workable.signed(body, secret), body


def _sign(body: bytes, secret: str) -> dict[str, str]:
    return workable.signed(body, secret)


def _odd(store: Store, candidate: str) -> None:
    """A job in a state nobody wrote down."""
    for job in store.all("workable_jobs"):
        store.put("workable_jobs", job["shortcode"], {**job, "state": "hibernating"})


def _close(store: Store, job: str) -> None:
    store.put("workable_jobs", job, {**row(store, "workable_jobs", job), "state": "archived"})


kit = Kit(
    config={"subdomain": "brightwater"},
    secrets={"api_key": "workable-token-1f9b-secret", "webhook_secret": HOOK_SECRET},
    page=100,
    add_person=_person,
    deliver=_delivery,
    sign=_sign,
    odd=_odd,
    close_job=_close,
    refusals={
        status: (status, {"content-type": "application/json"}, b'{"error": "Not possible."}')
        for status in (400, 401, 403, 404, 409, 422)
    },
    alone=True,
)
