"""Lever's words become ours: interviews, feedback and its templates, offers, notes and files."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors import model, values, words
from connectors.ats.lever import fields
from connectors.ats.lever.mapping import Row, ref
from connectors.ats.lever.postings import per
from connectors.model import Ref, Word

OFFER = {
    "draft": "draft", "approval-sent": "awaiting_approval", "approved": "approved", "sent": "sent",
    "sent-manually": "sent", "opened": "viewed", "denied": "declined", "signed": "accepted",
}  # fmt: skip
FIELDS = {
    "score-system": "choice", "score": "choice", "multiple-choice": "choice", "dropdown": "choice",
    "multiple-select": "choices", "yes-no": "yes_no", "textarea": "long_text", "text": "text",
}  # fmt: skip
RSVP = {
    "needsAction": "no_answer",
    "accepted": "accepted",
    "declined": "declined",
    "tentative": "tentative",
}
SCORES = {"1": 1, "2": 2, "3": 4, "4": 5}  # strong no, no, yes, strong yes: Lever has no middle


def interview(
    row: Row, account: str, opportunity: str, panel: Row | None = None
) -> model.Interview:
    """`panel` is the panel it belongs to: only one that was made through the API can be changed."""
    start = values.millis(row.get("date"))
    end = start + timedelta(minutes=int(row.get("duration") or 0)) if start else None
    around: Row = panel or {}
    answers = {
        str(seat.get("id")): seat.get("responseStatus")
        for other in around.get("interviews") or () if isinstance(other, dict) and other.get("id") == row.get("id")
        for seat in other.get("interviewers") or () if isinstance(seat, dict)
    }  # fmt: skip
    seats = tuple(
        model.Seat(
            user=ref(account, "user", seat), email=seat.get("email"), name=seat.get("name"),
            rsvp=words.word(
                account, "interview.rsvp", seat.get("responseStatus") or answers.get(str(seat.get("id"))), RSVP,
                none="no_answer",
            ),
        )
        for seat in row.get("interviewers") or () if isinstance(seat, dict)
    )  # fmt: skip
    return model.Interview(
        ref=Ref(account=account, kind="interview", id=str(row["id"])),
        application=Ref(account=account, kind="application", id=opportunity),
        name=row.get("subject") or None,
        start=start,
        end=end,
        zone=values.zone(row.get("timezone") or around.get("timezone")),
        location=row.get("location") or None,
        panel=seats,
        organiser=ref(account, "user", row.get("user")),
        status=Word(kind="cancelled" if row.get("canceledAt") else "scheduled"),
        external_id=around.get("externalUrl") or None,
        editable=around.get("externallyManaged") is not False,
        url=row.get("gcalEventUrl") or None,
        raw=row,
    )


def scorecard(row: Row, account: str, opportunity: str) -> model.Scorecard:
    """The overall score is the form's score system, or its only score where it has none; other scores are attributes."""
    told = [f for f in row.get("fields") or () if isinstance(f, dict)]
    scores = [f for f in told if f.get("type") in ("score-system", "score")]
    system = next((f for f in scores if f.get("type") == "score-system"), None)
    overall = system or (scores[0] if len(scores) == 1 else None)
    said = str((overall or {}).get("value") or "")
    ratings = [rating(f) for f in scores if f is not overall and f.get("value") not in (None, "")]
    for field in told:
        if field.get("type") == "scorecard":
            ratings += [rating(one) for one in field.get("value") or () if isinstance(one, dict)]
    return model.Scorecard(
        ref=Ref(account=account, kind="scorecard", id=str(row["id"])),
        application=Ref(account=account, kind="application", id=opportunity),
        interview=ref(account, "interview", row.get("interview")),
        author=ref(account, "user", row.get("user")),
        form=ref(account, "form", row.get("baseTemplateId")),
        overall=SCORES.get(said[:1]),
        overall_word=said,
        state="complete" if row.get("completedAt") else "draft",
        answers=tuple(
            (str(f.get("text") or ""), said_of(f.get("value")))
            for f in told if f.get("value") not in (None, "", []) and f.get("type") != "scorecard"
        ),
        attributes=tuple(ratings),
        submitted_at=values.millis(row.get("completedAt")),
        version=str(row.get("updatedAt") or ""),
        raw=row,
    )  # fmt: skip


