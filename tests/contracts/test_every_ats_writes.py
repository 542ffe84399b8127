"""What every ATS connector can be told: interviews, notes, files, stages, rejections, hires. Twice does no harm."""

from datetime import UTC, date, datetime, timedelta

import pytest

from connectors import model
from connectors.contract import Ats
from connectors.errors import Gone, InDoubt, NotSupported, Rejected
from tests.contracts.stand_ins import System

pytestmark = pytest.mark.anyio
START = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


async def draft(system: System, application: model.Application) -> model.InterviewDraft:
    ben = await system.ats.user_by_email("ben@brightwater.example")
    rosa = await system.ats.user_by_email("rosa@brightwater.example")
    assert ben is not None
    assert rosa is not None
    return model.InterviewDraft(
        application=application.ref,
        name="Technical interview",
        start=START,
        end=START + timedelta(minutes=45),
        zone="Europe/London",
        interviewers=(ben.ref,),
        external_id="callsheet-interview-1",
        external_url="https://callsheet.example/i/1",
        acting_user=rosa.ref,
    )


async def author(system: System) -> model.Ref:
    rosa = await system.ats.user_by_email("rosa@brightwater.example")
    assert rosa is not None
    return rosa.ref


@pytest.mark.needs("interviews", "read_interviews")
async def test_an_interview_is_read_back_as_it_was_made(system: System) -> None:
    application = await system.application()
    wanted = await draft(system, application)
    made = await system.ats.create_interview(wanted, key="k")
    (found,) = await system.ats.interviews(application.ref.id)
    assert found.ref == made.ref
    assert (found.start, found.end) == (wanted.start, wanted.end)
    assert [seat.user for seat in found.panel] == list(wanted.interviewers)
    assert found.status.kind == "scheduled"
    assert found.application == application.ref


@pytest.mark.needs("interviews", "read_interviews")
async def test_an_interview_made_twice_is_there_once(system: System) -> None:
    application = await system.application()
    wanted = await draft(system, application)
    first = await system.ats.create_interview(wanted, key="k")
    second = await system.ats.create_interview(wanted, key="k")
    assert first.ref == second.ref
    assert len(await system.ats.interviews(application.ref.id)) == 1


@pytest.mark.needs("interviews", "read_interviews", "http")
async def test_an_interview_whose_answer_was_lost_is_found_again(system: System) -> None:
    application = await system.application()
    wanted = await draft(system, application)
    system.gate.lose = True
    made = await system.ats.create_interview(wanted, key="k")
    assert not system.gate.lose
    assert [i.ref for i in await system.ats.interviews(application.ref.id)] == [made.ref]


@pytest.mark.needs("interviews", "read_interviews")
async def test_a_moved_interview_has_its_new_time_and_panel(system: System) -> None:
    application = await system.application()
    wanted = await draft(system, application)
    made = await system.ats.create_interview(wanted, key="k")
    chen = await system.ats.user_by_email("chen@brightwater.example")
    assert chen is not None
    moved = wanted.model_copy(
        update={
            "start": START + timedelta(days=1),
            "end": START + timedelta(days=1, minutes=30),
            "interviewers": (chen.ref,),
        }
    )
    await system.ats.update_interview(made.ref.id, moved)
    (found,) = await system.ats.interviews(application.ref.id)
    assert (found.start, found.end) == (moved.start, moved.end)
    assert [seat.user for seat in found.panel] == [chen.ref]


@pytest.mark.needs("interviews", "read_interviews")
async def test_a_moved_interview_is_still_found_by_its_marker(system: System) -> None:
    application = await system.application()
    wanted = await draft(system, application)
    made = await system.ats.create_interview(wanted, key="k")
    await system.ats.update_interview(made.ref.id, wanted)
    again = await system.ats.create_interview(wanted, key="k")
    assert again.ref == made.ref


