"""Greenhouse's jobs, openings, posts, stages and interview plans become ours."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors import model, values, words
from connectors.ats.greenhouse import custom
from connectors.model import Ref, Word

Row = Mapping[str, Any]
JOB = {"open": "open", "draft": "draft", "closed": "closed"}


def job(
    row: Row, account: str, *, department: str | None, offices: Sequence[Row], openings: int | None
) -> model.Job:
    """`employment_type` is a custom field that every Greenhouse account begins with."""
    fields = custom.read(account, row.get("custom_fields"))
    employment = fields.get("employment_type")
    places = [str(office["location"]) for office in offices if office.get("location")]
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row["id"])),
        title=str(row.get("name") or "Untitled job"),
        status=words.word(account, "job.status", row.get("status"), JOB),
        department=department,
        offices=tuple(str(office.get("name") or "") for office in offices),
        location=places[0] if places else None,
        employment=str(employment) or None if employment else None,
        requisition=str(row.get("requisition_id") or "") or None,
        openings=openings,
        confidential=bool(row.get("confidential")),
        opened=values.moment(row.get("opened_at")),
        closed=values.moment(row.get("closed_at")),
        url=f"https://app.greenhouse.io/sdash/{row['id']}",
        custom=fields,
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def opening(row: Row, account: str) -> model.Opening:
    """One seat each. `opening_id` is the company's own code."""
    told = row.get("open")
    said = "" if told is None else "open" if told else "closed"
    return model.Opening(
        ref=Ref(account=account, kind="opening", id=str(row["id"])),
        code=str(row.get("opening_id") or "") or None,
        job=values.ref(account, "job", row.get("job_id")),
        filled=1 if row.get("application_id") else 0,
        status=Word(kind=said or "other", vendor=said),
        target_start=values.day(row.get("target_start_on")),
        application=values.ref(account, "application", row.get("application_id")),
        custom=custom.read(account, row.get("custom_fields")),
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def posting(row: Row, account: str, places: Sequence[str]) -> model.Posting:
    address = str(row.get("public_url") or "") or None
    return model.Posting(
        ref=Ref(account=account, kind="posting", id=str(row["id"])),
        title=str(row.get("title") or "Untitled post"),
        job=values.ref(account, "job", row.get("job_id")),
        body=str(row.get("content") or row.get("internal_content") or "") or None,
        markup="html",
        location="; ".join(dict.fromkeys(places)) or None,
        live=bool(row.get("live")),
        internal=bool(row.get("internal")),
        apply_url=address,
        url=address,
        version=str(row.get("updated_at") or ""),
        raw=row,
    )


def unit(row: Row, account: str, kind: model.Kind) -> model.Unit:
    return model.Unit(
        ref=Ref(account=account, kind=kind, id=str(row["id"])),
        name=str(row.get("name") or "Unnamed"),
        parent=values.ref(account, kind, row.get("parent_id")),
        version=str(row.get("updated_at") or ""),
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
        active=row.get("active") is not False,
        version=str(row.get("updated_at") or ""),
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
        order=int(row.get("sort_order") or 0),
        version=str(row.get("updated_at") or ""),
        raw=row,
    )
