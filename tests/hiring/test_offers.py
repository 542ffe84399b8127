"""Offers: drafted by those who hire, approved in order and once, declined with a reason, withdrawn, expired."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from connectors.model import Ref
from hiring import ids, links, offer_flow, offer_signing, offers
from hiring.errors import AlreadyDone, LinkExpired, NotAllowed, NotFound, Refused
from hiring.money import Money
from hiring.offer_records import Offer, Terms, get
from hiring.people import Actor
from messages import signing
from tests.firm import ADMIN, BEN, CHEN, MAYA, ROSA, STRANGER, TOM, Firm, everything_in

pytestmark = pytest.mark.anyio
NOTE = "We saved you the desk by the window."


@dataclass
class Desk:
    """One candidate about to be made an offer, and those who take part."""

    office: Firm
    ref: Ref
    rosa: Actor
    maya: Actor
    tom: Actor

    def terms(self, minor: int = 8_273_105, days: int = 30) -> Terms:
        start = self.office.services.clock.now().date() + timedelta(days=days)
        return Terms("Senior Backend Engineer", Money(minor, "EUR"), start, NOTE)

    async def draft(self, *chain: str, key: str = "") -> Offer:
        return await offers.draft(
            self.office.services, self.rosa, self.ref, self.terms(), chain or (MAYA, TOM),
            key=key or ids.new("key"),
        )  # fmt: skip

    async def approve(self, actor: Actor, offer: Offer) -> Offer:
        return await offers.approve(self.office.services, actor, offer.id, offer.terms_hash)

    async def sent(self) -> Offer:
        """Drafted, approved by Maya and mailed; needs a worker."""
        offer = await self.draft(MAYA)
        await self.approve(self.maya, offer)
        await self.office.settles()
        return await get(self.office.services, offer.id)


@pytest.fixture
async def desk(office: Firm) -> Desk:
    people = [await office.actor(user) for user in (ROSA, MAYA, TOM)]
    return Desk(office, await office.newcomer("Grace", "Hopper", "grace@mailbox.example"), *people)


async def sign(desk: Desk, offer: Offer, name: str = "Grace Hopper") -> Offer:
    return await offer_signing.accept(
        desk.office.services, offer.id, name=name, consent=True, address="203.0.113.9", agent="Lynx"
    )


async def test_the_same_delivery_drafts_once_and_a_second_open_offer_is_refused(
    desk: Desk,
) -> None:
    first = await desk.draft(key="same")
    assert await desk.draft(key="same") == first
    with pytest.raises(AlreadyDone):
        await desk.draft(key="another")


async def test_of_many_drafts_at_once_one_stands(desk: Desk) -> None:
    async def tries(number: int) -> bool:
        try:
            await desk.draft(key=f"try {number}")
        except AlreadyDone:
            return False
        return True

    assert sum(await asyncio.gather(*(tries(n) for n in range(6)))) == 1


async def test_terms_that_cannot_stand_are_refused_under_their_field(desk: Desk) -> None:
    services, good = desk.office.services, desk.terms()
    for chain, terms, field in (
        ((), good, "approver"),
        ((ROSA,), good, "approver"),
        ((MAYA, MAYA), good, "second"),
        ((MAYA,), desk.terms(days=0), "start"),
        ((MAYA,), desk.terms(days=-1), "start"),
    ):
        with pytest.raises(Refused) as refused:
            await offers.draft(services, desk.rosa, desk.ref, terms, chain, key=ids.new("key"))
        assert refused.value.field == field
    assert await offers.current(services, desk.ref) is None


@pytest.mark.parametrize("user", [BEN, CHEN, STRANGER])
async def test_those_who_do_not_hire_for_the_job_cannot_draft_or_withdraw(
    desk: Desk, user: str
) -> None:
    somebody = await desk.office.actor(user)
    with pytest.raises(NotAllowed):
        await offers.draft(
            desk.office.services, somebody, desk.ref, desk.terms(), (MAYA,), key="no"
        )
    offer = await desk.draft()
    with pytest.raises(NotAllowed):
        await offers.withdraw(desk.office.services, somebody, offer.id)


async def test_approvals_come_in_order_and_the_last_one_starts_the_letter(desk: Desk) -> None:
    offer = await desk.draft(MAYA, TOM)
    with pytest.raises(Refused):
        await desk.approve(desk.tom, offer)
    assert [o.id for o in await offers.waiting_for(desk.office.services, desk.maya)] == [offer.id]
    assert await offers.waiting_for(desk.office.services, desk.tom) == []
    after = await desk.approve(desk.maya, offer)
    assert (after.state, after.turn and after.turn.approver) == ("approving", TOM)
    assert [o.id for o in await offers.waiting_for(desk.office.services, desk.tom)] == [offer.id]
    assert (await desk.approve(desk.tom, offer)).state == "approved"


async def test_pressing_approve_twice_counts_once(desk: Desk) -> None:
    offer = await desk.draft(MAYA, TOM)

    async def press() -> bool:
        try:
            await desk.approve(desk.maya, offer)
        except AlreadyDone:
            return False
        return True

    assert sum(await asyncio.gather(*(press() for _ in range(4)))) == 1
    states = [step.state for step in (await get(desk.office.services, offer.id)).approvals]
    assert states == ["approved", "waiting"]


@pytest.mark.parametrize("user", [ROSA, BEN, CHEN, STRANGER, ADMIN])
async def test_nobody_but_the_approvers_can_approve_or_turn_down(desk: Desk, user: str) -> None:
    offer, somebody = await desk.draft(MAYA), await desk.office.actor(user)
    with pytest.raises(NotAllowed):
        await desk.approve(somebody, offer)
    with pytest.raises(NotAllowed):
        await offers.turn_down(desk.office.services, somebody, offer.id, "no")
    assert (await get(desk.office.services, offer.id)).state == "approving"


async def test_an_approval_is_bound_to_the_terms_that_were_shown(desk: Desk) -> None:
    offer = await desk.draft(MAYA)
    with pytest.raises(Refused) as refused:
        await offers.approve(desk.office.services, desk.maya, offer.id, desk.terms(1).fingerprint())
    assert "terms changed" in refused.value.sentence


async def test_an_approver_turns_down_with_a_reason_and_the_offer_ends(desk: Desk) -> None:
    offer = await desk.draft(MAYA, TOM)
    with pytest.raises(Refused):
        await offers.turn_down(desk.office.services, desk.maya, offer.id, "  ")
    refused = await offers.turn_down(desk.office.services, desk.maya, offer.id, "Over the band.")
    assert refused.state == "refused"
    assert await offers.reason(desk.office.services, refused) == "Over the band."
    for actor in (desk.maya, desk.tom):
        with pytest.raises(AlreadyDone):
            await desk.approve(actor, offer)
    assert (await desk.draft(MAYA)).state == "approving"


async def test_pay_is_shown_to_those_concerned_only(desk: Desk) -> None:
    offer = await desk.draft(TOM)
    for actor in (desk.rosa, desk.maya, desk.tom):
        _, terms = await offers.terms(desk.office.services, actor, offer.id)
        assert terms.salary.minor == 8_273_105
    for user in (BEN, STRANGER):
        with pytest.raises(NotAllowed):
            await offers.terms(desk.office.services, await desk.office.actor(user), offer.id)


async def test_the_letter_is_written_mailed_and_noted_once(desk: Desk) -> None:
    office = desk.office
    async with office.at_work():
        offer = await desk.sent()
        for job in (offer_flow.make_letter, offer_flow.mail_link, offer_flow.record):
            await job(office.services, offer=offer.id)
        await office.settles()
    assert offer.state == "sent"
    assert (await offer_flow.letter(office.services, offer.id)).startswith(b"%PDF")
    (mail,) = office.mails("grace@mailbox.example")
    assert offer.link
    assert links.url(office.services, offer.link) in mail["text"]
    ats = await office.services.accounts.ats(desk.ref.account)
    notes = await ats.notes(offer.candidate.id)
    assert len([n for n in notes if "Offer letter sent" in n.body]) == 1
    assert {user for user, kind, _ in office.desk.shown if kind == "offer"} == {ROSA, MAYA}


async def test_reading_is_noted_and_signing_twice_counts_once(desk: Desk) -> None:
    office = desk.office
    async with office.at_work():
        offer = await desk.sent()
        assert (await offer_signing.read(office.services, offer.id)).offer.state == "viewed"
        first = await sign(desk, offer)
        assert await sign(desk, offer, "Somebody Else") == first
        await office.settles()
    pdf = await offer_flow.signed_letter(office.services, offer.id)
    report = await asyncio.to_thread(signing.verify, pdf)
    assert report.valid
    with pytest.raises(AlreadyDone):
        await offer_signing.decline(office.services, offer.id, "changed my mind")
    with pytest.raises(AlreadyDone):
        await offers.withdraw(office.services, desk.rosa, offer.id)
    ats = await office.services.accounts.ats(desk.ref.account)
    assert (await ats.application(desk.ref.id)).status.kind == "hired"
    assert len(office.mails("grace@mailbox.example")) == 2
    said = [text for user, text in office.desk.said.values() if user == ROSA]
    assert len([text for text in said if "signed the offer" in text]) == 1


async def test_signing_needs_a_name_and_consent(desk: Desk) -> None:
    services = desk.office.services
    async with desk.office.at_work():
        offer = await desk.sent()
    for name, consent, field in (
        ("", True, "name"),
        (" x ", True, "name"),
        ("Grace", False, "consent"),
    ):
        with pytest.raises(Refused) as refused:
            await offer_signing.accept(
                services, offer.id, name=name, consent=consent, address="", agent=""
            )
        assert refused.value.field == field
    assert (await get(services, offer.id)).state == "sent"


async def test_the_candidate_declines_once_and_the_drafter_hears_why(desk: Desk) -> None:
    office = desk.office
    async with office.at_work():
        offer = await desk.sent()
        for _ in range(2):
            gone = await offer_signing.decline(office.services, offer.id, "Another offer.")
        await office.settles()
    assert gone.state == "declined"
    assert await offers.reason(office.services, gone) == "Another offer."
    with pytest.raises(AlreadyDone):
        await sign(desk, offer)
    assert [user for key, (user, _) in office.desk.said.items() if "declined" in key] == [ROSA]


async def test_withdrawing_twice_changes_nothing_and_the_link_stops(desk: Desk) -> None:
    office = desk.office
    async with office.at_work():
        offer = await desk.sent()
        assert offer.link
        token = links.url(office.services, offer.link).rpartition("/")[2]
        for _ in range(2):
            gone = await offers.withdraw(office.services, desk.maya, offer.id)
    assert gone.state == "withdrawn"
    with pytest.raises(LinkExpired):
        await links.read(office.services, token)
    for act in (sign(desk, offer), offer_signing.decline(office.services, offer.id, "")):
        with pytest.raises(AlreadyDone):
            await act
    with pytest.raises(AlreadyDone):
        await offer_signing.read(office.services, offer.id)


async def test_an_offer_withdrawn_before_its_letter_is_written_is_never_mailed(desk: Desk) -> None:
    offer = await desk.draft(MAYA)
    await desk.approve(desk.maya, offer)
    await offers.withdraw(desk.office.services, desk.rosa, offer.id)
    async with desk.office.at_work():
        await desk.office.settles()
    assert desk.office.mails("grace@mailbox.example") == []


async def test_an_unanswered_offer_expires_after_its_days_and_not_before(desk: Desk) -> None:
    office = desk.office
    async with office.at_work():
        offer = await desk.sent()
        await office.waits(days=6, hours=23)
        assert (await get(office.services, offer.id)).state == "sent"
        await office.waits(hours=2)
        assert (await get(office.services, offer.id)).state == "expired"
    with pytest.raises(AlreadyDone):
        await sign(desk, offer)


async def test_an_accepted_offer_does_not_expire(desk: Desk) -> None:
    office = desk.office
    async with office.at_work():
        offer = await desk.sent()
        await sign(desk, offer)
        await office.waits(days=30)
    assert (await get(office.services, offer.id)).state == "accepted"


async def test_an_offer_nobody_made_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await get(desk.office.services, "off_none")


async def test_neither_pay_nor_person_nor_note_nor_reason_lies_readable_in_the_database(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    async with desk.office.at_work():
        offer = await desk.sent()
        await offer_signing.decline(desk.office.services, offer.id, "The commute is too long.")
        await desk.office.settles()
    stored = dump(database_url) if "postgresql" in database_url else everything_in(tmp_path)
    assert offer.id.encode() in stored
    for secret in ("8273105", "82,731.05", NOTE, "Hopper", "grace@mailbox.example", "commute"):
        assert secret.encode() not in stored


def dump(url: str) -> bytes:
    """All rows of all tables, as text."""
    with psycopg.connect(url.replace("+psycopg", "")) as conn:
        names = conn.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('public', 'dbos') and table_type = 'BASE TABLE'"
        ).fetchall()
        rows = [
            conn.execute(f'select t::text from "{schema}"."{name}" t').fetchall()  # type: ignore[arg-type]  # names come from the catalogue
            for schema, name in names
        ]
    return repr(rows).encode()
