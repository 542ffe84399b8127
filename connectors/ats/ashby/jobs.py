"""Ashby's jobs, openings, posts and stages become ours."""

from collections.abc import Mapping
from typing import Any

from connectors import model, values, words
from connectors.ats.ashby import fields
from connectors.ats.ashby.mapping import APP, Row, part
from connectors.model import Ref

JOB = {"Draft": "draft", "Open": "open", "Closed": "closed", "Archived": "archived"}
STAGE = {
    "Lead": "lead",
    "PreInterviewScreen": "applied",
    "Offer": "offer",
    "Hired": "hired",
    "Archived": "archived",
}
OPENING = {
    "Draft": "draft",
    "Approved": "open",
    "Open": "open",
    "Filled": "closed",
    "Closed": "closed",
}


def job(
    row: Row, account: str, known: Mapping[str, Any], departments: Mapping[str, str]
) -> model.Job:
    place, openings = part(row, "location"), row.get("openings")
    where = place.get("name")
    return model.Job(
        ref=Ref(account=account, kind="job", id=str(row["id"])),
        title=str(row.get("title") or "Untitled job"),
        status=words.word(account, "job.status", row.get("status"), JOB),
        department=departments.get(str(row.get("departmentId"))),
        offices=(str(where),) if where else (),
        location=where,
        remote=bool(place["isRemote"]) if isinstance(place.get("isRemote"), bool) else None,
        employment=row.get("employmentType"),
        requisition=row.get("customRequisitionId"),
        openings=len(openings) if isinstance(openings, list) else None,
        confidential=bool(row.get("confidential")),
        opened=values.moment(row.get("openedAt")),
        closed=values.moment(row.get("closedAt")),
        custom=fields.read(account, row.get("customFields"), known),
        url=f"{APP}/jobs/{row['id']}",
        version=str(row.get("updatedAt") or ""),
        raw=row,
    )


def opening(row: Row, account: str, job: Ref) -> model.Opening:
    newest = part(row, "latestVersion")
    return model.Opening(
        ref=Ref(account=account, kind="opening", id=str(row["id"])),
        code=newest.get("identifier"),
        job=job,
        filled=1 if row.get("openingState") == "Filled" else 0,
        status=words.word(account, "opening.status", row.get("openingState"), OPENING),
        target_start=values.day(newest.get("targetStartDate")),
        raw=row,
    )


def posting(row: Row, account: str) -> model.Posting:
    return model.Posting(
        ref=Ref(account=account, kind="posting", id=str(row["id"])),
        title=str(row.get("title") or "Untitled post"),
        job=values.ref(account, "job", row.get("jobId")),
        body=row.get("descriptionHtml"),
        location=row.get("locationName"),
        live=True,  # only published ones are told
        internal=not row.get("isListed"),
        apply_url=row.get("applyLink"),
        url=row.get("externalLink"),
        version=str(row.get("updatedAt") or ""),
        raw=row,
    )


def stage(row: Row, account: str, job: str | None) -> model.Stage:
    """Ashby types its stages; what happens in an `Active` one, only its name says."""
    name, told = str(row.get("title") or "Unnamed stage"), str(row.get("type") or "")
    kind, named = STAGE.get(told), values.stage_kind(name)
    if kind == "applied" and named == "screen":
        kind = "screen"
    guess = named if named not in ("lead", "applied", "hired", "archived") else "other"
    return model.Stage(
        ref=Ref(account=account, kind="stage", id=str(row["id"])),
        name=name,
        job=values.ref(account, "job", job),
        order=int(values.number(row.get("orderInInterviewPlan")) or 0),
        kind=kind or guess,
        guessed=kind is None,
        raw=row,
    )
