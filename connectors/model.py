"""The unified model: what every applicant tracking system's answer becomes. Frozen, in memory only."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "candidate", "application", "job", "stage", "interview", "scorecard", "form",
    "offer", "user", "note", "attachment", "reason", "plan",
]  # fmt: skip


class Frozen(BaseModel):
    """A value: equal by content, never changed, nothing unknown let in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ref(Frozen):
    """Where a thing lives: our account id, its kind and the vendor's own id. Text form `kind:account:id`."""

    account: str
    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.account}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form back. Raises ValueError when it is not one."""
        kind, account, remote = text.split(":", 2)
        return cls.model_validate({"account": account, "kind": kind, "id": remote})


class Word(Frozen):
    """An enum value: our `kind` beside the vendor's own word. An unknown word has kind `other`."""

    kind: str
    vendor: str = ""


class Contact(Frozen):
    """An e-mail address or a phone number, with the vendor's type (home, work, mobile…) if it has one."""

    value: str
    type: str | None = None


class Custom(Frozen):
    """A custom field: `kind` is text, long_text, number, money, date, yes_no, choice, choices, user, url or unknown."""

    key: str
    label: str
    kind: str = "unknown"
    value: Any = None


class Thing(Frozen):
    """What every object has: its ref, a deep link, a version to compare, custom fields, the vendor's raw JSON."""

    ref: Ref
    url: str | None = None
    version: str = ""
    custom: Mapping[str, Custom] = Field(default_factory=dict)
    raw: Mapping[str, Any] = Field(default_factory=dict, repr=False, exclude=True)


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
    private: bool = False
    may_contact: bool = True
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
    recruiter: Ref | None = None
    coordinator: Ref | None = None
    applied_at: datetime | None = None
    last_activity: datetime | None = None


class Job(Thing):
    """status.kind: draft, awaiting_approval, open, on_hold, closed, archived, other."""

    title: str
    status: Word = Word(kind="open")
    department: str | None = None
    location: str | None = None
    confidential: bool = False


class User(Thing):
    """An employee who uses the ATS. `admin` is the ATS's site or super admin."""

    name: str
    email: str | None = None
    active: bool = True
    admin: bool = False


class TeamMember(Frozen):
    """A person's part in one job's hiring team."""

    user: Ref
    role: Literal["hiring_manager", "recruiter", "coordinator", "sourcer", "interviewer", "other"]


class Stage(Thing):
    """kind: lead, applied, screen, assessment, interview, onsite, reference, offer, hired, archived, other."""

    name: str
    job: Ref | None = None
    order: int = 0
    kind: str = "other"


class PlannedInterview(Thing):
    """One interview of a job's plan. `form` is the scorecard form; `interviewers` the usual ones."""

    name: str
    minutes: int
    job: Ref | None = None
    stage: Ref | None = None
    form: Ref | None = None
    interviewers: tuple[Ref, ...] = ()


class Seat(Frozen):
    """One interviewer of one interview. rsvp.kind: no_answer, accepted, declined, tentative, other."""

    user: Ref | None = None
    email: str | None = None
    name: str | None = None
    rsvp: Word = Word(kind="no_answer")


class Interview(Thing):
    """status.kind: to_schedule, scheduled, awaiting_feedback, complete, cancelled, other. Times are aware UTC."""

    application: Ref
    name: str | None = None
    planned: Ref | None = None
    start: datetime | None = None
    end: datetime | None = None
    location: str | None = None
    meeting_url: str | None = None
    panel: tuple[Seat, ...] = ()
    status: Word = Word(kind="scheduled")
    external_id: str | None = None
    editable: bool = True


class InterviewDraft(Frozen):
    """What we ask an ATS to record. `external_id` is our own id, the marker that makes a repeat harmless."""

    application: Ref
    name: str
    start: datetime
    end: datetime
    zone: str
    interviewers: tuple[Ref, ...]
    external_id: str
    external_url: str | None = None
    planned: Ref | None = None
    location: str | None = None
    acting_user: Ref | None = None


class FormField(Frozen):
    """kind: text, long_text, yes_no, choice, choices, rating, instruction. Options are (value, label)."""

    path: str
    label: str
    kind: str = "text"
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()


class Form(Thing):
    """A scorecard form."""

    title: str
    fields: tuple[FormField, ...] = ()
    instructions: str | None = None


class Scorecard(Thing):
    """overall: 1 strong no … 5 strong yes, None when there is no decision. state: draft or complete."""

    application: Ref
    interview: Ref | None = None
    author: Ref | None = None
    overall: int | None = None
    overall_word: str = ""
    state: Literal["draft", "complete"] = "complete"
    answers: tuple[tuple[str, str], ...] = ()
    submitted_at: datetime | None = None


class Offer(Thing):
    """status.kind: draft, awaiting_approval, approved, sent, accepted, declined, superseded, other."""

    application: Ref
    status: Word = Word(kind="draft")
    start_on: date | None = None
    sent_at: datetime | None = None
    decided_at: datetime | None = None


class Note(Thing):
    """A note on a candidate. visibility: everyone, private, admins, other."""

    body: str
    author: Ref | None = None
    at: datetime | None = None
    visibility: str = "everyone"


class Attachment(Thing):
    """A file; bytes are fetched on demand through the connector. kind: resume, cover_letter, offer, other."""

    name: str
    kind: str = "other"
    created: datetime | None = None


class Reason(Thing):
    """Why a candidacy ended. party: we, they, none, other."""

    name: str
    party: str = "we"


class Finding(Frozen):
    """One line of an account check: what was tried, whether it works, and what to do if not."""

    what: str
    ok: bool
    detail: str = ""


class Event(Frozen):
    """Something changed in the ATS: a hint naming the thing, to be read again before acting."""

    delivery: str
    kind: str
    subject: Ref | None = None
    candidate: Ref | None = None
    application: Ref | None = None
    at: datetime | None = None
    vendor_kind: str = ""
