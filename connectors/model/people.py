"""Candidates and their applications, and the people of the company."""

from datetime import datetime
from typing import Literal

from connectors.model.base import Contact, Frozen, Ref, Thing, Word

Role = Literal["hiring_manager", "recruiter", "coordinator", "sourcer", "interviewer", "other"]


class Candidate(Thing):
    """A person. Lists keep the vendor's order."""

    name: str
    given: str | None = None
    family: str | None = None
    preferred: str | None = None
    emails: tuple[Contact, ...] = ()
    phones: tuple[Contact, ...] = ()
    links: tuple[str, ...] = ()
    title: str | None = None
    company: str | None = None
    location: str | None = None
    time_zone: str | None = None
    tags: tuple[str, ...] = ()
    source: str | None = None
    owner: Ref | None = None
    private: bool = False
    may_contact: bool = True
    anonymised: bool = False
    created: datetime | None = None
    last_activity: datetime | None = None

    @property
    def email(self) -> str | None:
        """The address to write to: the first personal one, else the first."""
        personal = [e.value for e in self.emails if (e.type or "").lower() == "personal"]
        return next(iter(personal or [e.value for e in self.emails]), None)

    @property
    def first_name(self) -> str:
        """What to call the person: preferred, else given, else the first word of the name."""
        return self.preferred or self.given or self.name.split(" ")[0]


class StageChange(Frozen):
    """One step of an application, as the vendor or our own record tells it. Names nobody but the one who moved it."""

    to: Ref | None = None
    to_name: str | None = None
    was: Ref | None = None
    was_name: str | None = None
    at: datetime | None = None
    by: Ref | None = None


class Rejection(Frozen):
    """Why and when a candidacy ended. party: we, they, none, other."""

    reason: str | None = None
    party: str = "other"
    note: str | None = None
    at: datetime | None = None


class Answered(Frozen):
    """A question of the application form and what the candidate answered."""

    question: str
    answer: str


class Application(Thing):
    """One person on one job. status.kind: active, prospect, rejected, withdrawn, hired, converted, other."""

    candidate: Ref
    job: Ref | None = None
    job_title: str | None = None
    stage: Ref | None = None
    stage_name: str | None = None
    stage_since: datetime | None = None
    status: Word = Word(kind="active")
    source: str | None = None
    credited_to: Ref | None = None
    recruiter: Ref | None = None
    coordinator: Ref | None = None
    applied_at: datetime | None = None
    last_activity: datetime | None = None
    rejected: Rejection | None = None
    hired_at: datetime | None = None
    answers: tuple[Answered, ...] | None = None


class User(Thing):
    """An employee who uses the ATS. `admin` is the ATS's site or super admin."""

    name: str
    email: str | None = None
    active: bool = True
    admin: bool = False
    time_zone: str | None = None
    skills: tuple[str, ...] = ()
    employee_id: str | None = None


class TeamMember(Frozen):
    """A person's part in one job's hiring team."""

    user: Ref
    role: Role
    responsible: bool = False