@pytest.mark.needs("interviews", "read_interviews")
async def test_an_interview_is_cancelled_twice_without_harm(system: System) -> None:
    application = await system.application()
    wanted = await draft(system, application)
    made = await system.ats.create_interview(wanted, key="k")
    await system.ats.cancel_interview(made.ref.id, wanted)
    await system.ats.cancel_interview(made.ref.id, wanted)
    assert await system.ats.interviews(application.ref.id) == []


@pytest.mark.needs("interviews", "read_interviews")
async def test_an_interview_for_an_unknown_application_is_refused(system: System) -> None:
    application = await system.application()
    wanted = await draft(system, application)
    unknown = wanted.application.model_copy(update={"id": "99999999"})
    with pytest.raises(Gone):
        await system.ats.create_interview(
            wanted.model_copy(update={"application": unknown}), key="k"
        )


def tells_notes(system: System) -> bool:
    """Whether what was noted can be read back; a vendor may take notes and tell none."""
    return type(system.ats).notes is not Ats.notes


@pytest.fixture
def legible(system: System) -> None:
    if not tells_notes(system):
        pytest.skip(f"{system.ats.label} tells no notes")


@pytest.mark.needs("notes")
@pytest.mark.usefixtures("legible")
async def test_a_note_is_read_back_whatever_is_in_it(system: System) -> None:
    application = await system.application()
    text = "Zoë said: “yes” — 王芳 <agrees> & waits\nsecond line"
    await system.ats.add_note(application.candidate.id, text, key="n")
    assert any(text in note.body for note in await system.ats.notes(application.candidate.id))


@pytest.mark.needs("notes")
@pytest.mark.usefixtures("legible")
async def test_a_repeated_note_is_written_once(system: System) -> None:
    application = await system.application()
    before = len(await system.ats.notes(application.candidate.id))
    for _ in range(2):
        await system.ats.add_note(
            application.candidate.id, "Moved on", key="n", application_id=application.ref.id
        )
    await system.ats.add_note(application.candidate.id, "Moved on", key="other")
    assert len(await system.ats.notes(application.candidate.id)) == before + 2


@pytest.mark.needs("notes", "http")
@pytest.mark.usefixtures("legible")
async def test_a_note_whose_answer_was_lost_is_found_again(system: System) -> None:
    application = await system.application()
    before = len(await system.ats.notes(application.candidate.id))
    system.gate.lose = True
    made = await system.ats.add_note(application.candidate.id, "Moved on", key="n")
    assert "Moved on" in made.body
    assert len(await system.ats.notes(application.candidate.id)) == before + 1


@pytest.mark.needs("private_notes")
async def test_a_private_note_stays_private(system: System) -> None:
    application = await system.application()
    await system.ats.add_note(
        application.candidate.id, "Quietly", key="n", author=await author(system), private=True
    )
    (mine,) = [n for n in await system.ats.notes(application.candidate.id) if "Quietly" in n.body]
    assert mine.visibility == "private"
    assert mine.author == await author(system)


