"""What the ATS behind Merge holds, for the workspace's page: the truth of this moment, not Merge's copy."""

from typing import Any

from bot.workspace.ats.merge.copy import held
from bot.workspace.store import Store

Doc = dict[str, Any]


def overview(store: Store) -> list[Doc]:
    """Everybody who applied, a row each."""
    people = {p["id"]: f"{p['first_name'] or ''} {p['last_name'] or ''}".strip() for p in held(store, "candidates")}  # fmt: skip
    jobs = {j["id"]: j["name"] for j in held(store, "jobs")}
    stages = {s["id"]: s["name"] for s in held(store, "job-interview-stages")}
    signed = {o["application"] for o in held(store, "offers") if o["status"] == "SIGNED"}
    rows = []
    for row in held(store, "applications"):
        status = "rejected" if row["rejected_at"] else "hired" if row["id"] in signed else "active"
        rows.append({"vendor": "merge", "id": row["id"], "name": people.get(row["candidate"], ""), "job": jobs.get(row["job"], ""),
                     "stage": stages.get(row["current_stage"], ""), "status": status})  # fmt: skip
    return rows


def detail(store: Store, id: str) -> Doc:
    """Everything about one application; all empty for an unknown one."""
    person = next((row["candidate"] for row in held(store, "applications") if row["id"] == id), "")
    return {
        "interviews": [row for row in held(store, "interviews") if row["application"] == id],
        "notes": [row["body"] for row in held(store, "activities") if row["candidate"] == person],
        "offers": [row for row in held(store, "offers") if row["application"] == id],
        "scorecards": [row for row in held(store, "scorecards") if row["application"] == id],
        "attachments": [row["file_name"] for row in held(store, "attachments") if row["candidate"] == person],
    }  # fmt: skip
