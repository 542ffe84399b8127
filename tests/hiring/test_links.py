"""Candidate links: signed, expiring by our clock, revocable; altered ones open nothing."""

from datetime import datetime, timedelta

import pytest

from hiring import links
from hiring.errors import LinkExpired, NotFound
from hiring.services import Services
from tests.firm import Firm

pytestmark = pytest.mark.anyio


async def issued(services: Services, subject: str = "off_1", days: int = 7) -> tuple[str, str]:
    """A link's id and the token in its address."""
    async with services.store.begin() as tx:
        until = services.clock.now() + timedelta(days=days)
        link = await links.make(tx, services, "offer", subject, until)
    return link, links.url(services, link).rpartition("/")[2]


async def moved(services: Services, by: timedelta) -> datetime:
    return await services.clock.move(services.store, by=by)


async def test_a_link_opens_what_it_was_made_for_as_often_as_wanted(office: Firm) -> None:
    link, token = await issued(office.services)
    for _ in range(2):
        opened = await links.read(office.services, token)
        assert (opened.id, opened.purpose, opened.subject) == (link, "offer", "off_1")


async def test_the_address_is_ours_says_nothing_about_the_person_and_stays_the_same(
    office: Firm,
) -> None:
    link, token = await issued(office.services)
    url = links.url(office.services, link)
    assert url == f"{office.services.company.public_url}/c/{token}"
    assert "off_1" not in url


async def test_it_works_until_the_last_moment_and_not_after(office: Firm) -> None:
    _, token = await issued(office.services, days=7)
    await moved(office.services, timedelta(days=7, minutes=-1))
    assert await links.read(office.services, token)
    await moved(office.services, timedelta(minutes=2))
    with pytest.raises(LinkExpired):
        await links.read(office.services, token)


async def test_an_altered_cut_or_foreign_token_opens_nothing(office: Firm) -> None:
    _, token = await issued(office.services)
    forged = office.services.seal.sign("candidate-link", "lnk_not_ours")
    wrong_purpose = office.services.seal.sign("session", "lnk_1")
    for bad in (token[:-1], token + "x", token.swapcase(), "", "é", "../..", forged, wrong_purpose):
        with pytest.raises(NotFound):
            await links.read(office.services, bad)


async def test_a_revoked_link_stops_at_once_and_others_go_on(office: Firm) -> None:
    _, first = await issued(office.services)
    _, other = await issued(office.services, "off_2")
    async with office.services.store.begin() as tx:
        await links.revoke(tx, office.services, "offer", "off_1")
        await links.revoke(tx, office.services, "interview", "off_2")
    with pytest.raises(LinkExpired):
        await links.read(office.services, first)
    assert await links.read(office.services, other)


async def test_keeping_longer_never_shortens_and_never_revives(office: Firm) -> None:
    _, alive = await issued(office.services, "off_1", days=3)
    _, dead = await issued(office.services, "off_2", days=3)
    now = office.services.clock.now()
    async with office.services.store.begin() as tx:
        await links.revoke(tx, office.services, "offer", "off_2")
        for subject in ("off_1", "off_2"):
            await links.keep_until(tx, "offer", subject, now + timedelta(days=9))
            await links.keep_until(tx, "offer", subject, now + timedelta(days=1))
    assert (await links.read(office.services, alive)).expires_at == now + timedelta(days=9)
    with pytest.raises(LinkExpired):
        await links.read(office.services, dead)


async def test_the_token_itself_is_not_kept(office: Firm) -> None:
    from hiring.links_table import links as table

    _, token = await issued(office.services)
    async with office.services.store.read() as conn:
        rows = (await conn.execute(table.select())).all()
    assert token not in str(rows)
