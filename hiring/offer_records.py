"""The record of an offer: its terms, its chain of approvals and how both are read. No use case, no job."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.model import Ref
from hiring.errors import NotFound
from hiring.money import Money
from hiring.offers_table import approvals, offers
from hiring.services import Services

OPEN = ("approving", "approved", "sent", "viewed")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered. `role` is the title in the letter; `note` a sentence the recruiter adds to it."""

    role: str
    salary: Money
    start_on: date
    note: str = ""

    def fingerprint(self) -> str:
        """What an approval is bound to: SHA-256 over the terms in a fixed form."""
        return hashlib.sha256(dump(self).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Approval:
    """One step of the chain. `approver` is a Slack member id."""

    step: int
    approver: str
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Offer:
    """Our record of an offer; `state` is approving, approved, sent, viewed, accepted, declined, refused, withdrawn or expired."""

    id: str
    team: str
    application: Ref
    candidate: Ref
    job: Ref | None
    created_by: str
    state: str
    terms_hash: str
    approvals: tuple[Approval, ...]
    expires_at: datetime | None
    decided_at: datetime | None
    link: str | None
    remote_id: str | None
    remote: Ref | None = None

    @property
    def home(self) -> Ref:
        """The application that the ATS keeps the offer at."""
        return self.remote or self.application

    @property
    def turn(self) -> Approval | None:
        """The step that is waiting now."""
        if self.state != "approving":
            return None
        return next((step for step in self.approvals if step.state == "waiting"), None)


async def get(services: Services, offer_id: str) -> Offer:
    """Read one offer. Raises NotFound."""
    async with services.store.read() as conn:
        return await load(conn, offer_id)


async def load(conn: AsyncConnection, offer_id: str) -> Offer:
    """Read one offer in the caller's transaction (locked there on PostgreSQL). Raises NotFound."""
    row = (
        await conn.execute(sa.select(offers).where(offers.c.id == offer_id).with_for_update())
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such offer any more.")
    steps = await conn.execute(
        sa.select(approvals).where(approvals.c.offer == offer_id).order_by(approvals.c.step)
    )
    return Offer(
        id=row.id,
        team=row.team,
        application=Ref.parse(row.application),
        candidate=Ref.parse(row.candidate),
        job=Ref.parse(row.job) if row.job else None,
        created_by=row.created_by,
        state=row.state,
        terms_hash=row.terms_hash,
        approvals=tuple(Approval(s.step, s.approver, s.state, s.at) for s in steps),
        expires_at=row.expires_at,
        decided_at=row.decided_at,
        link=row.link,
        remote_id=row.remote_id,
        remote=Ref.parse(row.remote) if row.remote else None,
    )


async def sealed_terms(services: Services, offer_id: str) -> Terms:
    """Open the sealed terms without asking who wants them: for the letter and the candidate's own page."""
    async with services.store.read() as conn:
        row = (await conn.execute(sa.select(offers.c.terms).where(offers.c.id == offer_id))).one()
    return parse(json.loads(services.seal.open_text(row.terms)))


async def open_for(conn: AsyncConnection, application: str) -> bool:
    """Whether an application has an offer that is still open."""
    query = sa.select(offers.c.id).where(
        offers.c.application == application, offers.c.state.in_(OPEN)
    )
    return (await conn.execute(query)).first() is not None


async def exists(conn: AsyncConnection, offer: str) -> bool:
    return (
        await conn.execute(sa.select(offers.c.id).where(offers.c.id == offer))
    ).first() is not None


def dump(terms: Terms) -> str:
    return json.dumps(asdict(terms) | {"start_on": terms.start_on.isoformat()}, sort_keys=True)


def parse(data: dict[str, Any]) -> Terms:
    return Terms(
        data["role"], Money(**data["salary"]), date.fromisoformat(data["start_on"]), data["note"]
    )
