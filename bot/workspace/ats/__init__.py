"""The two stand-in ATSs, and what they show to a visitor."""

from typing import Any

from bot.workspace.ats.hooks import configure_webhook
from bot.workspace.store import Store

__all__ = ["candidate", "configure_webhook", "overview"]
Doc = dict[str, Any]


def overview(store: Store) -> list[Doc]:
    """Everybody in both ATSs, for the panel that shows what they hold."""
    rows = []
    people = {c["id"]: c for c in store.all("gh_candidates")}
    jobs = {j["id"]: j["name"] for j in store.all("gh_jobs")}
    for a in store.all("gh_applications"):
        person = people[a["candidate_id"]]
        rows.append({"vendor": "greenhouse", "id": str(a["id"]), "name": f"{person['first_name']} {person['last_name']}".strip(),
                     "job": jobs.get(a["job_id"], ""), "stage": a["stage_name"], "status": a["status"]})  # fmt: skip
    stages = {s["id"]: s["text"] for s in store.all("lever_stages")}
    postings = {p["id"]: p["text"] for p in store.all("lever_postings")}
    for o in store.all("lever_opportunities"):
        rows.append({"vendor": "lever", "id": o["id"], "name": o["name"], "job": postings.get(o.get("posting", ""), ""),
                     "stage": stages.get(o["stage"], ""), "status": _lever_status(store, o)})  # fmt: skip
    return rows


def candidate(store: Store, vendor: str, id: str) -> Doc | None:
    """Everything one ATS holds about one candidacy."""
    row = next((r for r in overview(store) if r["vendor"] == vendor and r["id"] == id), None)
    if row is None:
        return None
    if vendor == "greenhouse":
        number = int(id)
        application = store.get("gh_applications", id) or {}
        return {
            **row,
            "interviews": store.find("gh_interviews", application_id=number),
            "notes": [
                n["body"] for n in store.find("gh_notes", candidate_id=application["candidate_id"])
            ],
            "offers": store.find("gh_offers", application_id=number),
            "scorecards": store.find("gh_scorecards", application_id=number),
            "attachments": [
                a["filename"]
                for a in store.find("gh_attachments", candidate_id=application["candidate_id"])
            ],
        }
    return {
        **row,
        "interviews": [
            i for p in store.find("lever_panels", opportunity=id) for i in p["interviews"]
        ],
        "notes": [n["value"] for n in store.find("lever_notes", opportunity=id)],
        "offers": [],
        "scorecards": store.find("lever_feedback", opportunity=id),
        "attachments": [f["name"] for f in store.find("lever_files", opportunity=id)],
    }


def _lever_status(store: Store, opportunity: Doc) -> str:
    archived = opportunity.get("archived")
    if not archived:
        return "active"
    reason = store.get("lever_archive_reasons", archived["reason"]) or {}
    return "hired" if reason.get("type") == "hired" else "archived"
