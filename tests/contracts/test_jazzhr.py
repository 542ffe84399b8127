"""JazzHR's traps: bare records, refusals that say 200, steps without a list, a résumé behind a login, its one webhook."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.workspace.ats.jazzhr import export, rows
from connectors import model, registry
from connectors.contract import Ats
from connectors.errors import BadWebhook, NotSupported, Rejected
from tests.contracts.stand_ins import HOOK_SECRET, System

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("standing", ["jazzhr"], indirect=True)]
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


async def ada(system: System) -> model.Candidate:
    return next(iter([p async for p in system.ats.find_candidates("Ada Lovelace")]))


async def test_a_list_of_one_is_told_bare_and_read_as_a_list(system: System) -> None:
    for job in system.store.all("jazzhr_jobs")[1:]:
        system.store.delete("jazzhr_jobs", job["id"])
    assert [job.title for job in await system.ats.jobs()] == ["QA Engineer"]
    person = await ada(system)
    assert len(await system.ats.notes(person.ref.id)) == 1


async def test_a_list_that_is_exactly_full_ends(system: System) -> None:
    with system.store.batch():
        while len(system.store.all("jazzhr_people")) < 100:
            system.person("Crowd", "Member")
    pages = [len(things) async for things, _ in system.ats.walk("candidate", None)]
    assert sum(pages) == 100


async def test_a_refusal_that_says_200_is_a_refusal(system: System) -> None:
    person = await ada(system)
    nobody = model.Ref(account="a", kind="user", id="usr_999")
    with pytest.raises(Rejected) as refused:
        await system.ats.add_note(person.ref.id, "Hello", key="n", author=nobody)
    assert "user_id" in refused.value.text


async def test_an_application_ends_where_its_step_says_so(system: System) -> None:
    states = {}
    async for page, _ in system.ats.walk("application", None):
        for one in page:
            assert isinstance(one, model.Application)
            states[one.stage_name] = one.status.kind
    assert states["Hired"] == "hired"
    assert states["Not Hired - Lacks experience"] == "rejected"
    assert states["Declined our offer"] == "withdrawn"
    assert states["Technical interview"] == states["Offer"] == "active"
    reasons = {reason.name: reason.party for reason in await system.ats.reasons()}
    assert reasons == {"Not Hired - Lacks experience": "we", "Declined our offer": "they"}


async def test_what_an_admin_says_of_a_step_decides(system: System) -> None:
    mapped = {"stages": {"Final review": "archived"}}
    ats = registry.make(replace(system.ats.account, overrides=mapped), system.ats.pool)
    assert isinstance(ats, Ats)
    jobs = await ats.jobs()
    assert "Final review" not in [s.name for job in jobs for s in await ats.stages(job.ref.id)]
    assert "Final review" in [reason.name for reason in await ats.reasons()]


async def test_the_steps_stand_in_the_workflows_order(system: System) -> None:
    job = (await system.ats.jobs())[0]
    names = [stage.name for stage in await system.ats.stages(job.ref.id)]
    assert (names[0], names[1], names[-1]) == ("Application review", "Recruiter screen", "Offer")


async def test_what_is_nobodys_business_is_thrown_away(system: System) -> None:
    id = system.person("Nora", "Quill")
    told = rows.person(system.store, system.store.get("jazzhr_people", id) or {})
    assert "eeo_gender" in told
    found = await system.ats.candidate(id)
    assert not [key for key in found.raw if key.startswith(("eeo", "has_felony"))]


async def test_a_resume_that_wants_a_login_is_said_to_be_in_the_ats(system: System) -> None:
    resume = await system.ats.resume((await ada(system)).ref.id)
    assert resume is not None
    expired = str(resume.raw["file_url"]).partition("?")[0]
    with pytest.raises(NotSupported) as refused:
        await system.ats.download(resume.model_copy(update={"raw": {"file_url": expired}}))
    assert refused.value.text == "Open the résumé in the ATS."


async def test_the_key_stands_in_the_body_and_in_no_record(system: System) -> None:
    await system.ats.add_note((await ada(system)).ref.id, "Hello", key="n")
    assert ("POST", "/v1/notes") in system.gate.calls
    assert not [call for call in system.records if "apikey" in call.path]


def test_the_call_that_tries_an_address_is_answered_even_unsigned(standing: System) -> None:
    headers = {"x-jazzhr-event": "VERIFY"}
    tries = b'{"data":"JazzHR Verify Event"}'
    assert standing.ats.read_webhook(headers, tries, NOW) == []
    with pytest.raises(BadWebhook):
        standing.ats.read_webhook(headers, b'{"data":"JazzHR Verify Event","candidate":{}}', NOW)
    with pytest.raises(BadWebhook):
        standing.ats.read_webhook({}, tries, NOW)


def test_without_a_secret_nothing_is_believed(standing: System) -> None:
    account = replace(standing.ats.account, secrets={"api_key": "k"})
    ats = registry.make(account, standing.ats.pool)
    assert isinstance(ats, Ats)
    headers, body = standing.parts.deliver(NOW, "3001", "")
    with pytest.raises(BadWebhook):
        ats.read_webhook(headers, body, NOW)


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("Hired", "application.hired"),
        ("Not Hired", "application.rejected"),
        ("Active", "application.changed"),
        (None, "application.changed"),
    ],
)
def test_an_export_tells_the_step_and_nothing_of_the_person(
    standing: System, category: str | None, kind: str
) -> None:
    pair = {"id": "870001", "applicant_id": "prospect_1", "job_id": "job_1"}
    person = {"first_name": "Nora", "last_name": "Quill", "email": "nora@mailbox.example"}
    told = export.body(pair, person, {"name": "Offer", "category": category}, NOW.isoformat())
    body = json.dumps(told).encode()
    (event,) = standing.ats.read_webhook(export.signed(body, HOOK_SECRET), body, NOW)
    assert (event.kind, event.after.get("stage")) == (kind, "Offer")
    assert "Nora" not in event.model_dump_json()


def test_a_person_with_two_applications_gives_two_events(standing: System) -> None:
    pair = {"id": "870001", "applicant_id": "prospect_1", "job_id": "job_1"}
    told = export.body(pair, {}, {}, NOW.isoformat())
    told["candidate"]["profiles"] += [
        {"profileId": {"value": "870002"}, "associatedPositionOpenings": None}
    ]
    body = json.dumps(told).encode()
    events = standing.ats.read_webhook(export.signed(body, HOOK_SECRET), body, NOW)
    assert [event.subject.id for event in events if event.subject] == ["870001", "870002"]
    assert len({event.delivery for event in events}) == 2
