"""Greenhouse's words become ours. Everything may be missing, null or of a kind nobody wrote down."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from connectors import model
from connectors.model import Ref, Word

Row = Mapping[str, Any]
APPLICATION = {
    "in_process": "active", "active": "active", "rejected": "rejected", "hired": "hired", "converted": "converted",
}  # fmt: skip
JOB = {"open": "open", "draft": "draft", "closed": "closed"}
INTERVIEW = {
    "to_be_scheduled": "to_schedule", "scheduled": "scheduled", "awaiting_feedback": "awaiting_feedback",
    "complete": "complete", "skipped": "cancelled", "collect_feedback": "awaiting_feedback",
}  # fmt: skip
RSVP = {
    "needs_action": "no_answer",
    "declined": "declined",
    "tentative": "tentative",
    "accepted": "accepted",
}
OVERALL = {"definitely_not": 1, "strong_no": 1, "no": 2, "mixed": 3, "yes": 4, "strong_yes": 5}
OFFER = {
    "created": "draft", "unresolved": "sent", "sent": "sent", "accepted": "accepted", "rejected": "declined",
    "deprecated": "superseded",
}  # fmt: skip
STAGES = (
    ("lead", "lead"), ("application", "applied"), ("applied", "applied"), ("screen", "screen"), ("take-home", "assessment"),
    ("assessment", "assessment"), ("test", "assessment"), ("onsite", "onsite"), ("face to face", "onsite"),
    ("interview", "interview"), ("reference", "reference"), ("offer", "offer"), ("hired", "hired"),
)  # fmt: skip
CUSTOM = {
    "short_text": "text", "long_text": "long_text", "boolean": "yes_no", "yes_no": "yes_no", "single_select": "choice",
    "multi_select": "choices", "currency": "money", "number": "number", "date": "date", "url": "url", "user": "user",
}  # fmt: skip


def word(value: Any, kinds: Mapping[str, str]) -> Word:
    """Our kind beside the vendor's word; an unknown one becomes `other`."""
    said = str(value or "")
    return Word(kind=kinds.get(said.lower(), "other"), vendor=said)


def moment(value: Any) -> datetime | None:
    """An ISO 8601 moment in UTC, None for anything else."""
    try:
        found = datetime.fromisoformat(str(value).replace("Z", "+00:00")) if value else None
    except ValueError:
        return None
    if found is None:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def ref(account: str, kind: model.Kind, id: Any) -> Ref | None:
    return Ref(account=account, kind=kind, id=str(id)) if id not in (None, "") else None


def contacts(rows: Any) -> tuple[model.Contact, ...]:
    return tuple(
        model.Contact(value=str(r["value"]), type=r.get("type"))
        for r in rows or ()
        if isinstance(r, dict) and r.get("value")
    )


def custom(fields: Any) -> dict[str, model.Custom]:
    """`{key: {name, type, value}}`; a bare value is shown as text."""
    found = {}
    for key, field in (fields or {}).items():
        known = field if isinstance(field, dict) else {"value": field}
        kind = CUSTOM.get(str(known.get("type") or ""), "unknown")
        value = known.get("value")
        if isinstance(value, dict) and "amount" in value:
            value = f"{value.get('currency_code') or ''} {value['amount']}".strip()
        elif isinstance(value, list):
            value = ", ".join(str(v) for v in value)
        found[key] = model.Custom(
            key=key, label=str(known.get("name") or key), kind=kind, value=value
        )
    return found


def candidate(row: Row, account: str) -> model.Candidate:
    given, family = (
        str(row.get("first_name") or "").strip(),
        str(row.get("last_name") or "").strip(),
    )
    addresses = row.get("addresses") or []
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=str(row["id"])),
        name=" ".join(p for p in (given, family) if p) or "Unnamed candidate",
        given=given or None,
        family=family or None,
        preferred=row.get("preferred_name") or None,
        emails=contacts(row.get("email_addresses")),
        phones=contacts(row.get("phone_numbers")),
        links=tuple(
            c.value
            for c in contacts(row.get("website_addresses"))
            + contacts(row.get("social_media_addresses"))
        ),
        title=row.get("title") or None,
        company=row.get("company") or None,
        location=str(addresses[0].get("value"))
        if addresses and isinstance(addresses[0], dict)
        else None,
        time_zone=zone(row.get("time_zone")),
        tags=tuple(str(t.get("name") if isinstance(t, dict) else t) for t in row.get("tags") or ()),
        private=bool(row.get("private")),
        may_contact=row.get("can_email") is not False,
        created=moment(row.get("created_at")),
        last_activity=moment(row.get("last_activity_at")),
        custom=custom(row.get("custom_fields")),
        url=f"https://app.greenhouse.io/people/{row['id']}",
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def zone(value: Any) -> str | None:
    """An IANA name; Rails' own names (`London`) are not guessed at."""
    return str(value) if value in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def application(
    row: Row, account: str, *, job_title: str | None, source: str | None, since: datetime | None
) -> model.Application:
    status = word(row.get("status"), APPLICATION)
    if row.get("prospect") and status.kind == "active":
        status = Word(kind="prospect", vendor=status.vendor)
    person = str(row["candidate_id"])
    return model.Application(
        ref=Ref(account=account, kind="application", id=str(row["id"])),
        candidate=Ref(account=account, kind="candidate", id=person),
        job=ref(account, "job", row.get("job_id")),
        job_title=job_title,
        stage=ref(account, "stage", row.get("job_interview_stage_id")),
        stage_name=row.get("stage_name") or None,
        stage_since=since,
        status=status,
        source=source,
        recruiter=ref(account, "user", row.get("recruiter_id")),
        coordinator=ref(account, "user", row.get("coordinator_id")),
        applied_at=moment(row.get("created_at")),
        last_activity=moment(row.get("last_activity_at") or row.get("updated_at")),
        custom=custom(row.get("custom_fields")),
        url=f"https://app.greenhouse.io/people/{person}?application_id={row['id']}",
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def job(row: Row, account: str) -> model.Job:
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row["id"])),
        title=str(row.get("name") or "Untitled job"),
        status=word(row.get("status"), JOB),
        confidential=bool(row.get("confidential")),
        url=f"https://app.greenhouse.io/sdash/{row['id']}",
        custom=custom(row.get("custom_fields")),
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def user(row: Row, account: str) -> model.User:
    name = (
        row.get("name")
        or " ".join(str(row.get(k) or "") for k in ("first_name", "last_name")).strip()
    )
    emails = row.get("emails") or []
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row["id"])),
        name=str(name or "Unnamed user"),
        email=row.get("primary_email") or (str(emails[0]) if emails else None),
        active=not row.get("deactivated"),
        admin=bool(row.get("site_admin")),
        raw=row,
    )


