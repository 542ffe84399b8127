"""Lever. Its contact is our candidate, its opportunity our application; offers can only be read."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from connectors import deliveries, model
from connectors.ats.lever import mapping
from connectors.ats.lever.writing import Writing
from connectors.ats.lever.reading import OAUTH
from connectors.contract import Account
from connectors.errors import BadWebhook
from connectors.http import Pool

STALE = 3_600  # seconds after which a delivery is not believed any more; Lever repeats five times within that
KINDS = {
    "applicationCreated": "application.created", "candidateHired": "application.hired",
    "candidateStageChange": "application.moved", "candidateArchiveChange": "application.changed",
    "candidateDeleted": "candidate.deleted", "interviewCreated": "interview.created",
    "interviewUpdated": "interview.changed", "interviewDeleted": "interview.deleted",
    "contactCreated": "candidate.created", "contactUpdated": "candidate.changed",
}  # fmt: skip


class Lever(Writing):
    label = "Lever"
    required = frozenset({"api_key"})
    optional = frozenset({"webhook_secret", "user_id"})
    secret_keys = frozenset({"api_key", "webhook_secret"})
    key_help = {
        "api_key": "Made by a super admin in Lever's settings, with confidential data ticked at its creation.",
        "user_id": "Who writes are done as. Left out: the first super admin.",
        "webhook_secret": "The signature token that Lever shows, once, when the webhook is made there.",
    }
    oauth = OAUTH
    abilities = frozenset(
        {
            "search_email",
            "interviews",
            "notes",
            "attachments",
            "move_stage",
            "reject",
            "hire",
            "scorecards",
            "webhooks",
        }
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        """The signature covers only `token + triggeredAt`: a delivery is a hint, to be read again before acting."""
        data = deliveries.read(body)
        secret = self.account.secrets.get("webhook_secret", "")
        token, at = str(data.get("token") or ""), str(data.get("triggeredAt") or "")
        want = hmac.new(secret.encode(), f"{token}{at}".encode(), hashlib.sha256).hexdigest()
        given = str(data.get("signature") or "")
        if not secret or not hmac.compare_digest(want.encode(), given.encode("utf-8", "replace")):
            raise BadWebhook("The signature is wrong.", account=self.account.id)
        triggered = mapping.moment(data.get("triggeredAt"))
        if triggered is None or abs((now - triggered).total_seconds()) > STALE:
            raise BadWebhook("The delivery is too old.", account=self.account.id)
        about = deliveries.part(data, "data")
        if not about:
            return []
        kind = str(data.get("event") or "")
        return [
            model.Event(
                delivery=hashlib.sha256(token.encode()).hexdigest(),
                kind=KINDS.get(kind, "other"),
                vendor_kind=kind,
                candidate=mapping.ref(self.account.id, "candidate", about.get("contactId")),
                application=mapping.ref(self.account.id, "application", about.get("opportunityId")),
                subject=mapping.ref(self.account.id, "interview", about.get("interviewId")),
                at=triggered,
            )
        ]


connector = Lever
