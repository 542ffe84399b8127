"""JazzHR's rows, refusals and deliveries for the shared contract tests."""

import json
from datetime import datetime

from bot.workspace.ats import jazzhr
from bot.workspace.ats.jazzhr import export
from bot.workspace.store import Store
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, row


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy Ada, who is at the technical interview, without her papers; gives the new person's id."""
    ada = next(p for p in store.all("jazzhr_people") if p["first_name"] == "Ada")
    (pair,) = store.find("jazzhr_pairs", applicant_id=ada["id"])
    id, own = f"prospect_{store.next_id('jazzhr_added', 1)}", str(store.next_id("jazzhr_added_pairs", 990_001))  # fmt: skip
    store.put("jazzhr_people", id, {**ada, "id": id, "first_name": given, "last_name": family, "email": email})  # fmt: skip
    store.put("jazzhr_pairs", own, {**pair, "id": own, "applicant_id": id})
    return id


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A person who entered a step; the call that tries the address when there is none."""
    pair = {"id": application, "applicant_id": "prospect_1", "job_id": "job_1"}
    step = {"name": "Offer", "category": "Active"}
    told = export.body(pair, {"email": "somebody@mailbox.example"}, step, at.isoformat())
    body = json.dumps(told if application else {"data": "JazzHR Verify Event"}).encode()
    return export.signed(body, secret, "CANDIDATE-EXPORT" if application else "VERIFY"), body


def _odd(store: Store, candidate: str) -> None:
    """Jobs in a state nobody wrote down."""
    for job in store.all("jazzhr_jobs"):
        store.put("jazzhr_jobs", job["id"], {**job, "status": "Hibernating"})


def _close(store: Store, job: str) -> None:
    store.put("jazzhr_jobs", job, {**row(store, "jazzhr_jobs", job), "status": "Closed"})


kit = Kit(
    config={},
    secrets={"api_key": jazzhr.keys["api_key"], "webhook_secret": HOOK_SECRET},
    page=100,
    add_person=_person,
    deliver=_delivery,
    sign=export.signed,
    refusals={400: (200, {"content-type": "application/json"}, b'{"_error": "No."}')},
    odd=_odd,
    close_job=_close,
    alone=True,
)
