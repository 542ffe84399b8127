"""Links for candidates: signed, expiring and revocable, so that no account or password is needed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import ids
from hiring.errors import LinkExpired, NotFound
from hiring.links_table import links
from hiring.services import Services

_PURPOSE = "candidate-link"


@dataclass(frozen=True, slots=True)
class Link:
    """An opened link: `purpose` names the page, `subject` our own record."""

    id: str
    purpose: str
    subject: str
    expires_at: datetime
    token: str


async def make(
    tx: AsyncConnection, services: Services, purpose: str, subject: str, expires_at: datetime
) -> str:
    """Write a link in the caller's transaction and give its id; `url` makes the address from it."""
    link = ids.new("lnk")
    await tx.execute(
        links.insert().values(
            id=link,
            purpose=purpose,
            subject=subject,
            expires_at=expires_at,
            created_at=services.clock.now(),
        )
    )
    return link


def url(services: Services, link: str) -> str:
    """The address of a link, the same each time it is asked for."""
    return f"{services.company.public_url}/c/{services.seal.sign(_PURPOSE, link)}"


async def read(services: Services, token: str) -> Link:
    """Open a link. Raises NotFound when it was altered or never ours, LinkExpired when old or revoked."""
    try:
        link = services.seal.unsign(_PURPOSE, token)
    except ValueError:
        raise NotFound(
            "This link is not complete. Open it again from the e-mail we sent you."
        ) from None
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(links).where(links.c.id == link))).one_or_none()
    if row is None:
        raise NotFound("This link is not known here. Open it again from the e-mail we sent you.")
    if row.revoked_at is not None or row.expires_at <= services.clock.now():
        raise LinkExpired(
            "This link has expired. Reply to the e-mail it came in and we will send you a new one."
        )
    return Link(row.id, row.purpose, row.subject, row.expires_at, token)


async def revoke(tx: AsyncConnection, services: Services, purpose: str, subject: str) -> None:
    """Make every link of this purpose to this subject stop working."""
    await tx.execute(
        links.update()
        .where(links.c.purpose == purpose, links.c.subject == subject, links.c.revoked_at.is_(None))
        .values(revoked_at=services.clock.now())
    )


async def keep_until(tx: AsyncConnection, purpose: str, subject: str, until: datetime) -> None:
    """Let the links of this purpose to this subject work at least until then; none is shortened or revived."""
    await tx.execute(
        links.update()
        .where(links.c.purpose == purpose, links.c.subject == subject, links.c.expires_at < until)
        .values(expires_at=until)
    )
