"""Breezy HR's rows, refusals and deliveries for the shared contract tests."""

import hashlib
import hmac
import json
from datetime import datetime

from bot.workspace.ats import breezy
from bot.workspace.ats.breezy import seed
from bot.workspace.store import Store
from connectors.model import Value
from tests.contracts.stand_ins import HOOK_SECRET, Delivery, Kit, Refusal, row

ADA, PLACE = "5fbfa1", seed.POSITIONS[0][0]


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy Ada, who is at the technical interview, without papers; gives the pair of ids."""
    id = f"5fb{store.next_id('breezy_added', 0x20001):x}"
    ada = row(store, "breezy_candidates", ADA)
    store.put("breezy_candidates", id, {
        **ada, "_id": id, "meta_id": id, "name": f"{given} {family}", "email_address": email, "resume": None, "custom_attributes": [],
    })  # fmt: skip
    return f"{PLACE}-{id}"


def _delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A moved candidate; a ping when there is none."""
    position, _, candidate = application.partition("-")
    about = {"company": {"_id": seed.COMPANY}, "position": {"_id": position}, "stage": {"id": "offer"}, "candidate": {"_id": candidate}}  # fmt: skip
    kind = "candidateStatusUpdated" if application else "ping"
    told = {"_id": "5fd001", "type": kind, "object": about if application else {}, "creation_date": at.isoformat()}  # fmt: skip
    body = json.dumps(told).encode()
    return _signed(body, secret), body


def _signed(body: bytes, secret: str) -> dict[str, str]:
    return {"x-hook-signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def _odd(store: Store, candidate: str) -> None:
    """Positions in a state nobody wrote down."""
    for position in store.all("breezy_positions"):
        store.put("breezy_positions", position["_id"], {**position, "state": "hibernating"})


def _close(store: Store, job: str) -> None:
    store.put("breezy_positions", job, {**row(store, "breezy_positions", job), "state": "closed"})


def _attribute(store: Store, candidate: str) -> tuple[str, Value]:
    id = candidate.partition("-")[2]
    held = [{"id": "own", "name": "Own field", "value": "Two months", "secure": True}]
    store.put("breezy_candidates", id, {**row(store, "breezy_candidates", id), "custom_attributes": held})  # fmt: skip
    return "Own field", "Two months"


def _refused(status: int, kind: str, *, sent: int = 0) -> Refusal:
    body = json.dumps({"error": {"type": kind, "message": "That was not possible."}}).encode()
    return sent or status, {"content-type": "application/json"}, body


kit = Kit(
    config={"company_id": seed.COMPANY},
    secrets={"access_token": breezy.keys["access_token"], "webhook_secret": HOOK_SECRET},
    page=50,
    application="5f01-5fb2",
    add_person=_person,
    deliver=_delivery,
    sign=_signed,
    refusals={
        400: _refused(400, "badRequest"), 401: _refused(401, "invalidAccessToken", sent=400), 403: _refused(403, "forbidden"),
        404: _refused(404, "notFound"), 409: _refused(409, "conflict"), 422: _refused(422, "unprocessable"),
    },
    odd=_odd,
    close_job=_close,
    custom={"text": _attribute},
    alone=True,
)  # fmt: skip
