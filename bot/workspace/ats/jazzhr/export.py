"""Candidate Export, JazzHR's one webhook: a workflow helper sends it when somebody enters a step."""

import hashlib
import hmac
import json
import uuid
from typing import Any

from bot.workspace.ats import hooks
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]


def send(store: Store, clock: WorkspaceClock, pair: Doc) -> None:
    """Tell the place that the account's settings name; once, for no repeat is promised."""
    hook = store.get("webhook", "jazzhr")
    if hook is None:
        return
    person = store.get("jazzhr_people", pair["applicant_id"]) or {}
    step = store.get("jazzhr_steps", pair["workflow_step_id"]) or {}
    told = body(pair, person, step, clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
    content = json.dumps(told).encode()
    hooks.send(hook["url"], content, signed(content, hook["secret"]), waits=(0.0,))


def body(pair: Doc, person: Doc, step: Doc, at: str) -> Doc:
    """A person in the manner of HR Open."""
    name = {"formattedName": f"{person.get('first_name')} {person.get('last_name')}", "given": person.get("first_name"),
            "family": person.get("last_name")}  # fmt: skip
    status = {"name": step.get("name"), "category": step.get("category"), "transitionDateTime": at}
    opening = {
        "positionOpeningId": {"value": pair["job_id"], "schemeId": "JazzHR Job"}, "positionTitle": None, "positionUri": None,
        "candidateStatus": status,
    }  # fmt: skip
    return {"candidate": {
        "person": {
            "id": {"value": pair["applicant_id"], "schemeId": "JazzHR Candidate"}, "name": name, "gender": None,
            "citizenShip": [], "applyDate": pair.get("date"),
            "communication": {"address": [], "phone": [], "email": [{"address": person.get("email")}], "web": None},
        },
        "profiles": [{
            "profileId": {"value": pair["id"], "schemeId": "JazzHR Job Application"}, "associatedPositionOpenings": [opening],
            "education": [], "attachments": [],
        }],
    }}  # fmt: skip


def signed(content: bytes, secret: str, event: str = "CANDIDATE-EXPORT") -> dict[str, str]:
    """The headers of a delivery."""
    return {
        "content-type": "application/json", "user-agent": "JazzHR", "x-jazzhr-event": event,
        "x-jazzhr-uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, hashlib.sha256(content).hexdigest())),
        "x-jazzhr-signature": hmac.new(secret.encode(), content, hashlib.sha256).hexdigest(),
    }  # fmt: skip
