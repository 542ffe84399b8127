"""What the Greenhouse stand-in holds, as the workspace's page shows it."""

from typing import Any

from bot.workspace.store import Store

Doc = dict[str, Any]


def overview(store: Store) -> list[Doc]:
    """A row for each application."""
    people = {c["id"]: c for c in store.all("gh_candidates")}
    jobs = {j["id"]: j["name"] for j in store.all("gh_jobs")}
    rows = []
    for a in store.all("gh_applications"):
        person = people[a["candidate_id"]]
        name = f"{person['first_name']} {person['last_name']}".strip()
        rows.append({"vendor": "greenhouse", "id": str(a["id"]), "name": name, "job": jobs.get(a["job_id"], ""),
                     "stage": a["stage_name"], "status": a["status"]})  # fmt: skip
    return rows


def detail(store: Store, id: str) -> Doc:
    """What it holds about one application."""
    number, application = int(id), store.get("gh_applications", id) or {}
    person = application["candidate_id"]
    return {
        "interviews": store.find("gh_interviews", application_id=number),
        "notes": [n["body"] for n in store.find("gh_notes", candidate_id=person)],
        "offers": store.find("gh_offers", application_id=number),
        "scorecards": store.find("gh_scorecards", application_id=number),
        "attachments": [a["filename"] for a in store.find("gh_attachments", candidate_id=person)],
    }
