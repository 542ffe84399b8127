"""Offers and approvals, notes and files, events, and what an account check finds."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from connectors.model.base import Frozen, Markup, Ref, Thing, Word

Cause = Literal["webhook", "poll", "us"]


class Offer(Thing):
    """Pay and other terms are custom fields, since every account names them itself.

    status.kind: draft, awaiting_approval, approved, sent, viewed, accepted, declined, withdrawn, expired,
    superseded, other.
    """

    application: Ref
    status: Word = Word(kind="draft")
    start_on: date | None = None
    sent_at: datetime | None = None
    decided_at: datetime | None = None
    opening: Ref | None = None


class Approver(Frozen):
    """One person who is asked. status.kind: waiting, asked, approved, rejected, skipped, other."""

    user: Ref
    status: Word = Word(kind="waiting")
    at: datetime | None = None


class ApprovalGroup(Frozen):
    """People of whom `needed` must approve."""

    approvers: tuple[Approver, ...]
    needed: int = 1


class Approval(Thing):
    """Who must agree to an offer or a job, group after group when `sequential`."""

    of: Ref
    sequential: bool = False
    status: Word = Word(kind="waiting")
    groups: tuple[ApprovalGroup, ...] = ()


class Note(Thing):
    """A note on a candidate. visibility: everyone, private, admins, other."""

    body: str
    markup: Markup = "plain"
    author: Ref | None = None
    at: datetime | None = None
    visibility: str = "everyone"


class Attachment(Thing):
    """A file; bytes are fetched on demand through the connector. kind: resume, cover_letter, offer, other."""

    name: str
    kind: str = "other"
    mime: str | None = None
    created: datetime | None = None


class Finding(Frozen):
    """One line of an account check: what was tried, whether it works, and what to do if not.

    `abilities` are those that are lost while it does not work.
    """

    what: str
    ok: bool
    detail: str = ""
    abilities: frozenset[str] = frozenset()


class Webhook(Frozen):
    """A webhook that the vendor has registered for us. `active` is False once the vendor gave up on it."""

    id: str
    url: str
    active: bool = True
    expires: datetime | None = None


class Event(Frozen):
    """Something changed in the ATS: a hint naming the thing, to be read again before acting.

    `delivery` tells a repeat from something new; `at` and `version` order what is told about one subject. Kinds read
    `candidate.created`, `application.moved`, `interview.changed`, `offer.changed`, `job.closed`…; `other` when unknown.
    """

    delivery: str
    kind: str
    subject: Ref | None = None
    candidate: Ref | None = None
    application: Ref | None = None
    job: Ref | None = None
    at: datetime | None = None
    version: str = ""
    vendor_kind: str = ""
    cause: Cause = "webhook"
    before: Mapping[str, str] = Field(default_factory=dict)
    after: Mapping[str, str] = Field(default_factory=dict)
