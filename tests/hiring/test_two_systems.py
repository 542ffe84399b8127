"""Jobs in one ATS, offers in another: one flow through both, with the same person on the same job in each."""

from datetime import timedelta

import pytest

from connectors.model import Ref
from hiring import offer_signing, offers, routes
from hiring.errors import Refused
from hiring.money import Money
from hiring.offer_records import Terms, get
from tests.firm import MAYA, ROSA, Firm

pytestmark = pytest.mark.anyio
TITLE = "Senior Backend Engineer"


async def somebody(office: Firm, title: str = TITLE) -> tuple[str, str]:
    """Nora on a Lever job that has its like in Greenhouse; gives her application and both accounts' offers' home."""
    for row in office.store.all("lever_postings"):
        office.store.put("lever_postings", row["id"], row | {"text": title if row["state"] == "published" else "Old"})  # fmt: skip
    lever = await office.services.accounts.ats((await office.services.accounts.get("lever")).id)
    person = office.person("Nora", "Quill", "nora@mailbox.example", vendor="lever")
    return str((await lever.applications(person))[0].ref), lever.account.id


async def test_an_offer_is_kept_where_offers_live_and_the_hire_where_the_job_does(
    office: Firm,
) -> None:
    services = office.services
    ref, account = await somebody(office)
    application = Ref.parse(ref)
    await routes.route(services, account, "offers", "greenhouse")
    start = services.clock.now().date() + timedelta(days=30)
    terms = Terms(TITLE, Money(8_000_000, "EUR"), start)
    async with office.at_work():
        rosa, maya = await office.actor(ROSA), await office.actor(MAYA)
        drafted = await offers.draft(services, rosa, application, terms, (MAYA,), key="k")
        await office.settles()
        await offers.approve(services, maya, drafted.id, drafted.terms_hash)
        await office.settles()
        await offer_signing.accept(
            services, drafted.id, name="Nora Quill", consent=True, address="203.0.113.9", agent="Lynx"
        )  # fmt: skip
        await office.settles()
    now = await get(services, drafted.id)
    greenhouse = await services.accounts.ats((await services.accounts.get("greenhouse")).id)
    assert now.home.account == greenhouse.account.id
    there, person = await greenhouse.candidacy(now.home.id)
    assert (person.name, person.email, there.job_title) == ("Nora Quill", "nora@mailbox.example", TITLE)  # fmt: skip
    (kept,) = await greenhouse.offers(now.home.id)
    assert (kept.status.kind, kept.start_on) == ("accepted", start)
    lever = await services.accounts.ats(account)
    assert (await lever.application(application.id)).status.kind == "hired"
    assert len([c async for c in greenhouse.find_candidates("nora@mailbox.example")]) == 1


async def test_where_the_other_system_has_no_such_job_the_person_is_told_what_to_do(
    office: Firm,
) -> None:
    ref, account = await somebody(office, "Astronaut")
    await routes.route(office.services, account, "offers", "greenhouse")
    with pytest.raises(Refused) as refused:
        await routes.home(office.services, Ref.parse(ref), "offers")
    assert "requisition" in refused.value.sentence


async def test_a_route_to_a_system_that_takes_no_offers_is_refused_and_one_back_ends_it(
    office: Firm,
) -> None:
    services = office.services
    with pytest.raises(Refused) as refused:
        await routes.route(services, "greenhouse", "offers", "lever")
    assert "Lever" in refused.value.sentence
    ref, account = await somebody(office)
    await routes.route(services, account, "offers", "greenhouse")
    await routes.route(services, account, "offers", None)
    assert str(await routes.home(services, Ref.parse(ref), "offers")) == ref
