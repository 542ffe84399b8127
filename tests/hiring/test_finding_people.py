"""A search asks every ATS at once, shows one person once, and says what it could not see."""

import pytest

from hiring import candidates
from hiring.errors import NotAllowed, NotFound, Refused, Unreachable
from tests.firm import ADA, BEN, MAYA, ROSA, STRANGER, Firm

pytestmark = pytest.mark.anyio


async def test_one_person_in_two_systems_is_found_once_with_both_candidacies(office: Firm) -> None:
    found = await candidates.find(office.services, await office.actor(ROSA), ADA)
    (ada,) = found.people
    assert (ada.candidate.name, ada.job_title) == ("Ada Lovelace", "Senior Backend Engineer")
    assert [(account, a.job_title) for account, a in ada.others] == [("lever", "Data Analyst")]
    assert found.missing == ()


@pytest.mark.parametrize(
    ("down", "left"), [("lever", "Sam Whitfield"), ("greenhouse", "Sam Okonkwo")]
)
async def test_when_one_system_is_down_the_other_answers_and_the_lost_one_is_named(
    office: Firm, down: str, left: str
) -> None:
    rosa = await office.actor(ROSA)
    assert len((await candidates.find(office.services, rosa, "sam")).people) == 2
    office.gates[down].refuse = 400
    found = await candidates.find(office.services, rosa, "sam")
    assert [p.candidate.name for p in found.people] == [left]
    assert found.missing == (down,)


async def test_namesakes_stay_two_people_and_can_be_narrowed_by_account_and_job(
    office: Firm,
) -> None:
    rosa = await office.actor(ROSA)
    found = await candidates.find(office.services, rosa, "sam")
    assert {p.candidate.name for p in found.people} == {"Sam Whitfield", "Sam Okonkwo"}
    there = await candidates.find(office.services, rosa, "sam", account="lever")
    assert [p.candidate.name for p in there.people] == ["Sam Okonkwo"]
    data = await candidates.find(office.services, rosa, "sam", job="data")
    assert [p.candidate.name for p in data.people] == ["Sam Okonkwo"]


@pytest.mark.parametrize("user", [BEN, STRANGER])
async def test_whoever_does_not_hire_sees_nobody_and_is_told_that_some_are_hidden(
    office: Firm, user: str
) -> None:
    found = await candidates.find(office.services, await office.actor(user), ADA)
    assert found.people == ()
    assert found.hidden == 2


async def test_the_hiring_manager_sees_her_candidates(office: Firm) -> None:
    found = await candidates.find(office.services, await office.actor(MAYA), ADA)
    assert [p.candidate.name for p in found.people] == ["Ada Lovelace"]


async def test_a_profile_says_owner_and_days_and_is_refused_to_others(office: Firm) -> None:
    ref = await office.ada()
    profile = await candidates.profile(office.services, await office.actor(ROSA), ref)
    assert profile.owner == "Rosa Delgado"
    assert profile.days_in_stage is not None
    with pytest.raises(NotAllowed):
        await candidates.profile(office.services, await office.actor(BEN), ref)


async def test_somebody_who_is_gone_and_a_system_that_is_down_are_told_apart(office: Firm) -> None:
    rosa, ref = await office.actor(ROSA), await office.ada()
    with pytest.raises(NotFound):
        await candidates.profile(office.services, rosa, ref.model_copy(update={"id": "999999"}))
    office.gates["greenhouse"].refuse = 400
    with pytest.raises(Unreachable) as told:
        await candidates.profile(office.services, rosa, ref)
    assert "greenhouse did not answer" in told.value.sentence


@pytest.mark.parametrize("words", ["", " ", "a", "\u200f"])
async def test_too_few_letters_are_refused(office: Firm, words: str) -> None:
    with pytest.raises(Refused):
        await candidates.find(office.services, await office.actor(ROSA), words)


async def test_many_namesakes_are_cut_at_twenty_and_that_is_said(office: Firm) -> None:
    for number in range(25):
        office.person("Zedekiah", f"Number{number}")
    found = await candidates.find(office.services, await office.actor(ROSA), "zedekiah")
    assert len(found.people) == candidates.MOST
    assert found.more