@pytest.mark.needs("attachments")
async def test_a_file_is_attached_once(system: System) -> None:
    application = await system.application()
    made = [
        await system.ats.attach(
            application.candidate.id, "offer.pdf", b"%PDF-1.7 signed", kind="offer", key="a",
            application_id=application.ref.id,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert made[0].ref == made[1].ref
    assert system.gate.written() == 1


@pytest.mark.needs("attachments", "http")
async def test_a_file_whose_answer_was_lost_is_attached_once(system: System) -> None:
    application = await system.application()
    system.gate.lose = True
    for _ in range(2):
        try:
            await system.ats.attach(
                application.candidate.id, "offer.pdf", b"%PDF-", kind="offer", key="a"
            )
        except InDoubt:
            continue
    assert system.gate.written() == 1


@pytest.mark.needs("attachments")
async def test_a_file_name_without_an_ending_is_fine(system: System) -> None:
    application = await system.application()
    made = await system.ats.attach(
        application.candidate.id, "notes", b"words", kind="other", key="a"
    )
    assert made.name.startswith("notes-")
    assert "." not in made.name


@pytest.mark.needs("move_stage")
async def test_moving_twice_is_moving_once(system: System) -> None:
    application = await system.application()
    assert application.job is not None
    stages = await system.ats.stages(application.job.id)
    last = stages[-1]
    await system.ats.move_stage(application.ref.id, last.ref.id)
    writes = system.gate.written()
    await system.ats.move_stage(application.ref.id, last.ref.id)
    assert system.gate.written() == writes
    assert (await system.ats.application(application.ref.id)).stage == last.ref


@pytest.mark.needs("move_stage")
async def test_moving_to_an_unknown_stage_is_refused_in_words(system: System) -> None:
    application = await system.application()
    with pytest.raises(Rejected) as refused:
        await system.ats.move_stage(application.ref.id, "99999999")
    assert "stage" in refused.value.text


@pytest.mark.needs("reject")
async def test_rejecting_twice_is_rejecting_once(system: System) -> None:
    application = await system.application()
    before = len(await system.ats.notes(application.candidate.id))
    reason = next(reason for reason in await system.ats.reasons() if reason.party != "they")
    for _ in range(2):
        await system.ats.reject(application.ref.id, reason.ref.id, "Not this time")
    assert (await system.ats.application(application.ref.id)).status.kind == "rejected"
    noted = 1 if tells_notes(system) else 0
    assert len(await system.ats.notes(application.candidate.id)) == before + noted


@pytest.mark.needs("reject")
async def test_rejecting_for_an_unknown_reason_changes_nothing(system: System) -> None:
    application = await system.application()
    with pytest.raises(Rejected):
        await system.ats.reject(application.ref.id, "99999999", "")
    assert (await system.ats.application(application.ref.id)).status.kind == "active"


@pytest.mark.needs("hire")
async def test_hiring_twice_is_hiring_once(system: System) -> None:
    application = await system.application()
    for _ in range(2):
        await system.ats.hire(application.ref.id, start_on=date(2027, 1, 4))
    assert (await system.ats.application(application.ref.id)).status.kind == "hired"


async def test_an_offer_is_made_once_and_marked_or_said_to_be_ours(system: System) -> None:
    application = await system.application()
    start = date(2027, 1, 4)
    if "offers" not in system.ats.abilities:
        with pytest.raises(NotSupported):
            await system.ats.create_offer(
                application.ref.id, start_on=start, salary="EUR 1", key="o"
            )
        return
    made = [
        await system.ats.create_offer(application.ref.id, start_on=start, salary="EUR 1", key="o")
        for _ in range(2)
    ]
    assert made[0].ref == made[1].ref
    for _ in range(2):
        marked = await system.ats.mark_offer(
            application.ref.id, made[0].ref.id, "accepted", date(2026, 12, 2)
        )
        assert marked is not None
        assert marked.status.kind == "accepted"
    (found,) = await system.ats.offers(application.ref.id)
    assert (found.start_on, found.status.kind) == (start, "accepted")


async def test_a_scorecard_is_submitted_once_or_said_to_be_ours(system: System) -> None:
    application = await system.application()
    form = await system.ats.scorecard_form(application.ref.id, None)
    if "scorecards" not in system.ats.abilities:
        empty = model.Form(ref=application.ref, title="Scorecard")
        with pytest.raises(NotSupported):
            await system.ats.submit_scorecard(
                application.ref.id, empty, {}, author=await author(system), interview=None, key="s"
            )
        return
    assert form is not None
    answers = {f.path: f.options[0][0] if f.options else "Clear" for f in form.fields}
    for _ in range(2):
        await system.ats.submit_scorecard(
            application.ref.id, form, answers, author=await author(system), interview=None, key="s"
        )
    (card,) = await system.ats.scorecards(application.ref.id)
    assert (card.overall, card.state, card.author) == (5, "complete", await author(system))
