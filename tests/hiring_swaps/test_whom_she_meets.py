"""Whom the candidate meets after a seat changed hands: their page follows, their calendar and their mails name nobody."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hiring import candidates, interviews, links, loops, swap_seat
from hiring.interview_changes import Wish
from hiring.interview_records import Interview, load
from hiring.interviews_table import panel
from hiring.loop_records import Session, interviews_of
from hiring.loops import Wanted
from hiring.swap_seat import Coming
from tests.browsing import phone_for
from tests.firm import ADA, BEN, CHEN, ROSA, TEAM, TOM, Firm, firm

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Firm]:
    async with firm(tmp_path) as made, made.at_work():
        yield made


async def named(office: Firm, *users: str) -> list[str]:
    return [(await office.desk.person(TEAM, user)).first_name for user in users]


async def swapped(office: Firm, now: Interview, leaving: str, coming: str) -> None:
    async with office.services.store.begin() as tx:
        fresh = await load(tx, now.id)
        await swap_seat.change_in(tx, office.services, fresh, leaving, Coming(coming, None), by=ROSA)  # fmt: skip
    await office.settles()


def path(office: Firm, link: str) -> str:
    return "/c/" + links.url(office.services, link).rpartition("/")[2]


async def test_the_page_of_an_interview_names_who_came_and_no_mail_names_anybody(
    office: Firm,
) -> None:
    services, rosa, ada = office.services, await office.actor(ROSA), await office.ada()
    profile = await candidates.profile(services, rosa, ada)
    wish = Wish("Pair programming", 60, (BEN, TOM))
    slot = (await interviews.times(services, rosa, profile, wish)).slots[-1]
    now = await interviews.book(services, rosa, ada, wish, slot, key="swap")
    await office.settles()
    assert now.link
    ben, chen, tom = await named(office, BEN, CHEN, TOM)
    mails = len(office.mails(ADA))
    async with phone_for(office.parts) as phone:
        assert f"<dd>{ben}, {tom}</dd>" in (await phone.get(path(office, now.link))).text
        await swapped(office, now, BEN, CHEN)
        page = (await phone.get(path(office, now.link))).text
        assert f"<dd>{chen}, {tom}</dd>" in page
        async with services.store.begin() as tx:
            of_tom = (panel.c.interview == now.id, panel.c.user == TOM)
            learns = {"kind": "shadow", "answer": "declined", "stale": False}
            await tx.execute(panel.update().where(*of_tom).values(**learns))
        page = (await phone.get(path(office, now.link))).text
        assert f"<dd>{chen}</dd>" in page, "who would learn and said no is not there"
        kept = await phone.get(path(office, now.link), params={"do": "calendar"})
    assert len(office.mails(ADA)) == mails, "the candidate hears nothing"
    assert "BEGIN:VEVENT" in kept.text
    for told in (str(office.mails(ADA)), kept.text):
        assert not [name for name in (ben, chen) if name in told]


async def test_the_page_of_a_loop_names_who_came(office: Firm) -> None:
    services, rosa, ada = office.services, await office.actor(ROSA), await office.ada()
    wanted = Wanted((Session("Pair programming", 60, (BEN,)), Session("Talk", 30, (TOM,))))
    profile = await candidates.profile(services, rosa, ada)
    times = (await loops.suggest(services, rosa, profile, wanted)).options[0].times
    loop = await loops.book(services, rosa, ada, wanted, times, key="loop")
    assert loop.link
    ben, chen = await named(office, BEN, CHEN)
    first = next(i for i in await interviews_of(services, loop.id) if i.users == (BEN,))
    async with phone_for(office.parts) as phone:
        assert ben in (await phone.get(path(office, loop.link))).text
        await swapped(office, first, BEN, CHEN)
        page = (await phone.get(path(office, loop.link))).text
    assert chen in page
    assert ben not in page
