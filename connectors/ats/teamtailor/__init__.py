"""Teamtailor: people known by their address, applications with a stage of their job, and webhooks that come once or never."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from connectors import deliveries, model, values
from connectors.ats.teamtailor.writing import Writing
from connectors.contract import Account
from connectors.errors import BadWebhook, ConnectorError, MissingPermission, Reconnect
from connectors.http import Pool
from connectors.model import Finding

STALE = 15 * 60  # seconds after which a delivery is not believed any more; nothing is sent twice
SUBJECTS: Mapping[str, tuple[model.Kind, str]] = {
    "candidate": ("candidate", "candidate"), "job": ("job", "job"), "job_application": ("application", "application"),
}  # fmt: skip
VERBS = {"create": "created", "update": "changed", "destroy": "deleted"}
PROBES: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("Reach the company", "company", frozenset()),
    ("Read candidates", "candidates", frozenset()),
    ("Read jobs", "jobs", frozenset()),
    ("Read users", "users", frozenset()),
    ("Read reject reasons", "reject-reasons", frozenset({"reject"})),
    ("Read custom fields", "custom-fields", frozenset({"custom_fields"})),
)


class Teamtailor(Writing):
    label = "Teamtailor"
    required = frozenset({"api_key"})
    optional = frozenset({"webhook_secret", "region", "user_id"})
    secret_keys = frozenset({"api_key", "webhook_secret"})
    key_help: ClassVar[dict[str, str]] = {
        "api_key": "Teamtailor, Settings, Integrations, API keys: a key of scope Admin with read and write.",
        "webhook_secret": "Teamtailor, Settings, Integrations, Webhooks: the signature key of the webhook, signature version 2.",
        "region": "eu, na or au: where the company is held; eu unless told.",
        "user_id": "The id of the user who stands as the author where nobody else is named; else the first admin.",
    }
    checked = "the vendor's documents and its own client's recorded answers, a list of its calls, and the local stand-in, not a live account"
    abilities = frozenset({
        "listing", "search_email", "custom_fields", "resumes", "postings", "teams", "create_candidate", "update_candidate",
        "create_application", "notes", "private_notes", "tags", "move_stage", "reject", "unreject", "hire", "changes", "webhooks",
    })  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "attachments": "Teamtailor fetches files from a public address only, so the file stays in Callsheet",
        "history": "Teamtailor's activities are not described: stages are noted from the day of connecting on",
        "interviews": "Teamtailor has no call for meetings, so interviews are kept in Callsheet and noted there",
        "read_interviews": "Teamtailor does not tell its meetings: only interviews made with Callsheet are shown",
        "read_scorecards": "Teamtailor tells evaluations of the whole account only: those of one person are seen there",
        "read_offers": "Teamtailor tells offers of the whole account only: only offers made with Callsheet are shown",
        "anonymise": "Teamtailor erases people in its own pages only: erase the person there",
        "job_status": "how a job is closed through Teamtailor's API is not described: open or close it there",
        "register_webhook": "an admin adds the webhook in Teamtailor's settings (signature version 2) and gives its key to Callsheet",
    }
    remarks = (
        "Rejecting leaves the stage as it is. Whether moves and rejections are taken in the form we send was not seen described:"
        " they are read again, and said where they did not come through.",
        "A move can set off what the stage is set up to do at Teamtailor, such as a mail to the candidate.",
        "A key works in its own region only, and the same refusal stands for a wrong key and a wrong region.",
        "The author of a note is a Teamtailor user of ours: whoever writes, else user_id, else the first admin.",
        "That the notes of one person can be listed is said by others only: where not, a note cannot be found again before a repeat.",
        "Webhooks are not repeated by Teamtailor: what was missed is seen at the next poll. Deletions are told by webhooks only.",
        "A webhook about an application names no person: it is read again. The older signature, version 1, is refused.",
        "Jobs cannot be asked for by time: all of them are read at each poll.",
        "A job's user counts as its recruiter; in which words the others' parts are told is a guess, and an unknown one counts as other.",
        "Custom fields with choices are shown and not written; the company and a second address of a person are not written either.",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    async def check(self) -> list[Finding]:
        """What the key may write cannot be tried without writing."""
        return [await self._tried(*probe) for probe in PROBES]

    async def _tried(self, what: str, path: str, lost: frozenset[str]) -> Finding:
        try:
            await self.http.get(path, **({} if path == "company" else {"page[size]": 1}))
        except Reconnect as error:
            said = f"{error.text} If the key is right, set the region: eu, na or au."
            return Finding(what=what, ok=False, detail=said, abilities=lost)
        except MissingPermission:
            said = "The key may not do this: make one of scope Admin with read and write."
            return Finding(what=what, ok=False, detail=said, abilities=lost)
        except ConnectorError as error:
            return Finding(what=what, ok=False, detail=error.text, abilities=lost)
        return Finding(what=what, ok=True)

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        """`TT-Signature` is Base64 of `t=…,v2=…`, HMAC-SHA256 over the time, a dot and the raw body."""
        at, given = _signature(headers.get("tt-signature", ""))
        secret = self.account.secrets.get("webhook_secret", "")
        want = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        if not secret or not at or not hmac.compare_digest(want.encode(), given.encode()):
            raise BadWebhook("The signature is wrong.", account=self.account.id)
        moment = values.millis(int(at) * 1_000)
        if moment is None or abs((now - moment).total_seconds()) > STALE:
            raise BadWebhook("The delivery is too old.", account=self.account.id)
        told = deliveries.read(body)
        told = deliveries.part(told, "payload") or told
        name, about = told.get("event_name"), deliveries.part(told, "data")
        if not isinstance(name, str) or not name:
            raise ValueError("a webhook without an event name")
        return [self._event(name, about, body, moment)] if about else []

    def _event(self, name: str, about: Mapping[str, Any], body: bytes, at: datetime) -> model.Event:
        """Attributes come with hyphens or with underscores."""
        what, _, verb = name.partition(".")
        kind, word = SUBJECTS.get(what, (None, ""))
        held = deliveries.part(about, "attributes")
        more = {str(key).replace("-", "_"): value for key, value in held.items()}
        id, account = about.get("id") or more.get("id"), self.account.id
        if kind and not isinstance(id, str | int):
            raise ValueError("a webhook that names nothing")
        subject = values.ref(account, kind, id) if kind else None
        return model.Event(
            delivery=hashlib.sha256(body).hexdigest(),
            kind=f"{word}.{VERBS[verb]}" if kind and verb in VERBS else "other",
            vendor_kind=name[:80],
            subject=subject,
            candidate=subject if kind == "candidate" else values.ref(account, "candidate", more.get("candidate_id")),
            application=subject if kind == "application" else None,
            job=subject if kind == "job" else values.ref(account, "job", more.get("job_id")),
            at=at,
            version=str(more.get("updated_at") or ""),
        )  # fmt: skip


def _signature(header: str) -> tuple[str, str]:
    """The time and the hex of a signature of version 2; nothing for anything else."""
    try:
        said = base64.b64decode(header.encode("ascii"), validate=True).decode("ascii")
    except (ValueError, UnicodeError):
        return "", ""
    parts = dict(part.strip().split("=", 1) for part in said.split(",") if "=" in part)
    at = parts.get("t", "")
    return (at, parts.get("v2", "")) if at.isdecimal() and len(at) < 14 else ("", "")


connector = Teamtailor
