"""What only Recruitee has: placements, shared pipelines, talent pools, a fuzzy search, webhooks that name no placement."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from bot.workspace.ats.recruitee import seed
from connectors import model
from connectors.errors import BadWebhook, Gone, InDoubt, Rejected
from tests.contracts.stand_ins import HOOK_SECRET, System, row
from tests.contracts.test_every_ats_webhooks import NOW

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("standing", ["recruitee"], indirect=True)]
SURFACE = Path(__file__).parents[3] / "shared" / "specs" / "recruitee" / "api_surface.json"


def mine(system: System, candidate: str) -> dict[str, Any]:
    """The one placement of a person."""
    (placed,) = row(system.store, "recruitee_candidates", candidate)["placements"]
    return dict(placed)


async def everybody(system: System) -> list[str]:
    return [thing.ref.id async for page, _ in system.ats.walk("candidate", None) for thing in page]


async def test_demo_data_of_a_new_company_is_passed_over(system: System) -> None:
    assert row(system.store, "recruitee_candidates", "4000")["example"] is True
    assert "4000" not in await everybody(system)


async def test_of_what_a_fuzzy_search_gives_only_the_exact_address_counts(system: System) -> None:
    system.person("Nora", "Quill", "nora.quill@mailbox.example")
    system.person("Nora", "Quill", "nora.quill.2@mailbox.example")
    found = [one.email async for one in system.ats.find_candidates("Nora.Quill@mailbox.example")]
    assert found == ["nora.quill@mailbox.example"]


async def test_an_application_goes_by_its_person_and_job(system: System) -> None:
    person = system.person("Nora", "Quill")
    (application,) = await system.ats.applications(person)
    assert application.ref.id == f"{person}-701"
    for other in (f"{person}-702", f"{person}-", "-701", f"{person}-701-1"):
        with pytest.raises(Gone):
            await system.ats.application(other)


async def test_a_talent_pool_is_no_job_and_whoever_is_in_it_a_prospect(system: System) -> None:
    assert str(seed.POOL) not in [job.ref.id for job in await system.ats.jobs()]
    (found,) = await system.ats.applications("4012")
    assert (found.status.kind, found.job, found.job_title) == ("prospect", None, None)
    assert found.stage_name


async def test_jobs_share_the_stages_of_their_pipeline(system: System) -> None:
    first, second = await system.ats.jobs()
    stages = [await system.ats.stages(job.ref.id) for job in (first, second)]
    assert [one.ref for one in stages[0]] == [one.ref for one in stages[1]]
    assert not any(one.guessed for one in stages[0])
    assert await system.ats.stages(None) == stages[1]


async def test_a_pipeline_tells_the_open_candidacies_of_a_job(system: System) -> None:
    person = system.person("Nora", "Quill")
    found = {one.ref.id: one for one in await system.ats.pipeline("701")}
    (alone,) = await system.ats.applications(person)
    assert found[alone.ref.id].stage == alone.stage
    assert found[alone.ref.id].stage_name == alone.stage_name
    assert {one.status.kind for one in found.values()} == {"active"}


async def test_whoever_is_disqualified_is_not_moved_back_by_accident(system: System) -> None:
    application = await system.application()
    reason = (await system.ats.reasons())[0]
    await system.ats.reject(application.ref.id, reason.ref.id, "")
    with pytest.raises(Rejected) as refused:
        await system.ats.move_stage(application.ref.id, "602")
    assert "rejection" in refused.value.text
    found = await system.ats.application(application.ref.id)
    assert (found.status.kind, found.stage) == ("rejected", application.stage)
    assert found.rejected is not None
    assert (found.rejected.reason, found.rejected.party) == (reason.name, "we")


async def test_a_hire_leads_to_the_pipelines_last_stage(system: System) -> None:
    application = await system.application()
    await system.ats.hire(application.ref.id, start_on=date(2027, 1, 4))
    assert mine(system, application.candidate.id)["stage_id"] == 609
    assert (await system.ats.application(application.ref.id)).hired_at is not None


async def test_what_was_taken_but_not_kept_is_in_doubt(system: System) -> None:
    """Recruitee is known to accept a write that does not land."""
    application = await system.application()

    async def deaf(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            await inner(scope, receive, send)
            return
        start: Message = {"type": "http.response.start", "status": 200, "headers": []}
        await send(start)
        await send({"type": "http.response.body", "body": b"{}"})

    inner, system.gate.app = system.gate.app, deaf
    for ask in (
        system.ats.move_stage(application.ref.id, "602"),
        system.ats.add_note(application.candidate.id, "Moved on", key="n"),
        system.ats.update_candidate(application.candidate.id, model.CandidateChange(given="Ada")),
        system.ats.set_job_status("701", "closed"),
    ):
        with pytest.raises(InDoubt):
            await ask


async def test_a_note_is_html_there_and_names_its_author(system: System) -> None:
    rosa = await system.ats.user_by_email("rosa@brightwater.example")
    assert rosa is not None
    person = system.person("Nora", "Quill")
    await system.ats.add_note(person, "1 < 2 & so on\nyes", key="n", author=rosa.ref)
    (held,) = system.store.find("recruitee_notes", candidate=int(person))
    assert held["body"].startswith("1 &lt; 2 &amp; so on<br>yes<br><br>— Rosa Delgado, ref: ")


async def test_a_note_that_is_a_document_is_read(system: System) -> None:
    document = {"doc": [{"text": "First line"}, {"text": "second line"}]}
    system.store.put("recruitee_notes", 1, {"id": 1, "candidate": 4001, "body": document})
    notes = await system.ats.notes("4001")
    assert "First line\nsecond line" in [note.body for note in notes]


async def test_a_file_belongs_to_its_person(system: System) -> None:
    person = system.person("Nora", "Quill")
    made = await system.ats.attach(person, "offer.pdf", b"%PDF-1.7", kind="offer", key="a")
    assert [one.name for one in await system.ats.attachments(person)] == [made.name]
    assert await system.ats.download(made) == b"%PDF-1.7"


async def test_nobody_is_made_who_could_not_be_found_again(system: System) -> None:
    for draft in (
        model.CandidateDraft(given="Nora", family="Quill"),
        model.CandidateDraft(given="Nora", family="Quill", emails=(model.Contact(value="n@mailbox.example"),), title="Editor"),
    ):  # fmt: skip
        with pytest.raises(Rejected):
            await system.ats.create_candidate(draft, key="k")
    assert system.gate.written() == 0


async def test_an_evaluation_is_a_scorecard_of_its_application_alone(system: System) -> None:
    (application,) = await system.ats.applications("4003")
    (card,) = await system.ats.scorecards(application.ref.id)
    assert (card.overall, card.overall_word, card.application) == (4, "yes", application.ref)
    assert await system.ats.scorecards(f"4003-{seed.POOL}") == []


async def test_more_jobs_than_fit_on_a_page_are_all_told(system: System) -> None:
    kept = row(system.store, "recruitee_offers", "701")
    with system.store.batch():
        for id in range(10_001, 10_151):
            system.store.put("recruitee_offers", id, {**kept, "id": id})
    assert len(await system.ats.jobs()) == 152


async def test_a_company_is_called_by_its_number_or_its_name(system: System) -> None:
    assert all(path.startswith("/c/brightwater/") for _, path in system.gate.calls)
    assert await everybody(system)


def sent(system: System, told: dict[str, Any]) -> list[model.Event]:
    body = json.dumps({"id": 7, "created_at": "2026-12-01T09:30:00Z", **told}).encode()
    return system.ats.read_webhook(system.parts.sign(body, HOOK_SECRET), body, NOW)


async def test_an_unsigned_test_says_nothing_and_anything_else_unsigned_is_refused(
    system: System,
) -> None:
    assert system.ats.read_webhook({}, b'{"test": true}', NOW) == []
    for body in (b'{"test": "true"}', b'{"test": true, "id": 1}'):
        with pytest.raises(BadWebhook):
            system.ats.read_webhook({"x-recruitee-signature": "ab"}, body, NOW)
    with pytest.raises(BadWebhook):
        system.ats.read_webhook({}, b'{"event_type": "candidate_moved"}', NOW)


async def test_a_signature_in_capitals_is_the_same(system: System) -> None:
    headers, body = system.parts.deliver(NOW, "1-2", HOOK_SECRET)
    loud = {name: value.upper() for name, value in headers.items()}
    assert system.ats.read_webhook(loud, body, NOW) == system.ats.read_webhook(headers, body, NOW)


@pytest.mark.parametrize(
    ("event", "more", "payload", "kind", "subject"),
    [
        ("candidate_moved", "disqualified", {"candidate": {"id": 1}, "offer": {"id": 2}}, "application.rejected", "1-2"),
        ("candidate_moved", "requalified", {"candidate": {"id": 1}, "offer": {"id": 2}}, "application.changed", "1-2"),
        ("new_candidate", "career_site", {"candidate": {"id": 1}, "offers": [{"id": 2}]}, "application.created", "1-2"),
        ("new_candidate", "manual", {"candidate": {"id": 1}, "offers": []}, "candidate.created", "1"),
        ("candidate_deleted", "", {"candidate": {"id": 1}}, "candidate.deleted", "1"),
        ("offer_published", "manual", {"offer": {"id": 2}}, "job.changed", "2"),
        ("moon_landed", "", {"candidate": {"id": 1}}, "other", "1"),
    ],
)  # fmt: skip
async def test_what_a_delivery_is_about(
    system: System, event: str, more: str, payload: Any, kind: str, subject: str
) -> None:
    (told,) = sent(system, {"event_type": event, "event_subtype": more, "payload": payload})
    assert told.kind == kind
    assert told.subject is not None
    assert told.subject.id == subject
    assert told.delivery == "7"


async def test_every_call_is_in_the_vendors_reference(system: System) -> None:
    if not SURFACE.is_file():
        pytest.skip("The list of Recruitee's calls is not beside this repository.")
    ats, person = system.ats, system.person("Nora", "Quill", "nora@mailbox.example")
    (application,) = await ats.applications(person)
    reason = (await ats.reasons())[0]
    await ats.create_candidate(model.CandidateDraft(given="Ada", family="Byron", emails=(model.Contact(value="ada.byron@mailbox.example"),)), key="k")  # fmt: skip
    await ats.update_candidate(person, model.CandidateChange(links=("https://nora.example",)))
    await ats.create_application(person, "702", key="k")
    await ats.attach(person, "offer.pdf", b"%PDF-", kind="offer", key="k")
    await ats.set_tags(person, add=("sql",))
    await ats.set_tags(person, remove=("sql",))
    await ats.reject(application.ref.id, reason.ref.id, "Not this time")
    await ats.unreject(application.ref.id)
    await ats.move_stage(application.ref.id, "602")
    await ats.hire(application.ref.id, start_on=date(2027, 1, 4))
    for status in ("closed", "open"):
        await ats.set_job_status("702", status)
    assert all(finding.ok for finding in await ats.check())
    assert [
        await ats.pipeline("701"),
        await ats.scorecards(application.ref.id),
        await ats.sources(),
    ]
    assert [await ats.departments(), await ats.offices(), await ats.tags(), await ats.users()]
    known = {
        (row["method"], re.sub(r"\{\w+\}", "{}", row["path"]))
        for row in json.loads(SURFACE.read_text())["endpoints"]
    }
    called = {
        (method, re.sub(r"/\d+", "/{}", path.replace("/c/brightwater", "/c/{}", 1)))
        for method, path in system.gate.calls
    }
    assert len(called) > 25
    assert called <= known
