"""Merge's own copy of an ATS: it is read from the copy, and a write is seen there only after the next sync."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from bot.workspace import asking
from bot.workspace.ats.merge import webhooks
from bot.workspace.ats.merge.models import NAMES
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
LAG = 30  # seconds until a write is synced; the vendor's own are minutes to a day
WAITING = "merge_waiting"


def table(resource: str) -> str:
    return "merge_" + resource.replace("-", "_")


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def held(store: Store, resource: str) -> list[Doc]:
    """The rows as the ATS itself has them now, those that Merge has not synced yet among them."""
    waiting = {w["id"]: w["row"] for w in store.find(WAITING, resource=resource)}
    rows = [waiting.pop(row["id"], row) for row in store.all(table(resource))]
    return rows + list(waiting.values())


def one_held(store: Store, resource: str, id: str) -> Doc | None:
    waiting = store.get(WAITING, f"{resource}/{id}")
    row: Doc | None = waiting["row"] if waiting else store.get(table(resource), id)
    return row


def write(store: Store, clock: WorkspaceClock, resource: str, row: Doc) -> Doc:
    """Change the ATS now and the copy `LAG` seconds later."""
    due = iso(clock.now() + timedelta(seconds=LAG))
    store.put(
        WAITING,
        f"{resource}/{row['id']}",
        {"resource": resource, "id": row["id"], "row": row, "due": due},
    )
    asyncio.get_running_loop().call_later(LAG + 0.1, settle, store, clock)
    return row


def settle(store: Store, clock: WorkspaceClock, *, everything: bool = False) -> None:
    """One sync: whatever is due enters the copy, and the webhooks tell of it."""
    now, synced = clock.now(), set()
    for wait in store.all(WAITING):
        if not everything and asking.moment(wait["due"]) > now:
            continue
        resource = wait["resource"]
        known = store.get(table(resource), wait["id"])
        made = {"created_at": known["created_at"] if known else iso(now), "modified_at": iso(now)}
        row = store.put(table(resource), wait["id"], {**wait["row"], **made})
        store.delete(WAITING, f"{resource}/{wait['id']}")
        what = "changed" if known else "added"
        webhooks.send(store, f"{NAMES[resource]}.{what}", {**row, "remote_data": None})
        synced.add(NAMES[resource])
    if synced:
        store.put("merge_state", "sync", {"at": iso(now)})
        told = {f"ats.{name}": _result(iso(now)) for name in sorted(synced)}
        for name in sorted(synced):
            webhooks.send(
                store, f"{name}.synced", {"synced_fields": [], "sync_status": told[f"ats.{name}"]}
            )
        webhooks.send(store, "LinkedAccount.sync_completed", {
            "is_initial_sync": False, "integration_name": webhooks.ACCOUNT["integration"],
            "integration_id": webhooks.ACCOUNT["integration_slug"], "sync_status": told,
        })  # fmt: skip


def _result(at: str) -> Doc:
    return {
        "last_sync_finished": at, "last_sync_result": "DONE", "data_fresh_as_of": at, "sync_status_reason": None,
    }  # fmt: skip
