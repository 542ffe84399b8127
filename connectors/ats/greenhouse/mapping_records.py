"""Greenhouse's interviews, scorecards, offers, approvals, notes and files become ours."""

import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any

from connectors import model, values, words
from connectors.ats.greenhouse import custom
from connectors.model import Ref, Word

Row = Mapping[str, Any]
INTERVIEW = {
    "to_be_scheduled": "to_schedule", "scheduled": "scheduled", "awaiting_feedback": "awaiting_feedback",
    "complete": "complete", "skipped": "cancelled", "collect_feedback": "awaiting_feedback",
    "to_be_sent": "to_schedule", "sent": "awaiting_candidate", "received": "awaiting_feedback",
}  # fmt: skip
RSVP = {
    "needs_action": "no_answer",
    "declined": "declined",
    "tentative": "tentative",
    "accepted": "accepted",
}
RATING = {"definitely_not": 1, "strong_no": 1, "no": 2, "mixed": 3, "yes": 4, "strong_yes": 5}
OFFER = {
    "created": "draft", "unresolved": "draft", "sent": "sent", "accepted": "accepted", "rejected": "declined",
    "deprecated": "superseded",
}  # fmt: skip
FLOW = {"pending": "asked", "approved": "approved", "rejected": "rejected"}
APPROVER = {"waiting": "waiting", "due": "asked", "approved": "approved", "rejected": "rejected"}
FILES = {
    "resume": "resume", "cover_letter": "cover_letter", "offer_packet": "offer", "offer_letter": "offer",
    "signed_offer_letter": "offer",
}  # fmt: skip
SEEN_BY = {
    "publicly_visible": "everyone",
    "privately_visible": "private",
    "admin_only_visible": "admins",
}
NO_NOTES = {"ACTIVITY", "EMAIL", "LINKEDIN_INMAIL", "AVAILABILITY_REQUEST", "MIGRATION_ERROR"}


def application_ref(row: Row, account: str) -> Ref:
    return Ref(account=account, kind="application", id=str(row.get("application_id") or ""))


def interview(
    row: Row, account: str, panel: tuple[model.Seat, ...], name: str | None = None
) -> model.Interview:
    return model.Interview(
        ref=Ref(account=account, kind="interview", id=str(row["id"])),
        application=application_ref(row, account),
        name=name,
        planned=values.ref(account, "plan", row.get("job_interview_id")),
        start=values.moment(row.get("starts_at")),
        end=values.moment(row.get("ends_at")),
        location=row.get("location") or None,
        meeting_url=row.get("video_conferencing_url") or None,
        panel=panel,
        organiser=values.ref(account, "user", row.get("organizer_id")),
        status=words.word(account, "interview.status", row.get("status"), INTERVIEW),
        external_id=row.get("external_event_id") or None,
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def seat(row: Row, account: str) -> model.Seat:
    """Somebody from outside has an address and no user."""
    return model.Seat(
        user=values.ref(account, "user", row.get("user_id")),
        email=row.get("email") or None,
        rsvp=words.word(
            account, "interview.rsvp", row.get("response_status"), RSVP, none="no_answer"
        ),
    )


def scorecard(
    row: Row, account: str, *, interview: Any, answers: Sequence[tuple[str, str]],
    attributes: Sequence[model.Rating],
) -> model.Scorecard:  # fmt: skip
    """Private notes stay in `raw`: they are not for everybody who may see a scorecard."""
    rating = str(row.get("candidate_rating") or "")
    notes = str(row.get("public_notes") or row.get("notes") or "").strip()
    told = (*answers, ("Notes", notes)) if notes else tuple(answers)
    return model.Scorecard(
        ref=Ref(account=account, kind="scorecard", id=str(row["id"])),
        application=application_ref(row, account),
        interview=values.ref(account, "interview", interview),
        author=values.ref(account, "user", row.get("submitter_id") or row.get("interviewer_id")),
        form=values.ref(account, "form", row.get("interview_kit_id")),
        overall=RATING.get(rating),
        overall_word=rating,
        state="draft" if row.get("status") == "draft" else "complete",
        answers=told,
        attributes=tuple(attributes),
        submitted_at=values.moment(row.get("submitted_at")),
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def rating(row: Row, name: str) -> model.Rating:
    word = str(row.get("candidate_attribute_rating") or "")
    note = str(row.get("note") or "") or None
    return model.Rating(name=name, value=RATING.get(word), word=word, note=note)


def offer(row: Row, account: str) -> model.Offer:
    """A created offer with a day on which it was sent is a sent one."""
    status = words.word(account, "offer.status", row.get("status"), OFFER)
    if status.kind == "draft" and row.get("sent_on"):
        status = Word(kind="sent", vendor=status.vendor)
    return model.Offer(
        ref=Ref(account=account, kind="offer", id=str(row["id"])),
        application=application_ref(row, account),
        status=status,
        start_on=values.day(row.get("starts_on")),
        sent_at=values.moment(row.get("sent_on")),
        decided_at=values.moment(row.get("resolved_at")),
        opening=values.ref(account, "opening", row.get("opening_id")),
        custom=custom.read(account, row.get("custom_fields")),
        version=str(row.get("version") or ""),
        raw=row,
    )


def approval(
    row: Row, account: str, of: Ref, groups: tuple[model.ApprovalGroup, ...]
) -> model.Approval:
    return model.Approval(
        ref=Ref(account=account, kind="approval", id=str(row["id"])),
        of=of,
        sequential=bool(row.get("sequential")),
        status=words.word(
            account, "approval.status", row.get("approval_status"), FLOW, none="waiting"
        ),
        groups=groups,
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def approver(row: Row, account: str) -> model.Approver | None:
    user = values.ref(account, "user", row.get("user_id"))
    if user is None:
        return None
    status = words.word(account, "approver.status", row.get("status"), APPROVER, none="waiting")
    at = values.moment(row.get("resolved_at") or row.get("request_sent_at"))
    return model.Approver(user=user, status=status, at=at)


def is_note(row: Row) -> bool:
    """The list of notes holds e-mails and the activity feed, too; a type nobody wrote down is shown."""
    return str(row.get("type") or "").upper() not in NO_NOTES


def note(row: Row, account: str) -> model.Note:
    return model.Note(
        ref=Ref(account=account, kind="note", id=str(row["id"])),
        body=str(row.get("body") or ""),
        author=values.ref(account, "user", row.get("user_id")),
        at=values.moment(row.get("created_at")),
        visibility=SEEN_BY.get(str(row.get("visibility") or ""), "other"),
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def attachment(row: Row, account: str, kind: str | None = None) -> model.Attachment:
    name = str(row.get("filename") or "")
    return model.Attachment(
        ref=Ref(account=account, kind="attachment", id=str(row.get("id") or "")),
        name=name,
        kind=kind or FILES.get(str(row.get("type") or ""), "other"),
        mime=mimetypes.guess_type(name)[0],
        created=values.moment(row.get("created_at")),
        raw=row,
    )
