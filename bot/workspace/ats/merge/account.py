"""What Merge tells of the linked account itself: its details, syncs, abilities, issues, and the way past the models."""

from datetime import timedelta
from typing import Any

from bot.workspace import asking
from bot.workspace.ats.merge.copy import iso, table
from bot.workspace.ats.merge.models import EXTRAS, FIELDS, NAMES, REQUIRED, writable
from bot.workspace.ats.merge.reads import Refusal, check, page
from bot.workspace.ats.merge.webhooks import ACCOUNT
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
INTEGRATION: Doc = {
    "name": "Greenhouse", "abbreviated_name": None, "categories": ["ats"], "image": None, "square_image": None, "color": "#24a47f",
    "slug": "greenhouse", "api_endpoints_to_documentation_urls": {}, "webhook_setup_guide_url": None, "category_beta_status": {},
}  # fmt: skip
TARGETS = {
    "notice_period": "How long until a start", "years": "Years of experience", "relocates": "Would move",
    "languages": "Spoken languages",
}  # fmt: skip


def targets() -> Doc:
    """The organisation's own fields, all on candidates. Of what type they are Merge does not say."""
    rows = [
        {"name": name, "description": said, "is_mapped": "true"} for name, said in TARGETS.items()
    ]
    return {name: rows if name == "Candidate" else [] for name in NAMES.values()}


def details() -> Doc:
    return {**ACCOUNT, "completed_at": "2026-01-05T09:00:00.000000Z"}


def actions() -> Doc:
    """Which models can be read and which written, for this integration."""
    rows = []
    for resource, name in NAMES.items():
        verbs = ["FETCH"] + (["CREATE"] if resource in REQUIRED else [])
        verbs += ["UPDATE"] if resource == "candidates" else []
        rows.append({
            "model_name": name, "available_operations": verbs,
            "required_post_parameters": ["remote_user_id"] if resource in REQUIRED else [],
            "supported_fields": [field.removesuffix("[]") for field in FIELDS[resource].split()],
        })  # fmt: skip
    return {
        "integration": INTEGRATION, "passthrough_available": True, "available_model_operations": rows,
    }  # fmt: skip


def syncs(store: Store, clock: WorkspaceClock, query: Any) -> Doc:
    """Where each model's sync stands. The next page is a whole address here, not a cursor alone."""
    check(query, {"cursor", "page_size"})
    last = asking.moment((store.get("merge_state", "sync") or {"at": iso(clock.now())})["at"])
    rows = [
        {
            "model_name": name, "model_id": f"ats.{name}", "last_sync_start": iso(last), "last_sync_finished": iso(last),
            "next_sync_start": iso(last + timedelta(hours=1)), "last_sync_result": "DONE", "status": "DONE",
            "is_initial_sync": False, "selective_sync_configurations_usage": None,
        }
        for name in NAMES.values()
    ]  # fmt: skip
    told = page(query, rows)
    if told["next"]:
        told["next"] = f"https://api.merge.dev/api/ats/v1/sync-status?cursor={told['next']}"
    return told


def issues(store: Store, path: list[str], query: Any) -> Doc:
    if path:
        found = store.get("merge_issues", path[0])
        if found is None:
            raise Refusal(404, "Not found.")
        return found
    check(query, {"cursor", "page_size", "status", "linked_account_id", "include_muted"})
    wish = query.get("status")
    return page(query, [i for i in store.all("merge_issues") if wish in (None, i["status"])])


def meta(resource: str) -> Doc:
    """What a create of this model takes, as a JSON Schema."""
    if resource not in REQUIRED:
        raise Refusal(404, "Not found.")
    names = [*sorted(writable(resource)), *sorted(EXTRAS)]
    model: Doc = {
        "type": "object",
        "required": list(REQUIRED[resource]),
        "properties": {name: {"title": name} for name in names},
    }
    schema = {
        "type": "object", "required": ["model", "remote_user_id"],
        "properties": {"model": model, "remote_user_id": {"type": "string"}},
    }  # fmt: skip
    return {
        "request_schema": schema, "remote_field_classes": {},
        "status": {"linked_account_status": "COMPLETE", "can_make_request": True},
        "has_conditional_params": False, "has_required_linked_account_params": False,
    }  # fmt: skip


def passthrough(store: Store, body: Doc) -> Doc:
    """Ask the ATS itself. Ours answers `GET /v1/{model}/{remote id}` with the row in its own words."""
    method, path = body.get("method"), body.get("path")
    if method not in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        raise Refusal(400, "method is not a valid choice.")
    if not isinstance(path, str) or not path:
        raise Refusal(400, "path is required.")
    status, told = 404, {"message": "Resource not found"}
    parts = path.strip("/").split("/")
    if method == "GET" and len(parts) == 3 and parts[0] == "v1" and parts[1] in NAMES:
        for row in store.find(table(parts[1]), remote_id=parts[2]):
            raw = (row["remote_data"] or [{}])[0].get("data") or {"id": row["remote_id"]}
            status, told = 200, raw
    response: Any = told
    if body.get("normalize_response"):
        response = {"type": "object", "value": told}
    return {
        "method": method, "path": path, "status": status, "response": response, "response_headers": {},
        "response_type": "JSON", "headers": {"Authorization": "<redacted>"},
    }  # fmt: skip
