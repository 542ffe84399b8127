"""BambooHR's words become ours. An application is told with its person inside, and no row says when it was changed."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from connectors import model, values
from connectors.model import Ref, Word
from connectors.words import word

Row = Mapping[str, Any]
JOB_STATUSES = {
    "draft": "draft", "open": "open", "on hold": "on_hold", "filled": "closed", "canceled": "closed", "deleted": "archived",
}  # fmt: skip
# What a status that nobody has was not seen in: an inactive one, by its name.
INACTIVE = re.compile(
    r"not (a )?(fit|qualified|interested)|(un|over.?)qualified|reject|declin|withdr|no longer|hired (other|elsewhere)", re.I,
)  # fmt: skip
THEIRS = re.compile(r"withdr|declin|not interested|hired elsewhere|other offer|no show", re.I)
ENDED = {"archived": "rejected", "hired": "hired"}


def part(row: Row, name: str) -> Row:
    """An object inside; empty when it is null."""
    held = row.get(name)
    return held if isinstance(held, dict) else {}


def candidate(row: Row, account: str) -> model.Candidate:
    """The person of an application. Only a single application tells phone, place and links."""
    person = part(row, "applicant")
    given, family = str(person.get("firstName") or "").strip(), str(person.get("lastName") or "").strip()  # fmt: skip
    phone, email, source = person.get("phoneNumber"), person.get("email"), str(person.get("source") or "")  # fmt: skip
    place = part(person, "address")
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=str(row["id"])),
        name=f"{given} {family}".strip() or "Unnamed candidate",
        given=given or None,
        family=family or None,
        emails=(model.Contact(value=str(email)),) if email else (),
        phones=(model.Contact(value=str(phone)),) if phone else (),
        links=tuple(str(person[k]) for k in ("linkedinUrl", "websiteUrl") if person.get(k)),
        location=", ".join(str(place[k]) for k in ("city", "country") if place.get(k)) or None,
        source=_source(source),
        created=values.moment(row.get("appliedDate")),
        last_activity=_touched(row),
        version=_hash([person.get(k) for k in ("firstName", "lastName", "email")]),
        raw=row,
    )


def application(row: Row, account: str, kinds: Mapping[str, str]) -> model.Application:
    """`kinds` says which statuses end a candidacy: `archived` or `hired`, by their ids."""
    status, job = part(row, "status"), part(row, "job")
    label = str(status.get("label") or "")
    kind = ENDED.get(kinds.get(str(status.get("id")), ""), "active")
    since = values.moment(status.get("dateChanged"))
    party = "they" if THEIRS.search(label) else "we"
    told = row.get("questionsAndAnswers")
    return model.Application(
        ref=Ref(account=account, kind="application", id=str(row["id"])),
        candidate=Ref(account=account, kind="candidate", id=str(row["id"])),
        job=values.ref(account, "job", job.get("id")),
        job_title=part(job, "title").get("label") or None,
        stage=values.ref(account, "stage", status.get("id")),
        stage_name=label or None,
        stage_since=since,
        status=Word(kind=kind, vendor=label),
        source=_source(str(part(row, "applicant").get("source") or "")),
        applied_at=values.moment(row.get("appliedDate")),
        last_activity=_touched(row),
        rejected=model.Rejection(reason=label, party=party, at=since) if kind == "rejected" else None,
        hired_at=since if kind == "hired" else None,
        answers=tuple(_answers(told)) if isinstance(told, list) else None,
        version=_hash([status.get("id"), row.get("rating"), job.get("id")]),
        raw=row,
    )  # fmt: skip


def job(row: Row, account: str) -> model.Job:
    place, status = part(row, "location"), part(row, "status")
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row["id"])),
        title=str(part(row, "title").get("label") or "Untitled job"),
        status=word(account, "job.status", status.get("label"), JOB_STATUSES),
        department=part(row, "department").get("label") or None,
        location=place.get("label") or None,
        opened=values.moment(row.get("postedDate")),
        version=_hash([row.get("title"), row.get("status"), row.get("hiringLead")]),
        raw=row,
    )


def posting(row: Row, account: str) -> model.Posting:
    """BambooHR tells where a job is advertised, not what the advertisement says."""
    return model.Posting(
        ref=Ref(account=account, kind="posting", id=str(row["id"])),
        title=str(part(row, "title").get("label") or "Untitled job"),
        job=Ref(account=account, kind="job", id=str(row["id"])),
        live=part(row, "status").get("label") == "Open",
        apply_url=row.get("postingUrl"),
        raw=row,
    )


def user(row: Row, account: str, owner: str) -> model.User:
    """`owner` is the employee whose key this is: nobody's key works who has no access to the ATS's settings."""
    name = f"{row.get('firstName') or ''} {row.get('lastName') or ''}".strip()
    employee = str(row.get("employeeId") or "0")
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row["id"])),
        name=name or "Unnamed user",
        email=row.get("email") or None,
        active=row.get("status") != "disabled",
        admin=employee == owner != "0",
        employee_id=employee if employee != "0" else None,
        raw=row,
    )


def stage(row: Row, account: str, order: int) -> model.Stage:
    """A status. What it means is guessed from its name; BambooHR does not even tell in what order they come."""
    name = str(row.get("name") or "Unnamed status")
    return model.Stage(
        ref=Ref(account=account, kind="stage", id=str(row["id"])), name=name, order=order, kind=values.stage_kind(name),
        guessed=True, active=row.get("enabled") is not False, raw=row,
    )  # fmt: skip


def files(row: Row, account: str) -> list[model.Attachment]:
    """The résumé, the cover letter and what else is attached; the first two are told by number only."""
    told = [one for one in row.get("attachments") or () if isinstance(one, dict)]
    names = {str(one.get("id")): str(one.get("name")) for one in told if one.get("name")}
    kinds = {str(row.get("resumeFileId")): "resume", str(row.get("coverLetterFileId")): "cover_letter"}  # fmt: skip
    urls = {str(one.get("id")): one.get("fileUrl") for one in told}
    ids = dict.fromkeys([id for id in kinds if id not in ("None", "")] + list(urls))
    return [
        model.Attachment(
            ref=Ref(account=account, kind="attachment", id=id), name=names.get(id) or kinds.get(id, "file"), kind=kinds.get(id, "other"),
            raw={"id": id, "url": urls.get(id)},
        )
        for id in ids
    ]  # fmt: skip


def _answers(rows: list[Any]) -> list[model.Answered]:
    return [
        model.Answered(question=str(part(one, "question").get("label") or "Question"), answer=str(part(one, "answer").get("label") or ""))
        for one in rows
        if isinstance(one, dict) and one.get("isArchived") is not True
    ]  # fmt: skip


def _source(said: str) -> str | None:
    """What was written as text may come back as a bare number, which says nothing."""
    return said if said and not said.isdigit() else None


def _touched(row: Row) -> Any:
    return values.moment(part(row, "status").get("dateChanged") or row.get("appliedDate"))


def _hash(held: Any) -> str:
    return hashlib.sha256(json.dumps(held, sort_keys=True, default=str).encode()).hexdigest()[:16]
