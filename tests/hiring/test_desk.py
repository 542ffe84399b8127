"""The candidate desk: fields and tags are edited in the ATS, a pipeline and a timeline are read from it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connectors.model import Ref
from hiring import abilities, candidacy, candidates, editing, pipeline, timeline
from hiring.errors import NotAllowed, Refused
from hiring.tables import audit
from tests.firm import BEN, ROSA, Firm

pytestmark = pytest.mark.anyio
BOTH = pytest.mark.parametrize("vendor", ["greenhouse", "lever"])


async def somebody(office: Firm, vendor: str) -> Ref:
    account = await office.services.accounts.get(vendor)
    ats = await office.services.accounts.ats(account.id)
    return (await ats.applications(office.person("Nora", "Quill", vendor=vendor)))[0].ref


@BOTH
async def test_what_the_ats_cannot_is_refused_with_what_to_do_instead(
    office: Firm, vendor: str
) -> None:
    ref, rosa = await somebody(office, vendor), await office.actor(ROSA)
    can = await abilities.of(office.services, ref.account)
    for ability, act in (
        ("update_candidate", lambda: editing.sheet(office.services, rosa, ref)),
        ("tags", lambda: editing.tag(office.services, rosa, ref, ["Kotlin"], [])),
    ):
        if ability in can:
            await act()
            continue
        with pytest.raises(Refused) as refused:
            await act()
        assert "in the ATS" in refused.value.sentence


@BOTH
async def test_a_pipeline_counts_everybody_once_and_names_who_is_stuck(
    office: Firm, vendor: str
) -> None:
    ref, rosa = await somebody(office, vendor), await office.actor(ROSA)
    ats = await office.services.accounts.ats(ref.account)
    job = (await ats.application(ref.id)).job
    assert job is not None
    found = await pipeline.read(office.services, rosa, job)
    open_ones = await ats.pipeline(job.id)
    assert found.people == len(open_ones) > 3
    assert [step.stage.order for step in found.steps] == sorted(s.stage.order for s in found.steps)
    await office.services.clock.move(office.services.store, by=timedelta(days=60))
    later = await pipeline.read(office.services, rosa, job)
    assert later.stuck_in_all == len([a for a in open_ones if a.stage_since])
    assert later.stuck[0].days >= later.stuck[-1].days >= 60
    assert all(person.name for person in later.stuck)


async def test_a_pipeline_is_for_those_of_the_job(office: Firm) -> None:
    ref = await office.newcomer()
    ats = await office.services.accounts.ats(ref.account)
    job = (await ats.application(ref.id)).job
    assert job is not None
    with pytest.raises(NotAllowed):
        await pipeline.read(office.services, await office.actor(BEN), job)
    assert await pipeline.jobs(office.services, await office.actor(BEN), "") == []


async def test_a_job_nobody_has_is_refused_with_those_there_are(office: Firm) -> None:
    with pytest.raises(Refused) as refused:
        await pipeline.find(office.services, await office.actor(ROSA), "astronaut")
    assert "Senior Backend Engineer" in refused.value.sentence


@pytest.fixture
async def noted(office: Firm) -> Ref:
    """Somebody with a note and a move of today."""
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    await candidacy.note(office.services, rosa, ref, "Call *her* <today>", private=False, key="k")
    await candidacy.note(office.services, rosa, ref, "Salary talk", private=True, key="p")
    return ref


async def test_a_timeline_tells_it_newest_first_and_keeps_private_notes_to_itself(
    office: Firm, noted: Ref
) -> None:
    found = await timeline.read(office.services, await office.actor(ROSA), noted)
    assert found.missing == ()
    assert [line.at for line in found.lines] == sorted((x.at for x in found.lines), reverse=True)
    words = [line.what for line in found.lines]
    assert "Note: Call *her* <today>" in words
    assert "Private note" in words
    assert not any("Salary" in line for line in words)
    assert "Applied" in words


async def test_a_timeline_names_what_could_not_be_read(office: Firm, noted: Ref) -> None:
    gate = office.gates["greenhouse"]
    rosa = await office.actor(ROSA)
    gate.lost = "/v3/notes"
    found = await timeline.read(office.services, rosa, noted)
    assert found.missing == ("notes",)
    assert "Applied" in [line.what for line in found.lines]


@BOTH
async def test_an_address_is_edited_and_the_others_stay(office: Firm, vendor: str) -> None:
    ref, rosa = await somebody(office, vendor), await office.actor(ROSA)
    if "update_candidate" not in await abilities.of(office.services, ref.account):
        pytest.skip(f"{vendor} takes no edits")
    now = await editing.sheet(office.services, rosa, ref)
    profile, changed = await editing.edit(
        office.services, rosa, ref, {"email": "nora.new@mailbox.example"}, now.version
    )
    assert changed == ("E-mail",)
    ats = await office.services.accounts.ats(ref.account)
    after = await ats.candidate(profile.candidate.ref.id)
    assert after.emails[0].value == "nora.new@mailbox.example"
    assert [e.value for e in after.emails[1:]] == [
        e.value for e in now.profile.candidate.emails[1:]
    ]


async def test_an_amount_is_edited_in_the_currency_it_has_or_is_given(office: Firm) -> None:
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    now = await editing.sheet(office.services, rosa, ref)
    (salary,) = [field for field in now.fields if field.label == "Expected salary"]
    await editing.edit(office.services, rosa, ref, {salary.key: "GBP 82k"}, now.version)
    (held,) = [
        f for f in (await editing.sheet(office.services, rosa, ref)).fields if f.key == salary.key
    ]
    assert (held.kind, held.value) == ("money", "GBP 82,000.00")
    await editing.edit(office.services, rosa, ref, {salary.key: "90,000"}, "")
    (held,) = [
        f for f in (await editing.sheet(office.services, rosa, ref)).fields if f.key == salary.key
    ]
    assert held.value == "GBP 90,000.00"


@pytest.mark.parametrize(("key", "typed", "said"), [
    ("email", "nora at home", "no e-mail address"),
    ("email", "a@b.example, c@d.example", "no e-mail address"),
    ("custom.expected_salary", "a lot", "number"), ("custom.expected_salary", "XYZ 5", "not a currency"),
])  # fmt: skip
async def test_what_cannot_be_so_is_said_under_its_field(
    office: Firm, key: str, typed: str, said: str
) -> None:
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    with pytest.raises(Refused) as refused:
        await editing.check(office.services, rosa, ref, {key: typed})
    assert refused.value.field == key
    assert said in refused.value.sentence


@BOTH
async def test_a_rejection_is_taken_back_once_and_noted(office: Firm, vendor: str) -> None:
    ref, rosa = await somebody(office, vendor), await office.actor(ROSA)
    profile = await candidates.profile(office.services, rosa, ref)
    (reason, *_) = await candidacy.reasons(office.services, profile)
    await candidacy.reject(office.services, rosa, ref, reason.ref.id, "")
    for _ in range(2):
        await candidacy.take_back(office.services, rosa, ref)
    ats = await office.services.accounts.ats(ref.account)
    assert (await ats.application(ref.id)).status.kind == "active"
    async with office.services.store.read() as conn:
        actions = (
            await conn.execute(sa.select(audit.c.action).where(audit.c.subject == str(ref)))
        ).scalars()
        assert list(actions) == ["candidate.rejected", "candidate.reopened"]
