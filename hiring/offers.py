"""Offers: draft, ask for approvals one after another, and say what stands. The letter has its own file."""

import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from connectors.model import Ref
from hiring import access, audit, candidates, links, offer_flow
from hiring.candidates import Profile
from hiring.errors import AlreadyDone, NotAllowed, Refused
from hiring.offer_records import (
    OPEN,
    Approval,
    Offer,
    Terms,
    dump,
    exists,
    get,
    load,
    open_for,
    sealed_terms,
)
from hiring.offers_table import approvals, offers
from hiring.people import Actor
from hiring.services import Services

DRAFTERS = {"recruiter", "hiring_manager"}


async def draft(
    services: Services, actor: Actor, ref: Ref, terms: Terms, approvers: Sequence[str], *, key: str
) -> Offer:
    """Write the offer and ask the first approver. The same key drafts once; a second open offer is refused."""
    profile = await candidates.profile(services, actor, ref)
    await access.require(
        services, actor, DRAFTERS, profile.application.job if profile.application else None
    )
    check(services, actor, profile, terms, approvers)
    offer = f"off_{hashlib.sha256(key.encode()).hexdigest()[:20]}"
    async with services.store.begin() as tx:
        await services.store.alone(tx, f"offer:{profile.ref}")
        if await exists(tx, offer):
            return await load(tx, offer)
        if await open_for(tx, str(profile.ref)):
            raise AlreadyDone(
                "There is an open offer for this application already. Withdraw it first.",
                field="salary",
            )
        await tx.execute(offers.insert().values(**_row(services, actor, profile, terms, offer)))
        for step, approver in enumerate(approvers):
            await tx.execute(
                approvals.insert().values(
                    offer=offer, step=step, approver=approver, state="waiting"
                )
            )
        await audit.record(
            tx,
            services,
            actor.user,
            "offer.drafted",
            offer,
            after="approving",
            application=str(profile.ref),
        )
        await services.jobs.enqueue(
            tx, offer_flow.record, key=f"offer-record:{offer}", partition=f"ats:{profile.ref}", offer=offer
        )  # fmt: skip
        await services.jobs.enqueue(
            tx, offer_flow.announce, key=f"offer-ask:{offer}:0", offer=offer
        )
        return await load(tx, offer)


def check(
    services: Services, actor: Actor, profile: Profile, terms: Terms, approvers: Sequence[str]
) -> None:
    """Refuse terms that cannot stand, each with the field it belongs to."""
    application = profile.application
    if application is None or application.status.kind not in ("active", "prospect", "other"):
        raise Refused("Offers go to people with an open application. Reopen it in the ATS first.")
    if not profile.candidate.email:
        raise Refused(
            "This person has no e-mail address in the ATS, so the letter could not reach them. Add one first."
        )
    if terms.start_on <= services.clock.now().date():
        raise Refused("The start date has to be after today.", field="start")
    if not approvers:
        raise Refused("Choose somebody who approves the offer.", field="approver")
    if actor.user in approvers:
        raise Refused("You wrote this offer, so somebody else has to approve it.", field="approver")
    if len(set(approvers)) != len(approvers):
        raise Refused(
            "The second approver is the same person. Leave it empty or choose somebody else.",
            field="second",
        )


async def approve(services: Services, actor: Actor, offer_id: str, terms_hash: str) -> Offer:
    """Count one approval of exactly these terms. The last one starts the letter; pressing twice changes nothing."""
    async with services.store.begin() as tx:
        offer = await load(tx, offer_id)
        mine = _my_step(offer, actor, terms_hash)
        now = services.clock.now()
        await tx.execute(
            approvals.update()
            .where(
                approvals.c.offer == offer.id,
                approvals.c.step == mine.step,
                approvals.c.state == "waiting",
            )
            .values(state="approved", at=now, terms_hash=terms_hash)
        )
        after = await load(tx, offer.id)
        await audit.record(
            tx,
            services,
            actor.user,
            "offer.approved",
            offer.id,
            before=offer.state,
            after="approved" if after.turn is None else offer.state,
            step=mine.step,
            terms=terms_hash,
        )
        if after.turn is None:
            await tx.execute(
                offers.update().where(offers.c.id == offer.id).values(state="approved")
            )
            await services.jobs.enqueue(
                tx, offer_flow.make_letter, key=f"offer-letter:{offer.id}", offer=offer.id
            )
        await services.jobs.enqueue(
            tx, offer_flow.announce, key=f"offer-ask:{offer.id}:{mine.step + 1}", offer=offer.id
        )
        return await load(tx, offer.id)


