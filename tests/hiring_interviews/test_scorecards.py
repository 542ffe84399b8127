"""Scorecards: asked after the interview, kept as a draft, sent once, and seen by nobody else before."""

from pathlib import Path

import pytest

from hiring import candidates, feedback, ids, interviews, scorecard_forms
from hiring.errors import AlreadyDone, NotAllowed, NotFound
from hiring.interview_records import Interview
from tests.flows.person import Mailbox, Person, words
from tests.hiring_interviews.conftest import ADA, BEN, CHEN, ROSA, TOM, Office, in_thread

pytestmark = pytest.mark.anyio


async def sat(office: Office, *users: str) -> Interview:
    """An interview that ended ten minutes ago."""
    wish, times = await office.free(*users)
    interview = await interviews.book(
        office.services, office.rosa, office.ada, wish, times[0], key=ids.new("key")
    )
    await office.settles()
    minutes = (interview.end - office.services.clock.now()).total_seconds() / 60
    await office.waits(minutes=minutes + 10)
    return interview


async def filled(office: Office, interview: Interview) -> dict[str, str]:
    form = await scorecard_forms.form(office.services, interview)
    return {
        f.path: f.options[-1][0] if f.options else "yes" if f.kind == "yes_no" else "Explains well."
        for f in form.fields
    }


async def heard(office: Office, user: str) -> str:
    """All direct messages a person has from the app."""
    person = Person(office.place.http, user)
    return await in_thread(
        lambda: "\n".join(m.get("text", "") + words(m) for m in person.messages(person.dm()))
    )


async def test_only_the_panel_may_write_and_only_after_the_interview(office: Office) -> None:
    wish, times = await office.free(BEN)
    interview = await interviews.book(
        office.services, office.rosa, office.ada, wish, times[0], key=ids.new("key")
    )
    with pytest.raises(NotFound):
        await feedback.open_form(office.services, await office.actor(BEN), interview.id)
    with pytest.raises(NotAllowed):
        await feedback.open_form(office.services, await office.actor(TOM), interview.id)


async def test_a_draft_comes_back_and_is_sealed_in_the_database(office: Office) -> None:
    interview, ben = await sat(office, BEN, CHEN), await office.actor(BEN)
    assert [i.id for i in await feedback.owed_by(office.services, ben)] == [interview.id]
    await feedback.save_draft(office.services, ben, interview.id, {"notes": "Half a thought"})
    _, _, draft = await feedback.open_form(office.services, ben, interview.id)
    assert draft == {"notes": "Half a thought"}
    _, _, hers = await feedback.open_form(office.services, await office.actor(CHEN), interview.id)
    assert hers == {}


async def test_sending_twice_counts_once_reaches_the_ats_and_the_recruiter_hears(
    office: Office,
) -> None:
    interview, ben = await sat(office, BEN, CHEN), await office.actor(BEN)
    answers = await filled(office, interview) | {"notes": ids.new("note")}
    for _ in range(2):
        await feedback.submit(office.services, ben, interview.id, answers)
    await office.settles()
    with pytest.raises(AlreadyDone):
        await feedback.open_form(office.services, ben, interview.id)
    count = await feedback.count(office.services, office.ada)
    assert (count.arrived, count.owed) == (1, 1)
    assert "has arrived: 1 of 2" in await heard(office, ROSA)
    ats = await office.services.accounts.ats(office.ada.account)
    profile = await candidates.read(office.services, office.ada)
    notes = await ats.notes(profile.candidate.ref.id)
    assert len([n for n in notes if answers["notes"] in n.body]) == 1


async def test_whoever_was_not_there_owes_nothing(office: Office) -> None:
    interview, ben = await sat(office, BEN), await office.actor(BEN)
    for _ in range(2):
        await feedback.excuse(office.services, ben, interview.id)
    assert await feedback.owed_by(office.services, ben) == []


async def test_reminders_that_fall_due_together_are_one_and_none_reaches_the_candidate_late(
    office: Office,
) -> None:
    interview = await sat(office, BEN)
    before = (await heard(office, BEN)).count("is still missing")
    await office.waits(days=10)
    assert (await heard(office, BEN)).count("is still missing") - before <= 2  # text and block
    box = Mailbox(office.place.http, ADA)
    mails = await in_thread(box.mails)
    late = [m for m in mails if "remind" in m["subject"].lower() and interview.id in m["text"]]
    assert late == []


async def test_nothing_about_the_candidate_stays_in_the_database(
    office: Office, tmp_path: Path
) -> None:
    interview, ben = await sat(office, BEN), await office.actor(BEN)
    await feedback.submit(office.services, ben, interview.id, await filled(office, interview))
    await office.settles()
    stored = await in_thread(lambda: everything_in(tmp_path))
    for word in (b"Lovelace", ADA.encode(), b"Explains well."):
        assert word not in stored


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
