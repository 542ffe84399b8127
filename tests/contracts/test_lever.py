"""What only Lever has: opportunities of one contact, archive reasons, requisitions, feedback that fills forms."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors import model, registry
from connectors.ats.lever.calls import Place
from connectors.contract import Ats
from connectors.errors import Conflict, Gone, Rejected
from connectors.model import Money, Ref
from tests.contracts.stand_ins import System

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("standing", ["lever"], indirect=True)]


def mine(system: System, candidate: str) -> dict[str, Any]:
    """The one opportunity of a person."""
    (row,) = system.store.find("lever_opportunities", contact=candidate)
    return row


def change(system: System, candidate: str, **values: Any) -> dict[str, Any]:
    row = {**mine(system, candidate), **values}
    return system.store.put("lever_opportunities", row["id"], row)


def again(system: System, **changed: Any) -> Ats:
    """The same account with something else about it."""
    made = registry.make(replace(system.ats.account, **changed), system.ats.pool)
    assert isinstance(made, Ats)
    return made


async def reason(system: System, name: str) -> model.Reason:
    return next(r for r in await system.ats.reasons() if r.name == name)


async def test_who_withdrew_is_told_from_who_was_rejected_by_the_reason(system: System) -> None:
    for name, kind, party in (("Underqualified", "rejected", "other"), ("Withdrew", "withdrawn", "they")):  # fmt: skip
        application = await system.application()
        await system.ats.reject(application.ref.id, (await reason(system, name)).ref.id, "")
        found = await system.ats.application(application.ref.id)
        assert (found.status.kind, found.status.vendor) == (kind, "archived")
        assert found.rejected is not None
        assert (found.rejected.reason, found.rejected.party) == (name, party)
        assert found.rejected.at is not None
        mapped = again(system, overrides={"reasons": {name: "none"}})
        assert (await mapped.application(application.ref.id)).status.kind == "rejected"


async def test_a_hire_has_its_moment_and_is_not_taken_back_as_a_rejection(system: System) -> None:
    application = await system.application()
    await system.ats.hire(application.ref.id, start_on=date(2027, 1, 4))
    found = await system.ats.application(application.ref.id)
    assert (found.hired_at is not None, found.rejected) == (True, None)
    with pytest.raises(Rejected):
        await system.ats.unreject(application.ref.id)


async def test_past_stages_are_joined_into_steps(system: System) -> None:
    rosa = await system.ats.user_by_email("rosa@brightwater.example")
    application = await system.application()
    stages = await system.ats.stages(None)
    assert rosa is not None
    for stage in (stages[2], stages[4]):
        await system.ats.move_stage(application.ref.id, stage.ref.id, author=rosa.ref)
    *_, second, last = await system.ats.history(application.ref.id)
    assert (last.was, last.was_name, last.to_name) == (second.to, "Take-home", "Team interview")
    assert last.by == rosa.ref
    assert (await system.ats.application(application.ref.id)).stage_since == last.at


async def test_somebody_without_a_posting_is_a_prospect(system: System) -> None:
    person = system.person("Nora", "Quill")
    change(system, person, applications=[], posting=None)
    for row in system.store.find("lever_applications", opportunityId=mine(system, person)["id"]):
        system.store.delete("lever_applications", row["id"])
    (found,) = await system.ats.applications(person)
    assert (found.status.kind, found.job, found.answers) == ("prospect", None, None)


async def test_an_application_has_what_its_form_asked(system: System) -> None:
    answers = (await system.application()).answers
    assert answers is not None
    assert [answer.question for answer in answers] == ["Where did you hear of us?"]


async def test_a_requisition_is_an_opening_with_its_approval_and_own_fields(system: System) -> None:
    job = next(job for job in await system.ats.jobs() if job.title == "Data Analyst")
    (opening,) = await system.ats.openings(job.ref.id)
    assert (opening.code, opening.headcount, opening.filled) == ("REQ-7", 2, 0)
    assert [(c.label, c.value) for c in opening.custom.values()] == [("Cost centre", "Research 7")]
    assert [field.label for field in await system.ats.custom_fields("opening")] == ["Cost centre"]
    for of in (job.ref, opening.ref):
        (approval,) = await system.ats.approvals(of)
        assert [g.approvers[0].status.kind for g in approval.groups] == ["approved", "waiting"]
        assert (approval.of, approval.sequential, approval.status.kind) == (of, True, "asked")


async def test_a_posting_is_a_job_and_its_advertisement(system: System) -> None:
    job = next(job for job in await system.ats.jobs() if job.title == "Data Analyst")
    assert (job.offices, job.employment, job.remote) == (("Berlin", "London"), "Full-time", False)
    assert job.pay == model.Range(low=Money(minor=6_000_000, currency="EUR", per="year"), high=Money(minor=8_200_000, currency="EUR", per="year"))  # fmt: skip
    (ad,) = await system.ats.postings(job.ref.id)
    assert (ad.job, ad.live, ad.internal) == (job.ref, True, False)
    assert "<li>ask good questions</li>" in (ad.body or "")
    assert (ad.apply_url or "").endswith("/apply")
    assert [unit.name for unit in await system.ats.departments()] == ["Research"]
    assert [unit.name for unit in await system.ats.offices()] == ["Berlin", "London"]
    assert "Referral" in [source.name for source in await system.ats.sources()]
    assert "sql" in await system.ats.tags()


def offer(system: System, application: str) -> None:
    fields = {
        "job_title": "Data Analyst", "salary_amount": 82_000, "compensation_currency": "EUR", "salary_interval": "per-year-salary",
        "anticipated_start_date": 1_799_020_800_000, "custom_relocation": "Paid",
    }  # fmt: skip
    system.store.put("lever_offers", "offer-1", {
        "id": "offer-1", "opportunity": application, "createdAt": 1_796_000_000_000, "status": "signed", "creator": str(uuid.uuid4()),
        "fields": [{"text": k.replace("_", " "), "identifier": k, "value": v} for k, v in fields.items()],
        "signatures": {"candidate": {"signed": True, "signedAt": 1_796_500_000_000}}, "sentAt": 1_796_400_000_000,
        "sentDocument": {"fileName": "offer.pdf", "uploadedAt": 1_796_400_000_000, "downloadUrl": "https://api.lever.co/x"},
        "signedDocument": None,
    })  # fmt: skip
    system.store.put("lever_bytes", "offer-1", {"content": "JVBERi0x"})


async def test_an_offer_is_read_with_typed_terms_and_its_document(system: System) -> None:
    application = await system.application()
    offer(system, application.ref.id)
    (found,) = await system.ats.offers(application.ref.id)
    assert (found.status.kind, found.start_on) == ("accepted", date(2027, 1, 4))
    assert found.decided_at is not None
    terms = {key: custom.value for key, custom in found.custom.items()}
    assert terms["salary_amount"] == Money(minor=8_200_000, currency="EUR", per="year")
    assert (terms["anticipated_start_date"], terms["custom_relocation"]) == (date(2027, 1, 4), "Paid")  # fmt: skip
    files = await system.ats.attachments(application.candidate.id)
    assert [file.kind for file in files] == ["offer"]
    assert await system.ats.download(files[0]) == b"%PDF-1"


async def test_a_scorecard_that_lever_made_empty_is_filled_in(system: System) -> None:
    rosa = await system.ats.user_by_email("rosa@brightwater.example")
    application = await system.application()
    form = await system.ats.scorecard_form(application.ref.id, None)
    assert rosa is not None
    assert form is not None
    template = system.store.get("lever_feedback_templates", form.ref.id) or {}
    system.store.put("lever_feedback", "card-1", {
        "id": "card-1", "opportunity": application.ref.id, "user": rosa.ref.id, "baseTemplateId": form.ref.id, "interview": None,
        "fields": template["fields"], "completedAt": 1_796_000_000_000, "deletedAt": None,
    })  # fmt: skip
    answers = {f.path: f.options[0][0] if f.options else "Clear" for f in form.fields}
    for _ in range(2):
        card = await system.ats.submit_scorecard(
            application.ref.id, form, answers, author=rosa.ref, interview=None, key="s"
        )
    assert (card.ref.id, card.overall, card.form) == ("card-1", 5, form.ref)
    assert [method for method, _ in system.gate.calls if method in ("POST", "PUT")] == ["PUT"]


async def test_scores_beside_the_overall_one_are_attributes(system: System) -> None:
    application = await system.application()
    fields = [
        {"type": "score-system", "text": "Rating", "value": "2 - No Hire"},
        {"type": "score", "text": "SQL", "value": 4},
        {"type": "scorecard", "text": "Skills", "value": [{"text": "Clarity", "score": 3, "comment": "Good"}]},
    ]  # fmt: skip
    system.store.put("lever_feedback", "card-1", {
        "id": "card-1", "opportunity": application.ref.id, "user": None, "baseTemplateId": "x", "fields": fields,
        "completedAt": None, "deletedAt": None,
    })  # fmt: skip
    (card,) = await system.ats.scorecards(application.ref.id)
    assert (card.overall, card.overall_word, card.state) == (2, "2 - No Hire", "draft")
    assert [(r.name, r.value, r.note) for r in card.attributes] == [("SQL", 5, None), ("Clarity", 4, "Good")]  # fmt: skip


async def test_a_walk_that_was_cut_off_goes_on_and_one_whose_place_is_lost_begins_anew(
    system: System,
) -> None:
    with system.store.batch():
        for number in range(120):
            system.person("Crowd", f"Member{number}")
    pages = [(len(things), place) async for things, place in system.ats.walk("candidate", None)]
    (first, midst), (rest, end) = pages
    assert [len(t) async for t, _ in system.ats.walk("candidate", midst)] == [rest]
    lost = str(Place.read(midst).after([], "~~", 0))
    assert [len(t) async for t, _ in system.ats.walk("candidate", lost)] == [first, rest]
    assert [len(t) async for t, _ in system.ats.walk("candidate", end)] != [first, rest]


async def test_a_walk_begins_no_later_than_the_one_before_it_did(system: System) -> None:
    assert str(Place().after([50], "next", 40).after([70], "", 60)) == "40"
    assert str(Place(since=90).after([50], "", 100)) == "90"
    person = system.person("Nora", "Quill")
    change(system, person, updatedAt=None)
    everybody = [t.ref.id async for page, _ in system.ats.walk("candidate", None) for t in page]
    changed = [t.ref.id async for page, _ in system.ats.walk("candidate", "1") for t in page]
    assert person in everybody
    assert person not in changed
    assert (await system.ats.candidate(person)).version


async def test_what_was_deleted_there_is_told(system: System) -> None:
    person, job = system.person("Nora", "Quill"), str(uuid.uuid4())
    row = mine(system, person)
    ada = (await system.ats.candidate(row["contact"])).ref
    for kind, id, contact in (("opportunities", row["id"], person), ("opportunities", "2", "c"), ("postings", job, None)):  # fmt: skip
        told = {"id": id, "contact": contact, "deletedAt": 1_796_000_000_000}
        system.store.put(f"lever_deleted_{kind}", id, told)
    since = datetime(2026, 11, 1, tzinfo=UTC)
    assert [r.id for r in await system.ats.removed("application", since)] == [row["id"], "2"]
    assert [r.id for r in await system.ats.removed("job", since)] == [job]
    assert ada not in await system.ats.removed("candidate", since), "the opportunity is still there"
    assert [r.id for r in await system.ats.removed("candidate", since)] == ["c"]
    assert await system.ats.removed("job", datetime(2027, 1, 1, tzinfo=UTC)) == []


async def test_many_people_are_asked_for_together(system: System) -> None:
    ids = [system.person("Crowd", f"Member{number}") for number in range(60)]
    before = len(system.gate.calls)
    found = await system.ats.candidates([ids[0], "99999999", *ids[1:]])
    assert [person.ref.id for person in found] == ids
    assert len(system.gate.calls) - before == 4


async def test_the_pipeline_of_a_posting_is_asked_for_by_posting(system: System) -> None:
    application = await system.application()
    assert application.job is not None
    found = await system.ats.pipeline(application.job.id)
    assert application in found
    assert {a.job for a in found} == {application.job}
    second = next(job for job in await system.ats.jobs() if job.ref != application.job)
    assert await system.ats.pipeline(second.ref.id) == []


async def test_a_source_takes_the_place_of_all_and_an_owner_is_refused(system: System) -> None:
    application = await system.application()
    change(system, application.candidate.id, sources=["Agency", "LinkedIn"])
    found = await system.ats.update_application(
        application.ref.id, model.ApplicationChange(source="Conference")
    )
    assert found.source == "Conference"
    assert mine(system, application.candidate.id)["sources"] == ["Conference"]
    owner = Ref(account=system.ats.account.id, kind="user", id="1")
    with pytest.raises(Rejected):
        await system.ats.update_application(
            application.ref.id, model.ApplicationChange(recruiter=owner)
        )


async def test_an_edit_keeps_what_it_does_not_name_and_sees_that_somebody_was_faster(
    system: System,
) -> None:
    id = system.person("Nora", "Quill", "nora@mailbox.example")
    before = await system.ats.candidate(id)
    wish = model.CandidateChange(family="Quill-Berg", links=("https://nora.example",), location="Oslo")  # fmt: skip
    changed = await system.ats.update_candidate(id, wish, version=before.version)
    found = await system.ats.candidate(id)
    assert (found.name, found.links, found.location) == ("Nora Quill-Berg", wish.links, "Oslo")
    assert (found.name, found.links, found.location) == (changed.name, changed.links, changed.location)  # fmt: skip
    assert (found.emails, found.phones, found.title) == (before.emails, before.phones, before.title)
    with pytest.raises(Conflict):
        await system.ats.update_candidate(id, wish, version=before.version)
    with pytest.raises(Rejected):
        await system.ats.update_candidate(id, model.CandidateChange(company="Contoso"))
    with pytest.raises(Gone):
        await system.ats.update_candidate("99999999", wish)


async def test_somebody_without_an_address_is_made_once_for_one_key(system: System) -> None:
    draft = model.CandidateDraft(given="Ida", family="Bell", title="Editor", company="Contoso")
    first = await system.ats.create_candidate(draft, key="a")
    assert (await system.ats.create_candidate(draft, key="a")).ref == first.ref
    assert (await system.ats.create_candidate(draft, key="b")).ref != first.ref
    assert first.title == "Editor, Contoso"
    assert (await system.ats.applications(first.ref.id))[0].status.kind == "prospect"


async def test_a_second_candidacy_is_of_the_same_contact(system: System) -> None:
    application = await system.application()
    second = next(j for j in await system.ats.jobs() if j.ref != application.job)
    stage = (await system.ats.stages(None))[3]
    made = await system.ats.create_application(
        application.candidate.id, second.ref.id, key="a", stage_id=stage.ref.id
    )
    assert (made.candidate, made.job, made.stage) == (application.candidate, second.ref, stage.ref)