async def turn_down(services: Services, actor: Actor, offer_id: str, reason: str) -> Offer:
    """An approver says no, with a reason the drafter sees; the offer ends there."""
    if not reason.strip():
        raise Refused("Say why, so that the offer can be changed.", field="reason")
    async with services.store.begin() as tx:
        offer = await load(tx, offer_id)
        mine = _my_step(offer, actor, offer.terms_hash)
        now = services.clock.now()
        await tx.execute(
            approvals.update()
            .where(approvals.c.offer == offer.id, approvals.c.step == mine.step)
            .values(
                state="declined",
                at=now,
                reason=services.seal.of(offer.application.account).close(reason.strip()),
            )
        )
        await tx.execute(
            offers.update().where(offers.c.id == offer.id).values(state="refused", decided_at=now)
        )
        await audit.record(
            tx,
            services,
            actor.user,
            "offer.turned_down",
            offer.id,
            before=offer.state,
            after="refused",
            step=mine.step,
        )
        await services.jobs.enqueue(
            tx, offer_flow.announce, key=f"offer-no:{offer.id}", offer=offer.id
        )
        return await load(tx, offer.id)


async def withdraw(services: Services, actor: Actor, offer_id: str) -> Offer:
    """Take an open offer back: the candidate's link stops working. Withdrawing twice changes nothing."""
    offer = await get(services, offer_id)
    await access.require(services, actor, DRAFTERS, offer.job)
    async with services.store.begin() as tx:
        offer = await load(tx, offer_id)
        if offer.state == "withdrawn":
            return offer
        if offer.state not in OPEN:
            raise AlreadyDone(f"This offer is already {offer.state}.")
        values = {"state": "withdrawn", "decided_at": services.clock.now()}
        await tx.execute(offers.update().where(offers.c.id == offer.id).values(**values))
        await links.revoke(tx, services, "offer", offer.id)
        await audit.record(
            tx,
            services,
            actor.user,
            "offer.withdrawn",
            offer.id,
            before=offer.state,
            after="withdrawn",
        )
        await services.jobs.enqueue(
            tx, offer_flow.announce, key=f"offer-back:{offer.id}", offer=offer.id
        )
        return await load(tx, offer.id)


async def terms(services: Services, actor: Actor, offer_id: str) -> tuple[Offer, Terms]:
    """The terms, for the job's recruiters and hiring manager and the approvers only. Raises NotAllowed."""
    offer = await get(services, offer_id)
    asked = any(step.approver == actor.user for step in offer.approvals)
    if not asked and not await access.sees_pay(services, actor, offer.job):
        raise NotAllowed(
            "Pay is shown only to the job's recruiters, its hiring manager and the approvers."
        )
    return offer, await sealed_terms(services, offer_id)


async def waiting_for(services: Services, actor: Actor) -> list[Offer]:
    """The offers whose turn is the actor's, oldest first."""
    query = (
        sa.select(offers.c.id)
        .join(approvals, approvals.c.offer == offers.c.id)
        .where(offers.c.team == actor.team, offers.c.state == "approving")
        .where(approvals.c.approver == actor.user, approvals.c.state == "waiting")
        .order_by(offers.c.created_at)
    )
    async with services.store.read() as conn:
        found = [await load(conn, row.id) for row in await conn.execute(query)]
    return [offer for offer in found if offer.turn and offer.turn.approver == actor.user]


async def current(services: Services, ref: Ref) -> Offer | None:
    """The newest offer of an application, open or not."""
    query = (
        sa.select(offers.c.id)
        .where(offers.c.application == str(ref))
        .order_by(offers.c.created_at.desc())
    )
    async with services.store.read() as conn:
        row = (await conn.execute(query.limit(1))).one_or_none()
        return await load(conn, row.id) if row else None


def _my_step(offer: Offer, actor: Actor, terms_hash: str) -> Approval:
    mine = [step for step in offer.approvals if step.approver == actor.user]
    if not mine:
        raise NotAllowed("This offer waits for somebody else's approval.")
    if done := next((step for step in mine if step.state != "waiting"), None):
        raise AlreadyDone(f"You have {done.state} this offer already; nothing was changed.")
    if offer.turn is None:
        raise AlreadyDone(f"This offer is already {offer.state}; nothing was changed.")
    if offer.turn.step != mine[0].step:
        raise Refused("Somebody else has to approve first. You will be asked when it is your turn.")
    if terms_hash != offer.terms_hash:
        raise Refused(
            "The terms changed since this card was shown. Look at the terms, then approve again."
        )
    return mine[0]


def _row(
    services: Services, actor: Actor, profile: Profile, terms: Terms, offer: str
) -> dict[str, Any]:
    application = profile.application
    assert application is not None  # checked by `check`
    return {
        "id": offer,
        "team": actor.team,
        "application": str(application.ref),
        "candidate": str(profile.candidate.ref),
        "job": str(application.job) if application.job else None,
        "created_by": actor.user,
        "state": "approving",
        "terms": services.seal.of(profile.ref.account).close(dump(terms)),
        "terms_hash": terms.fingerprint(),
        "created_at": services.clock.now(),
    }


async def reason(services: Services, offer: Offer) -> str | None:
    """Why an approver or the candidate said no, if they did."""
    async with services.store.read() as conn:
        own = (
            await conn.execute(sa.select(offers.c.reason).where(offers.c.id == offer.id))
        ).scalar_one()
        step = await conn.execute(
            sa.select(approvals.c.reason).where(
                approvals.c.offer == offer.id, approvals.c.reason.is_not(None)
            )
        )
        sealed = own or step.scalars().first()
    return services.seal.open_text(sealed) if sealed else None
