"""SmartRecruiters' rows, refusals and deliveries for the shared contract tests."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime

from bot.workspace.ats.smartrecruiters import seed, webhooks
from bot.workspace.store import Store
from connectors.model import Value
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, row


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy somebody who is at the technical interview of one job, without papers; gives the candidate's id."""
    known = next(c for c in store.all("smart_candidates") if [a["subStatus"] for a in c["assignments"]] == ["Technical interview"])  # fmt: skip
    id, job = str(uuid.uuid4()), known["assignments"][0]["job"]
    new = {**known, "id": id, "firstName": given, "lastName": family, "email": email, "tags": []}
    store.put("smart_candidates", id, new)
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    seed.past(store, id, job, "INTERVIEW", "Technical interview", at)
    return id


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """An application whose status changed; a process of another product when there is none."""
    ids = {"candidate_id": application} if application else {"process_id": "p1"}
    body = json.dumps(ids).encode()
    event = "application.status.updated" if application else "onboarding.process.started"
    link = "<https://api.smartrecruiters.com/candidates/3001>; rel=self"
    return webhooks.signed(body, secret, at, event, "event-1", link), body


def _sign(body: bytes, secret: str) -> dict[str, str]:
    at = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    return webhooks.signed(body, secret, at, "application.status.updated", "event-2")


def _odd(store: Store, candidate: str) -> None:
    """A job in a state nobody wrote down."""
    for job in store.all("smart_jobs"):
        store.put("smart_jobs", job["id"], {**job, "status": "HIBERNATING"})


def _custom(kind: str, held: object, read: Value) -> Callable[[Store, str], tuple[str, Value]]:
    """A property of that type, with a value."""

    def put(store: Store, candidate: str) -> tuple[str, Value]:
        id = f"own-{kind}"
        store.put("smart_properties", id, {"id": id, "label": f"Own {kind}", "type": kind})
        person = row(store, "smart_candidates", candidate)
        store.put("smart_candidates", candidate, {**person, "properties": {id: held}})
        return f"Own {kind}", read

    return put


def _close(store: Store, job: str) -> None:
    store.put("smart_jobs", job, {**row(store, "smart_jobs", job), "status": "FILLED"})


kit = Kit(
    config={},
    secrets={"api_key": "smart-key-71cd-secret", "webhook_secret": HOOK_SECRET},
    page=100,
    add_person=_person,
    deliver=_delivery,
    sign=_sign,
    odd=_odd,
    close_job=_close,
    refusals={
        status: (status, {"content-type": "application/json"}, b'{"message": "Not possible.", "errors": [{"code": "NO", "message": "Not possible."}]}')
        for status in (400, 401, 403, 404, 409, 422)
    },
    custom={
        "text": _custom("TEXT", "Two months", "Two months"),
        "number": _custom("NUMBER", 3, 3),
        "yes_no": _custom("BOOLEAN", True, True),
        "date": _custom("DATE", "2027-01-04", date(2027, 1, 4)),
        "choice": _custom("SINGLE_SELECT", {"id": "ft", "label": "Full-time"}, "Full-time"),
        "unknown": _custom("HOLOGRAM", "in 3D", "in 3D"),
    },
    alone=True,
)  # fmt: skip