def rating(row: Row) -> model.Rating:
    """One scored thing: its score is text such as "3 - Hire", or a bare number."""
    said = row.get("value", row.get("score"))
    said = "" if said is None else str(said)
    note = row.get("comment") or None
    name = str(row.get("text") or row.get("name") or "Score")
    return model.Rating(name=name, value=SCORES.get(said[:1]), word=said, note=note)


def said_of(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def form(row: Row, account: str) -> model.Form:
    made = [
        model.FormField(
            path=str(field.get("id") or index),
            label=str(field.get("text") or "Question"),
            kind=FIELDS.get(str(field.get("type")), "long_text"),
            required=bool(field.get("required")),
            options=_options(field),
        )
        for index, field in enumerate(row.get("fields") or ())
    ]
    return model.Form(
        ref=Ref(account=account, kind="form", id=str(row["id"])),
        title=str(row.get("text") or "Feedback"),
        fields=tuple(made),
        instructions=row.get("instructions") or None,
        raw=row,
    )


def _options(field: Row) -> tuple[tuple[str, str], ...]:
    told = tuple(
        (str(o.get("text")), str(o.get("text")))
        for o in field.get("options") or ()
        if isinstance(o, dict)
    )
    if told or field.get("type") != "score":
        return told
    return tuple((str(n), str(n)) for n in (4, 3, 2, 1))


def offer(row: Row, account: str, opportunity: str) -> model.Offer:
    told = {
        str(f.get("identifier") or f.get("text")): f
        for f in row.get("fields") or () if isinstance(f, dict) and f.get("value") not in (None, "")
    }  # fmt: skip
    start = fields.day(told.get("anticipated_start_date", {}).get("value"))
    return model.Offer(
        ref=Ref(account=account, kind="offer", id=str(row["id"])),
        application=Ref(account=account, kind="application", id=opportunity),
        status=words.word(account, "offer.status", row.get("status"), OFFER),
        start_on=values.day(start),
        sent_at=values.millis(row.get("sentAt")),
        decided_at=_signed_at(row.get("signatures")),
        custom=_terms(told, account),
        raw=row,
    )


def _terms(told: Mapping[str, Row], account: str) -> dict[str, model.Custom]:
    """An offer's fields tell no type: money is put together, a number is one, everything else is text."""
    currency, interval = (
        told.get(k, {}).get("value") for k in ("compensation_currency", "salary_interval")
    )
    found = {}
    for key, field in told.items():
        value = field.get("value")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        kind = "date" if key == "anticipated_start_date" else "number" if number else "text"
        if key == "salary_amount" and currency:
            kind, value = "currency", values.money(value, currency, per(interval)) or value
        found[key] = fields.typed({**field, "id": key, "type": kind}, value, account)
    return found


def _signed_at(signatures: Any) -> Any:
    """When the last of them signed; None while somebody has not."""
    rows = signatures.values() if isinstance(signatures, dict) else signatures or ()
    rows = [row for row in rows if isinstance(row, dict)]
    times = [row.get("signedAt") for row in rows]
    return values.millis(max(map(int, times))) if times and all(times) else None


def note(row: Row, account: str) -> model.Note:
    """The vendor's documents show only the note's id in an answer; a real one is the whole note."""
    body = row.get("value") or "\n".join(
        str(f.get("value") or "") for f in row.get("fields") or () if isinstance(f, dict)
    )
    return model.Note(
        ref=Ref(account=account, kind="note", id=str(row.get("id") or row.get("noteId") or "")),
        body=str(body or ""),
        author=ref(account, "user", row.get("user")),
        at=values.millis(row.get("createdAt")),
        visibility="private" if row.get("secret") else "everyone",
        raw=row,
    )


def attachment(row: Row, account: str, kind: str, path: str) -> model.Attachment:
    """A résumé, whose name stands below `file`, or any other file. `raw.path` is where its bytes are."""
    inside = row.get("file") if isinstance(row.get("file"), dict) else row
    name = (inside or {}).get("name") or ("resume.pdf" if kind == "resume" else "file")
    return model.Attachment(
        ref=Ref(account=account, kind="attachment", id=str(row["id"])),
        name=str(name),
        kind=kind,
        created=values.millis(row.get("createdAt") or row.get("uploadedAt")),
        raw={"path": path},
    )
