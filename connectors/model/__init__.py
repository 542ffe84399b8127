"""The unified model: what every applicant tracking system's answer becomes. Frozen, in memory only."""

from connectors.model.base import (
    Contact,
    Custom,
    CustomField,
    CustomKind,
    Frozen,
    Kind,
    Markup,
    Money,
    Option,
    Range,
    Ref,
    Thing,
    Value,
    Word,
    shown,
)
from connectors.model.drafts import ApplicationChange, CandidateChange, CandidateDraft, OfferChange
from connectors.model.interviews import (
    Form,
    FormField,
    Interview,
    InterviewDraft,
    Rating,
    Scorecard,
    Seat,
)
from connectors.model.jobs import (
    Count,
    Job,
    Opening,
    PlannedInterview,
    Posting,
    Reason,
    Source,
    Stage,
    Unit,
)
from connectors.model.people import (
    Answered,
    Application,
    Candidate,
    Rejection,
    Role,
    StageChange,
    TeamMember,
    User,
)
from connectors.model.records import (
    Approval,
    ApprovalGroup,
    Approver,
    Attachment,
    Cause,
    Event,
    Finding,
    Note,
    Offer,
    Webhook,
)

__all__ = [
    "Answered", "Application", "ApplicationChange", "Approval", "ApprovalGroup", "Approver", "Attachment", "Candidate",
    "CandidateChange", "CandidateDraft", "Cause", "Contact", "Count", "Custom", "CustomField", "CustomKind", "Event",
    "Finding", "Form", "FormField", "Frozen", "Interview", "InterviewDraft", "Job", "Kind", "Markup", "Money", "Note",
    "Offer", "OfferChange", "Opening", "Option", "PlannedInterview", "Posting", "Range", "Rating", "Reason", "Ref",
    "Rejection", "Role", "Scorecard", "Seat", "Source", "Stage", "StageChange", "TeamMember", "Thing", "Unit", "User",
    "Value", "Webhook", "Word", "shown",
]  # fmt: skip
