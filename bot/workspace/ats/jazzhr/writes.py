"""What JazzHR takes, and how it refuses: with 200 and `_error` where the values are wrong."""

import base64
import secrets
from typing import Any

from bot.workspace.ats.jazzhr import export
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
NEEDED = {
    "applicants": ("first_name", "last_name", "email"), "applicants2jobs": ("applicant_id", "job_id"),
    "notes": ("applicant_id", "contents", "user_id"), "files": ("applicant_id", "filename", "file_data"),
}  # fmt: skip


def write(store: Store, clock: WorkspaceClock, path: list[str], body: Doc) -> tuple[int, Doc]:
    """The status and the answer of a POST."""
    kind = path[0]
    if len(path) != 1 or kind not in NEEDED:
        return 404, {"error": "Not found"}
    for name in NEEDED[kind]:
        if not isinstance(body.get(name), str) or not body[name].strip():
            return 200, {"_error": f"{name} is required"}
    if "applicant_id" in NEEDED[kind] and store.get("jazzhr_people", body["applicant_id"]) is None:
        return 200, {"_error": "applicant_id is not an applicant of this account"}
    match kind:
        case "applicants":
            return 200, _applicant(store, clock, body)
        case "applicants2jobs":
            return 200, pair(store, clock, body["applicant_id"], body["job_id"], body.get("workflow_step_id"))  # fmt: skip
        case "notes":
            return 200, _note(store, clock, body)
    return 200, _file(store, clock, body)


def _applicant(store: Store, clock: WorkspaceClock, body: Doc) -> Doc:
    if body.get("job") is not None and store.get("jazzhr_jobs", body["job"]) is None:
        return {"_error": "job is not a job of this account"}
    id = f"prospect_{clock.now():%Y%m%d%H%M%S}_{secrets.token_hex(8)}"
    store.put("jazzhr_people", id, {
        "id": id, "first_name": body["first_name"], "last_name": body["last_name"], "email": body["email"],
        "phone": body.get("phone", ""), "location": "", "linkedin_url": body.get("linkedin", ""), "website": "",
        "source": body.get("source", ""), "apply_date": f"{clock.now():%Y-%m-%d}", "desired_salary": "",
        "desired_start_date": "", "education_level": "No Answer", "languages": "", "rating": "0", "categories": [],
    })  # fmt: skip
    if body.get("job"):
        pair(store, clock, id, body["job"], None)
    return {"prospect_id": id}


def pair(store: Store, clock: WorkspaceClock, person: str, job: str, step: str | None) -> Doc:
    """Put somebody on a job; a pair that is there is given back as it is."""
    if store.get("jazzhr_jobs", job) is None:
        return {"_error": "job_id is not a job of this account"}
    steps = store.all("jazzhr_steps")
    if step is not None and step not in [row["id"] for row in steps]:
        return {"_error": "workflow_step_id is not a step of this job's workflow"}
    if known := store.find("jazzhr_pairs", applicant_id=person, job_id=job):
        return {"appjob_id": known[0]["id"]}
    id = str(store.next_id("jazzhr_pairs", 880_001))
    row = {
        "id": id, "applicant_id": person, "job_id": job, "rating": "0", "workflow_step_id": step or steps[0]["id"],
        "date": f"{clock.now():%Y-%m-%d}",
    }  # fmt: skip
    store.put("jazzhr_pairs", id, row)
    export.send(store, clock, row)
    return {"appjob_id": id}


def _note(store: Store, clock: WorkspaceClock, body: Doc) -> Doc:
    known = [row["id"] for row in store.all("jazzhr_users")]
    if body["user_id"] not in (*known, "usr_anonymous"):
        return {"_error": "user_id is not a user of this account"}
    id = f"comment_{store.next_id('jazzhr_comments', 5001)}"
    store.put("jazzhr_comments", id, {
        "id": id, "applicant_id": body["applicant_id"], "author_id": body["user_id"], "author_name": "", "text": body["contents"],
        "date": f"{clock.now():%Y-%m-%d}", "time": f"{clock.now():%H:%M:%S}",
    })  # fmt: skip
    return {"comment_id": id}


def _file(store: Store, clock: WorkspaceClock, body: Doc) -> Doc:
    try:
        base64.b64decode(body["file_data"], validate=True)
    except ValueError:
        return {"_error": "file_data is not base64"}
    id = f"file_{secrets.token_hex(8)}"
    ending = body["filename"].rpartition(".")[2].lower()
    store.put("jazzhr_files", id, {
        "id": id, "applicant_id": body["applicant_id"], "filename": body["filename"], "user_id": "usr_anonymous",
        "mime_type": "application/pdf" if ending == "pdf" else "application/octet-stream", "file_privacy": body.get("file_privacy", "0"),
        "file_size": len(body["file_data"]) * 3 // 4, "date_loaded": f"{clock.now():%Y-%m-%d}",
        "time_loaded": f"{clock.now():%H:%M:%S}", "resume": "0", "token": secrets.token_hex(8), "content": body["file_data"],
    })  # fmt: skip
    return {"file_id": id}
