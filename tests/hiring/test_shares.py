"""Sharing a candidate and links to one: only in private rooms, only as much as everybody there may know."""

import pytest

from hiring import linked, shares
from hiring.errors import NotAllowed, Refused
from tests.firm import ADMIN, BEN, MAYA, ROSA, STRANGER, TEAM, Firm

pytestmark = pytest.mark.anyio
PANEL, MIXED = "C0PANEL01", "C0MIXED01"


@pytest.fixture
def rooms(office: Firm) -> Firm:
    office.desk.rooms |= {PANEL: [ROSA, MAYA, BEN, ADMIN], MIXED: [ROSA, STRANGER]}
    return office


async def test_a_card_stands_once_and_names_the_person_to_those_who_may_know(rooms: Firm) -> None:
    ref, rosa = await rooms.newcomer(), await rooms.actor(ROSA)
    async with rooms.at_work():
        for _ in range(2):
            assert await shares.share(rooms.services, rosa, ref, PANEL, "Please look", key="k")
        await rooms.settles()
    ((room, kind, subject),) = rooms.desk.shown
    assert (room, kind) == (PANEL, "share")
    found = await shares.read(rooms.services, subject)
    assert (found.named, found.words, found.profile.candidate.name) == (True, "Please look", "Nora Quill")  # fmt: skip


async def test_where_somebody_may_not_know_the_name_it_is_left_out(rooms: Firm) -> None:
    ref, rosa = await rooms.newcomer(), await rooms.actor(ROSA)
    async with rooms.at_work():
        assert not await shares.share(rooms.services, rosa, ref, MIXED, "", key="k")
        await rooms.settles()
    assert not (await shares.read(rooms.services, rooms.desk.shown[0][2])).named


async def test_nobody_shares_whom_they_may_not_see_or_where_candidates_may_not_be_shown(
    rooms: Firm,
) -> None:
    ref = await rooms.newcomer()
    with pytest.raises(NotAllowed):
        await shares.share(rooms.services, await rooms.actor(BEN), ref, PANEL, "", key="k")
    with pytest.raises(Refused) as refused:
        await shares.share(rooms.services, await rooms.actor(ROSA), ref, "C0GENERAL", "", key="k")
    assert refused.value.field == "channel"
    assert rooms.desk.shown == []


async def test_a_link_is_known_to_those_who_may_see_the_person(office: Firm) -> None:
    ref = await office.newcomer()
    ats = await office.services.accounts.ats(ref.account)
    url = (await ats.application(ref.id)).url
    assert url
    found = await linked.seen_by(office.services, await office.actor(ROSA), url)
    assert found is not None
    assert found.ref == ref
    assert await linked.seen_by(office.services, await office.actor(BEN), url) is None
    for other in (
        "https://elsewhere.example/people/1",
        "https://app.greenhouse.io/people/99999999",
    ):
        assert await linked.seen_by(office.services, await office.actor(ROSA), other) is None


async def test_apps_in_a_room_do_not_count_and_strangers_do(office: Firm) -> None:
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    url = (await (await office.services.accounts.ats(ref.account)).application(ref.id)).url or ""
    profile = await linked.seen_by(office.services, rosa, url)
    assert profile is not None
    assert await linked.all_may_know(office.services, TEAM, [ROSA, MAYA], profile)
    assert not await linked.all_may_know(office.services, TEAM, [ROSA, "U0NOBODY1"], profile)
