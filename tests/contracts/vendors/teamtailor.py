"""Teamtailor's rows, refusals and deliveries for the shared contract tests."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

from bot.workspace.ats import teamtailor
from bot.workspace.ats.teamtailor.resources import keep
from bot.workspace.store import Store
from connectors.model import Value
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, row


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy somebody who is at the technical interview, without papers; gives the candidate's id."""
    known = next(a for a in store.all("tailor_job-applications") if a["stage"].endswith("03"))
    person = row(store, "tailor_candidates", known["candidate"])["attributes"]
    id = str(store.next_id("tailor_added", 50_000))
    told = {"first-name": given, "last-name": family, "email": email, "resume": None, "tags": []}
    keep(store, "candidates", id, {**person, **told})
    about = {"job": known["job"], "stage": known["stage"], "reject_reason": None}
    keep(store, "job-applications", f"1{id}", known["attributes"], candidate=id, **about)
    return id


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """An application that changed; nothing at all when there is none."""
    held = {"job_id": 7101, "stage_name": "Offer", "updated_at": "2026-12-01T10:30:00.000+01:00"}
    data = {"id": application, "type": "job_application", "attributes": held} if application else {}
    body = json.dumps({"payload": {"event_name": "job_application.update", "data": data}}).encode()
    return teamtailor.signed(body, secret, at), body


def _sign(body: bytes, secret: str) -> dict[str, str]:
    return teamtailor.signed(body, secret, datetime(2026, 12, 1, 9, 30, tzinfo=UTC))


def _odd(store: Store, candidate: str) -> None:
    """A job in a state nobody wrote down."""
    for job in store.all("tailor_jobs"):
        job["attributes"]["human-status"] = "hibernating"
        store.put("tailor_jobs", job["id"], job)


def _custom(kind: str, held: object, read: Value) -> Callable[[Store, str], tuple[str, Value]]:
    """A custom field of that type, with a value."""

    def put(store: Store, candidate: str) -> tuple[str, Value]:
        field = str(store.next_id("tailor_fields", 900))
        about = {"api-name": f"own-{kind.lower()}", "name": f"Own {kind}", "owner-type": "Candidate"}  # fmt: skip
        keep(store, "custom-fields", field, {**about, "field-type": f"CustomField::{kind}"})
        for id, words in (("71", "Full-time"), ("72", "Part-time")):
            keep(store, "custom-field-options", id, {"value": words}, custom_field=field)
        value = {"field-type": f"CustomField::{kind}", "value": held}
        keep(store, "custom-field-values", f"9{field}", value, custom_field=field, owner=candidate)
        return f"Own {kind}", read

    return put


def _close(store: Store, job: str) -> None:
    found = row(store, "tailor_jobs", job)
    told = {**found["attributes"], "human-status": "archived", "status": "archived"}
    store.put("tailor_jobs", job, {**found, "attributes": told})


NO = b'{"errors": [{"status": "400", "title": "Not possible", "detail": "Not possible."}]}'
kit = Kit(
    config={},
    secrets={"api_key": "tailor-key-9e21-secret", "webhook_secret": HOOK_SECRET},
    page=30,
    dated=True,
    add_person=_person,
    deliver=_delivery,
    sign=_sign,
    odd=_odd,
    close_job=_close,
    refusals={
        status: (status, {"content-type": "application/vnd.api+json"}, NO)
        for status in (400, 401, 403, 404, 409, 422)
    },
    custom={
        "text": _custom("Text", "Two months", "Two months"),
        "url": _custom("Url", "https://example.com", "https://example.com"),
        "number": _custom("Number", "3", 3),
        "yes_no": _custom("Checkbox", "true", True),
        "date": _custom("Date", "2027-01-04", date(2027, 1, 4)),
        "choice": _custom("Select", "71", "Full-time"),
        "choices": _custom("MultiSelect", ["71", "72"], ("Full-time", "Part-time")),
        "unknown": _custom("Hologram", "in 3D", "in 3D"),
    },
    alone=True,
)
