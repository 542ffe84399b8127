"""Ashby's rows, refusals and deliveries for the shared contract tests."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from bot.workspace.ats.ashby.desk import keep
from bot.workspace.ats.ashby.seed import KEY, ident
from bot.workspace.store import Store
from connectors.ats.ashby.webhooks import kept
from connectors.model import Money, Range, Ref, Value
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, Refusal, row

READS = ("list", "info", "search", "listNotes", "listHistory")
STEPS = (
    "/file.createFileUploadHandle",
    "/storage/",
)  # on the way to a write, and none by themselves
LIKE = ident("application 8")  # an open one of the first job


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy somebody whose application is open; gives the candidate's id."""
    id, application = str(uuid.uuid4()), str(uuid.uuid4())
    person = row(store, "ashby_candidates", ident("candidate 8"))
    person.pop("resumeFileHandle")
    keep(store, "candidates", {
        **person, "id": id, "name": f"{given} {family}", "fileHandles": [], "tagIds": [],
        "emailAddresses": [{"value": email, "type": "Personal", "isPrimary": True}],
    })  # fmt: skip
    keep(
        store,
        "applications",
        {**row(store, "ashby_applications", LIKE), "id": application, "candidateId": id},
    )
    return id


def _writes(method: str, path: str) -> bool:
    return not path.startswith(STEPS) and path.rpartition(".")[2] not in READS


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A stage change of this application; a ping when there is none."""
    told = {
        "id": application,
        "updatedAt": at.isoformat(),
        "candidate": {"id": "candidate-1"},
        "job": {"id": "job-1"},
    }
    moved: dict[str, Any] = {
        "action": "candidateStageChange",
        "webhookActionId": "delivery-1",
        "data": {"application": told},
    }
    ping: dict[str, Any] = {"action": "ping", "data": {"webhookActionType": "ping"}}
    body = json.dumps(moved if application else ping).encode()
    return _signed(body, secret), body


def _signed(body: bytes, secret: str) -> dict[str, str]:
    token, _ = kept(secret)
    digest = hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
    return {"ashby-signature": f"sha256={digest}"}


def _refusal(code: str, status: int = 200) -> Refusal:
    """Refusals come with status 200 mostly, and name what was wrong."""
    info = {
        "code": code,
        "message": "The request was refused",
        "requestId": "01JRVWPBWZ40S39G83ZETPXF2E",
    }
    body = json.dumps({"success": False, "errors": [code], "errorInfo": info}).encode()
    return status, {"content-type": "application/json"}, body


def _odd(store: Store, candidate: str) -> None:
    """A status nobody wrote down, on the application of this person."""
    for application in store.find("ashby_applications", candidateId=candidate):
        keep(store, "applications", {**application, "status": "OnSabbatical"})


def _custom(
    title: str, held: Any, read: Value, label: Any = None
) -> Callable[[Store, str], tuple[str, Value]]:
    def put(store: Store, candidate: str) -> tuple[str, Value]:
        person = row(store, "ashby_candidates", candidate)
        value = {"id": ident(f"field {title}"), "title": title, "value": held, "isPrivate": False}
        value |= {"valueLabel": label} if label else {}
        keep(store, "candidates", {**person, "customFields": [value]})
        return title, read

    return put


def _close(store: Store, job: str) -> None:
    keep(store, "jobs", {**row(store, "ashby_jobs", job), "status": "Closed"})


PAY = {
    "type": "compensation-range",
    "minValue": 70_000,
    "maxValue": 80_000.5,
    "currencyCode": "EUR",
    "interval": "1 YEAR",
}
kit = Kit(
    config={"on_behalf_of": "yes"},
    secrets={"api_key": KEY, "webhook_secret": HOOK_SECRET},
    page=100,
    add_person=_person,
    deliver=_delivery,
    sign=_signed,
    writes=_writes,
    refusals={
        400: _refusal("invalid_input"), 401: _refusal("unauthorized", 401), 403: _refusal("missing_endpoint_permission", 403),
        404: _refusal("candidate_not_found"), 422: _refusal("invalid_input"),
    },
    odd=_odd,
    close_job=_close,
    custom={
        "text": _custom("Preferred name", "A.", "A."),
        "long_text": _custom("Notes for the panel", "One\ntwo", "One\ntwo"),
        "number": _custom("Years of experience", 7.5, 7.5),
        "yes_no": _custom("Open to relocation", False, False),
        "date": _custom("Earliest start", "2027-01-04T00:00:00.000Z", date(2027, 1, 4)),
        "choice": _custom("Seniority", "lead", "Lead", "Lead"),
        "choices": _custom("Languages", ["en", "pl"], ("English", "Polish"), ["English", "Polish"]),
        "money": _custom("Expected salary", {"value": 82_000.5, "currencyCode": "EUR"}, Money(minor=8_200_050, currency="EUR")),
        "number_range": _custom("Weekly hours", {"type": "number-range", "minValue": 20, "maxValue": 40}, Range(low=20.0, high=40.0)),
        "money_range": _custom("Salary band", PAY, Range(
            low=Money(minor=7_000_000, currency="EUR", per="year"), high=Money(minor=8_000_050, currency="EUR", per="year"),
        )),
        "url": _custom("Portfolio", "https://ada.example/", "https://ada.example/"),
        "user": _custom("Referred by", ident("user 503"), Ref(account="ashby-1", kind="user", id=ident("user 503"))),
    },
)  # fmt: skip
