"""Ashby's words become ours. Everything may be missing, null or of a kind nobody wrote down."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors import model, values, words
from connectors.ats.ashby import fields
from connectors.model import Ref, Word

Row = Mapping[str, Any]
APP = "https://app.ashbyhq.com"
APPLICATION = {"Active": "active", "Lead": "prospect", "Hired": "hired", "Archived": "rejected"}
PARTY = {"RejectedByOrg": "we", "RejectedByCandidate": "they", "Other": "none"}
SCHEDULE = {
    "NeedsScheduling": "to_schedule", "WaitingOnCandidateBooking": "awaiting_candidate", "Unknown": "other", "OnHold": "to_schedule",
    "WaitingOnCandidateAvailability": "awaiting_candidate", "CandidateAvailabilitySubmitted": "to_schedule", "Scheduled": "scheduled",
    "WaitingOnFeedback": "awaiting_feedback", "Complete": "complete", "Cancelled": "cancelled",
}  # fmt: skip
OFFER = {
    "WaitingOnApprovalStart": "draft", "WaitingOnApprovalDefinition": "draft", "WaitingOnOfferApproval": "awaiting_approval",
    "WaitingOnCandidateResponse": "sent", "CandidateAccepted": "accepted", "CandidateRejected": "declined", "OfferCancelled": "withdrawn",
    "Accepted": "accepted", "Declined": "declined", "Cancelled": "withdrawn", "Created": "draft", "Pending": "sent",
    "WaitingOnResponse": "sent",
}  # fmt: skip
DECISION = {"approve": "approved", "reject": "rejected", "pending": "asked"}
ROLES: Mapping[str, model.Role] = {
    "hiring manager": "hiring_manager", "recruiter": "recruiter", "coordinator": "coordinator", "recruiting coordinator": "coordinator",
    "sourcer": "sourcer", "interviewer": "interviewer",
}  # fmt: skip
OVERALL = {1: 1, 2: 2, 3: 4, 4: 5}  # Ashby's score of 1 to 4 on our scale of five
ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def part(row: Row, name: str) -> Row:
    """An object inside; empty when it is missing or something else."""
    found = row.get(name)
    return found if isinstance(found, dict) else {}


def parts(row: Row, name: str) -> list[Row]:
    found = row.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def contacts(row: Row, first: str, all: str) -> tuple[model.Contact, ...]:
    """The primary one first."""
    rows = [part(row, first), *parts(row, all)]
    by_value = {str(r["value"]): r.get("type") for r in reversed(rows) if r.get("value")}
    ordered = dict.fromkeys(str(r["value"]) for r in rows if r.get("value"))
    return tuple(model.Contact(value=value, type=by_value[value]) for value in ordered)


def candidate(row: Row, account: str, known: Mapping[str, Any]) -> model.Candidate:
    """A person. There is one `name`; splitting it at the first blank is ours."""
    name = " ".join(str(row.get("name") or "").split())
    given, _, family = name.partition(" ")
    id = str(row["id"])
    links = (link.get("url") for link in parts(row, "socialLinks"))
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=id),
        name=name or "Unnamed candidate",
        given=given or None,
        family=family or None,
        emails=contacts(row, "primaryEmailAddress", "emailAddresses"),
        phones=contacts(row, "primaryPhoneNumber", "phoneNumbers"),
        links=tuple(str(link) for link in links if link),
        title=row.get("position") or None,
        company=row.get("company") or None,
        location=part(row, "primaryLocation").get("locationSummary")
        or part(row, "location").get("locationSummary"),
        time_zone=values.zone(row.get("timezone")),
        tags=tuple(str(t.get("title")) for t in parts(row, "tags") if not t.get("isArchived")),
        source=part(row, "source").get("title"),
        owner=values.ref(account, "user", part(row, "creditedToUser").get("id")),
        anonymised=name.casefold().startswith("anonymized") and not row.get("emailAddresses"),
        created=values.moment(row.get("createdAt")),
        last_activity=values.moment(row.get("updatedAt")),
        custom=fields.read(account, row.get("customFields"), known),
        url=str(row.get("profileUrl") or f"{APP}/candidates/{id}"),
        version=str(row.get("updatedAt") or ""),
        raw=row,
    )


def application(row: Row, account: str, known: Mapping[str, Any]) -> model.Application:
    """An application; `Archived` tells by its reason whose wish it was."""
    status = words.word(account, "application.status", row.get("status"), APPLICATION)
    reason, person, job = part(row, "archiveReason"), part(row, "candidate"), part(row, "job")
    if status.kind == "rejected" and reason.get("reasonType") == "RejectedByCandidate":
        status = Word(kind="withdrawn", vendor=status.vendor)
    now, team = part(row, "currentInterviewStage"), parts(row, "hiringTeam")
    since = _since(row, str(now.get("id")))
    updated, id = str(row.get("updatedAt") or ""), str(person.get("id") or "")
    return model.Application(
        ref=Ref(account=account, kind="application", id=str(row["id"])),
        candidate=Ref(account=account, kind="candidate", id=id),
        job=values.ref(account, "job", job.get("id")),
        job_title=job.get("title"),
        stage=values.ref(account, "stage", now.get("id")),
        stage_name=now.get("title"),
        stage_since=since,
        status=status,
        source=part(row, "source").get("title"),
        credited_to=values.ref(account, "user", part(row, "creditedToUser").get("id")),
        recruiter=_member(account, team, "recruiter"),
        coordinator=_member(account, team, "coordinator"),
        applied_at=values.moment(row.get("createdAt")),
        last_activity=values.moment(updated),
        rejected=_rejection(row, reason) if status.kind in ("rejected", "withdrawn") else None,
        hired_at=since if status.kind == "hired" else None,
        answers=_answers(row),
        custom=fields.read(account, row.get("customFields"), known),
        url=f"{APP}/candidates/{id}",
        version=updated,
        raw=row,
    )


def _rejection(row: Row, reason: Row) -> model.Rejection:
    return model.Rejection(
        reason=reason.get("text"),
        party=PARTY.get(str(reason.get("reasonType")), "other"),
        at=values.moment(row.get("archivedAt")),
    )


def _since(row: Row, stage: str) -> datetime | None:
    """When the present stage was entered; lists do not tell the history."""
    lines = [line for line in parts(row, "applicationHistory") if line.get("stageId") == stage]
    return max(
        (at for line in lines if (at := values.moment(line.get("enteredStageAt")))), default=None
    )


def _member(account: str, team: list[Row], role: str) -> Ref | None:
    rows = (m for m in team if ROLES.get(str(m.get("role")).casefold()) == role)
    return next((values.ref(account, "user", m.get("userId")) for m in rows), None)


def _answers(row: Row) -> tuple[model.Answered, ...] | None:
    """What was answered on the application form, where it was asked for."""
    if not isinstance(row.get("applicationFormSubmissions"), list):
        return None
    found = []
    for form in parts(row, "applicationFormSubmissions"):
        told = part(form, "submittedValues")
        for field in asked(part(form, "formDefinition")):
            value = told.get(str(field.get("path")))
            if value not in (None, ""):
                question = str(field.get("title") or field.get("path"))
                found.append(model.Answered(question=question, answer=shown(value)))
    return tuple(found)


def asked(definition: Row) -> list[Row]:
    """The fields of a form, in order, each with `isRequired` beside its own names."""
    rows = [row for section in parts(definition, "sections") for row in parts(section, "fields")]
    return [{**part(row, "field"), "isRequired": bool(row.get("isRequired"))} for row in rows]


def shown(value: Any) -> str:
    """A submitted value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    if isinstance(value, dict):
        if "score" in value:
            return str(value["score"])
        if "minValue" in value:
            return f"{value['minValue']} – {value.get('maxValue')}"
        return " ".join(
            str(value[k]) for k in ("currencyCode", "value") if value.get(k) is not None
        )
    return "" if value is None else str(value)


