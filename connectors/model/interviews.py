"""Interviews, scorecard forms and scorecards."""

from datetime import datetime
from typing import Literal

from connectors.model.base import Frozen, Ref, Thing, Word


class Seat(Frozen):
    """One interviewer of one interview. rsvp.kind: no_answer, accepted, declined, tentative, other."""

    user: Ref | None = None
    email: str | None = None
    name: str | None = None
    rsvp: Word = Word(kind="no_answer")
    role: Literal["lead", "shadow", "seat"] = "seat"


class Interview(Thing):
    """Times are aware UTC.

    status.kind: to_schedule, awaiting_candidate, scheduled, awaiting_feedback, complete, cancelled, no_show, other.
    """

    application: Ref
    name: str | None = None
    planned: Ref | None = None
    start: datetime | None = None
    end: datetime | None = None
    zone: str | None = None
    location: str | None = None
    meeting_url: str | None = None
    panel: tuple[Seat, ...] = ()
    organiser: Ref | None = None
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
    meeting_url: str | None = None
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


class Rating(Frozen):
    """One attribute of a scorecard: 1 strong no … 5 strong yes, None when not rated, beside the vendor's word."""

    name: str
    value: int | None = None
    word: str = ""
    note: str | None = None


class Scorecard(Thing):
    """overall: 1 strong no … 5 strong yes, None when there is no decision. state: draft or complete."""

    application: Ref
    interview: Ref | None = None
    author: Ref | None = None
    form: Ref | None = None
    overall: int | None = None
    overall_word: str = ""
    state: Literal["draft", "complete"] = "complete"
    answers: tuple[tuple[str, str], ...] = ()
    attributes: tuple[Rating, ...] = ()
    submitted_at: datetime | None = None
