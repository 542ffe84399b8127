"""The jobs of an offer: record it in the ATS, show its cards, write the letter, mail the link, finish after signing."""

from datetime import timedelta

import sqlalchemy as sa

from connectors.errors import NotSupported
from hiring import audit, candidacy, candidates, links, outreach, people, post, routes
from hiring.candidates import Profile
from hiring.jobs import job
from hiring.offer_records import Offer, Terms, get, load, sealed_terms
from hiring.offers_table import offers
from hiring.people import Actor
from hiring.services import Services
from messages import letters, templates
from messages.mail import Attachment, Mail
from messages.templates import Rendered
from scheduling import spell

VALID = timedelta(days=7)


@job("offer.record", what="The offer in the ATS")
async def record(services: Services, *, offer: str) -> None:
    """Write the offer into the ATS that keeps offers; where it takes none, a private note without pay.

    Looks before it repeats.
    """
    now = await get(services, offer)
    if now.remote_id:
        return
    home = await routes.home(services, now.application, "offers")
    ats = await services.accounts.ats(home.account)
    terms = await sealed_terms(services, offer)
    try:
        remote = await ats.create_offer(
            home.id, start_on=terms.start_on, salary=terms.salary.spell(), key=offer
        )
    except NotSupported:
        profile = await candidates.read(services, now.application)
        await candidacy.write_note(
            services,
            await services.accounts.ats(now.application.account),
            profile,
            "Offer drafted in Callsheet; it waits for approval.",
            key=f"offer:{offer}",
            private=True,
        )
        return
    async with services.store.begin() as tx:
        await tx.execute(
            offers.update()
            .where(offers.c.id == offer)
            .values(remote_id=remote.ref.id, remote=str(home) if home != now.application else None)
        )


@job("offer.announce", order="card:{offer}", what="The offer's card")
async def announce(services: Services, *, offer: str) -> None:
    """Show the card to the drafter and to everybody asked so far; who is next sees Approve. Cards are edited in place."""
    now = await get(services, offer)
    await services.desk.show(now.team, now.created_by, "offer", offer)
    for step in now.approvals:
        if step.state != "waiting" or step == now.turn:
            await services.desk.show(now.team, step.approver, "offer", offer)
    await services.desk.refresh("offer", offer)


@job("offer.letter", what="The offer letter")
async def make_letter(services: Services, *, offer: str) -> None:
    """Write the letter as a PDF, keep it sealed, and queue the mail with the candidate's link. Runs once per offer."""
    now = await get(services, offer)
    if now.state != "approved":
        return
    profile = await candidates.read(services, now.application)
    terms = await sealed_terms(services, offer)
    expires = services.clock.now() + VALID
    pdf = letters.offer_letter(await letter_facts(services, now, profile, terms))
    async with services.store.begin() as tx:
        if (await load(tx, offer)).state != "approved":
            return
        link = await links.make(tx, services, "offer", offer, expires)
        await tx.execute(
            offers.update()
            .where(offers.c.id == offer)
            .values(
                state="sent",
                letter=services.seal.of(now.application.account).close(pdf),
                link=link,
                expires_at=expires,
            )
        )
        await audit.record(
            tx, services, "callsheet", "offer.sent", offer, before="approved", after="sent"
        )
        await services.jobs.enqueue(
            tx,
            mail_link,
            key=f"offer-mail:{offer}",
            partition=f"mail:{now.application}",
            offer=offer,
        )
        await services.jobs.enqueue(
            tx, mark, key=f"offer-mark-sent:{offer}", partition=f"ats:{now.application}", offer=offer,
            status="sent",
        )  # fmt: skip
        await services.jobs.later(tx, expire, key=f"offer-expire:{offer}", at=expires, offer=offer)


@job("offer.mail", what="The mail with the offer")
async def mail_link(services: Services, *, offer: str) -> None:
    """Mail the candidate their link. The Message-ID is the offer's, so a repeat is dropped by most receivers."""
    now = await get(services, offer)
    if now.state not in ("sent", "viewed") or now.link is None:
        return
    profile = await candidates.read(services, now.application)
    actor = await people.actor(services, now.team, now.created_by)
    known = await outreach.facts(services, actor, profile)
    zone = profile.candidate.time_zone or actor.zone
    known |= {
        "offer_link": links.url(services, now.link),
        "offer_expires": spell.spell_moment(now.expires_at, zone) if now.expires_at else None,
    }
    rendered = templates.render(templates.load()["offer_link"], known)
    await _send(services, actor, profile, rendered, key=f"offer:{offer}", offer=offer)
    ats = await services.accounts.ats(now.application.account)
    await candidacy.write_note(
        services,
        ats,
        profile,
        "Offer letter sent to the candidate.",
        actor=actor,
        key=f"offer-sent:{offer}",
    )
    await announce(services, offer=offer)