def user(row: Row, account: str) -> model.User:
    name = " ".join(str(row.get(k) or "") for k in ("firstName", "lastName")).strip()
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row["id"])),
        name=name or "Unnamed user",
        email=row.get("email") or None,
        active=row.get("isEnabled") is not False,
        admin=row.get("globalRole") == "Organization Admin",
        version=str(row.get("updatedAt") or ""),
        raw=row,
    )


def note(row: Row, account: str) -> model.Note:
    body = str(row.get("content") or "")
    return model.Note(
        ref=Ref(account=account, kind="note", id=str(row["id"])),
        body=body,
        markup="html" if re.search(r"</(?:b|i|u|a|ul|ol|li|p|code|pre)>", body) else "plain",
        author=values.ref(account, "user", part(row, "author").get("id")),
        at=values.moment(row.get("createdAt")),
        visibility="private" if row.get("isPrivate") else "everyone",
        raw=row,
    )


def attachment(row: Row, account: str, *, resume: bool) -> model.Attachment:
    return model.Attachment(
        ref=Ref(account=account, kind="attachment", id=str(row.get("id") or "")),
        name=str(row.get("name") or ("resume.pdf" if resume else "file")),
        kind="resume" if resume else "other",
        raw=row,
    )


def read_link(account: str, url: str) -> Ref | None:
    """The person whom one of Ashby's own addresses shows, also within a search or a job."""
    found = re.match(rf"https://app\.ashbyhq\.com/(?:[^?#]*/)?candidates/({ID})", url)
    return values.ref(account, "candidate", found.group(1).lower()) if found else None


def step(row: Row, account: str, before: model.StageChange) -> model.StageChange:
    """One line of an application's history; `by` may be a key as well as a person."""
    return model.StageChange(
        to=values.ref(account, "stage", row.get("stageId")),
        to_name=row.get("title"),
        was=before.to,
        was_name=before.to_name,
        at=values.moment(row.get("enteredStageAt")),
        by=values.ref(account, "user", row.get("actorId")),
    )
