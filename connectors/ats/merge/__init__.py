"""Merge, which stands before some sixty ATSs: reads come from its copy, writes go through, changes are told after its syncs."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from connectors import deliveries, model, values
from connectors.abilities import ABILITIES
from connectors.ats.merge import mapping
from connectors.ats.merge.writing import Writing
from connectors.contract import Account
from connectors.errors import BadWebhook, ConnectorError, NotSupported
from connectors.http import Pool
from connectors.model import Finding

KINDS: Mapping[str, tuple[model.Kind, str]] = {
    "Candidate": ("candidate", "candidate"), "Application": ("application", "application"), "Job": ("job", "job"),
    "JobInterviewStage": ("stage", "stage"), "ScheduledInterview": ("interview", "interview"), "Scorecard": ("scorecard", "scorecard"),
    "Offer": ("offer", "offer"), "Activity": ("note", "note"), "Attachment": ("attachment", "attachment"), "RemoteUser": ("user", "user"),
    "RejectReason": ("reason", "reason"),
}  # fmt: skip
VERBS = {"added": "created", "changed": "changed", "removed": "deleted"}
WRITES = (
    ("Candidate", "CREATE", "create_candidate"), ("Candidate", "UPDATE", "update_candidate"),
    ("Application", "CREATE", "create_application"), ("Activity", "CREATE", "notes"),
)  # fmt: skip
ALONG = {"notes": ("private_notes",), "update_candidate": ("tags",)}  # lost together


class Merge(Writing):
    label = "Merge"
    required = frozenset({"api_key", "account_token"})
    optional = frozenset(
        {
            "webhook_secret",
            "user_id",
            "region",
            "calls_per_minute",
            "idempotency",
            "linked_account_id",
        }
    )
    secret_keys = frozenset({"api_key", "account_token", "webhook_secret"})
    key_help: ClassVar[Mapping[str, str]] = {
        "api_key": "Merge dashboard, API keys: a production key.",
        "account_token": "Given when the ATS was linked in Merge Link; Linked Accounts in the dashboard.",
        "webhook_secret": "Merge dashboard, Advanced, Webhooks: the signature key.",
        "user_id": "The Merge id of the user who writes, from Users of the linked account; else its first super admin.",
        "region": "us, eu or ap: where the organisation's data is held; us unless told.",
        "calls_per_minute": "100, 400 or 600, by Merge's plan; 100 unless told.",
        "idempotency": "yes, once Merge has switched on idempotency keys for the organisation.",
        "linked_account_id": "The linked account's id, so that webhooks about the organisation's others are passed over.",
    }  # fmt: skip
    checked = "Merge's own API description of early 2025, its documents and the local stand-in, not a live account"
    remarks = (
        "Reads are as old as Merge's last sync, minutes to a day by plan; our own writes show at once in the process that made them.",
        "What can be written depends on the ATS behind Merge: the account check lists it.",
        "Rejected and hired are told by a date, a signed offer or the name of the stage, since Merge has no status.",
        "Without idempotency keys a write whose answer was lost waits for Merge's next sync before it is repeated.",
        "Notes are listed for the whole account; where there are too many they cannot be shown for one person.",
    )
    abilities = frozenset({
        "listing", "search_email", "custom_fields", "resumes", "postings", "teams", "demographics",
        "create_candidate", "update_candidate", "create_application", "notes", "private_notes", "tags",
        "move_stage", "read_interviews", "read_scorecards", "read_offers", "changes", "webhooks",
    })  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "attachments": "Merge takes files by a public address only, so the file stays in Callsheet",
        "interviews": "Merge can neither move nor cancel an interview, so interviews are kept in Callsheet and noted in the ATS",
        "reject": "Merge cannot reject: reject the candidate in the ATS",
        "hire": "Merge cannot hire: mark the hire in the ATS",
        "register_webhook": "an admin pastes the address into Merge's dashboard and its signature key into Callsheet",
    }

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    async def check(self) -> list[Finding]:
        found = []
        for what, path in (("Read candidates", "candidates"), ("Read jobs", "jobs"), ("Read users", "users")):  # fmt: skip
            try:
                await self.http.get(path, page_size=1)
                found.append(Finding(what=what, ok=True))
            except ConnectorError as error:
                found.append(Finding(what=what, ok=False, detail=error.text))
        for ask in (self._linked, self._writes):
            try:
                found += await ask()
            except ConnectorError as error:
                found.append(Finding(what="Read the linked account", ok=False, detail=error.text))
        return found

    async def _linked(self) -> list[Finding]:
        """Whether Merge still gets into the ATS."""
        status = str((await self.static("account-details")).get("status") or "COMPLETE")
        said = "Link the ATS again in Merge." if status == "RELINK_NEEDED" else f"It is {status}."
        fine = status in ("COMPLETE", "IDLE")
        return [Finding(what="The link to the ATS works", ok=fine, detail="" if fine else said)]

    async def _writes(self) -> list[Finding]:
        """What this ATS does not take through Merge. That is no fault, but worth knowing."""
        found = []
        for name, verb, ability in WRITES:
            try:
                await self.able(ability, name, verb)
            except NotSupported as error:
                lost = frozenset({ability, *ALONG.get(ability, ())})
                words = ABILITIES[ability].words
                found.append(Finding(what=words.capitalize(), ok=False, detail=error.text, abilities=lost))  # fmt: skip
        return found

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        """Signed over the raw body in base64url, with or without padding; undated. One address serves all linked accounts."""
        secret = self.account.secrets.get("webhook_secret", "")
        digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        want = base64.urlsafe_b64encode(digest).rstrip(b"=")
        given = headers.get("x-merge-webhook-signature", "").encode("utf-8", "replace").rstrip(b"=")
        if not secret or not hmac.compare_digest(want, given):
            raise BadWebhook("The signature is wrong.", account=self.account.id)
        told = deliveries.read(body)
        event = str(deliveries.part(told, "hook").get("event") or "")
        if not event and "response" not in told:  # which the dashboard's test button sends
            raise ValueError("a webhook without an event")
        linked = deliveries.part(told, "linked_account").get("id")
        mine = self.account.config.get("linked_account_id")
        name, _, verb = event.partition(".")
        if not event or verb == "synced" or (mine and linked not in (None, mine)):
            return []
        data = deliveries.part(told, "data")
        kind, word = KINDS.get(name, (None, ""))
        known = kind is not None and verb in VERBS
        version = str(data.get("modified_at") or "")
        mark = f"{event}:{data.get('id')}:{version}".encode() if data.get("id") else body

        def ref(kind: model.Kind, value: object) -> model.Ref | None:
            return mapping.ref(self.account.id, kind, value)

        return [
            model.Event(
                delivery=hashlib.sha256(mark).hexdigest(),
                kind=f"{word}.{VERBS[verb]}" if known else "other",
                vendor_kind=event,
                subject=ref(kind, data.get("id")) if kind else None,
                candidate=ref("candidate", data.get("id" if name == "Candidate" else "candidate")),
                application=ref("application", data.get("id" if name == "Application" else "application")),
                job=ref("job", data.get("id" if name == "Job" else "job")),
                at=values.moment(version),
                version=version,
            )
        ]  # fmt: skip


connector = Merge
