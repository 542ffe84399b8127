"""Greenhouse's rows, refusals and deliveries for the shared contract tests."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import date, datetime

from bot.workspace.store import Store
from connectors.model import Money, Range, Ref, Value
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, row


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy somebody who is at the technical interview; gives the candidate's id."""
    id = store.next_id("gh_added", 20_000)
    store.put("gh_candidates", id, {
        **row(store, "gh_candidates", "2004"), "id": id, "first_name": given, "last_name": family,
        "email_addresses": [{"value": email, "type": "personal"}],
    })  # fmt: skip
    application = {**row(store, "gh_applications", "3004"), "id": id, "candidate_id": id}
    store.put("gh_applications", id, application | {"stage_id": id})
    stage = {**row(store, "gh_application_stages", "12004"), "id": id, "application_id": id}
    store.put("gh_application_stages", id, stage)
    return str(id)


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A stage change of this application; a ping when there is none."""
    told = {"id": application, "candidate": {"id": 2001}, "last_activity_at": at.isoformat()}
    moved = {"action": "candidate_stage_change", "payload": {"application": told}}
    body = json.dumps(moved if application else {"action": "ping", "payload": {}}).encode()
    return _signed(body, secret), body


def _signed(body: bytes, secret: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"signature": f"sha256 {digest}", "greenhouse-event-id": "delivery-1"}


def _odd(store: Store, candidate: str) -> None:
    """A status nobody wrote down, on the application of this person."""
    for application in store.find("gh_applications", candidate_id=int(candidate)):
        store.put("gh_applications", application["id"], {**application, "status": "on_sabbatical"})


def _custom(said: str, held: object, read: Value) -> Callable[[Store, str], tuple[str, Value]]:
    def put(store: Store, candidate: str) -> tuple[str, Value]:
        person = row(store, "gh_candidates", candidate)
        fields = {f"own_{said}": {"name": f"Own {said}", "type": said, "value": held}}
        store.put("gh_candidates", person["id"], {**person, "custom_fields": fields})
        return f"Own {said}", read

    return put


def _close(store: Store, job: str) -> None:
    store.put("gh_jobs", int(job), {**row(store, "gh_jobs", job), "status": "closed"})


kit = Kit(
    config={"client_id": "client-1", "user_id": "508"},
    secrets={"client_secret": "client-secret-9f2e", "webhook_secret": HOOK_SECRET},
    page=500,
    add_person=_person,
    deliver=_delivery,
    sign=_signed,
    odd=_odd,
    close_job=_close,
    custom={
        "text": _custom("short_text", "Two months", "Two months"),
        "long_text": _custom("long_text", "One\ntwo", "One\ntwo"),
        "rich_text": _custom("rich_text", "<p>Hi</p>", "<p>Hi</p>"),
        "yes_no": _custom("yes_no", False, False),
        "choice": _custom("single_select", "Full-time", "Full-time"),
        "choices": _custom("multi_select", ["Go", "Rust"], ("Go", "Rust")),
        "money": _custom("currency", {"amount": "82000.5", "currency_code": "EUR"}, Money(minor=8_200_050, currency="EUR")),
        "money_range": _custom(
            "currency_range", {"min_amount": 1, "max_amount": 2, "currency_code": "JPY"},
            Range(low=Money(minor=1, currency="JPY"), high=Money(minor=2, currency="JPY")),
        ),
        "number": _custom("number", "3.5", 3.5),
        "number_range": _custom("number_range", {"min_value": 20, "max_value": 40}, Range(low=20.0, high=40.0)),
        "user": _custom("user", 501, Ref(account="greenhouse-1", kind="user", id="501")),
        "unknown": _custom("hologram", "shimmer", "shimmer"),
        "date": _custom("date", "2027-01-04", date(2027, 1, 4)),
        "url": _custom("url", "https://ada.example/", "https://ada.example/"),
    },
)  # fmt: skip
