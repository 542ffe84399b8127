"""What we ask an ATS to write about candidates, applications and offers: only what is given is changed."""

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from connectors.model.base import Contact, Frozen, Ref, Value


class CandidateDraft(Frozen):
    """A new person. With `job` the person applies at once, where the vendor cannot hold a person without a job."""

    given: str
    family: str
    emails: tuple[Contact, ...] = ()
    phones: tuple[Contact, ...] = ()
    links: tuple[str, ...] = ()
    title: str | None = None
    company: str | None = None
    location: str | None = None
    source: str | None = None
    tags: tuple[str, ...] = ()
    job: Ref | None = None
    custom: Mapping[str, Value] = Field(default_factory=dict)


class CandidateChange(Frozen):
    """What to change of a person: None leaves a field alone, "" and () empty it. `custom` is by key or label."""

    given: str | None = None
    family: str | None = None
    emails: tuple[Contact, ...] | None = None
    phones: tuple[Contact, ...] | None = None
    links: tuple[str, ...] | None = None
    title: str | None = None
    company: str | None = None
    location: str | None = None
    custom: Mapping[str, Value] = Field(default_factory=dict)


class ApplicationChange(Frozen):
    """What to change of an application; None leaves a field alone."""

    source: str | None = None
    recruiter: Ref | None = None
    coordinator: Ref | None = None
    custom: Mapping[str, Value] = Field(default_factory=dict)


class OfferChange(Frozen):
    """What to change of an offer's terms; None leaves a field alone."""

    start_on: date | None = None
    custom: Mapping[str, Value] = Field(default_factory=dict)
