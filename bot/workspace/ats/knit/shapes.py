"""How Knit tells of what the Workable account behind it holds: one candidate of Workable is an application."""

from typing import Any

from bot.workspace.store import Store

Doc = dict[str, Any]


def job(store: Store, row: Doc) -> Doc:
    """A job with its stages; stages have neither kind nor order field."""
    return {
        "info": {
            "id": row["id"], "title": row["title"], "description": row["description"], "status": row["status"],
            "confidential": row["confidential"], "createdAt": row["created_at"], "updatedAt": row["updated_at"],
            "closedAt": row["closed_at"], "infoUrl": f"https://brightwater.workable.com/backend/jobs/{row['id']}",
            "applyUrl": f"https://apply.workable.com/brightwater/j/{row['id']}/",
        },
        "departments": [{"id": row["department"].lower(), "name": row["department"]}],
        "offices": [{"id": row["office"].lower(), "name": row["office"], "location": row["office"]}],
        "hiringManagers": [user(store, id) for id in row["hiring_managers"]],
        "recruiters": [user(store, id) for id in row["recruiters"]],
        "stages": [{"id": stage["slug"], "text": stage["name"]} for stage in row["stages"]],
        "customFields": row["custom_fields"],
    }  # fmt: skip


def user(store: Store, id: str) -> Doc:
    """A user has no name here."""
    known = store.get("knit_members", id) or {}
    return {"id": id, "email": known.get("email"), "employeeId": None}


def stage_of(store: Store, row: Doc) -> Doc:
    """The Workable stage somebody is at."""
    held = (store.get("knit_jobs", row["job"]) or {"stages": []})["stages"]
    found: Doc = next((s for s in held if s["slug"] == row["stage"]), {})
    return found


def status(store: Store, row: Doc) -> str:
    if row["disqualified"]:
        return "REJECTED"
    return "HIRED" if stage_of(store, row).get("kind") == "hired" else "ACTIVE"


def person(row: Doc) -> Doc:
    """The candidate inside an application; its id is the application's own, as everywhere in Workable."""
    phones = [{"type": "NOT_SPECIFIED", "phoneNumber": row["phone"]}] if row["phone"] else None
    return {
        "id": row["id"], "firstName": row["firstname"], "lastName": row["lastname"], "phones": phones,
        "emails": [{"type": "NOT_SPECIFIED", "email": row["email"]}], "links": row["links"] or None, "location": row["address"],
    }  # fmt: skip


def slim(store: Store, row: Doc) -> Doc:
    """An application as lists tell it: of the person nothing but the id."""
    nobody = dict.fromkeys(("firstName", "lastName", "phones", "emails", "links", "location"))
    stage = stage_of(store, row)
    return {
        "info": {
            "id": row["id"], "status": status(store, row), "candidate": {**nobody, "id": row["id"]}, "origin": "NOT_SPECIFIED",
            "jobId": row["job"], "appliedAt": row["created_at"], "updatedAt": row["updated_at"], "owner": None, "creditedTo": None,
        },
        "currentStage": {"id": stage.get("slug"), "text": stage.get("name")} if stage else None,
        "interviews": None, "rejection": None, "offers": None, "attachments": None, "questionResponses": None,
    }  # fmt: skip


def whole(store: Store, row: Doc) -> Doc:
    """An application as it is told alone. Workable's interviews do not reach Knit: null, even where there are some."""
    told = slim(store, row)
    told["info"]["candidate"] = person(row)
    if row["disqualified"]:
        reason = row["disqualification_reason"]
        told["rejection"] = {"id": None, "text": reason, "rejectedAt": row["disqualified_at"]}
    told["offers"] = store.find("knit_offers", applicationId=row["id"]) or None
    told["attachments"] = [
        {"type": file["type"], "name": file["name"], "link": link(file)}
        for file in store.find("knit_files", candidate=row["id"])
    ] or None
    told["questionResponses"] = row["answers"] or None
    told["customFields"] = row["custom_fields"]
    return told


def link(file: Doc) -> str:
    """A signed address of the store where Workable keeps files."""
    return f"https://workablehr.s3.amazonaws.com/uploads/{file['id']}/{file['path']}?X-Amz-Signature={file['signature']}"


MODELS = {
    "ats_applications": {
        "application_info": "info", "application_stage": "currentStage", "application_interviews": "interviews",
        "application_rejection": "rejection", "application_offers": "offers", "application_attachments": "attachments",
    },
    "ats_jobs": {
        "job_info": "info", "job_departments": "departments", "job_offices": "offices", "job_hiringManagers": "hiringManagers",
        "job_recruiters": "recruiters", "job_stages": "stages",
    },
    "ats_candidates": {"candidate_info": "info", "candidate_attachments": "attachments"},
}  # fmt: skip


def records(store: Store, kind: str, models: list[str]) -> list[tuple[Doc, bool, Doc]]:
    """All records of a sync: the ids a deletion tells, whether it is active, and the models asked for."""
    keys = {MODELS[kind][model] for model in models or MODELS[kind]} | {"customFields"}
    found = []
    if kind == "ats_jobs":
        for row in store.all("knit_jobs"):
            if row["status"] == "OPEN":  # a closed job has gone from this list
                found.append(({"jobId": row["id"]}, True, job(store, row)))
    else:
        for row in store.all("knit_candidates"):
            ids = {"applicationId": row["id"], "candidateId": row["id"], "jobId": row["job"]}
            told = whole(store, row)
            if kind == "ats_candidates":
                more = {"tags": row["tags"], "title": row["headline"], "applications": [row["id"]]}
                told["info"] = person(row) | more | {"updatedAt": row["updated_at"]}
                ids = {"candidateId": row["id"]}
            found.append((ids, status(store, row) == "ACTIVE", told))
    return [
        (ids, active, {k: v for k, v in told.items() if k in keys}) for ids, active, told in found
    ]
