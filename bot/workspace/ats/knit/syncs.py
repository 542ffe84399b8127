"""Knit's syncs: started through the API, repeated by the clock, told as `record.*` webhooks found by comparing.

Knit keeps no records: of each one only a fingerprint, so a delivery holds the whole record and never what changed.
How long its tiers of frequency are is not told by the vendor; here a sync comes back every day.
"""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.ats import hooks
from bot.workspace.ats.knit import rules, shapes
from bot.workspace.ats.knit.rules import Refusal
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
EVERY = timedelta(days=1)
EVENTS = (
    "ats_applications_new", "ats_applications_modified", "ats_applications_deleted",
    "ats_jobs_new", "ats_jobs_modified", "ats_jobs_deleted",
)  # fmt: skip
RELAYED = ("ats_applications_new", "ats_applications_modified")  # what Workable itself can tell


class Syncs:
    """All syncs of the one integration there is."""

    def __init__(self, store: Store, clock: WorkspaceClock, integration: str) -> None:
        self.store, self.clock, self.integration = store, clock, integration

    def start(self, body: Doc) -> Doc:
        """Run one data type now: everything active the first time, the differences afterwards. Raises Refusal."""
        kind = rules.text(body, "dataType")
        if kind not in shapes.MODELS:
            raise Refusal(400, "dataType is not known")
        models = rules.words(body, "models", tuple(shapes.MODELS[kind]))
        held = self.store.get("knit_syncs", kind)
        job: Doc = {
            "id": held["id"] if held else secrets.token_hex(8), "kind": kind, "models": models,
            "due": held["due"] if held and body.get("honorScheduler") else self._next(),
        }  # fmt: skip
        self.store.put("knit_syncs", kind, job)
        return {"syncJobId": job["id"], "syncRunId": self.run(job, first=held is None)}

    def beat(self) -> None:
        """Run what is due."""
        now = self.clock.now()
        for job in self.store.all("knit_syncs"):
            if datetime.fromisoformat(job["due"]) <= now:
                self.store.put("knit_syncs", job["kind"], {**job, "due": self._next()})
                self.run(job, first=False)

    def stop(self) -> None:
        for job in self.store.all("knit_syncs"):
            self.store.delete("knit_syncs", job["kind"])
        for row in self.store.all("knit_fingerprints"):
            self.store.delete("knit_fingerprints", row["key"])

    def subscribe(self, body: Doc) -> Doc:
        """Ask for what the ATS tells at once. A place for webhooks has to be known first. Raises Refusal."""
        events = rules.words(body, "events", EVENTS)
        if not events:
            raise Refusal(400, "events is required")
        if not self.store.get("webhook", "knit"):
            raise Refusal(400, "No webhook is registered for the category ATS")
        self.store.put("knit_subscription", "ATS", {"events": events})
        return {}

    def at_once(self, event: str, row: Doc) -> None:
        """Relay what Workable told, if that was asked for; it knows new candidates and moved ones only."""
        wanted = (self.store.get("knit_subscription", "ATS") or {"events": []})["events"]
        if event in RELAYED and event in wanted:
            word = "record.new" if event.endswith("_new") else "record.modified"
            self._send(word, "ats_applications", row["id"], shapes.whole(self.store, row), {})

    def run(self, job: Doc, first: bool) -> str:
        """One run; gives its id."""
        began, run = self.clock.now(), secrets.token_hex(8)
        about = {
            "syncType": "initial_sync" if first else "delta_sync", "syncJobId": job["id"], "syncRunId": run,
        }  # fmt: skip
        found = shapes.records(self.store, job["kind"], job["models"])
        known = {row["key"]: row for row in self.store.find("knit_fingerprints", of=job["kind"])}
        emitted = 0
        for ids, active, record in found:
            key = f"{job['kind']}:{next(iter(ids.values()))}"
            mark = hashlib.sha256(json.dumps(_steady(record), sort_keys=True).encode()).hexdigest()
            before = known.pop(key, None)
            if before and before["mark"] == mark:
                continue
            self.store.put("knit_fingerprints", key, {"key": key, "of": job["kind"], "mark": mark, "ids": ids})  # fmt: skip
            if first and not active:
                continue
            word = "record.new" if before is None else "record.modified"
            self._send(word, job["kind"], next(iter(ids.values())), record, about)
            emitted += 1
        for key, row in known.items():
            self.store.delete("knit_fingerprints", key)
            self._send("record.deleted", job["kind"], next(iter(row["ids"].values())), row["ids"], about)  # fmt: skip
            emitted += 1
        told = {
            "status": "SUCCESS", "processed": str(len(found)), "emitted": str(emitted), "startedAt": _millis(began),
            "processedAt": _millis(self.clock.now()), "complete": True,
        }  # fmt: skip
        self._send("sync.events.processed", job["kind"], None, told, about)
        return run

    def _next(self) -> str:
        return (self.clock.now() + EVERY).isoformat()

    def _send(self, word: str, kind: str, record: str | None, data: Doc, about: Doc) -> None:
        hook = self.store.get("webhook", "knit")
        if hook is None:
            return
        told = {
            "eventId": f"ev_{secrets.token_hex(12)}", "eventType": word, "eventData": data, "syncType": None, "syncJobId": None,
            "syncRunId": None, **about, "syncDataType": kind, "recordId": record, "triggeredAt": _millis(self.clock.now()),
        }  # fmt: skip
        hooks.knit_hook(hook, self.integration, told)


def _steady(record: Doc) -> Doc:
    """A record without the addresses that are signed afresh at every read."""
    files = record.get("attachments") or []
    return {**record, "attachments": [{**f, "link": bool(f["link"])} for f in files]}


def _millis(at: datetime) -> str:
    return str(int(at.timestamp() * 1_000))
