"""JazzHR's records become ours. Every value is a text, "" and "0" included; what is nobody's business is left out."""

import hashlib
import json
import mimetypes
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors import model, values, words
from connectors.ats.jazzhr.calls import listed
from connectors.model import Ref

Row = Mapping[str, Any]
JOB = {
    "open": "open", "on hold": "on_hold", "approved": "open", "needs approval": "awaiting_approval", "drafting": "draft",
    "filled": "closed", "cancelled": "closed", "closed": "closed",
}  # fmt: skip
ADMINS = ("administrator", "super admin")
AWAY = ("deactivated", "deleted")
HIDDEN = re.compile(r"eeoc?_|has_felony|felony_|wmyu|citizenship_|over_18")
NOT_HIRED = re.compile(r"not hired|not a fit|reject|declin|disqualif|withdr|unqualified|no show")
THEY = re.compile(r"declin|withdr|no show")
# What is known of the order of steps: between these, their numbers rise with the workflow.
PLACE = {"lead": 0, "applied": 1, "offer": 3, "hired": 4, "archived": 5}
TOLD = {
    "desired_salary": "Desired salary", "desired_start_date": "Desired start date", "education_level": "Education",
    "languages": "Languages",
}  # fmt: skip


def text(row: Row, name: str) -> str | None:
    found = str(row.get(name) or "").strip()
    return found if found not in ("", "0", "No Answer") else None


def moment(row: Row, day: str, time: str) -> datetime | None:
    """A day and a time in two fields, taken for UTC; noon is not made up where there is no time."""
    return values.moment(f"{row.get(day) or ''} {row.get(time) or '00:00:00'}")


def stage(id: str, name: str, account: str, *, hired: bool = False) -> model.Stage:
    """A step. Its kind is guessed from its name, unless people were hired at it; Not Hired holds the word hired."""
    folded = name.casefold()
    guess = "archived" if NOT_HIRED.search(folded) else values.stage_kind(name)
    return model.Stage(
        ref=Ref(account=account, kind="stage", id=id),
        name=name,
        kind="hired" if hired else guess,
        guessed=not hired,
        raw={"id": id, "name": name},
    )


def status(step: model.Stage | None) -> model.Word:
    """What an application is follows from the step it stands at."""
    if step is None:
        return model.Word(kind="active")
    gone = "withdrawn" if THEY.search(step.name.casefold()) else "rejected"
    return model.Word(kind={"hired": "hired", "archived": gone}.get(step.kind, "active"), vendor=step.name)  # fmt: skip


def candidate(row: Row, account: str) -> model.Candidate:
    """A person, from a list or alone. A list tells no address; nothing of a list says when somebody changed."""
    given, family = text(row, "first_name"), text(row, "last_name")
    email, phone = text(row, "email"), text(row, "phone") or text(row, "prospect_phone")
    links = (text(row, "linkedin_url"), text(row, "website"))
    kept = {k: v for k, v in row.items() if not HIDDEN.match(k)}
    return model.Candidate(
        ref=Ref(account=account, kind="candidate", id=str(row.get("id"))),
        name=" ".join(part for part in (given, family) if part) or "Unnamed candidate",
        given=given,
        family=family,
        emails=(model.Contact(value=email),) if email else (),
        phones=(model.Contact(value=phone),) if phone else (),
        links=tuple(link for link in links if link),
        location=text(row, "location") or text(row, "address"),
        source=text(row, "source"),
        tags=tuple(t for c in listed(row.get("categories")) if (t := text(c, "name") or text(c, "category_name"))),
        created=values.moment(row.get("apply_date")),
        version=mark([given, family, email, phone]),
        custom={
            key: model.Custom(key=key, label=label, kind="text", value=text(row, key))
            for key, label in TOLD.items()
            if text(row, key)
        },
        raw=kept,
    )  # fmt: skip


def application(
    row: Row, account: str, titles: Mapping[str, str], step: model.Stage | None
) -> model.Application:
    """A row of applicants2jobs."""
    job = values.ref(account, "job", text(row, "job_id"))
    state = status(step)
    return model.Application(
        ref=Ref(account=account, kind="application", id=str(row.get("id"))),
        candidate=Ref(account=account, kind="candidate", id=str(row.get("applicant_id"))),
        job=job,
        job_title=titles.get(job.id) if job else None,
        stage=values.ref(account, "stage", text(row, "workflow_step_id")),
        stage_name=step.name if step else None,
        status=state,
        applied_at=values.moment(row.get("date")),
        rejected=model.Rejection(reason=state.vendor, party="they" if state.kind == "withdrawn" else "we")
        if state.kind in ("rejected", "withdrawn")
        else None,
        version=mark([row.get("workflow_step_id"), row.get("job_id"), row.get("rating")]),
        raw=dict(row),
    )  # fmt: skip


def job(row: Row, account: str) -> model.Job:
    places = [text(row, "city"), text(row, "state")]
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row.get("id"))),
        title=text(row, "title") or "Untitled job",
        status=words.word(account, "job.status", row.get("status"), JOB),
        department=text(row, "department"),
        location=", ".join(place for place in places if place) or None,
        employment=text(row, "type"),
        requisition=text(row, "internal_code"),
        opened=values.moment(row.get("original_open_date")),
        version=mark([row.get(k) for k in ("title", "status", "department", "city")]),
        raw=dict(row),
    )


def user(row: Row, account: str) -> model.User:
    kind = str(row.get("type") or "").casefold()
    email = text(row, "email")
    name = " ".join(part for part in (text(row, "first_name"), text(row, "last_name")) if part)
    return model.User(
        ref=Ref(account=account, kind="user", id=str(row.get("id"))),
        name=name or email or "Unnamed user",
        email=email,
        active=kind not in AWAY,
        admin=kind in ADMINS,
        raw=dict(row),
    )


def note(row: Row, account: str) -> model.Note:
    return model.Note(
        ref=Ref(account=account, kind="note", id=str(row.get("id"))),
        body=str(row.get("text") or ""),
        author=values.ref(account, "user", text(row, "author_id")),
        at=moment(row, "date", "time"),
        raw=dict(row),
    )


def file(row: Row, account: str) -> model.Attachment:
    name = text(row, "filename") or "file"
    return model.Attachment(
        ref=Ref(account=account, kind="attachment", id=str(row.get("id"))),
        name=name,
        mime=text(row, "mime_type") or mimetypes.guess_type(name)[0],
        created=moment(row, "date_loaded", "time_loaded"),
        raw=dict(row),
    )


def resume(row: Row, account: str) -> model.Attachment | None:
    """The résumé that stands in a person's own record; it has a link and no id."""
    link = text(row, "resume_link")
    if link is None:
        return None
    name = link.partition("?")[0].rpartition("/")[2]
    return model.Attachment(
        ref=Ref(account=account, kind="attachment", id=f"{row.get('id')}/resume"),
        name=name if "." in name else "resume.pdf",
        kind="resume",
        mime=mimetypes.guess_type(name)[0],
        raw={"file_url": link},
    )


def mark(value: Any) -> str:
    """A short print of a value, to compare it by."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]
