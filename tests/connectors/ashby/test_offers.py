"""Ashby's offers, step by step, and the people who are asked."""

from datetime import date

import pytest

from bot.workspace.ats.ashby.desk import keep
from bot.workspace.ats.ashby.seed import ident
from connectors import model
from connectors.ats.ashby.offers import money
from connectors.errors import Rejected
from connectors.model import Money
from tests.connectors.ashby.office import HERS, Office

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [("EUR 82,000 a year", 82_000, "EUR"), ("USD 95.500,50", 95_500.5, "USD"), ("GBP 70 000", 70_000, "GBP"), ("JPY 9500000", 9_500_000, "JPY")],
)  # fmt: skip
def test_pay_is_read_as_people_write_it(text: str, amount: float, currency: str) -> None:
    assert money(text) == {"value": amount, "currencyCode": currency}
    assert money("competitive") is None


async def test_an_offer_has_its_pay_its_steps_and_the_people_who_are_asked(office: Office) -> None:
    made = await office.ats.create_offer(
        HERS, start_on=date(2027, 1, 4), salary="EUR 82,000 a year", key="o"
    )
    assert (made.status.kind, made.start_on) == ("draft", date(2027, 1, 4))
    assert made.custom["salary"].value == Money(minor=8_200_000, currency="EUR")
    change = model.OfferChange(start_on=date(2027, 2, 1), custom={"Equity": "0.2 %"})
    moved = await office.ats.update_offer(HERS, made.ref.id, change)
    assert (moved.start_on, str(moved.custom[ident("field Equity")])) == (date(2027, 2, 1), "0.2 %")
    assert moved.custom["salary"].value == made.custom["salary"].value
    assert await office.ats.approvals(made.ref) == []
    await office.ats.write("offer.startApprovalProcess", offerVersionId=moved.version)  # type: ignore[attr-defined]  # as an admin would
    (approval,) = await office.ats.approvals(made.ref)
    assert (approval.status.kind, approval.sequential) == ("asked", True)
    assert [a.user for a in approval.groups[0].approvers] == [await office.user("tom")]
    for status, on in (("sent", date(2026, 12, 2)), ("declined", date(2026, 12, 5))):
        marked = await office.ats.mark_offer(HERS, made.ref.id, status, on)
        assert marked is not None
        assert marked.status.kind == status
    assert marked is not None
    assert str(marked.decided_at)[:10] == "2026-12-05"


async def test_an_offer_that_somebody_began_in_ashby_is_left_to_them(office: Office) -> None:
    keep(
        office.store,
        "processes",
        {"id": ident("begun"), "applicationId": HERS, "status": "WaitingOnOfferCreation"},
    )
    with pytest.raises(Rejected) as refused:
        await office.ats.create_offer(HERS, start_on=date(2027, 1, 4), salary="EUR 1", key="o")
    assert "begun in Ashby" in refused.value.text


async def test_pay_that_cannot_be_read_is_asked_for(office: Office) -> None:
    with pytest.raises(Rejected) as refused:
        await office.ats.create_offer(
            HERS, start_on=date(2027, 1, 4), salary="competitive", key="o"
        )
    assert "Salary" in refused.value.text
