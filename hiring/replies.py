"""Answers to our mails: each is noticed once, by its Message-ID, and told to who wrote the mail. Nothing of it is kept."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors import model
from connectors.errors import ConnectorError, TryLater
from hiring import candidates, invite_mail
from hiring.errors import NotFound
from hiring.interviews_table import interviews
from hiring.jobs import job
from hiring.offers_table import offers
from hiring.services import Services
from hiring.tables import deliveries, positions, sent_mail
from messages.mailbox import MailboxUnreachable, Place, Reply

log = logging.getLogger(__name__)
LOOK_BACK = timedelta(days=7)  # at the first look, and when the server numbered its messages anew
MAILBOX, INBOX = "mailbox", "replies"  # the row of `positions`


@job("beat.mail-replies", lane="bulk", order="mail-replies")
async def beat(services: Services) -> None:
    """Once a minute, where the mailbox may be read; one that does not answer is asked again at the next beat."""
    try:
        await look(services)
    except MailboxUnreachable as error:
        log.warning("the mailbox could not be read: %s", error.why)


async def look(services: Services) -> int:
    """Read what is new in the inbox; gives how many answers were new. Raises MailboxUnreachable."""
    if services.mailbox is None:
        return 0
    new, more = 0, True
    while more:
        before = await _place(services)
        since = services.clock.now() - LOOK_BACK
        replies, place, more = await services.mailbox.answers(before, since)
        new += await _note(services, replies, place)
    return new


async def _note(services: Services, replies: Sequence[Reply], place: Place) -> int:
    """One transaction for a page: a once-only row and a job for each answer to one of ours, and the place.

    An answer to an invite is one by its UID, whatever headers it has and whether or not a program sent it.
    """
    new = 0
    async with services.store.begin() as tx:
        await services.store.alone(tx, MAILBOX)
        for reply in replies:
            answer = invite_mail.read(services, reply.calendar)
            ours = None if reply.automatic else await _ours(tx, reply)
            key = f"reply:{hashlib.sha256(reply.message_id.encode()).hexdigest()}"
            known = await tx.execute(sa.select(deliveries.c.key).where(deliveries.c.key == key))
            if (ours is None and answer is None) or known.first():
                continue
            at = services.clock.now().timestamp()
            await tx.execute(deliveries.insert().values(key=key, received_at=at))
            if answer:
                await services.jobs.enqueue(tx, invite_mail.hear, key=key, told=key, **answer)
            else:
                await services.jobs.enqueue(tx, tell, key=key, mail=ours, told=key)
            new += 1
        await tx.execute(positions.delete().where(positions.c.account == MAILBOX))
        row = {"account": MAILBOX, "kind": INBOX, "position": f"{place.validity}:{place.uid}"}
        await tx.execute(positions.insert().values(**row, at=services.clock.now()))
    return new


async def _ours(tx: AsyncConnection, reply: Reply) -> str | None:
    """The nearest of our mails that this answers."""
    query = sa.select(sent_mail.c.message_id).where(sent_mail.c.message_id.in_(reply.answers))
    known = {row.message_id for row in await tx.execute(query)}
    return next((each for each in reply.answers if each in known), None)


async def _place(services: Services) -> Place | None:
    query = sa.select(positions.c.position).where(
        positions.c.account == MAILBOX, positions.c.kind == INBOX
    )
    async with services.store.read() as conn:
        text = (await conn.execute(query)).scalar()
    if text is None:
        return None
    validity, _, uid = text.partition(":")
    return Place(int(validity), int(uid))


@job("mail.answered")
async def tell(services: Services, *, mail: str, told: str) -> None:
    """Say to whoever wrote the mail that it was answered; what was answered stays in the mailbox. Said once per answer."""
    async with services.store.read() as conn:
        row = (
            await conn.execute(sa.select(sent_mail).where(sent_mail.c.message_id == mail))
        ).one_or_none()
        if row is None:
            return
        team, user, about = row.team, row.user, row.subject_ref
        for table in (interviews, offers):
            found = await conn.execute(sa.select(table).where(table.c.id == row.subject_ref))
            if owner := found.one_or_none():
                team, user, about = owner.team, owner.created_by, owner.application
    if not team or not user:
        return
    who = (
        "An interviewer"
        if row.template.startswith("interviewer_")
        else await _name(services, about)
    )
    text = f"{who} answered your mail ({row.template.replace('_', ' ')}). The answer is in the mailbox."
    await services.desk.say(team, user, text, key=told)


async def _name(services: Services, about: str) -> str:
    """The candidate's name as the ATS has it now."""
    try:
        return (await candidates.read(services, model.Ref.parse(about))).candidate.name
    except TryLater:
        raise
    except (NotFound, ConnectorError, ValueError):
        return "Somebody who is no longer in the ATS"
