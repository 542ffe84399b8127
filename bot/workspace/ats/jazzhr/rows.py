"""JazzHR's records as its lists and its single answers show them. A list of one record is that record, bare."""

from typing import Any

from bot.workspace.store import Store

Doc = dict[str, Any]
LISTS: dict[str, set[str]] = {
    "applicants": {"name", "city", "job_id", "job_title", "recruiter_id", "apply_date", "status", "rating"},
    "applicants2jobs": {"applicant_id", "job_id", "rating", "workflow_step_id"},
    "jobs": {"title", "recruiter", "board_code", "department", "hiring_lead", "city", "state", "status"},
    "hires": {"applicant_id", "job_id"},
    "users": {"name", "email", "type"},
    "files": {"applicant_id"},
    "activities": {"user_id", "team_id", "object_id", "category"},
    "categories": {"name", "status"},
}  # fmt: skip
STORED = {"applicants": "people", "applicants2jobs": "pairs"}


def listed(store: Store, kind: str, filters: Doc) -> list[Doc]:
    """A list's rows, newest people first."""
    match kind:
        case "applicants":
            found = [thin(store, row) for row in reversed(store.all("jazzhr_people"))]
            if name := filters.pop("name", "").casefold():
                found = [r for r in found if name in f"{r['first_name']} {r['last_name']}".casefold()]  # fmt: skip
        case "hires":
            found = hires(store)
        case _:
            found = [shown(kind, row) for row in store.all(f"jazzhr_{STORED.get(kind, kind)}")]
    return [row for row in found if all(str(row.get(k)) == v for k, v in filters.items())]


def whole(store: Store, kind: str, id: str) -> Doc | None:
    row = store.get(f"jazzhr_{STORED.get(kind, kind)}", id)
    if row is None:
        return None
    return person(store, row) if kind == "applicants" else shown(kind, row)


def shown(kind: str, row: Doc) -> Doc:
    """A file is shown by its address; what is in it is not."""
    if kind != "files":
        return row
    told = {k: v for k, v in row.items() if k not in ("content", "token")}
    return {**told, "file_url": link(row)}


def link(row: Doc) -> str:
    return f"https://app.jazz.co/share/files/{row['id']}/{row['filename']}?token={row['token']}"


def thin(store: Store, row: Doc) -> Doc:
    """A row of a list: one of the jobs, and no address."""
    pairs = store.find("jazzhr_pairs", applicant_id=row["id"])
    job = (store.get("jazzhr_jobs", pairs[-1]["job_id"]) if pairs else None) or {"id": "", "title": ""}  # fmt: skip
    return {
        "id": row["id"], "first_name": row["first_name"], "last_name": row["last_name"], "prospect_phone": row["phone"],
        "apply_date": row["apply_date"], "job_id": job["id"], "job_title": job["title"],
    }  # fmt: skip


def person(store: Store, row: Doc) -> Doc:
    """A whole person; a nested list of one is that one, bare."""
    jobs = []
    for pair in store.find("jazzhr_pairs", applicant_id=row["id"]):
        job, step = store.get("jazzhr_jobs", pair["job_id"]), store.get("jazzhr_steps", pair["workflow_step_id"])  # fmt: skip
        jobs.append({
            "job_id": pair["job_id"], "job_title": job["title"] if job else "", "hiring_lead_rating": "0", "average_rating": "0",
            "workflow_step_id": pair["workflow_step_id"], "applicant_progress": step["name"] if step else "",
        })  # fmt: skip
    comments = [
        {k: v for k, v in c.items() if k != "applicant_id"}
        for c in store.find("jazzhr_comments", applicant_id=row["id"])
    ]
    resume = store.find("jazzhr_files", applicant_id=row["id"], resume="1")
    nested: Doc = {
        "jobs": jobs, "comments": comments, "categories": row["categories"],
        "feedback": store.find("jazzhr_feedback", applicant_id=row["id"]), "evaluation": [], "messages": [],
    }  # fmt: skip
    bare = {name: rows[0] if len(rows) == 1 else rows for name, rows in nested.items()}
    told = {k: v for k, v in row.items() if k != "categories"}
    return {
        **told, **bare, "comments_count": str(len(comments)), "resume_link": link(resume[-1]) if resume else "",
        "eeo_gender": "", "eeo_race": "", "eeoc_veteran": "", "eeo_disability": "", "has_felony": "0",
    }  # fmt: skip


def hires(store: Store) -> list[Doc]:
    """Everybody who stands in a hired step."""
    found = []
    for pair in store.all("jazzhr_pairs"):
        step = store.get("jazzhr_steps", pair["workflow_step_id"])
        if step and step["category"] == "Hired":
            found.append({
                "id": f"hire_{pair['id']}", "applicant_id": pair["applicant_id"], "job_id": pair["job_id"],
                "workflow_step_id": step["id"], "workflow_step_name": step["name"], "hired_date": pair["date"],
                "hired_time": "09:00:00",
            })  # fmt: skip
    return found
