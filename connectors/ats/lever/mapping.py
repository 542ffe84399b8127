"""Lever's words become ours. A contact is the candidate, an opportunity the application; times are milliseconds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors import model, values, words
from connectors.model import Ref, Word

Row = Mapping[str, Any]
POSTING = {
    "published": "open", "internal": "open", "unlisted": "open", "closed": "closed", "draft": "draft",
    "pending": "awaiting_approval", "rejected": "archived",
}  # fmt: skip
OFFER = {
    "draft": "draft", "approval-sent": "awaiting_approval", "approved": "approved", "sent": "sent",
    "sent-manually": "sent", "opened": "viewed", "denied": "declined", "signed": "accepted",
}  # fmt: skip
FIELDS = {
    "score-system": "choice", "score": "choice", "multiple-choice": "choice", "dropdown": "choice",
    "multiple-select": "choices", "yes-no": "yes_no", "textarea": "long_text", "text": "text",
}  # fmt: skip


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1_000)


def id_of(value: Any) -> str | None:
    """An id, whether it came bare or expanded into an object."""
    found = value.get("id") if isinstance(value, dict) else value
    return str(found) if found not in (None, "") else None


def ref(account: str, kind: model.Kind, value: Any) -> Ref | None:
    id = id_of(value)
    return Ref(account=account, kind=kind, id=id) if id else None


def contacts(values: Any) -> tuple[model.Contact, ...]:
    found = []
    for value in values or ():
        if isinstance(value, dict) and value.get("value"):
            found.append(model.Contact(value=str(value["value"]), type=value.get("type")))
        elif isinstance(value, str) and value:
            found.append(model.Contact(value=value))
    return tuple(found)


def candidate(row: Row, account: str) -> model.Candidate:
    """From an opportunity, which repeats what the contact holds."""
    name = str(row.get("name") or "").strip() or "Unnamed candidate"
    protection = (row.get("dataProtection") or {}).get("contact") or {}
    contact = id_of(row.get("contact")) or str(row.get("id"))
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=contact),
        name=name,
        given=name.split(" ")[0],
        family=name.rpartition(" ")[2] if " " in name else None,
        emails=contacts(row.get("emails")),
        phones=contacts(row.get("phones")),
        links=tuple(str(link) for link in row.get("links") or ()),
        title=row.get("headline") or None,
        location=(
            row["location"].get("name")
            if isinstance(row.get("location"), dict)
            else row.get("location")
        )
        or None,
        tags=tuple(str(tag) for tag in row.get("tags") or ()),
        private=row.get("confidentiality") == "confidential",
        may_contact=protection.get("allowed") is not False,
        created=values.millis(row.get("createdAt")),
        last_activity=values.millis(row.get("lastInteractionAt") or row.get("updatedAt")),
        url=_url(row),
        version=str(row.get("updatedAt") or ""),
        raw=row,
    )


def application(
    row: Row,
    account: str,
    *,
    job: Ref | None,
    job_title: str | None,
    stage_name: str | None,
    hired: frozenset[str],
) -> model.Application:
    """From an opportunity; `hired` holds the archive reasons that mean hired."""
    archived = row.get("archived") or {}
    reason = id_of(archived.get("reason")) or id_of(row.get("archiveReason"))
    closed = archived.get("archivedAt") or row.get("archivedAt")
    status = Word(kind="active", vendor="active")
    if closed or reason:
        status = Word(kind="hired" if reason in hired else "rejected", vendor="archived")
    changes = row.get("stageChanges") or []
    since = (
        values.millis(changes[-1].get("updatedAt"))
        if changes and isinstance(changes[-1], dict)
        else None
    )
    sources = row.get("sources") or []
    return model.Application(
        ref=Ref(account=account, kind="application", id=str(row["id"])),
        candidate=Ref(
            account=account, kind="candidate", id=id_of(row.get("contact")) or str(row["id"])
        ),
        job=job,
        job_title=job_title,
        stage=ref(account, "stage", row.get("stage")),
        stage_name=stage_name,
        stage_since=since,
        status=status,
        source=str(sources[0]) if sources else (row.get("origin") or None),
        recruiter=ref(account, "user", row.get("owner")),
        applied_at=values.millis(row.get("createdAt")),
        last_activity=values.millis(
            row.get("lastInteractionAt") or row.get("updatedAt") or row.get("createdAt")
        ),
        url=_url(row),
        version=str(row.get("updatedAt") or ""),
        raw=row,
    )


def posting(row: Row, account: str) -> model.Job:
    state = str(row.get("state") or "")
    categories = row.get("categories") or {}
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row["id"])),
        title=str(row.get("text") or "Untitled posting"),
        status=words.word(account, "job.status", state, POSTING),
        department=categories.get("department") or None,
        location=categories.get("location") or None,
        confidential=row.get("confidentiality") == "confidential",
        url=(row.get("urls") or {}).get("show"),
        raw=row,
    )


def user(row: Row, account: str) -> model.User:
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row["id"])),
        name=str(row.get("name") or "Unnamed user"),
        email=row.get("email") or None,
        active=not row.get("deactivatedAt"),
        admin=str(row.get("accessRole") or "").casefold() in ("super admin", "admin"),
        raw=row,
    )


def stage(row: Row, account: str, order: int) -> model.Stage:
    name = str(row.get("text") or "Unnamed stage")
    return model.Stage(
        ref=Ref(account=account, kind="stage", id=str(row["id"])),
        name=name,
        order=order,
        kind=values.stage_kind(name),
        guessed=True,
        raw=row,
    )


def interview(row: Row, account: str, opportunity: str) -> model.Interview:
    start = values.millis(row.get("date"))
    end = start + timedelta(minutes=int(row.get("duration") or 0)) if start else None
    seats = tuple(
        model.Seat(
            user=ref(account, "user", seat), email=seat.get("email"), name=seat.get("name"),
            rsvp=words.word(account, "interview.rsvp", seat.get("responseStatus"), _RSVP, none="no_answer"),
        )
        for seat in row.get("interviewers") or () if isinstance(seat, dict)
    )  # fmt: skip
    return model.Interview(
        ref=Ref(account=account, kind="interview", id=str(row["id"])),
        application=Ref(account=account, kind="application", id=opportunity),
        name=row.get("subject") or None,
        start=start,
        end=end,
        location=row.get("location") or None,
        panel=seats,
        status=Word(kind="cancelled" if row.get("canceledAt") else "scheduled"),
        raw=row,
    )


_RSVP = {
    "needsAction": "no_answer",
    "accepted": "accepted",
    "declined": "declined",
    "tentative": "tentative",
}


def scorecard(row: Row, account: str, opportunity: str) -> model.Scorecard:
    answers = []
    overall, said = None, ""
    for field in row.get("fields") or ():
        value = field.get("value")
        if value in (None, ""):
            continue
        answers.append((str(field.get("text") or ""), str(value)))
        if field.get("type") in ("score-system", "score") and overall is None:
            said = str(value)
            overall = {"1": 1, "2": 2, "3": 4, "4": 5}.get(said[:1])
    return model.Scorecard(
        ref=Ref(account=account, kind="scorecard", id=str(row["id"])),
        application=Ref(account=account, kind="application", id=opportunity),
        interview=ref(account, "interview", row.get("interview")),
        author=ref(account, "user", row.get("user")),
        overall=overall,
        overall_word=said,
        state="complete" if row.get("completedAt") else "draft",
        answers=tuple(answers),
        submitted_at=values.millis(row.get("completedAt")),
        raw=row,
    )


def form(row: Row, account: str) -> model.Form:
    fields = [
        model.FormField(
            path=str(field.get("id") or index),
            label=str(field.get("text") or "Question"),
            kind=FIELDS.get(str(field.get("type")), "long_text"),
            required=bool(field.get("required")),
            options=tuple(
                (str(o.get("text")), str(o.get("text")))
                for o in field.get("options") or ()
                if isinstance(o, dict)
            ),
        )
        for index, field in enumerate(row.get("fields") or ())
    ]
    return model.Form(
        ref=Ref(account=account, kind="form", id=str(row["id"])),
        title=str(row.get("text") or "Feedback"),
        fields=tuple(fields),
        instructions=row.get("instructions") or None,
        raw=row,
    )


def offer(row: Row, account: str, opportunity: str) -> model.Offer:
    said = str(row.get("status") or "")
    return model.Offer(
        ref=Ref(account=account, kind="offer", id=str(row["id"])),
        application=Ref(account=account, kind="application", id=opportunity),
        status=words.word(account, "offer.status", said, OFFER),
        sent_at=values.millis(row.get("sentAt")),
        raw=row,
    )


def note(row: Row, account: str) -> model.Note:
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


def _url(row: Row) -> str | None:
    return (row.get("urls") or {}).get("show")
