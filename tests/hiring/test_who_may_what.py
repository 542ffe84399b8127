"""Roles follow from Slack's admins and the ATS's hiring teams; a closed account and a silent ATS give none."""

import pytest

from connectors.errors import ConnectorError
from hiring import access, people
from hiring.errors import NotAllowed
from tests.firm import ADMIN, BEN, CHEN, MAYA, ROSA, STRANGER, TOM, Firm

pytestmark = pytest.mark.anyio
EXPECTED = {
    ROSA: {"recruiter"},
    MAYA: {"hiring_manager"},
    BEN: {"interviewer"},
    CHEN: {"interviewer"},
    TOM: {"interviewer"},
    ADMIN: {"admin", "recruiter"},
    STRANGER: set(),
}


@pytest.mark.parametrize("user", EXPECTED)
async def test_each_person_has_the_roles_the_ats_gives_them(office: Firm, user: str) -> None:
    found = await access.roles(office.services, await office.actor(user), None)
    assert found - {"interviewer"} == EXPECTED[user] - {"interviewer"}
    assert ("interviewer" in found) == (user != STRANGER)


async def test_roles_on_one_job_are_those_of_that_job(office: Firm) -> None:
    account = await office.services.accounts.get("greenhouse")
    ats = await office.services.accounts.ats(account.id)
    job = (await ats.jobs())[0].ref
    assert "hiring_manager" in await access.roles(office.services, await office.actor(MAYA), job)
    other = job.model_copy(update={"id": "987654"})
    found = await access.roles(office.services, await office.actor(MAYA), other)
    assert "hiring_manager" not in found


@pytest.mark.parametrize(
    ("user", "sees"), [(ROSA, True), (MAYA, True), (BEN, False), (TOM, False), (STRANGER, False)]
)
async def test_pay_is_for_recruiters_and_the_hiring_manager(
    office: Firm, user: str, sees: bool
) -> None:
    assert await access.sees_pay(office.services, await office.actor(user), None) is sees


async def test_a_slack_admin_whom_no_ats_knows_looks_people_up_but_sees_no_pay(
    office: Firm,
) -> None:
    for row in office.store.all("gh_users"):
        office.store.put("gh_users", row["id"], row | {"deactivated": True})
    for row in office.store.all("lever_users"):
        office.store.put("lever_users", row["id"], row | {"deactivatedAt": 1})
    ines = await office.actor(ADMIN)
    assert await access.roles(office.services, ines, None) == {"admin", "recruiter"}
    assert not await access.sees_pay(office.services, ines, None)
    assert await access.roles(office.services, await office.actor(ROSA), None) == set()


async def test_a_refusal_names_who_may(office: Firm) -> None:
    with pytest.raises(NotAllowed) as told:
        await access.require(
            office.services, await office.actor(BEN), {"recruiter", "hiring_manager"}, None
        )
    assert "Only recruiters and the hiring manager can do this" in told.value.sentence


async def test_a_silent_ats_gives_no_role_anywhere_and_is_told_when_its_job_is_meant(
    office: Firm,
) -> None:
    rosa, ref = await office.actor(ROSA), await office.ada()
    ats = await office.services.accounts.ats(ref.account)
    job = (await ats.application(ref.id)).job
    office.services.memory.forget()
    for gate in office.gates.values():
        gate.refuse = 400
    assert await access.roles(office.services, rosa, None) == set()
    office.services.memory.forget()
    with pytest.raises(ConnectorError):
        await access.roles(office.services, rosa, job)


async def test_a_member_and_their_ats_user_are_matched_by_address_whatever_the_case(
    office: Firm,
) -> None:
    account = (await office.services.accounts.get("greenhouse")).id
    rosa = await office.actor(ROSA)
    user = await people.ats_user(office.services, rosa.person, account)
    assert user is not None
    member = await people.member(office.services, rosa.team, user.ref)
    assert member == rosa.person
    guest = await office.actor(STRANGER)
    assert await people.ats_user(office.services, guest.person, account) is None
