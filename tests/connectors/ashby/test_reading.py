"""What Ashby tells, and how it refuses: permissions, sync tokens, searches, lists."""

import json
from datetime import date

import pytest

from bot.workspace.ats.ashby.desk import OLDEST, keep
from bot.workspace.ats.ashby.seed import ident
from connectors import model
from connectors.errors import MissingPermission, TryLater
from connectors.model import CandidateChange, Money
from tests.connectors.ashby.office import ADA, HERS, Office, walked

pytestmark = pytest.mark.anyio


async def test_a_missing_permission_is_named_by_the_call_and_by_the_check(office: Office) -> None:
    office.without("offersWrite")
    with pytest.raises(MissingPermission) as refused:
        await office.ats.create_offer(HERS, start_on=date(2027, 1, 4), salary="EUR 1", key="o")
    assert refused.value.code == "offersWrite"
    wrong = [f for f in await office.ats.check() if not f.ok]
    assert [f.abilities for f in wrong] == [frozenset(["offers"])]
    assert "offersWrite" in wrong[0].detail


async def test_a_check_changes_nothing(office: Office) -> None:
    kinds = ("candidates", "applications", "notes", "schedules", "processes", "jobs", "hooks")
    before = [office.store.all(f"ashby_{kind}") for kind in kinds]
    assert all(finding.ok for finding in await office.ats.check())
    assert [office.store.all(f"ashby_{kind}") for kind in kinds] == before


async def test_a_key_that_was_switched_off_is_told_in_every_finding(office: Office) -> None:
    office.key(enabled=False)
    assert {f.ok for f in await office.ats.check()} == {False}


async def test_a_key_without_metadata_still_reads_people_and_guesses_their_fields(
    office: Office,
) -> None:
    office.without("hiringProcessMetadataRead")
    custom = {f.label: (f.kind, f.value) for f in (await office.ats.candidate(ADA)).custom.values()}
    assert custom["Years of experience"] == ("number", 2)
    assert custom["Expected salary"] == ("money", Money(minor=7_000_000, currency="EUR"))
    assert custom["Seniority"] == ("choice", "Senior")


async def test_confidential_jobs_and_their_people_hide_from_keys_without_the_switch(
    office: Office,
) -> None:
    person, secret = ident("candidate 25"), ident("job 2")
    assert (await office.ats.job(secret)).confidential
    assert len(await office.ats.applications(person)) == 1
    office.key(confidential=False)
    assert await office.ats.applications(person) == []
    assert secret not in [job.ref.id for job in await office.ats.jobs()]


async def test_a_walk_tells_only_what_changed_and_starts_again_when_its_token_is_forgotten(
    office: Office,
) -> None:
    everybody, position = await walked(office.ats, "candidate", None)
    assert len(everybody) == 26
    await office.ats.update_candidate(ADA, CandidateChange(given="Augusta"))
    changed, later = await walked(office.ats, "candidate", position)
    assert changed == [ADA]
    office.store.put(OLDEST, "candidates", {"until": 10**9})
    again, _ = await walked(office.ats, "candidate", later)
    assert sorted(again) == sorted(everybody)


async def test_a_walk_with_too_many_changes_for_a_token_starts_again(office: Office) -> None:
    _, position = await walked(office.ats, "candidate", None)
    office.crowd(1_001, "Crowd Member")
    found, _ = await walked(office.ats, "candidate", position)
    assert len(found) == len(set(found)) == 1_027


async def test_a_walk_that_was_cut_off_goes_on_from_its_cursor(office: Office) -> None:
    office.crowd(120, "Crowd Member")
    pages = office.ats.walk("candidate", None)
    first, position = await anext(pages)
    rest, _ = await walked(office.ats, "candidate", position)
    assert len({t.ref.id for t in first} | set(rest)) == len(first) + len(rest) == 146
    whole, _ = await walked(office.ats, "candidate", json.dumps([None, "a cursor of long ago"]))
    assert len(whole) == 146


