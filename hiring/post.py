"""Send a mail once, as far as a receiver lets us: a fixed Message-ID, a row around the send, a look into Sent."""

import hashlib
from collections.abc import Awaitable, Callable

import sqlalchemy as sa

from hiring import doubts, job_doubts
from hiring.errors import InDoubt, Refused
from hiring.services import Services
from hiring.tables import sent_mail
from messages.mail import Mail, MailLater, MailRefused
from messages.mailbox import MailboxUnreachable

Build = Callable[[str], Awaitable[Mail]]
PROBES = 5  # mails known to be sent, of which one in Sent shows that the folder is kept


def message_id(services: Services, key: str) -> str:
    """The Message-ID of a mail, the same at every attempt (RFC 5322 section 3.6.4)."""
    domain = services.company.mail_from.rpartition("@")[2] or "callsheet.invalid"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


async def deliver(
    services: Services,
    *,
    key: str,
    subject: str,
    template: str,
    build: Build,
    by: tuple[str, str] | None = None,
) -> bool:
    """Build and send the mail of `key`; False when it went out before.

    `build` gets the Message-ID and reads names and addresses live; `by` is the team and member in whose name it goes
    where `subject` does not say. After a crash between sending and noting it, the Sent folder is asked; where nobody
    can tell, the same Message-ID is sent again, which most receivers drop, and counted in `in_doubt`. A job that may
    have been done before the database was restored is never sent unknowing.
    Raises MailLater (worth another try), Refused or InDoubt.
    """
    identity = message_id(services, key)
    before = await _state(services, identity)
    if before == "sent":
        return False
    if await _went_out(services, identity, template, before):
        await _begin(services, identity, subject, template, by)
        await _end(services, identity, "sent")
        return False
    mail = await build(identity)
    await _begin(services, identity, subject, template, by)
    try:
        await services.mailer.send(mail)
    except MailLater as error:
        await _end(services, identity, "sending" if error.in_doubt else "waiting")
        raise
    except MailRefused:
        await _end(services, identity, "refused")
        raise Refused(
            "The mail server refused this message for good. Check the candidate's address in the ATS, then send it again."
        ) from None
    await _end(services, identity, "sent")
    return True


async def _went_out(services: Services, identity: str, template: str, before: str) -> bool:
    """Whether an earlier attempt got through; False also when that cannot be known and a repeat is allowed."""
    said = await doubts.answer(services, _effect(identity))
    if said is not None:
        return said == doubts.DONE
    if before != "sending" and not job_doubts.doubted():
        return False
    found = await in_sent_folder(services, identity)
    if found is not None:
        return found
    if job_doubts.doubted():
        name = template.replace("_", " ")
        raise InDoubt(
            f"A mail ({name}) may have been sent before the database was restored from a copy, and it cannot be "
            "looked up. Do it again sends it now; It is done leaves it as sent.",
            _effect(identity),
        )
    async with services.store.begin() as tx:
        await tx.execute(
            sent_mail.update()
            .where(sent_mail.c.message_id == identity)
            .values(in_doubt=sent_mail.c.in_doubt + 1)
        )
    return False


async def in_sent_folder(services: Services, identity: str) -> bool | None:
    """Whether the Sent folder has this mail; None when it cannot be asked, or does not keep what we send.

    That a mail is missing there means something only where mails that surely went out are found.
    """
    if services.mailbox is None:
        return None
    query = (
        sa.select(sent_mail.c.message_id)
        .where(sent_mail.c.state == "sent")
        .order_by(sent_mail.c.at.desc())
    )
    async with services.store.read() as conn:
        probes = [row.message_id for row in await conn.execute(query.limit(PROBES))]
    try:
        kept = await services.mailbox.sent_among([identity, *probes])
    except MailboxUnreachable:
        return None
    if identity in kept:
        return True
    return False if kept else None


async def _state(services: Services, identity: str) -> str:
    """What is known of a mail; empty when nothing is."""
    query = sa.select(sent_mail.c.state).where(sent_mail.c.message_id == identity)
    async with services.store.read() as conn:
        return str((await conn.execute(query)).scalar() or "")


async def _begin(
    services: Services, identity: str, subject: str, template: str, by: tuple[str, str] | None
) -> None:
    """Note that it is being sent: whoever finds `sending` later knows that an attempt was cut off here."""
    now = services.clock.now()
    async with services.store.begin() as tx:
        row = (
            await tx.execute(sa.select(sent_mail).where(sent_mail.c.message_id == identity))
        ).one_or_none()
        if row is None:
            team, user = by or (None, None)
            await tx.execute(
                sent_mail.insert().values(
                    message_id=identity,
                    subject_ref=subject,
                    template=template,
                    state="sending",
                    attempts=1,
                    at=now,
                    team=team,
                    user=user,
                    in_doubt=0,
                )  # fmt: skip
            )
            return
        await tx.execute(
            sent_mail.update()
            .where(sent_mail.c.message_id == identity)
            .values(state="sending", attempts=row.attempts + 1, at=now)
        )


async def _end(services: Services, identity: str, state: str) -> None:
    async with services.store.begin() as tx:
        await tx.execute(
            sent_mail.update()
            .where(sent_mail.c.message_id == identity)
            .values(state=state, at=services.clock.now())
        )
        if state == "sent":
            await doubts.forget(tx, _effect(identity))


def _effect(identity: str) -> str:
    return f"mail:{identity}"
