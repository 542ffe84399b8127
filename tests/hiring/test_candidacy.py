"""Notes, stages and rejections: written in the ATS once, by name, and refused where they make no sense."""

import pytest
import sqlalchemy as sa

from hiring import candidacy, candidates
from hiring.errors import NotAllowed, NotFound, Refused
from hiring.tables import audit
from tests.firm import BEN, ROSA, TOM, Firm

pytestmark = pytest.mark.anyio


async def test_the_same_note_is_written_once_and_another_beside_it(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await office.newcomer()
    for key in ("one", "one", "two"):
        profile = await candidacy.note(
            office.services, rosa, ref, " Calm & clear. ", private=False, key=key
        )
    ats = await office.services.accounts.ats(ref.account)
    notes = await ats.notes(profile.candidate.ref.id)
    assert len([n for n in notes if "Calm & clear." in n.body]) == 2


async def test_an_empty_note_is_refused_and_nobody_outside_the_team_may_write(
    office: Firm,
) -> None:
    ref = await office.newcomer()
    with pytest.raises(Refused) as refused:
        await candidacy.note(
            office.services, await office.actor(ROSA), ref, " \n", private=False, key="k"
        )
    assert refused.value.field == "note"
    for user in (BEN, TOM):
        with pytest.raises(NotAllowed):
            await candidacy.note(
                office.services, await office.actor(user), ref, "x", private=False, key="k"
            )


async def test_moving_to_a_stage_twice_leaves_it_there(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await office.newcomer()
    profile = await candidates.profile(office.services, rosa, ref)
    stages = await candidacy.stages(office.services, profile)
    for _ in range(2):
        _, name = await candidacy.move(office.services, rosa, ref, stages[-1].ref.id)
    assert name == stages[-1].name
    after = await candidates.read(office.services, ref)
    assert after.application
    assert after.application.stage_name == name


async def test_a_stage_of_another_job_is_refused(office: Firm) -> None:
    with pytest.raises(Refused) as refused:
        await candidacy.move(
            office.services, await office.actor(ROSA), await office.newcomer(), "424242"
        )
    assert refused.value.field == "stage"


async def test_rejecting_twice_is_once_and_a_rejected_person_cannot_be_moved(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await office.newcomer(email="nora@mailbox.example")
    profile = await candidates.profile(office.services, rosa, ref)
    reasons = await candidacy.reasons(office.services, profile)
    reason = next(reason.ref.id for reason in reasons if reason.party != "they")
    stage = (await candidacy.stages(office.services, profile))[0].ref.id
    for _ in range(2):
        await candidacy.reject(office.services, rosa, ref, reason, "Not enough Go")
    after = await candidates.read(office.services, ref)
    assert after.application
    assert after.application.status.kind == "rejected"
    with pytest.raises(Refused):
        await candidacy.move(office.services, rosa, ref, stage)
    assert office.mails("nora@mailbox.example") == []
    async with office.services.store.read() as conn:
        query = sa.select(audit).where(audit.c.action.not_like("account.%"))
        rows = (await conn.execute(query)).all()
    assert [row.action for row in rows] == ["candidate.rejected"]
    assert "Go" not in str(rows)


async def test_a_resume_is_fetched_for_those_who_may_and_its_absence_is_said(office: Firm) -> None:
    rosa = await office.actor(ROSA)
    _, name, content = await candidacy.resume(office.services, rosa, await office.ada())
    assert name
    assert content.startswith(b"%PDF")
    nobody = await office.newcomer()
    with pytest.raises(NotFound) as told:
        await candidacy.resume(office.services, rosa, nobody)
    assert "résumé" in told.value.sentence