def stage(row: Row, account: str) -> model.Stage:
    name = str(row.get("name") or "Unnamed stage")
    kind = next((ours for part, ours in STAGES if part in name.casefold()), "other")
    return model.Stage(
        ref=Ref(account=account, kind="stage", id=str(row["id"])),
        name=name,
        job=ref(account, "job", row.get("job_id")),
        order=int(row.get("sort_order") or 0),
        kind=kind,
        raw=row,
    )


def planned(
    row: Row, account: str, form: Any, interviewers: tuple[Ref, ...]
) -> model.PlannedInterview:
    return model.PlannedInterview(
        ref=Ref(account=account, kind="plan", id=str(row["id"])),
        name=str(row.get("name") or "Interview"),
        minutes=int(row.get("duration") or 60),
        job=ref(account, "job", row.get("job_id")),
        stage=ref(account, "stage", row.get("job_interview_stage_id")),
        form=ref(account, "form", form),
        interviewers=interviewers,
        raw=row,
    )


def interview(row: Row, account: str, panel: tuple[model.Seat, ...]) -> model.Interview:
    return model.Interview(
        ref=Ref(account=account, kind="interview", id=str(row["id"])),
        application=Ref(
            account=account, kind="application", id=str(row.get("application_id") or "")
        ),
        planned=ref(account, "plan", row.get("job_interview_id")),
        start=moment(row.get("starts_at")),
        end=moment(row.get("ends_at")),
        location=row.get("location") or None,
        meeting_url=row.get("video_conferencing_url") or None,
        panel=panel,
        status=word(row.get("status"), INTERVIEW),
        external_id=row.get("external_event_id") or None,
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def seat(row: Row, account: str) -> model.Seat:
    return model.Seat(
        user=ref(account, "user", row.get("user_id")),
        email=row.get("email") or None,
        rsvp=word(row.get("response_status"), RSVP),
    )


def scorecard(row: Row, account: str) -> model.Scorecard:
    rating = str(row.get("candidate_rating") or "")
    return model.Scorecard(
        ref=Ref(account=account, kind="scorecard", id=str(row["id"])),
        application=Ref(
            account=account, kind="application", id=str(row.get("application_id") or "")
        ),
        author=ref(account, "user", row.get("submitter_id") or row.get("interviewer_id")),
        overall=OVERALL.get(rating),
        overall_word=rating,
        state="draft" if row.get("status") == "draft" else "complete",
        submitted_at=moment(row.get("submitted_at")),
        raw=row,
    )


def offer(row: Row, account: str) -> model.Offer:
    return model.Offer(
        ref=Ref(account=account, kind="offer", id=str(row["id"])),
        application=Ref(
            account=account, kind="application", id=str(row.get("application_id") or "")
        ),
        status=word(row.get("status"), OFFER),
        start_on=day(row.get("starts_on")),
        sent_at=moment(row.get("sent_on")),
        decided_at=moment(row.get("resolved_at")),
        custom=custom(row.get("custom_fields")),
        version=str(row.get("version") or ""),
        raw=row,
    )


def note(row: Row, account: str) -> model.Note:
    seen = str(row.get("visibility") or "")
    kinds = {
        "publicly_visible": "everyone",
        "privately_visible": "private",
        "admin_only_visible": "admins",
    }
    return model.Note(
        ref=Ref(account=account, kind="note", id=str(row["id"])),
        body=str(row.get("body") or ""),
        author=ref(account, "user", row.get("user_id")),
        at=moment(row.get("created_at")),
        visibility=kinds.get(seen, "other"),
        raw=row,
    )


def text(markup: Any) -> str:
    """The words of an HTML fragment, for labels."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(markup or ""))).strip()
