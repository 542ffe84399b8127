"""Greenhouse's people and their applications become ours. Everything may be missing, null or a word nobody wrote down."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors import model, values, words
from connectors.ats.greenhouse import custom
from connectors.model import Ref, Word

Row = Mapping[str, Any]
APPLICATION = {
    "in_process": "active", "active": "active", "rejected": "rejected", "hired": "hired", "converted": "converted",
}  # fmt: skip
PARTIES = {
    "WE_REJECTED_THEM": "we",
    "THEY_REJECTED_US": "they",
    "NONE_SPECIFIED": "none",
    "SECURITY_CONCERN": "other",
}


def contacts(rows: Any) -> tuple[model.Contact, ...]:
    return tuple(model.Contact.model_validate(part) for part in contact_parts(rows))


def contact_parts(rows: Any) -> list[dict[str, Any]]:
    """Contacts, to be validated with the thing that has them."""
    return [
        {"value": str(r["value"]), "type": r.get("type")}
        for r in rows or ()
        if isinstance(r, dict) and r.get("value")
    ]


def told(rows: Any) -> list[str]:
    """The values alone."""
    if not rows:
        return []
    return [str(r["value"]) for r in rows if isinstance(r, dict) and r.get("value")]


def candidate(row: Row, account: str) -> model.Candidate:
    """Validated in one go with all that is in it: backfills make many."""
    given = str(row.get("first_name") or "").strip()
    family = str(row.get("last_name") or "").strip()
    places = told(row.get("addresses"))
    return model.Candidate.model_validate({
        "ref": {"account": account, "kind": "candidate", "id": str(row["id"])},
        "name": f"{given} {family}".strip() or "Unnamed candidate",
        "given": given or None,
        "family": family or None,
        "preferred": row.get("preferred_name") or None,
        "emails": contact_parts(row.get("email_addresses")),
        "phones": contact_parts(row.get("phone_numbers")),
        "links": told(row.get("website_addresses")) + told(row.get("social_media_addresses")),
        "title": row.get("title") or None,
        "company": row.get("company") or None,
        "location": places[0] if places else None,
        "time_zone": values.zone(row.get("time_zone")),
        "tags": [str(t.get("name") if isinstance(t, dict) else t) for t in row.get("tags") or ()],
        "private": bool(row.get("private")),
        "may_contact": row.get("can_email") is not False,
        "created": values.moment(row.get("created_at")),
        "last_activity": values.moment(row.get("last_activity_at")),
        "custom": custom.read_parts(account, row.get("custom_fields")),
        "url": f"https://app.greenhouse.io/people/{row['id']}",
        "version": str(row.get("updated_at") or ""),
        "raw": row,
    })  # fmt: skip


def application(
    row: Row,
    account: str,
    *,
    job_title: str | None,
    source: str | None,
    since: datetime | None,
    credited_to: Ref | None = None,
    rejected: model.Rejection | None = None,
) -> model.Application:
    """`row` carries the stage of the job's plan as `job_interview_stage_id`; its own `stage_id` is only an instance."""
    person = str(row["candidate_id"])
    return model.Application(
        ref=Ref(account=account, kind="application", id=str(row["id"])),
        candidate=Ref(account=account, kind="candidate", id=person),
        job=values.ref(account, "job", row.get("job_id")),
        job_title=job_title,
        stage=values.ref(account, "stage", row.get("job_interview_stage_id")),
        stage_name=row.get("stage_name") or None,
        stage_since=since,
        status=status(row, account, rejected),
        source=source,
        credited_to=credited_to,
        recruiter=values.ref(account, "user", row.get("recruiter_id")),
        coordinator=values.ref(account, "user", row.get("coordinator_id")),
        applied_at=values.moment(row.get("created_at")),
        last_activity=values.moment(row.get("last_activity_at") or row.get("updated_at")),
        rejected=rejected,
        answers=answers(row.get("answers")),
        custom=custom.read(account, row.get("custom_fields")),
        url=f"https://app.greenhouse.io/people/{person}?application_id={row['id']}",
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def status(row: Row, account: str, rejected: model.Rejection | None) -> Word:
    """A rejection by the candidate is a withdrawal; an active prospect is a prospect."""
    found = words.word(account, "application.status", row.get("status"), APPLICATION)
    if row.get("prospect") and found.kind == "active":
        return Word(kind="prospect", vendor=found.vendor)
    if found.kind == "rejected" and rejected and rejected.party == "they":
        return Word(kind="withdrawn", vendor=found.vendor)
    return found


def answers(rows: Any) -> tuple[model.Answered, ...] | None:
    if not isinstance(rows, list):
        return None
    return tuple(
        model.Answered(question=text(row.get("question")), answer=shown(row.get("answer")))
        for row in rows
        if isinstance(row, dict)
    )


def shown(value: Any) -> str:
    """An answer as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    return str(value) if value not in (None, "") else ""


def party(reason: Row) -> str:
    kind = reason.get("type")
    return PARTIES.get(str(kind.get("key")) if isinstance(kind, dict) else "", "other")


def rejection(row: Row, details: Row, reason: Row, note: Row) -> model.Rejection:
    """From an application's own row, its rejection details, their reason and the note they name."""
    return model.Rejection(
        reason=str(reason.get("name") or "") or None,
        party=party(reason),
        note=str(note.get("body") or "") or None,
        at=values.moment(details.get("rejected_at") or row.get("rejected_at")),
    )


def history(
    rows: list[dict[str, Any]], names: Mapping[str, str], account: str
) -> list[model.StageChange]:
    """Stages that were entered, oldest first; Greenhouse does not tell who moved. Later stages of the plan are listed, too."""
    entered = [(values.moment(r.get("entered_at")), r) for r in rows]
    steps = sorted(
        ((at, r) for at, r in entered if at), key=lambda s: (s[0], int(s[1].get("id") or 0))
    )
    found: list[model.StageChange] = []
    for at, row in steps:
        to = values.ref(account, "stage", row.get("job_interview_stage_id"))
        before = found[-1] if found else None
        found.append(model.StageChange(
            to=to, to_name=names.get(to.id) if to else None, at=at,
            was=before.to if before else None, was_name=before.to_name if before else None,
        ))  # fmt: skip
    return found


def user(row: Row, account: str) -> model.User:
    name = (
        row.get("name")
        or " ".join(str(row.get(k) or "") for k in ("first_name", "last_name")).strip()
    )
    emails = row.get("emails") or []
    skills = row.get("interviewer_tags") or ()
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row["id"])),
        name=str(name or "Unnamed user"),
        email=row.get("primary_email") or (str(emails[0]) if emails else None),
        active=not row.get("deactivated"),
        admin=bool(row.get("site_admin")),
        skills=tuple(str(s.get("name") if isinstance(s, dict) else s) for s in skills),
        employee_id=str(row.get("employee_id") or "") or None,
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def text(markup: Any) -> str:
    """The words of an HTML fragment, for labels."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(markup or ""))).strip()


def read_link(account: str, url: str) -> Ref | None:
    """The person or application that one of Greenhouse's own addresses shows."""
    found = re.search(
        r"^https://(?:[\w-]+\.)*greenhouse\.io/people/(\d+)(?:\?.*?application_id=(\d+))?", url
    )
    if found is None:
        return None
    person, application = found.groups()
    return values.ref(account, "application" if application else "candidate", application or person)
