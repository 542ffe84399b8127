"""Interviews in Ashby and the scorecards that are handed in for them."""

from datetime import timedelta

import pytest

from bot.workspace.ats.ashby.desk import keep
from bot.workspace.ats.ashby.seed import ident
from connectors import model
from connectors.errors import Rejected
from connectors.model import Ref
from tests.connectors.ashby.office import HERS, NOW, Office

pytestmark = pytest.mark.anyio


async def draft(office: Office) -> model.InterviewDraft:
    job = ident("job 0")
    technical = next(p for p in await office.ats.plan(job, None) if p.name == "Technical interview")
    return model.InterviewDraft(
        application=Ref(account="ashby-1", kind="application", id=HERS), name="Technical interview", start=NOW,
        end=NOW + timedelta(minutes=technical.minutes), zone="Europe/London", interviewers=(await office.user("ben"),),
        external_id="callsheet-1", planned=technical.ref, location="Room 4", meeting_url="https://meet.example/x",
    )  # fmt: skip


async def test_a_planned_interview_keeps_its_place_and_its_form(office: Office) -> None:
    wish = await draft(office)
    made = await office.ats.create_interview(wish, key="k")
    mine = next(i for i in await office.ats.interviews(HERS) if i.ref == made.ref)
    assert (mine.name, mine.planned) == ("Technical interview", wish.planned)
    assert (mine.location, mine.meeting_url, mine.external_id, mine.editable) == ("Room 4", "https://meet.example/x", "callsheet-1", True)  # fmt: skip
    (theirs,) = [i for i in await office.ats.interviews(HERS) if i.ref != made.ref]
    assert not theirs.editable
    with pytest.raises(Rejected) as refused:
        await office.ats.update_interview(theirs.ref.id, wish)
    assert "API key" in refused.value.text
    form = await office.ats.scorecard_form(HERS, wish.planned)
    assert form is not None
    assert form.instructions


async def test_an_interview_with_feedback_is_not_cancelled_and_its_scorecard_has_every_answer(
    office: Office,
) -> None:
    made = await office.ats.create_interview(await draft(office), key="k")
    form = await office.ats.scorecard_form(HERS, None)
    assert form is not None
    ben = await office.user("ben")
    answers = {
        "overall_recommendation": "3", "strengths": "Clear", "would_work_with": "yes", "focus": ["coding", "design"], "seniority": "lead",
    }  # fmt: skip
    for _ in range(2):
        card = await office.ats.submit_scorecard(
            HERS, form, answers, author=ben, interview=made.ref, key="s"
        )
    assert (card.overall, card.overall_word, card.interview, card.author) == (
        4,
        "Yes",
        made.ref,
        ben,
    )
    assert dict(card.answers)["What did you look at?"] == "coding, design"
    assert len([c for c in await office.ats.scorecards(HERS) if c.interview == made.ref]) == 1
    more = (await draft(office)).model_copy(update={"external_id": "callsheet-2"})
    await office.ats.create_interview(more, key="k2")
    schedules = office.store.find("ashby_schedules", applicationId=HERS)
    ours = next(s for s in schedules if any(e["id"] == made.ref.id for e in s["interviewEvents"]))
    spare = next(s for s in schedules if s["id"] != ours["id"] and s["keyId"])
    keep(
        office.store,
        "schedules",
        {**ours, "interviewEvents": ours["interviewEvents"] + spare["interviewEvents"]},
    )
    with pytest.raises(Rejected) as refused:
        await office.ats.cancel_interview(made.ref.id, await draft(office))
    assert "feedback" in refused.value.text


@pytest.mark.parametrize(
    "answers", [{"overall_recommendation": "7"}, {"would_work_with": "perhaps"}]
)
async def test_an_answer_of_another_kind_is_refused_by_its_question(
    office: Office, answers: dict[str, str]
) -> None:
    form = await office.ats.scorecard_form(HERS, None)
    assert form is not None
    ben = await office.user("ben")
    with pytest.raises(Rejected) as refused:
        await office.ats.submit_scorecard(HERS, form, answers, author=ben, interview=None, key="s")
    assert any(field.label in refused.value.text for field in form.fields)
