"""What every ATS connector can be asked: people, candidacies, jobs, stages, teams, users, résumés."""

import pytest

from connectors.errors import Gone
from tests.contracts.stand_ins import System

pytestmark = pytest.mark.anyio


async def names(system: System, text: str) -> list[str]:
    return [person.name async for person in system.ats.find_candidates(text)]


@pytest.mark.needs("listing")
@pytest.mark.parametrize(
    ("typed", "given", "family"),
    [
        ("zoe ekstrom", "Zoë", "Ekström"),
        ("Zoë", "Zoë", "Ekström"),
        ("orourke", "Nuala", "O'Rourke"),
        ("o'rourke", "Nuala", "O'Rourke"),
        ("O’Rourke", "Nuala", "O'Rourke"),
        ("王", "芳", "王"),
        ("anne-lise", "Anne-Lise", "Vogt"),
    ],
)
async def test_a_person_is_found_by_name(
    system: System, typed: str, given: str, family: str
) -> None:
    system.person(given, family)
    assert await names(system, typed) == [f"{given} {family}"]


async def test_a_person_is_found_by_address_whatever_its_case(system: System) -> None:
    system.person("Nora", "Quill", "Nora.Quill@mailbox.example")
    assert await names(system, " nora.quill@MAILBOX.example ") == ["Nora Quill"]


@pytest.mark.parametrize("text", ["nobody@mailbox.example", "Nobody Atall", "%", "", "ada & x=1"])
async def test_nothing_found_is_no_error(system: System, text: str) -> None:
    assert await names(system, text) == []


@pytest.mark.needs("listing")
async def test_the_oldest_of_many_people_is_found_on_the_last_page(system: System) -> None:
    with system.store.batch():
        for number in range(system.parts.page + 5):
            system.person("Crowd", f"Member{number}")
    assert len(await names(system, "Crowd")) == system.parts.page + 5
    assert "Ada Lovelace" in await names(system, "Ada")


@pytest.mark.needs("listing")
async def test_walking_all_people_meets_everybody_once(system: System) -> None:
    with system.store.batch():
        for number in range(system.parts.page):
            system.person("Crowd", f"Member{number}")
    pages = [things async for things, _ in system.ats.walk("candidate", None)]
    seen = [thing.ref.id for things in pages for thing in things]
    assert len(pages) > 1
    assert len(seen) == len(set(seen)) > system.parts.page


@pytest.mark.needs("listing", "changes")
async def test_a_walk_goes_on_from_its_position(system: System) -> None:
    position = ""
    async for _, position in system.ats.walk("application", None):
        assert position
    assert [p async for _, p in system.ats.walk("application", position)] == [position]


async def test_a_candidate_is_read_back_by_id(system: System) -> None:
    id = system.person("Nora", "Quill", "nora@mailbox.example")
    found = await system.ats.candidate(id)
    assert (found.ref.id, found.name, found.email) == (id, "Nora Quill", "nora@mailbox.example")
    assert (found.ref.account, found.ref.kind) == (system.ats.account.id, "candidate")


async def test_an_application_names_its_job_stage_and_person(system: System) -> None:
    listed = await system.application()
    found = await system.ats.application(listed.ref.id)
    assert found == listed
    assert await system.ats.candidacy(listed.ref.id) == (
        found,
        await system.ats.candidate(found.candidate.id),
    )
    assert found.status.kind == "active"
    assert found.job_title
    assert found.job is not None
    assert (await system.ats.job(found.job.id)).title == found.job_title
    stages = await system.ats.stages(found.job.id)
    assert found.stage in [stage.ref for stage in stages]
    assert found.stage_name in [stage.name for stage in stages]


async def test_the_candidacies_of_many_people_are_those_of_each(system: System) -> None:
    ids = [system.person("Crowd", f"Member{number}") for number in range(60)]
    calls = len(system.gate.calls)
    found = await system.ats.applications_of(ids)
    asked = len(system.gate.calls) - calls
    assert list(found) == ids
    assert all(len(candidacies) == 1 for candidacies in found.values())
    alone = await system.ats.applications(ids[0])  # which may tell more of each
    assert [(a.ref, a.stage) for a in found[ids[0]]] == [(a.ref, a.stage) for a in alone]
    assert asked < len(ids) or system.parts.alone


async def test_somebody_who_is_gone_has_no_candidacy_and_hides_nobody_else(system: System) -> None:
    here = system.person("Nora", "Quill")
    found = await system.ats.applications_of(["99999999", here])
    assert (found["99999999"], len(found[here])) == ([], 1)
    assert await system.ats.applications_of([]) == {}


async def test_stages_come_in_order_and_end_with_the_offer(system: System) -> None:
    job = (await system.ats.jobs())[0]
    stages = await system.ats.stages(job.ref.id)
    assert [s.order for s in stages] == sorted(s.order for s in stages)
    assert (stages[0].kind, stages[-1].kind) == ("applied", "offer")


@pytest.mark.needs("teams")
async def test_a_team_has_a_recruiter_and_a_hiring_manager(system: System) -> None:
    job = (await system.ats.jobs())[0]
    team = await system.ats.team(job.ref.id)
    assert {"recruiter", "hiring_manager"} <= {member.role for member in team}
    users = {user.ref for user in await system.ats.users()}
    assert {member.user for member in team} <= users


async def test_memberships_tell_the_same_as_the_teams(system: System) -> None:
    user = await system.ats.user_by_email("rosa@brightwater.example")
    assert user is not None
    teams = {
        (str(job.ref), member.role)
        for job in await system.ats.jobs()
        for member in await system.ats.team(job.ref.id)
        if member.user == user.ref
    }
    mine = await system.ats.memberships(user.ref.id)
    assert {(str(job), member.role) for job, member in mine} == teams


@pytest.mark.parametrize("typed", ["rosa@brightwater.example", "Rosa@BrightWater.example"])
async def test_a_user_is_found_by_address_whatever_its_case(system: System, typed: str) -> None:
    found = await system.ats.user_by_email(typed)
    assert found is not None
    assert (found.name, found.email) == ("Rosa Delgado", "rosa@brightwater.example")


async def test_an_unknown_user_is_none(system: System) -> None:
    assert await system.ats.user_by_email("nobody@brightwater.example") is None


async def test_only_the_admin_is_an_admin(system: System) -> None:
    assert [user.name for user in await system.ats.users() if user.admin] == ["Ines Duarte"]


async def test_reasons_have_names_and_none_of_them_hires(system: System) -> None:
    reasons = await system.ats.reasons()
    assert reasons
    assert all(reason.name and reason.name != "Hired" for reason in reasons)


@pytest.mark.needs("resumes")
async def test_a_resume_is_a_pdf(system: System) -> None:
    (ada,) = [person async for person in system.ats.find_candidates("Ada Lovelace")]
    resume = await system.ats.resume(ada.ref.id)
    assert resume is not None
    assert resume.kind == "resume"
    assert (await system.ats.download(resume)).startswith(b"%PDF-")


@pytest.mark.needs("resumes")
async def test_somebody_without_a_resume_has_none(system: System) -> None:
    assert await system.ats.resume(system.person("Nora", "Quill")) is None


async def test_what_is_not_there_is_gone(system: System) -> None:
    for unknown in ("99999999", "3fa85f64-5717-4562-b3fc-2c963f66afa6"):
        for ask in (system.ats.candidate, system.ats.application, system.ats.job):
            with pytest.raises(Gone):
                await ask(unknown)


async def test_a_check_that_goes_well_has_only_good_findings(system: System) -> None:
    findings = await system.ats.check()
    assert findings
    assert all(finding.ok for finding in findings)
