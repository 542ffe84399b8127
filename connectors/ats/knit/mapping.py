"""Knit's records become ours. Nearly everything may be null, and of a list's people nothing but the id is told."""

import hashlib
import json
import mimetypes
from collections.abc import Mapping
from typing import Any

from connectors import model, values, words
from connectors.model import Ref

Row = Mapping[str, Any]
STATUS = {"ACTIVE": "active", "REJECTED": "rejected", "HIRED": "hired", "NOT_SPECIFIED": "other"}
JOB = {"OPEN": "open", "CLOSED": "closed", "DRAFT": "draft"}
INTERVIEW = {
    "SCHEDULED": "scheduled", "AWAITING_FEEDBACK": "awaiting_feedback", "COMPLETE": "complete", "CANCELLED": "cancelled",
}  # fmt: skip
OFFER = {"SIGNED": "accepted"}
FILE = {"RESUME": "resume", "COVER_LETTER": "cover_letter", "OFFER_LETTER": "offer"}
BETWEEN = "~"  # joins an application's id and its candidate's, since Knit asks for both


def both(application: Any, candidate: Any) -> str:
    """The id of an application with which it can be asked for again: its own, and the candidate's where it differs."""
    own, person = str(application), str(candidate or application)
    return own if own == person else f"{own}{BETWEEN}{person}"


def parts(id: str) -> tuple[str, str]:
    """The application's and the candidate's id."""
    own, _, person = id.partition(BETWEEN)
    return own, person or own


def part(row: Row, name: str) -> Row:
    """One model of a record; Knit shows some of them wrapped once more in their own name."""
    found = row.get(name)
    if not isinstance(found, Mapping):
        return {}
    inner = found.get(name)
    return inner if isinstance(inner, Mapping) else found


def listed(row: Row, name: str) -> list[Row]:
    """A list of records; null, and whatever is no record, counts as nothing."""
    found = row.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def person_of(row: Row) -> str:
    """The candidate's id; an application that tells none is its own candidate's."""
    info = part(row, "info")
    return str(part(info, "candidate").get("id") or info.get("id") or "")


def application_id(row: Row) -> str:
    return both(part(row, "info").get("id"), person_of(row))


def named(row: Row) -> bool:
    """Whether an application tells anything of its person."""
    person = part(part(row, "info"), "candidate")
    return any(person.get(k) for k in ("firstName", "lastName", "emails"))


def candidate(row: Row, account: str, more: Row | None = None) -> model.Candidate:
    """A person, from inside an application (`more`) or from a search."""
    given, family = (str(row.get(k) or "").strip() for k in ("firstName", "lastName"))
    emails = [(e.get("email"), e.get("type")) for e in listed(row, "emails")]
    phones = [(p.get("phoneNumber"), p.get("type")) for p in listed(row, "phones")]
    links, tags = row.get("links"), row.get("tags")
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=str(row.get("id") or person_of(more or {}))),
        name=f"{given} {family}".strip() or "Unnamed candidate",
        given=given or None,
        family=family or None,
        emails=_contacts(emails),
        phones=_contacts(phones),
        links=tuple(str(link) for link in links) if isinstance(links, list) else (),
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
        location=str(row["location"]) if row.get("location") else None,
        title=str(row["title"]) if row.get("title") else None,
        company=str(row["company"]) if row.get("company") else None,
        created=values.moment(row.get("createdAt")),
        version=str(part(more or {}, "info").get("updatedAt") or row.get("updatedAt") or mark(row)),
        custom=custom(more or row, account),
        raw=dict(row),
    )


def _contacts(found: list[tuple[Any, Any]]) -> tuple[model.Contact, ...]:
    kinds = {"NOT_SPECIFIED": None}
    return tuple(
        model.Contact(value=str(value), type=kinds.get(str(kind), str(kind).lower()) if kind else None)
        for value, kind in found
        if value
    )  # fmt: skip


def application(row: Row, account: str, titles: Mapping[str, str]) -> model.Application:
    """One application; rejection and answers are told only when it is asked for alone."""
    info, stage, out = part(row, "info"), part(row, "currentStage"), part(row, "rejection")
    job = values.ref(account, "job", info.get("jobId"))
    answers = row.get("questionResponses")
    return model.Application(
        ref=Ref(account=account, kind="application", id=application_id(row)),
        candidate=Ref(account=account, kind="candidate", id=person_of(row)),
        job=job,
        job_title=titles.get(job.id) if job else None,
        stage=values.ref(account, "stage", stage.get("id")),
        stage_name=str(stage["text"]) if stage.get("text") else None,
        status=words.word(account, "application.status", info.get("status"), STATUS),
        source=_said(info.get("origin")),
        recruiter=values.ref(account, "user", part(info, "owner").get("id")),
        credited_to=values.ref(account, "user", part(info, "creditedTo").get("id")),
        applied_at=values.moment(info.get("appliedAt")),
        last_activity=values.moment(info.get("updatedAt")),
        rejected=model.Rejection(reason=_said(out.get("text")), at=values.moment(out.get("rejectedAt"))) if out else None,
        answers=tuple(map(_answer, listed(row, "questionResponses"))) if answers is not None else None,
        version=str(info.get("updatedAt") or mark([info.get("status"), stage.get("id"), info.get("jobId")])),
        custom=custom(row, account),
        raw=dict(row),
    )  # fmt: skip


