"""Webhooks of the Ashby stand-in: made through its API, pinged when made or changed, signed over the raw bytes."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.workspace import outgoing
from bot.workspace.ats import hooks
from bot.workspace.ats.ashby.desk import Desk, Doc, Refusal, call, keep, new_id, plain
from bot.workspace.store import Store

TYPES = (
    "applicationSubmit", "applicationUpdate", "candidateHire", "candidateStageChange", "candidateDelete", "candidateMerge",
    "interviewPlanTransition", "interviewScheduleCreate", "interviewScheduleUpdate", "jobCreate", "jobUpdate", "jobPostingUpdate",
    "jobPostingPublish", "jobPostingUnpublish", "openingCreate", "offerCreate", "offerUpdate", "offerDelete", "pushToHRIS", "surveySubmit",
    "signatureRequestUpdate",
)  # fmt: skip


@call("webhook.create", "apiKeysWrite")
async def create(desk: Desk) -> Doc:
    """The same type for the same address is refused; nothing lists what there is."""
    kind, url, secret = desk.text("webhookType"), _url(desk), desk.text("secretToken")
    if kind not in TYPES:
        raise Refusal("invalid_input", "webhookType is not a known one")
    if desk.store.find("ashby_hooks", webhookType=kind, requestUrl=url):
        raise Refusal(
            "webhook_setting_already_exists", "A webhook of this type and URL exists already."
        )
    row: Doc = {"id": new_id(), "webhookType": kind, "requestUrl": url, "secretToken": secret}
    return plain(keep(desk.store, "hooks", row | {"enabled": await _ping(row)}))


@call("webhook.update", "apiKeysWrite")
async def update(desk: Desk) -> Doc:
    row = desk.one("hooks", "webhookId")
    if not {"enabled", "requestUrl", "secretToken"} & desk.body.keys():
        raise Refusal("invalid_input", "One of enabled, requestUrl or secretToken is required")
    if "requestUrl" in desk.body:
        row["requestUrl"] = _url(desk)
    if "secretToken" in desk.body:
        row["secretToken"] = desk.text("secretToken")
    wanted = bool(desk.body.get("enabled", row["enabled"]))
    return plain(keep(desk.store, "hooks", row | {"enabled": wanted and await _ping(row)}))


@call("webhook.info", "apiKeysRead")
def info(desk: Desk) -> Doc:
    row = plain(desk.one("hooks", "webhookId"))
    return {name: value for name, value in row.items() if name != "secretToken"}


@call("webhook.delete", "apiKeysWrite")
def delete(desk: Desk) -> Doc:
    row = desk.one("hooks", "webhookId")
    desk.store.delete("ashby_hooks", row["id"])
    return {"webhookId": row["id"]}


def _url(desk: Desk) -> str:
    url = desk.text("requestUrl")
    try:
        good = urlsplit(url).scheme in ("http", "https")
    except ValueError:
        good = False
    if not good:
        raise Refusal("invalid_input", "requestUrl is not an address")
    return url


async def _ping(row: Doc) -> bool:
    """Whether the address answers; if not, the hook is kept but switched off. Names under .example stand for far places."""
    if str(urlsplit(row["requestUrl"]).hostname).endswith(".example"):
        return True
    body = json.dumps({"action": "ping", "data": {"webhookActionType": "ping"}}).encode()
    try:
        async with outgoing.client(5) as http:
            answer = await http.post(
                row["requestUrl"], content=body, headers=signed(row["secretToken"], body)
            )
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return answer.status_code < 400


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers of a delivery."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "ashby-signature": f"sha256={digest}",
        "content-type": "application/json",
        "user-agent": "Ashby-Webhook",
    }


def tell(desk: Desk, action: str, data: Doc) -> None:
    """Send an event to every hook of its type, and to the address that an admin set on Ashby's own pages."""
    body = json.dumps({"webhookActionId": new_id(), "action": action, "data": data}).encode()
    for url, secret in _places(desk.store, action):
        hooks.send(url, body, signed(secret, body))


def _places(store: Store, action: str) -> list[tuple[str, str]]:
    rows: list[Any] = store.find("ashby_hooks", webhookType=action, enabled=True)
    found = [(str(row["requestUrl"]), str(row["secretToken"])) for row in rows]
    if page := store.get("webhook", "ashby"):
        found.append((str(page["url"]), str(page["secret"])))
    return found
