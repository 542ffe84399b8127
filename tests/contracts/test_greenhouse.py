"""What only Greenhouse does: rejections by party, kept custom fields, slow writes, cursors, silent lists."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors import model, registry
from connectors.contract import Ats
from connectors.errors import Conflict, Rejected
from tests.contracts.stand_ins import System, row

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("standing", ["greenhouse"], indirect=True),
]
START = date(2027, 1, 4)
NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


async def test_a_rejection_tells_why_by_whom_and_when(system: System) -> None:
    application = await system.application()
    theirs = next(r for r in await system.ats.reasons() if r.party == "they")
    await system.ats.reject(application.ref.id, theirs.ref.id, "Found something nearer home")
    found = await system.ats.application(application.ref.id)
    assert found.status.kind == "withdrawn"
    assert found.rejected is not None
    assert (found.rejected.reason, found.rejected.party) == (theirs.name, "they")
    assert found.rejected.note == "Found something nearer home"
    assert found.rejected.at is not None


async def test_an_edit_of_one_custom_field_keeps_the_others(system: System) -> None:
    id = system.person("Nora", "Quill")
    first = {"Seniority": "Senior", "Languages": ("Go", "Rust"), "Met by": model.Ref(account="greenhouse-1", kind="user", id="501")}  # fmt: skip
    await system.ats.update_candidate(id, model.CandidateChange(custom=first))
    await system.ats.update_candidate(id, model.CandidateChange(custom={"Hours a week": model.Range(low=20, high=40)}))  # fmt: skip
    found = {c.label: c.value for c in (await system.ats.candidate(id)).custom.values()}
    assert first.items() <= found.items()
    assert (found["Notice period"], found["Hours a week"]) == ("1 month", model.Range(low=20, high=40))  # fmt: skip


async def test_a_change_by_somebody_else_is_a_conflict_and_our_own_is_not(system: System) -> None:
    id = system.person("Nora", "Quill")
    version = (await system.ats.candidate(id)).version
    change = model.CandidateChange(title="Staff engineer", location="Porto")
    await system.ats.update_candidate(id, change, version=version)
    again = await system.ats.update_candidate(id, change, version=version)
    assert (again.title, again.location) == ("Staff engineer", "Porto")
    with pytest.raises(Conflict):
        await system.ats.update_candidate(id, model.CandidateChange(title="x"), version=version)


async def test_somebody_taken_slowly_is_found_with_or_without_an_address(system: System) -> None:
    system.store.put("gh_slow", "candidates", {"on": True})
    address = model.Contact(value="zoe@mailbox.example")
    draft = model.CandidateDraft(given="Zoë", family="Ray", emails=(address,), tags=("Kotlin",))
    made = await system.ats.create_candidate(draft, key="k")
    assert (made.email, made.tags) == (address.value, ("Kotlin",))
    bare = draft.model_copy(update={"emails": (), "links": ("https://zoe.example/",)})
    other = await system.ats.create_candidate(bare, key="k")
    assert other.ref == (await system.ats.create_candidate(bare, key="k")).ref != made.ref


async def test_an_application_keeps_its_source_referrer_and_first_stage(system: System) -> None:
    job = (await system.ats.jobs())[0].ref
    draft = model.CandidateDraft(given="Zoë", family="Ray", job=job, source="Referral")
    person = await system.ats.create_candidate(draft, key="k")
    (application,) = await system.ats.applications(person.ref.id)
    assert (application.source, application.stage_name) == ("Referral", "Application review")
    (ada,) = [one async for one in system.ats.find_candidates("Ada Lovelace")]
    maya = await system.ats.user_by_email("maya@brightwater.example")
    assert maya is not None
    assert (await system.ats.applications(ada.ref.id))[0].credited_to == maya.ref
    with pytest.raises(Rejected) as refused:
        await system.ats.update_application(application.ref.id, model.ApplicationChange(source="A dream"))  # fmt: skip
    assert "A dream" in refused.value.text


async def test_an_offer_keeps_its_pay_when_its_start_moves_to_a_new_version(system: System) -> None:
    application = (await system.application()).ref.id
    made = await system.ats.create_offer(application, start_on=START, salary="EUR 1", key="o")
    pay = model.Money(minor=8_200_000, currency="EUR")
    for change in (
        model.OfferChange(custom={"Base salary": pay, "Bonus": "10 %"}),
        model.OfferChange(start_on=date(2027, 2, 1), custom={"Bonus": "12 %"}),
    ):
        for _ in range(2):
            await system.ats.update_offer(application, made.ref.id, change)
    (found,) = await system.ats.offers(application)
    assert (found.start_on, found.version) == (date(2027, 2, 1), "3")
    assert {c.label: c.value for c in found.custom.values()} == {
        "Base salary": pay,
        "Bonus": "12 %",
    }
    sent = await system.ats.mark_offer(application, made.ref.id, "sent", START)
    assert sent is not None
    assert sent.status.kind == "sent"


async def test_jobs_tell_their_places_openings_posts_and_approvals(system: System) -> None:
    job = await system.ats.job("4001")
    assert (job.department, job.offices, job.location) == (
        "Engineering",
        ("Berlin",),
        "Berlin, Germany",
    )
    assert (job.employment, job.openings, job.requisition) == ("Full-time", 1, "BW-100")
    (post,) = await system.ats.postings("4001")
    assert (post.location, post.live, post.markup) == ("Berlin", True, "html")
    (opening,) = await system.ats.openings("4001")
    assert (opening.code, opening.status.kind, opening.filled) == ("BW-100-1", "open", 0)
    (approval,) = await system.ats.approvals(job.ref)
    assert approval.status.kind == "approved"
    assert [a.user.id for group in approval.groups for a in group.approvers] == ["507"]


async def test_answers_are_counted_and_the_rare_ones_left_out(system: System) -> None:
    counts = [
        c for job in await system.ats.jobs() for c in await system.ats.demographics(job.ref.id)
    ]
    assert {count.answer for count in counts} == {"Woman", "Man"}
    assert all(count.people >= 5 for count in counts)


async def test_scorecards_have_ratings_answers_and_their_interview(system: System) -> None:
    card = row(system.store, "gh_scorecards", "8009")
    question = system.store.all("gh_scorecard_questions")[0]
    choice = {"id": 1, "scorecard_question_id": question["id"], "name": "Careful", "sort_order": 0, "active": True}  # fmt: skip
    system.store.put("gh_scorecard_question_options", 1, choice)
    about = {"scorecard_id": card["id"], "scorecard_question_id": question["id"], "answer": None}
    system.store.put("gh_scorecard_question_answers", 2, {**about, "id": 2, "boolean_value": False})
    system.store.put("gh_scorecard_question_answers", 3, {**about, "id": 3, "answer": "Calm"})
    system.store.put("gh_scorecard_question_answers", 4, {**about, "id": 4})
    picked = {"id": 5, "scorecard_question_answer_id": 4, "scorecard_question_option_id": 1}
    system.store.put("gh_scorecard_question_answer_options", 5, picked)
    seat = {"id": 6, "interview_id": 77, "user_id": 503, "scorecard_id": card["id"]}
    system.store.put("gh_interviewers", 6, seat)
    cards = await system.ats.scorecards(str(card["application_id"]))
    found = next(one for one in cards if one.ref.id == str(card["id"]))
    assert {answer for _, answer in found.answers} == {
        "no",
        "Calm",
        "Careful",
        card["public_notes"],
    }
    assert found.interview is not None
    assert found.interview.id == "77"
    assert [rating.name for rating in found.attributes] == ["Craft", "Communication"]
    assert all(rating.value for rating in found.attributes)


async def test_files_come_newest_first_by_kind_and_activity_is_no_note(system: System) -> None:
    person = system.person("Nora", "Quill")
    for kind, name in (
        ("resume", "cv.pdf"),
        ("cover_letter", "letter.pdf"),
        ("offer", "offer.pdf"),
    ):
        await system.ats.attach(person, name, b"%PDF-", kind=kind, key=kind)
    found = await system.ats.attachments(person)
    assert [file.kind for file in found] == ["offer", "cover_letter", "resume"]
    assert {file.mime for file in found} == {"application/pdf"}
    noise = {"id": 1, "candidate_id": int(person), "type": "ACTIVITY", "body": "Nora was moved"}
    system.store.put("gh_notes", 1, noise)
    assert await system.ats.notes(person) == []


async def test_a_meeting_keeps_its_address_and_is_named_as_planned(system: System) -> None:
    application = await system.application()
    assert application.job is not None
    (planned, *_) = await system.ats.plan(application.job.id, None)
    assert planned.interviewers
    draft = model.InterviewDraft(
        application=application.ref, name="ours", start=NOON, end=NOON + timedelta(minutes=30), zone="UTC", planned=planned.ref,
        interviewers=planned.interviewers, external_id="x", meeting_url="https://meet.example/1",
    )  # fmt: skip
    await system.ats.create_interview(draft, key="k")
    (found,) = await system.ats.interviews(application.ref.id)
    assert (found.name, found.meeting_url) == (planned.name, draft.meeting_url)


async def test_a_walk_that_was_cut_off_goes_on_at_its_next_page(system: System) -> None:
    with system.store.batch():
        for number in range(system.parts.page * 2):
            system.person("Crowd", f"Member{number}")
    walk = system.ats.walk("candidate", None)
    first, place = await anext(walk)
    seen = [thing.ref.id for thing in first]
    async for things, reached in system.ats.walk("candidate", place):
        seen += [thing.ref.id for thing in things]
        place = reached
    assert len(seen) == len(set(seen)) == len(system.store.all("gh_candidates"))
    assert "~" not in place
    assert [p async for _, p in system.ats.walk("candidate", "2026-01-01T00:00:00Z~x~stale")]


async def test_somebody_who_is_no_site_admin_is_told_so(system: System) -> None:
    account = replace(system.ats.account, config={**system.parts.config, "user_id": "501"})
    mine = registry.make(account, system.ats.pool)
    assert isinstance(mine, Ats)
    first = (await mine.check())[0]
    assert not first.ok
    assert "Site Admin" in first.detail
    assert first.abilities == mine.abilities


async def test_a_missing_permission_is_named_with_what_it_costs(system: System) -> None:
    system.gate.refuse = 403
    findings = {finding.what: finding for finding in await system.ats.check()}
    tags = findings["Read tags"]
    assert tags.abilities == {"tags"}
    assert "harvest:applied_candidate_tags:list" in tags.detail


async def test_somebody_erased_is_not_to_be_recognised(system: System) -> None:
    id = system.person("Nora", "Quill", "nora@mailbox.example")
    for _ in range(2):
        await system.ats.anonymise(id)
    kept = row(system.store, "gh_candidates", id)
    assert "Quill" not in str(kept)
    assert "nora" not in str(kept)


async def test_names_beside_applications_are_remembered_for_a_minute(system: System) -> None:
    application = await system.application()
    calls = len(system.gate.calls)
    await system.ats.application(application.ref.id)
    asked = [path for _, path in system.gate.calls[calls:]]
    assert "/v3/jobs" not in asked
    assert "/v3/sources" not in asked
