"""Per vendor, what the shared tests cannot know: the stand-in, an account for it, how rows and deliveries look."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.applications import Starlette

from bot.workspace.ats import greenhouse, lever
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors import model
from connectors.contract import Ats
from connectors.http import CallRecord
from tests.serving import Gate

HOOK_SECRET = "hook-secret-5d1c"
Doc = dict[str, Any]
Delivery = tuple[dict[str, str], bytes]


@dataclass(frozen=True)
class StandIn:
    """One vendor's stand-in. `page` is the most rows of one answer; `dated` whether deliveries carry a time."""

    create: Callable[[Store, WorkspaceClock], Starlette]
    secrets: Mapping[str, str]
    config: Mapping[str, str]
    page: int
    dated: bool
    add_person: Callable[[Store, str, str, str], str]
    deliver: Callable[[datetime, str, str], Delivery]
    sign: Callable[[bytes, str], dict[str, str]]


@dataclass
class System:
    """One vendor's running stand-in and the connector that talks to it."""

    vendor: str
    parts: StandIn
    store: Store
    clock: WorkspaceClock
    gate: Gate
    ats: Ats
    records: list[CallRecord]

    def person(self, given: str, family: str, email: str = "") -> str:
        """Add somebody with an open application; gives the candidate's id."""
        address = email or f"someone{self.store.next_id('mail')}@mailbox.example"
        return self.parts.add_person(self.store, given, family, address)

    async def application(self) -> model.Application:
        """An open application of somebody new."""
        return (await self.ats.applications(self.person("Nora", "Quill")))[0]

    def break_down(self) -> None:
        """From now on the vendor shows its maintenance page."""
        self.store.put("fault", self.vendor, {"mode": "down"})


def _greenhouse_person(store: Store, given: str, family: str, email: str) -> str:
    """Copy somebody who is at the technical interview; gives the candidate's id."""
    id = store.next_id("gh_added", 20_000)
    store.put("gh_candidates", id, {
        **_row(store, "gh_candidates", "2004"), "id": id, "first_name": given, "last_name": family,
        "email_addresses": [{"value": email, "type": "personal"}],
    })  # fmt: skip
    application = {**_row(store, "gh_applications", "3004"), "id": id, "candidate_id": id}
    store.put("gh_applications", id, application | {"stage_id": id})
    stage = {**_row(store, "gh_application_stages", "12004"), "id": id, "application_id": id}
    store.put("gh_application_stages", id, stage)
    return str(id)


def _lever_person(store: Store, given: str, family: str, email: str) -> str:
    """Copy the first active opportunity; gives the contact's id."""
    template = next(o for o in store.all("lever_opportunities") if not o["archived"])
    part = _row(store, "lever_applications", template["applications"][0])
    id, contact, application = (str(uuid.uuid4()) for _ in range(3))
    name = f"{given} {family}"
    store.put("lever_opportunities", id, {
        **template, "id": id, "contact": contact, "name": name, "emails": [email], "applications": [application],
    })  # fmt: skip
    store.put("lever_applications", application, {**part, "id": application, "opportunityId": id})
    return contact


def _greenhouse_delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A stage change of this application; a ping when there is none."""
    told = {"id": application, "candidate": {"id": 2001}, "last_activity_at": at.isoformat()}
    moved = {"action": "candidate_stage_change", "payload": {"application": told}}
    body = json.dumps(moved if application else {"action": "ping", "payload": {}}).encode()
    return _greenhouse_signed(body, secret), body


def _greenhouse_signed(body: bytes, secret: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"signature": f"sha256 {digest}", "greenhouse-event-id": "delivery-1"}


def _lever_delivery(at: datetime, application: str, secret: str) -> Delivery:
    """A stage change of this opportunity; the test of the settings page when there is none."""
    token, millis = "t" * 48, int(at.timestamp() * 1_000)
    signature = hmac.new(secret.encode(), f"{token}{millis}".encode(), hashlib.sha256).hexdigest()
    moved = {"opportunityId": application, "contactId": "contact-1", "toStageId": "x"}
    body = {
        "triggeredAt": millis, "event": "candidateStageChange", "token": token, "signature": signature,
        "data": moved if application else {},
    }  # fmt: skip
    return {}, json.dumps(body).encode()


def _lever_signed(body: bytes, secret: str) -> dict[str, str]:
    """Lever signs inside the body, so there is nothing to add."""
    return {}


def _row(store: Store, kind: str, id: str) -> Doc:
    found = store.get(kind, id)
    assert found is not None, f"the company has no {kind} {id}"
    return found


STAND_INS = {
    "greenhouse": StandIn(
        create=greenhouse.create,
        config={"client_id": "client-1", "user_id": "508"},
        secrets={"client_secret": "client-secret-9f2e", "webhook_secret": HOOK_SECRET},
        page=500,
        dated=False,
        add_person=_greenhouse_person,
        deliver=_greenhouse_delivery,
        sign=_greenhouse_signed,
    ),
    "lever": StandIn(
        create=lever.create,
        config={},
        secrets={"api_key": "api-key-77aa-secret", "webhook_secret": HOOK_SECRET},
        page=100,
        dated=True,
        add_person=_lever_person,
        deliver=_lever_delivery,
        sign=_lever_signed,
    ),
}
