"""Ashby's webhooks: made by its API, signed, each naming what it is about."""

import hashlib
import hmac
import json
from datetime import date

import pytest

from bot.workspace.ats.ashby.desk import keep
from connectors.errors import Rejected
from tests.connectors.ashby.office import HERS, NOW, Doc, Office, heard
from tests.serving import serve
from tests.workspace_vendors.hearing import Hearing

pytestmark = pytest.mark.anyio


async def test_every_type_of_webhook_is_registered_once_and_signed_with_our_secret(
    office: Office,
) -> None:
    hearing = Hearing()
    with serve(hearing.app) as url:
        secret = await office.ats.register_webhook(url, "s3")
        assert secret.startswith("s3 hooks applicationSubmit:")
        assert await office.ats.register_webhook(url, secret) == secret
        assert await office.ats.register_webhook(url, "s3") == "s3", (
            "without the ids they are left alone"
        )
        hooks = office.store.all("ashby_hooks")
        assert len(hooks) == len({hook["webhookType"] for hook in hooks}) == 12
        await office.ats.hire(HERS, start_on=date(2027, 1, 4))
        await heard(hearing, 12 + 3)
    events = []
    for body, headers in zip(hearing.bodies, hearing.headers, strict=True):
        events += office.ats.read_webhook(headers, json.dumps(body).encode(), NOW)
    assert sorted(event.kind for event in events) == [
        "application.changed",
        "application.hired",
        "application.moved",
    ]
    assert {(str(event.application), event.version) for event in events} == {
        (f"application:ashby-1:{HERS}", events[0].version)
    }


async def test_a_webhook_that_was_switched_off_or_deleted_is_healed(office: Office) -> None:
    url = "https://callsheet.example/hooks/a"
    secret = await office.ats.register_webhook(url, "s3")
    off, gone, *_ = office.store.all("ashby_hooks")
    keep(office.store, "hooks", {**off, "enabled": False})
    office.store.delete("ashby_hooks", gone["id"])
    again = await office.ats.register_webhook(url, secret)
    hooks = {hook["id"]: hook["enabled"] for hook in office.store.all("ashby_hooks")}
    assert len(hooks) == 12
    assert all(hooks.values())
    assert off["id"] in again
    assert gone["id"] not in again


async def test_a_webhook_that_cannot_be_reached_is_taken_back(office: Office) -> None:
    with pytest.raises(Rejected) as refused:
        await office.ats.register_webhook("http://127.0.0.1:9/hooks", "s3")
    assert "could not reach" in refused.value.text
    assert office.store.all("ashby_hooks") == []


@pytest.mark.parametrize(
    ("action", "data", "kind", "named"),
    [
        ("candidateDelete", {"candidate": {"id": "c"}}, "candidate.deleted", {"candidate": "c"}),
        ("candidateMerge", {"deletedCandidate": {"id": "d"}, "mergedCandidate": {"id": "c"}}, "candidate.merged", {"candidate": "c"}),
        ("interviewScheduleUpdate", {"interviewSchedule": {"id": "s", "applicationId": "a"}}, "interview.changed", {"application": "a", "subject": "s"}),
        ("offerUpdate", {"offer": {"id": "o", "applicationId": "a"}}, "offer.changed", {"application": "a", "subject": "o"}),
        ("jobUpdate", {"job": {"id": "j"}}, "job.changed", {"job": "j"}),
        ("interviewPlanTransition", {"jobId": "j"}, "job.changed", {"job": "j"}),
        ("jobPostingPublish", {"jobPosting": {"id": "p", "jobId": "j"}}, "posting.changed", {"job": "j", "subject": "p"}),
        ("somethingNew", {"thing": {"id": "x"}}, "other", {}),
    ],
)  # fmt: skip
async def test_an_event_names_what_it_is_about(
    office: Office, action: str, data: Doc, kind: str, named: dict[str, str]
) -> None:
    body = json.dumps({"action": action, "data": data}).encode()
    headers = {"ashby-signature": "sha256=" + hmac.new(b"s3", body, hashlib.sha256).hexdigest()}
    (event,) = office.ats.read_webhook(headers, body, NOW)
    assert (event.kind, event.vendor_kind) == (kind, action)
    refs = {name: getattr(event, name) for name in ("candidate", "application", "job", "subject")}
    assert {name: ref.id for name, ref in refs.items() if ref} == named
    (again,) = office.ats.read_webhook(headers, body, NOW)
    assert again.delivery == event.delivery
