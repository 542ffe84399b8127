"""Send a mail once, as far as a receiver lets us: a fixed Message-ID and a row around the send."""

import hashlib
from collections.abc import Awaitable, Callable

import sqlalchemy as sa

from hiring.errors import Refused
from hiring.services import Services
from hiring.tables import sent_mail
from messages.mail import Mail, MailLater, MailRefused

Build = Callable[[str], Awaitable[Mail]]


def message_id(services: Services, key: str) -> str:
    """The Message-ID of a mail, the same at every attempt (RFC 5322 section 3.6.4)."""
    domain = services.company.mail_from.rpartition("@")[2] or "callsheet.invalid"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


async def deliver(
    services: Services, *, key: str, subject: str, template: str, build: Build
) -> bool:
    """Build and send the mail of `key`; False when it went out before.

    `build` gets the Message-ID and reads names and addresses live. A crash between sending and noting it sends the
    same Message-ID again, which most receivers drop. Raises MailLater (worth another try) or Refused.
    """
    identity = message_id(services, key)
    if not await _begin(services, identity, subject, template):
        return False
    mail = await build(identity)
    try:
        await services.mailer.send(mail)
    except MailLater:
        await _end(services, identity, "waiting")
        raise
    except MailRefused:
        await _end(services, identity, "refused")
        raise Refused(
            "The mail server refused this message for good. Check the candidate's address in the ATS, then send it again."
        ) from None
    await _end(services, identity, "sent")
    return True


async def _begin(services: Services, identity: str, subject: str, template: str) -> bool:
    now = services.clock.now()
    async with services.store.begin() as tx:
        row = (
            await tx.execute(sa.select(sent_mail).where(sent_mail.c.message_id == identity))
        ).one_or_none()
        if row is not None and row.state == "sent":
            return False
        if row is None:
            await tx.execute(
                sent_mail.insert().values(
                    message_id=identity,
                    subject_ref=subject,
                    template=template,
                    state="sending",
                    attempts=1,
                    at=now,
                )  # fmt: skip
            )
        else:
            await tx.execute(
                sent_mail.update()
                .where(sent_mail.c.message_id == identity)
                .values(state="sending", attempts=row.attempts + 1, at=now)
            )
    return True


async def _end(services: Services, identity: str, state: str) -> None:
    async with services.store.begin() as tx:
        await tx.execute(
            sent_mail.update()
            .where(sent_mail.c.message_id == identity)
            .values(state=state, at=services.clock.now())
        )
