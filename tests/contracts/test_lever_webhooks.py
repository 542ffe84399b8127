"""Lever's rights and webhooks: what a check names, what each event tells, a hook and a token for each event."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.workspace import ats
from connectors import registry
from connectors.contract import Ats
from connectors.errors import NotSupported, Rejected
from tests.contracts.stand_ins import HOOK_SECRET, System
from tests.contracts.vendors.lever import kit

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("standing", ["lever"], indirect=True)]
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
URL = "https://callsheet.example/hooks/lever-1"


def again(system: System, **changed: Any) -> Ats:
    """The same account with something else about it."""
    made = registry.make(replace(system.ats.account, **changed), system.ats.pool)
    assert isinstance(made, Ats)
    return made


async def test_a_check_names_the_right_that_is_missing_and_what_is_lost(system: System) -> None:
    assert all(finding.ok for finding in await system.ats.check())
    for resource in ("offers", "requisitions", "confidential"):
        system.store.put("lever_without", resource, {"id": resource})
    findings = {f.what: f for f in await again(system, config={"user_id": "nobody"}).check()}
    wrong = {what: f.abilities for what, f in findings.items() if not f.ok}
    assert wrong == {
        "Read offers": {"read_offers"},
        "Read requisitions": {"openings", "approvals"},
        "Write as the named user": {"interviews"},
    }
    assert "requisitions" in findings["Read requisitions"].detail
    assert "confidential" in findings["Read confidential candidates"].detail
    person = system.person("Nora", "Quill")
    assert (await system.ats.candidate(person)).name == "Nora Quill", "the others are still read"
    assert await system.ats.attachments(person) == []


def told(event: str, token: str = HOOK_SECRET, **data: Any) -> bytes:
    _, body = kit.deliver(NOW, "1", token)
    return json.dumps({**json.loads(body), "event": event, "data": data}).encode()


@pytest.mark.parametrize(
    ("event", "data", "kind", "subject", "before", "after"),
    [
        ("applicationCreated", {}, "application.created", "application", {}, {}),
        ("candidateHired", {}, "application.hired", "application", {}, {}),
        ("candidateStageChange", {"fromStageId": "a", "toStageId": "b"}, "application.moved", "application", {"stage": "a"}, {"stage": "b"}),
        ("candidateArchiveChange", {"fromArchived": None, "toArchived": {"reason": "r"}}, "application.rejected", "application", {}, {"archived": "r"}),
        ("candidateArchiveChange", {"fromArchived": {"reason": "r"}, "toArchived": None}, "application.changed", "application", {"archived": "r"}, {}),
        ("candidateArchiveChange", {}, "application.changed", "application", {}, {}),
        ("candidateDeleted", {}, "candidate.deleted", "application", {}, {}),
        ("contactUpdated", {"opportunityId": None}, "candidate.changed", "candidate", {}, {}),
        ("interviewCreated", {"interviewId": "i"}, "interview.created", "interview", {}, {}),
        ("somethingNew", {}, "other", "application", {}, {}),
    ],
)  # fmt: skip
async def test_every_event_names_its_subject_and_what_changed(
    system: System, event: str, data: Any, kind: str, subject: str, before: Any, after: Any
) -> None:
    body = told(event, **{"opportunityId": "o", "contactId": "c", **data})
    (found,) = system.ats.read_webhook({}, body, NOW)
    assert found.subject is not None
    assert (found.kind, found.vendor_kind, found.subject.kind) == (kind, event, subject)
    assert (found.before, found.after, found.at) == (before, after, NOW)


async def test_each_hook_has_its_own_token_and_a_lost_one_is_made_anew(system: System) -> None:
    secret = await system.ats.register_webhook(URL, "ours")
    tokens = [part.partition(":")[2] for part in secret.split()]
    assert len(set(tokens)) == len(tokens) == 11, "one for each event, and the one that was pasted"
    ours = again(system, secrets={**system.ats.account.secrets, "webhook_secret": secret})
    for token in (tokens[0], tokens[9], HOOK_SECRET):
        assert ours.read_webhook({}, told("candidateHired", token, opportunityId="o"), NOW)
    gone = system.store.all("lever_webhooks")[3]
    system.store.delete("lever_webhooks", gone["id"])
    assert [hook.active for hook in await ours.webhooks(URL)] == [False]
    healed = await ours.register_webhook(URL, "ours")
    assert len(set(healed.split()) - set(secret.split())) == 1
    assert len(system.store.all("lever_webhooks")) == 10


async def test_hooks_of_the_settings_page_are_left_there_when_their_token_is_known(
    system: System,
) -> None:
    ats.configure_webhook(system.store, "lever", URL, HOOK_SECRET)
    assert [hook.active for hook in await system.ats.webhooks(URL)] == [True]
    assert await system.ats.register_webhook(URL, "ours") == HOOK_SECRET
    assert system.store.all("lever_webhooks") == []
    stranger = again(system, secrets={"api_key": "api-key-77aa-secret"})
    assert [hook.active for hook in await stranger.webhooks(URL)] == [False]
    with pytest.raises(Rejected) as refused:
        await stranger.register_webhook(URL, "ours")
    assert "webhook_secret" in refused.value.text


async def test_what_lever_cannot_do_has_a_sentence(system: System) -> None:
    with pytest.raises(NotSupported) as refused:
        await system.ats.set_job_status("1", "closed")
    assert refused.value.text.startswith("Open or close the posting in Lever")
