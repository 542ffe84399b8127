"""Adding and editing people and their applications, custom fields, unknown words, and an admin's own mapping."""

import uuid
from dataclasses import replace

import pytest

from connectors import model, registry
from connectors.contract import Ats
from connectors.errors import AlreadyApplied, ConnectorError, JobClosed
from connectors.words import unknown
from tests.contracts.stand_ins import System

pytestmark = pytest.mark.anyio


def draft(email: str = "") -> model.CandidateDraft:
    address = email or f"{uuid.uuid4().hex}@mailbox.example"
    return model.CandidateDraft(
        given="Zoë",
        family="O'Rourke",
        emails=(model.Contact(value=address, type="personal"),),
        phones=(model.Contact(value="+49 30 7654321", type="mobile"),),
    )


async def added(system: System, draft: model.CandidateDraft, key: str = "k") -> model.Candidate:
    """Add somebody; where a person cannot be without a job, to the first open one."""
    jobs = [job for job in await system.ats.jobs() if job.status.kind == "open"]
    return await system.ats.create_candidate(draft.model_copy(update={"job": jobs[0].ref}), key=key)


@pytest.mark.needs("create_candidate")
async def test_somebody_new_is_read_back_as_added(system: System) -> None:
    made = await added(system, draft("zoe@mailbox.example"))
    found = await system.ats.candidate(made.ref.id)
    assert (found.name, found.email) == ("Zoë O'Rourke", "zoe@mailbox.example")
    assert len(await system.ats.applications(made.ref.id)) <= 1


@pytest.mark.needs("create_candidate")
async def test_somebody_added_twice_is_there_once(system: System) -> None:
    wanted = draft()
    first, second = await added(system, wanted), await added(system, wanted)
    assert first.ref == second.ref


@pytest.mark.needs("create_candidate", "http")
async def test_somebody_whose_answer_was_lost_is_found_again(system: System) -> None:
    wanted = draft()
    system.gate.lose = True
    try:
        made = await added(system, wanted)
    except ConnectorError:
        made = await added(system, wanted)
    again = await added(system, wanted)
    assert made.ref == again.ref


@pytest.mark.needs("update_candidate")
async def test_an_edited_person_has_the_new_values_and_keeps_the_others(system: System) -> None:
    id = system.person("Nora", "Quill", "nora@mailbox.example")
    before = await system.ats.candidate(id)
    phone = model.Contact(value="+49 30 1234567", type="mobile")
    change = model.CandidateChange(phones=(phone,))
    changed = await system.ats.update_candidate(id, change, version=before.version)
    found = await system.ats.candidate(id)
    assert [p.value for p in found.phones] == [phone.value] == [p.value for p in changed.phones]
    assert (found.name, found.emails) == (before.name, before.emails)


@pytest.mark.needs("create_application")
async def test_a_second_application_for_the_same_job_is_named(system: System) -> None:
    application = await system.application()
    assert application.job is not None
    with pytest.raises(AlreadyApplied) as refused:
        await system.ats.create_application(application.candidate.id, application.job.id, key="a")
    assert refused.value.application == application.ref.id


@pytest.mark.needs("create_application")
async def test_nobody_is_put_on_a_closed_job(system: System) -> None:
    person = system.person("Nora", "Quill")
    mine = {a.job.id for a in await system.ats.applications(person) if a.job}
    other = next((job.ref.id for job in await system.ats.jobs() if job.ref.id not in mine), None)
    if other is None or system.parts.close_job is None:
        pytest.skip("this company has one job only")
    system.parts.close_job(system.store, other)
    with pytest.raises(JobClosed) as refused:
        await system.ats.create_application(person, other, key="a")
    assert refused.value.text.endswith(".")


@pytest.mark.needs("create_application")
async def test_an_application_made_twice_with_one_key_is_there_once(system: System) -> None:
    person = system.person("Nora", "Quill")
    before = await system.ats.applications(person)
    mine = {a.job.id for a in before if a.job}
    others = [job for job in await system.ats.jobs() if job.status.kind == "open" and job.ref.id not in mine]  # fmt: skip
    if not others:
        pytest.skip("this company has one job only")
    made = await system.ats.create_application(person, others[0].ref.id, key="a")
    with pytest.raises(AlreadyApplied):
        await system.ats.create_application(person, others[0].ref.id, key="b")
    assert {a.ref for a in await system.ats.applications(person)} == {
        made.ref,
        *(a.ref for a in before),
    }