@job("offer.mark", what="The offer's state in the ATS")
async def mark(services: Services, *, offer: str, status: str) -> None:
    """Set the offer's status in the ATS where it allows that; setting it twice changes nothing."""
    now = await get(services, offer)
    if now.remote_id:
        ats = await services.accounts.ats(now.home.account)
        day = (now.decided_at or services.clock.now()).date()
        await ats.mark_offer(now.home.id, now.remote_id, status, day)


@job("offer.finish", what="Filing the signed offer and marking the hire")
async def finish(services: Services, *, offer: str) -> None:
    """After the signature: file the signed letter in the ATS, mark hired, mail everybody a copy, update the cards."""
    now = await get(services, offer)
    profile = await candidates.read(services, now.application)
    actor = await people.actor(services, now.team, now.created_by)
    pdf = await signed_letter(services, offer)
    terms = await sealed_terms(services, offer)
    ats = await services.accounts.ats(now.application.account)
    author = await people.ats_user(services, actor.person, now.application.account)
    try:
        await ats.attach(
            profile.candidate.ref.id, "signed-offer.pdf", pdf, kind="offer", key=f"offer:{offer}",
            application_id=now.application.id, author=author.ref if author else None,
        )  # fmt: skip
    except NotSupported:
        await candidacy.write_note(
            services,
            ats,
            profile,
            "The candidate signed the offer letter.",
            actor=actor,
            key=f"offer-signed:{offer}",
        )
    await mark(services, offer=offer, status="accepted")
    await ats.hire(
        now.application.id, start_on=terms.start_on, author=author.ref if author else None
    )
    rendered = templates.render(
        templates.load()["offer_signed"], await outreach.facts(services, actor, profile)
    )
    copy = (Attachment("signed-offer.pdf", "application/pdf", pdf),)
    await _send(
        services,
        actor,
        profile,
        rendered,
        key=f"offer-signed:{offer}",
        offer=offer,
        attachments=copy,
    )
    await announce(services, offer=offer)
    await services.desk.say(
        now.team, now.created_by, f":tada: {profile.candidate.name} signed the offer and is marked as hired in {ats.account.name}.",
        key=f"offer-signed:{offer}",
    )  # fmt: skip


@job("offer.closed", what="Closing the offer in the ATS")
async def closed(services: Services, *, offer: str) -> None:
    """After the candidate said no: tell the drafter, mark the ATS, update the cards."""
    now = await get(services, offer)
    profile = await candidates.read(services, now.application)
    await mark(services, offer=offer, status="declined")
    await services.desk.say(
        now.team, now.created_by, f"{profile.candidate.name} declined the offer. The reason is on the offer's card.",
        key=f"offer-declined:{offer}",
    )  # fmt: skip
    await announce(services, offer=offer)


@job("offer.expire", what="Closing an offer that nobody answered")
async def expire(services: Services, *, offer: str) -> None:
    """Close an offer nobody answered; answered, withdrawn and extended ones stay as they are."""
    async with services.store.begin() as tx:
        now = await load(tx, offer)
        late = now.expires_at is not None and now.expires_at <= services.clock.now()
        if now.state not in ("sent", "viewed") or not late:
            return
        await tx.execute(
            offers.update()
            .where(offers.c.id == offer)
            .values(state="expired", decided_at=now.expires_at)
        )
        await audit.record(
            tx, services, "callsheet", "offer.expired", offer, before=now.state, after="expired"
        )
        await services.jobs.enqueue(tx, announce, key=f"offer-late:{offer}", offer=offer)


async def letter_facts(
    services: Services, offer: Offer, profile: Profile, terms: Terms
) -> dict[str, str]:
    """What the letter prints."""
    drafter = await people.actor(services, offer.team, offer.created_by)
    zone = drafter.zone
    return {
        "company": services.company.name,
        "candidate_name": profile.candidate.name,
        "candidate_first_name": profile.candidate.first_name,
        "role": terms.role,
        "salary": terms.salary.spell(),
        "start_date": spell.spell_day(terms.start_on),
        "date": spell.spell_day(services.clock.now().date()),
        "expires": spell.spell_moment(services.clock.now() + VALID, zone),
        "sender": drafter.person.name,
        "note": terms.note,
    }


async def letter(services: Services, offer: str) -> bytes:
    """The letter as the candidate reads it."""
    return await _file(services, offer, "letter")


async def signed_letter(services: Services, offer: str) -> bytes:
    """The letter with the candidate's signature."""
    return await _file(services, offer, "signed")


async def _file(services: Services, offer: str, column: str) -> bytes:
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(offers.c[column]).where(offers.c.id == offer))).one()
    return services.seal.open(row[0])


async def _send(
    services: Services,
    actor: Actor,
    profile: Profile,
    rendered: Rendered,
    *,
    key: str,
    offer: str,
    attachments: tuple[Attachment, ...] = (),
) -> None:
    async def build(message_id: str) -> Mail:
        return outreach.letter(services, actor, profile, rendered, message_id, attachments)

    await post.deliver(services, key=key, subject=offer, template="offer", build=build)
