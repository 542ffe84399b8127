"""What the Lever stand-in holds, as the workspace's page shows it."""

from typing import Any

from bot.workspace.store import Store

Doc = dict[str, Any]


def overview(store: Store) -> list[Doc]:
    """A row for each opportunity."""
    stages = {s["id"]: s["text"] for s in store.all("lever_stages")}
    postings = {p["id"]: p["text"] for p in store.all("lever_postings")}
    return [
        {"vendor": "lever", "id": o["id"], "name": o["name"], "job": postings.get(o.get("posting", ""), ""),
         "stage": stages.get(o["stage"], ""), "status": _status(store, o)}
        for o in store.all("lever_opportunities")
    ]  # fmt: skip


def detail(store: Store, id: str) -> Doc:
    """What it holds about one opportunity."""
    panels = store.find("lever_panels", opportunity=id)
    return {
        "interviews": [interview for panel in panels for interview in panel["interviews"]],
        "notes": [n["value"] for n in store.find("lever_notes", opportunity=id)],
        "offers": [],
        "scorecards": store.find("lever_feedback", opportunity=id),
        "attachments": [f["name"] for f in store.find("lever_files", opportunity=id)],
    }


def _status(store: Store, opportunity: Doc) -> str:
    archived = opportunity.get("archived")
    if not archived:
        return "active"
    reason = store.get("lever_archive_reasons", archived["reason"]) or {}
    return "hired" if reason.get("type") == "hired" else "archived"