async def test_more_than_a_search_can_tell_are_listed(office: Office) -> None:
    office.crowd(130, "Crowd Member")
    found = [person.name async for person in office.ats.find_candidates("Crowd")]
    assert len(found) == 130
    calls = {path for path, _, _ in office.recorder.exchanges}
    assert {"/candidate.search", "/candidate.list"} <= calls


async def test_a_big_company_is_asked_person_by_person(office: Office) -> None:
    like = office.store.get("ashby_applications", ident("application 8")) or {}
    with office.store.batch():
        for one in range(400):
            keep(office.store, "applications", {**like, "id": ident(f"old {one}")})
    ids = [ident(f"candidate {number}") for number in range(5)]
    found = await office.ats.applications_of(ids)
    assert [len(found[id]) for id in ids] == [1] * 5
    lists = [path for path, _, _ in office.recorder.exchanges if path == "/application.list"]
    assert len(lists) == 3


async def test_an_application_tells_its_reason_its_day_and_its_answers(office: Office) -> None:
    (gone,) = await office.ats.applications(ident("candidate 16"))
    assert gone.status == model.Word(kind="withdrawn", vendor="Archived")
    assert gone.rejected is not None
    assert (gone.rejected.reason, gone.rejected.party) == ("Withdrew", "they")
    hers = await office.ats.application(HERS)
    assert hers.stage_since is not None
    assert hers.answers is not None
    assert [(a.question, a.answer) for a in hers.answers] == [
        ("Why Brightwater?", "I like engines."),
        ("Remote?", "yes"),
    ]
    assert hers.recruiter == await office.user("rosa")


async def test_lists_of_the_account_and_of_a_job_are_told(office: Office) -> None:
    job = ident("job 0")
    assert "Engineering" in [unit.name for unit in await office.ats.departments()]
    assert [unit.name for unit in await office.ats.offices()] == ["Berlin", "London"]
    assert "Strong" in await office.ats.tags()
    assert "Referral" in [source.name for source in await office.ats.sources()]
    assert {(r.name, r.party) for r in await office.ats.reasons()} >= {
        ("Withdrew", "they"),
        ("Duplicate", "none"),
    }
    (opening,) = await office.ats.openings(job)
    assert (opening.code, opening.status.kind) == ("BW-301-1", "open")
    (post,) = await office.ats.postings(job)
    assert post.live
    assert "Brightwater" in str(post.body)
    told = await office.ats.job(job)
    assert (told.department, told.location, told.requisition, told.openings) == (
        "Engineering",
        "Berlin",
        "BW-301",
        1,
    )
    assert [j.status.kind for j in await office.ats.jobs()] == ["open", "open", "open", "draft"]
    assert {a.job_title for a in await office.ats.pipeline(job)} == {"Platform Engineer"}
    lead, *others = await office.ats.stages(ident("job 1"))
    assert (lead.kind, lead.guessed) == ("lead", False)
    assert {"assessment", "interview", "reference"} <= {
        stage.kind for stage in others if stage.guessed
    }


async def test_answers_about_people_are_counted_from_five_on(office: Office) -> None:
    assert await office.ats.demographics(ident("job 0")) == []
    like = office.store.all("ashby_surveys")[0]
    for one in range(4):
        keep(office.store, "surveys", {**like, "id": ident(f"more {one}")})
    (count,) = [c for c in await office.ats.demographics(ident("job 0")) if c.answer == "Woman"]
    assert (count.question, count.people) == ("Gender", 6)


async def test_a_link_from_anywhere_within_ashby_names_the_person(office: Office) -> None:
    for path in (
        f"candidates/{ADA}",
        f"candidate-searches/new/right-side/candidates/{ADA}/feed?x=1",
    ):
        found = office.ats.ref_of(f"https://app.ashbyhq.com/{path}")
        assert str(found) == f"candidate:ashby-1:{ADA}"
    assert office.ats.ref_of(f"https://app.ashbyhq.com.evil.example/candidates/{ADA}") is None


async def test_an_answer_that_is_no_envelope_is_to_be_asked_later(office: Office) -> None:
    office.store.put("fault", "ashby", {"mode": "truncated"})
    with pytest.raises(TryLater):
        await office.ats.candidate(ADA)