def _answer(row: Row) -> model.Answered:
    said = part(row, "answer")
    chosen = said.get("selectedOptions")
    text = ", ".join(map(str, chosen)) if isinstance(chosen, list) else str(said.get("text") or "")
    return model.Answered(question=str(row.get("questionText") or ""), answer=text)


def _said(value: Any) -> str | None:
    text = str(value or "").strip()
    return text if text and text != "NOT_SPECIFIED" else None


def custom(row: Row, account: str) -> dict[str, model.Custom]:
    """The fields that were mapped in Knit; it tells their names and values, never their types."""
    found = row.get("customFields")
    if not isinstance(found, Mapping):
        return {}
    return {
        str(key): values.custom(account, str(key), str(key), "", value, {})
        for key, value in found.items()
    }


def job(row: Row, account: str) -> model.Job:
    info = part(row, "info")
    offices = tuple(str(o.get("name") or o.get("location") or "") for o in listed(row, "offices"))
    places = [str(o["location"]) for o in listed(row, "offices") if o.get("location")]
    units = [str(d["name"]) for d in listed(row, "departments") if d.get("name")]
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(info.get("id"))),
        title=str(info.get("title") or "Untitled job"),
        status=words.word(account, "job.status", info.get("status"), JOB),
        department=units[0] if units else None,
        offices=offices,
        location=places[0] if places else None,
        confidential=bool(info.get("confidential")),
        opened=values.moment(info.get("createdAt")),
        closed=values.moment(info.get("closedAt")),
        url=str(info["infoUrl"]) if info.get("infoUrl") else None,
        version=str(info.get("updatedAt") or mark(row)),
        custom=custom(row, account),
        raw=dict(row),
    )


def stages(row: Row, account: str) -> list[model.Stage]:
    """A job's stages in Knit's order. Their kinds are guessed from their names: Knit tells none."""
    job = values.ref(account, "job", part(row, "info").get("id"))
    found = []
    for order, stage in enumerate(listed(row, "stages")):
        name = str(stage.get("text") or stage.get("name") or "Stage")
        ref = Ref(account=account, kind="stage", id=str(stage.get("id")))
        kind = values.stage_kind(name)
        found.append(
            model.Stage(ref=ref, name=name, job=job, order=order, kind=kind, guessed=True, raw=dict(stage))
        )  # fmt: skip
    return found


def team(row: Row, account: str) -> list[model.TeamMember]:
    found = []
    for name, role in (("hiringManagers", "hiring_manager"), ("recruiters", "recruiter")):
        for person in listed(row, name):
            if user := values.ref(account, "user", person.get("id")):
                found.append(model.TeamMember.model_validate({"user": user, "role": role}))
    return found


def user(row: Row, account: str) -> model.User:
    """Knit's users have no names: the address stands for it."""
    email = str(row["email"]) if row.get("email") else None
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row.get("id"))),
        name=str(row.get("name") or email or "Unnamed user"),
        email=email,
        employee_id=str(row["employeeId"]) if row.get("employeeId") else None,
        raw=dict(row),
    )


def interview(row: Row, account: str, application: str) -> model.Interview:
    seats = [
        model.Seat(user=values.ref(account, "user", one.get("id")), email=one.get("email"))
        for one in listed(row, "interviewers")
    ]
    return model.Interview(
        ref=Ref(account=account, kind="interview", id=str(row.get("id"))),
        application=Ref(account=account, kind="application", id=application),
        name=_said(row.get("subject")),
        start=values.moment(row.get("scheduledStart")),
        end=values.moment(row.get("scheduledEnd")),
        location=_said(row.get("location")),
        panel=tuple(seats),
        organiser=values.ref(account, "user", part(row, "creator").get("id")),
        status=words.word(account, "interview.status", row.get("status"), INTERVIEW),
        editable=False,
        raw=dict(row),
    )


def offer(row: Row, account: str, application: str) -> model.Offer:
    return model.Offer(
        ref=Ref(account=account, kind="offer", id=str(row.get("id") or f"{application}/offer")),
        application=Ref(account=account, kind="application", id=application),
        status=words.word(account, "offer.status", row.get("status"), OFFER),
        start_on=values.day(row.get("startDate")),
        sent_at=values.moment(row.get("sentAt")),
        decided_at=values.moment(row.get("closedAt")),
        raw=dict(row),
    )


def attachment(row: Row, account: str, application: str, place: int) -> model.Attachment:
    """A file. Knit gives it no id and often no name; its link is signed and soon dead."""
    said = str(row.get("type") or "")
    kind = FILE.get(said, "other")
    name = str(row.get("name") or f"{kind}.pdf")
    return model.Attachment(
        ref=file_ref(account, application, str(row.get("name") or f"{said} {place}")),
        name=name,
        kind=kind,
        mime=mimetypes.guess_type(name)[0],
        raw=dict(row),
    )


def file_ref(account: str, application: str, name: str) -> Ref:
    """A file is known by its application and name."""
    return Ref(account=account, kind="attachment", id=f"{application}/{mark(name)}")


def mark(value: Any) -> str:
    """A short print of a value, to compare it by."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]
