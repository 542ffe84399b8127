"""SmartRecruiters' own traps, and its answers held against example answers that the vendor once gave."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors import model, registry
from connectors.ats.smartrecruiters import mapping, webhooks
from connectors.contract import Ats
from connectors.errors import BadWebhook
from tests.contracts.stand_ins import HOOK_SECRET, System, row

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("standing", ["smartrecruiters"], indirect=True),
]
FIXTURES = Path(__file__).parents[3] / "shared" / "specs" / "smartrecruiters" / "fixtures"
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
# What the stand-in tells beyond the examples: they are of 2021, and this is named in the vendor's documents.
NEWER = {"hiring-team.content[0].role"}


def test_the_vendors_own_example_of_a_signature_is_met(standing: System) -> None:
    headers = {
        "event-id": "123", "event-name": "application.created", "event-version": "v201910",
        "link": "<http://smartrecruiters.com/endpoint>; rel=self",
    }  # fmt: skip
    body = b'{"job_id":"jid","candidate_id":"cid"}'
    found = webhooks.signature("HeBVky2bccvvkcXPimH8c", "1574080897", body, headers)
    assert found == "2e9291f10d44ca10204a4cd81b05d73b6a316b2b605d4e2e0e0b37b40198ce1f"


def test_one_good_signature_of_several_is_enough(standing: System) -> None:
    headers, body = standing.parts.deliver(NOW, "3001", HOOK_SECRET)
    told = {
        **headers,
        "smartrecruiters-signature": f"v1=00ff;{headers['smartrecruiters-signature']}",
    }
    assert standing.ats.read_webhook(told, body, NOW)
    with pytest.raises(BadWebhook):
        standing.ats.read_webhook({**headers, "link": "<https://elsewhere.example>"}, body, NOW)


async def two_jobs(system: System) -> str:
    """Somebody who is on both jobs, further on the first."""
    return next(
        str(c["id"])
        for c in system.store.all("smart_candidates")
        if len(c["assignments"]) == 2 and c["assignments"][0]["status"] == "INTERVIEW"
    )


async def test_every_application_of_a_person_is_listed_with_its_own_stage(system: System) -> None:
    person = await two_jobs(system)
    main, other = await system.ats.applications(person)
    assert (main.stage_name, other.stage_name) != (None, None)
    assert main.stage != other.stage
    walked = [a async for page, _ in system.ats.walk("application", None) for a in page]
    mine = {a.ref: a.stage for a in walked if isinstance(a, model.Application) and a.candidate.id == person}  # fmt: skip
    assert mine == {main.ref: main.stage, other.ref: other.stage}


async def test_a_move_of_one_application_leaves_the_other_alone(system: System) -> None:
    person = await two_jobs(system)
    main, other = await system.ats.applications(person)
    await system.ats.move_stage(other.ref.id, "OFFERED/Offer")
    after = await system.ats.applications(person)
    assert [a.stage for a in after] == [main.stage, model.Ref(account=main.ref.account, kind="stage", id="OFFERED/Offer")]  # fmt: skip


@pytest.mark.parametrize(
    ("spelt", "kind"), [("IN-REVIEW", "active"), ("OFFER", "active"), ("HIRE", "hired")]
)
async def test_a_status_is_known_in_every_spelling(system: System, spelt: str, kind: str) -> None:
    application = await system.application()
    person = row(system.store, "smart_candidates", application.candidate.id)
    held = [{**person["assignments"][0], "status": spelt, "subStatus": None}]
    system.store.put("smart_candidates", person["id"], {**person, "assignments": held})
    found = await system.ats.application(application.ref.id)
    stages = [stage.ref for stage in await system.ats.stages(None)]
    assert found.status.kind == kind
    assert (found.stage in stages) == (kind == "active")


async def test_everybody_is_listed_one_call_at_a_time(system: System) -> None:
    async def ask() -> int:
        return len([found async for found in system.ats.find_candidates("Ada")])

    assert await asyncio.gather(*(ask() for _ in range(6))) == [1] * 6
    assert {call.status for call in system.records} == {200}


async def test_somebody_who_withdrew_is_not_rejected(system: System) -> None:
    application = await system.application()
    they = next(r for r in await system.ats.reasons() if r.party == "they")
    await system.ats.reject(application.ref.id, they.ref.id, "")
    found = await system.ats.application(application.ref.id)
    assert found.rejected is not None
    assert (found.status.kind, found.rejected.reason, found.stage) == ("withdrawn", they.name, None)


async def test_an_admins_view_of_a_reason_does_not_change_the_vendors_list(system: System) -> None:
    application = await system.application()
    ours = next(r for r in await system.ats.reasons() if r.party == "we")
    overrides = {"reasons": {ours.ref.id: "they"}}
    mapped = registry.make(replace(system.ats.account, overrides=overrides), system.ats.pool)
    assert isinstance(mapped, Ats)
    assert next(r for r in await mapped.reasons() if r.ref == ours.ref).party == "they"
    await mapped.reject(application.ref.id, ours.ref.id, "")
    assert (await mapped.application(application.ref.id)).status.kind == "rejected"


async def test_a_note_hangs_on_its_person_and_shows_no_token(system: System) -> None:
    person = system.person("Nora", "Quill")
    await system.ats.add_note(person, "Prefers mornings", key="n")
    (held,) = system.store.find("smart_messages", candidate=person)
    assert held["content"].startswith(f"#[CANDIDATE:{person}] Prefers mornings")
    assert held["visibility"] == "OPEN"
    (note,) = await system.ats.notes(person)
    assert note.body.startswith("Prefers mornings")


async def test_client_credentials_do_as_well_as_a_key(system: System) -> None:
    keys = {"client_secret": "client-secret-55"}
    account = replace(system.ats.account, config={"client_id": "brightwater"}, secrets=keys)
    ours = registry.make(account, system.ats.pool)
    assert isinstance(ours, Ats)
    assert len(await ours.jobs()) == 2
    assert ("POST", "/identity/oauth/token") in system.gate.calls


def test_without_any_key_it_says_what_it_needs(standing: System) -> None:
    with pytest.raises(ValueError, match="api_key, or a client_id"):
        registry.make(replace(standing.ats.account, secrets={}), standing.ats.pool)


async def test_an_erased_person_is_gone_and_stays_so(system: System) -> None:
    person = system.person("Nora", "Quill")
    for _ in range(2):
        await system.ats.anonymise(person)
    assert await system.ats.candidates([person]) == []


async def test_a_suspended_webhook_is_activated_again_with_the_secret_it_had(
    system: System,
) -> None:
    url = "https://callsheet.example/hooks/account-1"
    secret = await system.ats.register_webhook(url, "")
    (held,) = system.store.all("smart_subscriptions")
    system.store.put("smart_subscriptions", held["id"], {**held, "status": "suspended"})
    assert [hook.active for hook in await system.ats.webhooks(url)] == [False]
    assert await system.ats.register_webhook(url, "") == secret
    assert [hook.active for hook in await system.ats.webhooks(url)] == [True]


EXAMPLES = {
    "candidates?limit=3": "candidates/list", "candidates/{candidate}": "candidates/retrieve",
    "candidates/{candidate}/jobs/{job}": "candidates/retrieve_application",
    "candidates/{candidate}/attachments": "candidates/retrieve_application_attachments",
    "candidates/{candidate}/jobs/{job}/status/history": "candidates/retrieve_status_history", "jobs": "jobs/list",
    "jobs/{job}": "jobs/retrieve", "jobs/{job}/hiring-team": "jobs/list_hiring_team", "offers": "offers/list",
    "user-api/v201804/users": "users/list", "reviews-api/v201910/reviews?candidateId={candidate}&jobId={job}": "reviews/list",
    "webhooks-api/v201907/subscriptions": "webhooks/list",
}  # fmt: skip


async def test_the_answers_have_the_shape_of_the_vendors_examples(system: System) -> None:
    """The connector reads what the stand-in tells; so what that tells must be what the vendor does."""
    if not FIXTURES.is_dir():
        pytest.skip("the example answers of SmartRecruiters are not beside this checkout")
    await system.ats.register_webhook("https://callsheet.example/hooks/a", "")
    review = system.store.all("smart_reviews")[0]
    known = {"candidate": review["candidateId"], "job": review["jobId"]}
    headers, wrong = {"x-smarttoken": "any"}, list[str]()
    assert system.ats.account.base_url
    async with httpx.AsyncClient(base_url=system.ats.account.base_url, headers=headers) as http:
        for path, example in EXAMPLES.items():
            told = (await http.get(path.format(**known))).json()
            sample = json.loads((FIXTURES / f"{example}.json").read_text())
            wrong += misfits(told, sample, path.partition("?")[0].rpartition("/")[2])
    assert set(wrong) <= {f"{place} is not in the example" for place in NEWER}


async def test_what_the_examples_hold_can_be_read(system: System) -> None:
    if not FIXTURES.is_dir():
        pytest.skip("the example answers of SmartRecruiters are not beside this checkout")

    def example(name: str) -> Any:
        return json.loads((FIXTURES / f"{name}.json").read_text())

    person = example("candidates/retrieve")
    assert mapping.candidate(person, "a").name == "First Last"
    assert len(mapping.assignments(person)) == 2
    assert mapping.application(mapping.assignments(person)[0], person, "a").status.kind == "active"
    assert not mapping.told(example("candidates/list")["content"][0])
    assert mapping.job(example("jobs/retrieve"), "a").title == "Retrieve job"
    assert mapping.scorecard(example("reviews/list")[0], "a", "x").overall is None
    assert mapping.offer(example("offers/list")["content"][0], "a", "x").status.kind == "draft"
    assert mapping.user(example("users/list")["content"][0], "a").active


def misfits(value: Any, sample: Any, at: str) -> Iterator[str]:
    """Where a value is not of an example's shape. Null is taken anywhere."""
    if value is None or sample is None:
        return
    if isinstance(value, dict) and isinstance(sample, dict):
        for name, held in value.items():
            if name not in sample:
                if "additionalProp1" not in sample:
                    yield f"{at}.{name} is not in the example"
            else:
                yield from misfits(held, sample[name], f"{at}.{name}")
    elif isinstance(value, list) and isinstance(sample, list):
        for one in value[:1] if sample else ():
            yield from misfits(one, sample[0], f"{at}[0]")
    elif isinstance(value, bool) != isinstance(sample, bool) or (
        not isinstance(value, int | float) and type(value) is not type(sample)
    ):
        yield f"{at} is {type(value).__name__}"


async def test_hiring_says_when_somebody_starts(system: System) -> None:
    application = await system.application()
    await system.ats.hire(application.ref.id, start_on=date(2027, 1, 4))
    (held,) = row(system.store, "smart_candidates", application.candidate.id)["assignments"]
    assert held["startsOn"] == "2027-01-04T00:00:00.000Z"
