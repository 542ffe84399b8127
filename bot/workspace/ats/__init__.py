"""The two stand-in ATSs, what they show to a visitor, and their webhooks."""

import asyncio
import hashlib
import hmac
import json
import secrets
from typing import Any

import httpx

from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
_sending: set["asyncio.Task[None]"] = set()


def configure_webhook(store: Store, vendor: str, url: str, secret: str) -> None:
    """Where an ATS sends its webhooks, as an admin sets it in the vendor's own pages."""
    store.put("webhook", vendor, {"url": url, "secret": secret})


def greenhouse_hook(store: Store, clock: WorkspaceClock, action: str, payload: Doc) -> None:
    """`Signature: sha256 <hex>` over the bytes; unicode escaped as Greenhouse does it."""
    hook = store.get("webhook", "greenhouse")
    if hook:
        body = json.dumps({"action": action, "payload": payload}).encode()
        digest = hmac.new(hook["secret"].encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "signature": f"sha256 {digest}",
            "greenhouse-event-id": secrets.token_hex(12),
            "content-type": "application/json",
        }
        _send(hook["url"], body, headers)


def lever_hook(store: Store, clock: WorkspaceClock, event: str, data: Doc) -> None:
    """The signature is in the body, over `token + triggeredAt`."""
    hook = store.get("webhook", "lever")
    if hook:
        token, at = secrets.token_hex(24), int(clock.now().timestamp() * 1_000)
        signature = hmac.new(
            hook["secret"].encode(), f"{token}{at}".encode(), hashlib.sha256
        ).hexdigest()
        body = json.dumps(
            {
                "triggeredAt": at,
                "event": event,
                "data": data,
                "token": token,
                "signature": signature,
            }
        ).encode()
        _send(
            hook["url"], body, {"content-type": "application/json", "user-agent": "Lever-Webhooks"}
        )


def _send(url: str, body: bytes, headers: Doc) -> None:
    async def deliver() -> None:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            for wait in (0.0, 0.5, 2.0, 5.0):
                await asyncio.sleep(wait)
                try:
                    if (await http.post(url, content=body, headers=headers)).status_code == 200:
                        return
                except httpx.HTTPError:
                    continue

    task = asyncio.get_running_loop().create_task(deliver())
    _sending.add(task)
    task.add_done_callback(_sending.discard)


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
