"""Greenhouse's words become ours. Everything may be missing, null or of a kind nobody wrote down."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors import model, values, words
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
CUSTOM: Mapping[str, model.CustomKind] = {
    "short_text": "text", "long_text": "long_text", "boolean": "yes_no", "yes_no": "yes_no", "single_select": "choice",
    "multi_select": "choices", "currency": "money", "number": "number", "date": "date", "url": "url", "user": "user",
    "rich_text": "rich_text", "currency_range": "money_range", "number_range": "number_range",
}  # fmt: skip


def contacts(rows: Any) -> tuple[model.Contact, ...]:
    return tuple(
        model.Contact(value=str(r["value"]), type=r.get("type"))
        for r in rows or ()
        if isinstance(r, dict) and r.get("value")
    )


def custom(account: str, fields: Any) -> dict[str, model.Custom]:
    """`{key: {name, type, value}}`; a bare value is shown as text."""
    found = {}
    for key, field in (fields or {}).items():
        known = field if isinstance(field, dict) else {"value": field}
        said, value = str(known.get("type") or ""), known.get("value")
        if isinstance(value, dict):
            value = _amount(value) or value
        label = str(known.get("name") or key)
        found[key] = values.custom(account, key, label, said, value, CUSTOM)
    return found


def _amount(value: Row) -> model.Money | model.Range | None:
    """`{amount, currency_code}`, or a range of such or of numbers as `{min_value, max_value}`."""
    code = value.get("currency_code") or value.get("unit")
    if "amount" in value:
        return values.money(value["amount"], code)
    if "min_value" not in value and "max_value" not in value:
        return None
    low, high = value.get("min_value"), value.get("max_value")
    if code:
        return model.Range(low=values.money(low, code), high=values.money(high, code))
    return model.Range(low=values.number(low), high=values.number(high))


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
        time_zone=values.zone(row.get("time_zone")),
        tags=tuple(str(t.get("name") if isinstance(t, dict) else t) for t in row.get("tags") or ()),
        private=bool(row.get("private")),
        may_contact=row.get("can_email") is not False,
        created=values.moment(row.get("created_at")),
        last_activity=values.moment(row.get("last_activity_at")),
        custom=custom(account, row.get("custom_fields")),
        url=f"https://app.greenhouse.io/people/{row['id']}",
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def application(
    row: Row, account: str, *, job_title: str | None, source: str | None, since: datetime | None
) -> model.Application:
    status = words.word(account, "application.status", row.get("status"), APPLICATION)
    if row.get("prospect") and status.kind == "active":
        status = Word(kind="prospect", vendor=status.vendor)
    person = str(row["candidate_id"])
    return model.Application(
        ref=Ref(account=account, kind="application", id=str(row["id"])),
        candidate=Ref(account=account, kind="candidate", id=person),
        job=values.ref(account, "job", row.get("job_id")),
        job_title=job_title,
        stage=values.ref(account, "stage", row.get("job_interview_stage_id")),
        stage_name=row.get("stage_name") or None,
        stage_since=since,
        status=status,
        source=source,
        recruiter=values.ref(account, "user", row.get("recruiter_id")),
        coordinator=values.ref(account, "user", row.get("coordinator_id")),
        applied_at=values.moment(row.get("created_at")),
        last_activity=values.moment(row.get("last_activity_at") or row.get("updated_at")),
        custom=custom(account, row.get("custom_fields")),
        url=f"https://app.greenhouse.io/people/{person}?application_id={row['id']}",
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def job(row: Row, account: str) -> model.Job:
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row["id"])),
        title=str(row.get("name") or "Untitled job"),
        status=words.word(account, "job.status", row.get("status"), JOB),
        confidential=bool(row.get("confidential")),
        url=f"https://app.greenhouse.io/sdash/{row['id']}",
        custom=custom(account, row.get("custom_fields")),
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
    return model.Stage(
        ref=Ref(account=account, kind="stage", id=str(row["id"])),
        name=name,
        job=values.ref(account, "job", row.get("job_id")),
        order=int(row.get("sort_order") or 0),
        kind=values.stage_kind(name),
        guessed=True,
        raw=row,
    )


def planned(
    row: Row, account: str, form: Any, interviewers: tuple[Ref, ...]
) -> model.PlannedInterview:
    return model.PlannedInterview(
        ref=Ref(account=account, kind="plan", id=str(row["id"])),
        name=str(row.get("name") or "Interview"),
        minutes=int(row.get("duration") or 60),
        job=values.ref(account, "job", row.get("job_id")),
        stage=values.ref(account, "stage", row.get("job_interview_stage_id")),
        form=values.ref(account, "form", form),
        interviewers=interviewers,
        raw=row,
    )


def interview(row: Row, account: str, panel: tuple[model.Seat, ...]) -> model.Interview:
    return model.Interview(
        ref=Ref(account=account, kind="interview", id=str(row["id"])),
        application=Ref(
            account=account, kind="application", id=str(row.get("application_id") or "")
        ),
        planned=values.ref(account, "plan", row.get("job_interview_id")),
        start=values.moment(row.get("starts_at")),
        end=values.moment(row.get("ends_at")),
        location=row.get("location") or None,
        meeting_url=row.get("video_conferencing_url") or None,
        panel=panel,
        status=words.word(account, "interview.status", row.get("status"), INTERVIEW),
        external_id=row.get("external_event_id") or None,
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def seat(row: Row, account: str) -> model.Seat:
    return model.Seat(
        user=values.ref(account, "user", row.get("user_id")),
        email=row.get("email") or None,
        rsvp=words.word(account, "interview.rsvp", row.get("response_status"), RSVP),
    )


def scorecard(row: Row, account: str) -> model.Scorecard:
    rating = str(row.get("candidate_rating") or "")
    return model.Scorecard(
        ref=Ref(account=account, kind="scorecard", id=str(row["id"])),
        application=Ref(
            account=account, kind="application", id=str(row.get("application_id") or "")
        ),
        author=values.ref(account, "user", row.get("submitter_id") or row.get("interviewer_id")),
        overall=OVERALL.get(rating),
        overall_word=rating,
        state="draft" if row.get("status") == "draft" else "complete",
        submitted_at=values.moment(row.get("submitted_at")),
        raw=row,
    )


def offer(row: Row, account: str) -> model.Offer:
    return model.Offer(
        ref=Ref(account=account, kind="offer", id=str(row["id"])),
        application=Ref(
            account=account, kind="application", id=str(row.get("application_id") or "")
        ),
        status=words.word(account, "offer.status", row.get("status"), OFFER),
        start_on=values.day(row.get("starts_on")),
        sent_at=values.moment(row.get("sent_on")),
        decided_at=values.moment(row.get("resolved_at")),
        custom=custom(account, row.get("custom_fields")),
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
        author=values.ref(account, "user", row.get("user_id")),
        at=values.moment(row.get("created_at")),
        visibility=kinds.get(seen, "other"),
        raw=row,
    )


def text(markup: Any) -> str:
    """The words of an HTML fragment, for labels."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(markup or ""))).strip()


def read_link(account: str, url: str) -> Ref | None:
    """The person or application that one of Greenhouse's own addresses shows."""
    found = re.search(
        r"^https://[\w.-]*greenhouse\.io/people/(\d+)(?:\?.*?application_id=(\d+))?", url
    )
    if found is None:
        return None
    person, application = found.groups()
    return values.ref(account, "application" if application else "candidate", application or person)