@pytest.mark.needs("tags")
async def test_tags_are_added_once_and_taken_away(system: System) -> None:
    id = system.person("Nora", "Quill")
    before = set((await system.ats.candidate(id)).tags)
    for _ in range(2):
        await system.ats.set_tags(id, add=("Kotlin",))
    assert sorted((await system.ats.candidate(id)).tags) == sorted({*before, "Kotlin"})
    await system.ats.set_tags(id, remove=("Kotlin", "never there"))
    assert set((await system.ats.candidate(id)).tags) == before


@pytest.mark.needs("unreject", "reject")
async def test_a_rejection_is_taken_back(system: System) -> None:
    application = await system.application()
    reason = (await system.ats.reasons())[0]
    await system.ats.reject(application.ref.id, reason.ref.id, "")
    for _ in range(2):
        await system.ats.unreject(application.ref.id)
    found = await system.ats.application(application.ref.id)
    assert (found.status.kind, found.stage) == ("active", application.stage)


@pytest.mark.needs("job_status")
async def test_a_job_is_closed_and_opened_again(system: System) -> None:
    job = next(job for job in await system.ats.jobs() if job.status.kind == "open")
    for status in ("closed", "closed", "open"):
        await system.ats.set_job_status(job.ref.id, status)
        assert (await system.ats.job(job.ref.id)).status.kind == status


@pytest.mark.needs("history", "move_stage")
async def test_a_move_stands_in_the_history(system: System) -> None:
    application = await system.application()
    assert application.job is not None
    last = (await system.ats.stages(application.job.id))[-1]
    await system.ats.move_stage(application.ref.id, last.ref.id)
    steps = await system.ats.history(application.ref.id)
    assert steps[-1].to == last.ref
    assert [s.at for s in steps if s.at] == sorted(s.at for s in steps if s.at)


async def test_a_word_nobody_knows_becomes_other_and_is_counted(system: System) -> None:
    person = system.person("Nora", "Quill")
    if system.parts.odd is None:
        pytest.skip("this vendor has no words of its own")
    system.parts.odd(system.store, person)
    unknown.take()
    words = [a.status for a in await system.ats.applications(person)]
    words += [job.status for job in await system.ats.jobs()]
    odd = [word for word in words if word.kind == "other"]
    assert odd
    assert all(word.vendor for word in odd)
    met = {word for account, _, word in unknown.take() if account == system.ats.account.id}
    assert {word.vendor for word in odd} <= met


@pytest.mark.needs("custom_fields")
async def test_a_custom_field_of_each_kind_is_read_as_what_it_is(system: System) -> None:
    assert system.parts.custom, "name the kinds of custom fields in the kit"
    for kind, give in system.parts.custom.items():
        person = system.person("Nora", "Quill")
        label, value = give(system.store, person)
        fields = (await system.ats.candidate(person)).custom.values()
        found = next(field for field in fields if field.label == label)
        assert (found.kind, found.value) == (kind, value)


@pytest.mark.needs("custom_fields", "update_candidate")
async def test_a_custom_field_is_written_by_its_label_and_read_back(system: System) -> None:
    writable = {f.kind: f for f in await system.ats.custom_fields("candidate") if f.writable}
    given: dict[str, model.Value] = {"text": "Two months", "yes_no": True, "number": 3}
    for kind, field in writable.items():
        value = given.get(kind, field.options[0].label if kind == "choice" else None)
        if value is None:
            continue
        person = system.person("Nora", "Quill")
        await system.ats.update_candidate(
            person, model.CandidateChange(custom={field.label: value})
        )
        fields = (await system.ats.candidate(person)).custom.values()
        assert next(f.value for f in fields if f.label == field.label) == value


async def test_stages_and_reasons_mean_what_the_admin_said(system: System) -> None:
    job = (await system.ats.jobs())[0]
    stage, reason = (await system.ats.stages(job.ref.id))[0], (await system.ats.reasons())[0]
    overrides = {"stages": {stage.name: "onsite"}, "reasons": {reason.ref.id: "they"}}
    mapped = registry.make(replace(system.ats.account, overrides=overrides), system.ats.pool)
    assert isinstance(mapped, Ats)
    stages = await mapped.stages(job.ref.id)
    assert (stages[0].kind, stages[0].guessed) == ("onsite", False)
    assert next(r for r in await mapped.reasons() if r.ref == reason.ref).party == "they"


async def test_the_vendors_own_address_of_a_person_names_the_person(system: System) -> None:
    application = await system.application()
    person = await system.ats.candidate(application.candidate.id)
    addresses = [url for url in (person.url, application.url) if url]
    if not addresses:
        pytest.skip("this vendor tells no addresses of people")
    assert system.ats.hosts
    for url in addresses:
        assert system.ats.ref_of(url) in (person.ref, application.ref)
    assert system.ats.ref_of("https://elsewhere.example/people/1") is None
