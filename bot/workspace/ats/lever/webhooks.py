"""Webhooks that are registered through Lever's API. A hook's signature token is told once, when it is made.

Those of the settings page stand in the list, too, and can be changed on that page only.
"""

import secrets
from typing import Any
from urllib.parse import urlsplit

from bot.workspace.ats.lever.reads import Refusal
from bot.workspace.store import Store

Doc = dict[str, Any]
EVENTS = (
    "applicationCreated", "candidateHired", "candidateStageChange", "candidateArchiveChange", "candidateDeleted",
    "interviewCreated", "interviewUpdated", "interviewDeleted", "contactCreated", "contactUpdated",
)  # fmt: skip
ORIGINS = {"applied", "sourced", "referred", "university", "agency", "internal"}


def write(store: Store, method: str, path: list[str], body: Doc) -> Doc | None:
    """Make, change or delete a hook. Raises Refusal."""
    if method == "POST" and not path:
        token = secrets.token_hex(16)
        conditions = _conditions(body)
        hook: Doc = {
            "id": secrets.token_hex(8), "url": _url(body), "event": _event(body),
            "configuration": {"signatureToken": token} | conditions,
        }  # fmt: skip
        return store.put("lever_webhooks", hook["id"], hook)
    if any(path == [hook["id"]] for hook in of_settings(store)):
        raise Refusal(403, "Forbidden", "This webhook was made on the settings page")
    known = store.get("lever_webhooks", path[0]) if len(path) == 1 else None
    if known is None or method not in ("PUT", "DELETE"):
        raise Refusal(404, "ResourceNotFound", "Not found")
    if method == "DELETE":
        store.delete("lever_webhooks", known["id"])
        return None
    kept = {"signatureToken": known["configuration"]["signatureToken"]}
    changed = {**known, "url": _url(body), "event": _event(body)}
    changed["configuration"] = kept | _conditions(body)
    return shown(store.put("lever_webhooks", known["id"], changed))


def of_settings(store: Store) -> list[Doc]:
    """One for each event, where the settings page has an address."""
    hook = store.get("webhook", "lever")
    if hook is None:
        return []
    return [
        {"id": f"settings-{event}", "url": hook["url"], "event": event, "configuration": {}}
        for event in EVENTS
    ]


def shown(row: Doc) -> Doc:
    """Any row as a list gives it: without a signature token."""
    held = row.get("configuration")
    if not isinstance(held, dict):
        return row
    return {**row, "configuration": {k: v for k, v in held.items() if k != "signatureToken"}}


def _url(body: Doc) -> str:
    url = body.get("url")
    try:
        good = isinstance(url, str) and urlsplit(url).scheme in ("http", "https")
    except ValueError:
        good = False
    if not good:
        raise Refusal(400, "BadRequest", "url: is not an address")
    return str(url)


def _event(body: Doc) -> str:
    if body.get("event") not in EVENTS:
        raise Refusal(400, "BadRequest", "event: is not a known event")
    return str(body["event"])


def _conditions(body: Doc) -> Doc:
    given = body.get("configuration")
    conditions = given.get("conditions") if isinstance(given, dict) else None
    if conditions is None:
        return {}
    origins = conditions.get("origins") if isinstance(conditions, dict) else None
    if not isinstance(origins, list) or not all(o in ORIGINS for o in map(str, origins)):
        raise Refusal(400, "BadRequest", "configuration: conditions are not known")
    return {"conditions": {"origins": [str(o) for o in origins]}}
