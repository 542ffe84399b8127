"""The candidate's side of an offer: read it, accept and sign it, or decline. No Slack, no account."""

import asyncio
import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from hiring import audit, candidates, offer_flow
from hiring.errors import AlreadyDone, Refused
from hiring.offer_records import Offer, Terms, get, load, sealed_terms
from hiring.offers_table import offers, seal_keys
from hiring.services import Services
from messages import signing
from messages.signing import SealKey

CONSENT = (
    "I agree to sign this letter electronically. I can ask for a paper copy, or withdraw, by replying to the "
    "e-mail it came in. Typing my name and pressing the button is my signature."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the candidate's page shows."""

    offer: Offer
    terms: Terms
    first_name: str
    full_name: str
    zone: str


async def read(services: Services, offer_id: str) -> Reading:
    """Open an offer for its candidate; the first look is noted. Raises AlreadyDone when it was withdrawn or ended."""
    offer = await get(services, offer_id)
    if offer.state == "sent":
        await _viewed(services, offer_id)
    if offer.state in ("withdrawn", "expired", "refused", "approving"):
        raise AlreadyDone(
            "This offer is no longer open. Reply to the e-mail it came in if you have questions."
        )
    profile = await candidates.read(services, offer.application)
    person = profile.candidate
    terms = await sealed_terms(services, offer_id)
    return Reading(
        await get(services, offer_id),
        terms,
        person.first_name,
        person.name,
        person.time_zone or "UTC",
    )


async def accept(
    services: Services, offer_id: str, *, name: str, consent: bool, address: str, agent: str
) -> Offer:
    """Sign the letter in the candidate's name and start what follows. Accepting twice changes nothing.

    `address` and `agent` are the browser's, put as evidence on the signature page (the address as a hash).
    Raises Refused naming the field that is missing.
    """
    typed = " ".join(name.split())
    if len(typed) < 2:
        raise Refused("Type your full name as your signature.", field="name")
    if not consent:
        raise Refused("Tick the box to agree to sign electronically.", field="consent")
    offer = await get(services, offer_id)
    if offer.state == "accepted":
        return offer
    _open(offer)
    pdf = await _sign(services, offer_id, typed[:200], address, agent)
    async with services.store.begin() as tx:
        offer = await load(tx, offer_id)
        if offer.state == "accepted":
            return offer
        _open(offer)
        now = services.clock.now()
        sealed = services.seal.of(offer.application.account).close(pdf)
        await tx.execute(
            offers.update()
            .where(offers.c.id == offer_id)
            .values(state="accepted", signed=sealed, decided_at=now)
        )
        await audit.record(
            tx,
            services,
            "candidate",
            "offer.accepted",
            offer_id,
            before=offer.state,
            after="accepted",
        )
        await services.jobs.enqueue(
            tx, offer_flow.finish, key=f"offer-finish:{offer_id}", partition=f"ats:{offer.application}",
            offer=offer_id,
        )  # fmt: skip
        return await load(tx, offer_id)


async def decline(services: Services, offer_id: str, reason: str) -> Offer:
    """The candidate says no. Declining twice changes nothing; an accepted offer stays accepted."""
    async with services.store.begin() as tx:
        offer = await load(tx, offer_id)
        if offer.state == "declined":
            return offer
        _open(offer)
        await tx.execute(
            offers.update()
            .where(offers.c.id == offer_id)
            .values(
                state="declined",
                decided_at=services.clock.now(),
                reason=services.seal.of(offer.application.account).close(reason.strip()[:2_000]),
            )
        )
        await audit.record(
            tx,
            services,
            "candidate",
            "offer.declined",
            offer_id,
            before=offer.state,
            after="declined",
        )
        await services.jobs.enqueue(
            tx, offer_flow.closed, key=f"offer-closed:{offer_id}", partition=f"ats:{offer.application}",
            offer=offer_id,
        )  # fmt: skip
        return await load(tx, offer_id)


async def seal_key(services: Services) -> SealKey:
    """The company's signing key, made on first use and kept sealed."""
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(seal_keys))).first()
    if row is None:
        made = await asyncio.to_thread(
            signing.new_seal, services.company.name, services.clock.now()
        )
        async with services.store.begin() as tx:
            await services.store.alone(tx, "seal-key")
            row = (await tx.execute(sa.select(seal_keys))).first()
            if row is None:
                await tx.execute(
                    seal_keys.insert().values(
                        id="company",
                        private=services.seal.close(made.private_pem),
                        certificate=_text(made.certificate_pem),
                        created_at=services.clock.now(),
                    )  # fmt: skip
                )
                return made
    return SealKey(services.seal.open(row.private), row.certificate.encode())


async def _sign(services: Services, offer_id: str, name: str, address: str, agent: str) -> bytes:
    shown = await offer_flow.letter(services, offer_id)
    at = services.clock.now()
    evidence = {
        "Signed by": name,
        "Signed at": at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "Offer": offer_id,
        "Reached by": "personal link sent to the candidate's e-mail address",
        "Address (SHA-256)": hashlib.sha256(address.encode()).hexdigest(),
        "Browser": agent[:200],
        "Consent (SHA-256)": hashlib.sha256(CONSENT.encode()).hexdigest(),
        "Letter shown (SHA-256)": hashlib.sha256(shown).hexdigest(),
    }
    key = await seal_key(services)
    return await asyncio.to_thread(
        signing.sign,
        shown,
        key,
        signer=name,
        reason="I accept this offer",
        at=at,
        evidence=evidence,
    )


async def _viewed(services: Services, offer_id: str) -> None:
    async with services.store.begin() as tx:
        first = await tx.execute(
            offers.update()
            .where(offers.c.id == offer_id, offers.c.state == "sent")
            .values(state="viewed")
        )
        if not first.rowcount:  # a second look at the same moment
            return
        await audit.record(
            tx, services, "candidate", "offer.viewed", offer_id, before="sent", after="viewed"
        )
        await services.jobs.enqueue(
            tx, offer_flow.announce, key=f"offer-viewed:{offer_id}", offer=offer_id
        )


def _open(offer: Offer) -> None:
    if offer.state not in ("sent", "viewed"):
        raise AlreadyDone(
            f"This offer is already {offer.state}. Reply to the e-mail it came in if that is not right."
        )


def _text(pem: bytes | str) -> str:
    return pem.decode() if isinstance(pem, bytes) else pem
