"""Lever's webhooks: one for each event, each with a signature token of its own that is told once, when it is made.

The account's `webhook_secret` holds these tokens with blanks between them: `hook id:token` for those we made, a bare
token for one that an admin made in Lever's settings and pasted.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors import deliveries, model, values
from connectors.ats.lever import mapping
from connectors.ats.lever.booking import Booking
from connectors.ats.lever.calls import Row, unwrap
from connectors.contract import Account
from connectors.errors import BadWebhook, Gone, MissingPermission, Rejected

STALE = 3_600  # seconds after which a delivery is not believed any more; Lever repeats five times within that
KINDS = {
    "applicationCreated": "application.created", "candidateHired": "application.hired",
    "candidateStageChange": "application.moved", "candidateArchiveChange": "application.changed",
    "candidateDeleted": "candidate.deleted", "interviewCreated": "interview.created",
    "interviewUpdated": "interview.changed", "interviewDeleted": "interview.deleted",
    "contactCreated": "candidate.created", "contactUpdated": "candidate.changed",
}  # fmt: skip
BETA = frozenset({"interviewCreated", "interviewUpdated", "interviewDeleted"})  # not every account


def read(body: bytes, account: Account, now: datetime) -> list[model.Event]:
    """Check and read one delivery. Raises BadWebhook or ValueError; the test of the settings page gives [].

    The signature covers only `token + triggeredAt`: a delivery is a hint, to be read again before acting.
    """
    data = deliveries.read(body)
    token, at = str(data.get("token") or ""), str(data.get("triggeredAt") or "")
    given = str(data.get("signature") or "").encode("utf-8", "replace")
    keys = [key for _, key in tokens(account.secrets.get("webhook_secret", ""))]
    wanted = [hmac.new(k.encode(), f"{token}{at}".encode(), hashlib.sha256) for k in keys]
    if not token or not any(hmac.compare_digest(w.hexdigest().encode(), given) for w in wanted):
        raise BadWebhook("The signature is wrong.", account=account.id)
    triggered = values.millis(data.get("triggeredAt"))
    if triggered is None or abs((now - triggered).total_seconds()) > STALE:
        raise BadWebhook("The delivery is too old.", account=account.id)
    about = deliveries.part(data, "data")
    if not about:
        return []
    return [_event(str(data.get("event") or ""), about, account.id, triggered, token)]


def _event(said: str, about: Row, account: str, at: datetime, token: str) -> model.Event:
    kind = KINDS.get(said, "other")
    before, after = _change(about)
    if said == "candidateArchiveChange" and after.get("archived"):
        kind = "application.rejected"
    candidate = mapping.ref(account, "candidate", about.get("contactId"))
    application = mapping.ref(account, "application", about.get("opportunityId"))
    interview = mapping.ref(account, "interview", about.get("interviewId"))
    subjects = {"interview": interview, "application": application}
    return model.Event(
        delivery=hashlib.sha256(token.encode()).hexdigest(),
        kind=kind,
        vendor_kind=said,
        candidate=candidate,
        application=application,
        subject=subjects.get(kind.partition(".")[0], application or candidate),
        at=at,
        before=before,
        after=after,
    )


def _change(about: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Stages are told by id, archiving by its reason; what is not told stays out."""
    told: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for side, prefix in zip(told, ("from", "to"), strict=True):
        if stage := mapping.id_of(about.get(f"{prefix}StageId")):
            side["stage"] = stage
        archived = about.get(f"{prefix}Archived")
        reason = mapping.id_of(archived.get("reason")) if isinstance(archived, dict) else None
        if reason:
            side["archived"] = reason
    return told


def tokens(secret: str) -> list[tuple[str, str]]:
    """Hook ids ("" where an admin pasted a token) with their tokens."""
    parts = [part.rpartition(":") for part in secret.split()]
    return [(id, token) for id, _, token in parts if token]


class Webhooks(Booking):
    """Those that are made through the API: they can be changed through the API only."""

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        return read(body, self.account, now)

    async def webhooks(self, url: str) -> list[model.Webhook]:
        """All hooks of an address as one, which is active when every event comes and its token is known to us."""
        rows = await self._hooks(url)
        if not rows:
            return []
        known = dict(tokens(self.account.secrets.get("webhook_secret", "")))
        held = {str(r.get("event")) for r in rows if str(r["id"]) in known or "" in known}
        ids = " ".join(str(row["id"]) for row in rows)
        return [model.Webhook(id=ids, url=url, active=held >= KINDS.keys() - BETA)]

    async def _hooks(self, url: str) -> list[Row]:
        return [row for row in await self.rows("webhooks") if row.get("url") == url]

    async def register_webhook(self, url: str, secret: str) -> str:
        """Hooks whose token we do not hold are made anew, since it is never told again. Lever makes the tokens itself."""
        known = dict(tokens(self.account.secrets.get("webhook_secret", "")))
        held: dict[str, str] = {}
        covered: set[str] = set()
        for row in await self._hooks(url):
            id, event = str(row["id"]), str(row.get("event"))
            if id in known and event not in covered:
                held[id] = known[id]
            elif await self._removed(id):
                continue
            elif "" not in known:
                raise self._refused(
                    "A webhook for this address was made in Lever's settings: remove it there, or give its signature "
                    "token as webhook_secret."
                )
            covered.add(event)
        for event in KINDS:
            if event not in covered and (made := await self._made(url, event)):
                held[made[0]] = made[1]
        pasted = [known[""]] if "" in known else []
        return " ".join([*(f"{id}:{token}" for id, token in held.items()), *pasted])

    async def _removed(self, id: str) -> bool:
        """Whether it could be taken away; one that was made in Lever's settings can be changed there only."""
        try:
            await self.http.delete(f"webhooks/{id}")
        except Gone:
            return True
        except (MissingPermission, Rejected):
            return False
        return True

    async def _made(self, url: str, event: str) -> tuple[str, str] | None:
        """A new hook's id and token; None for an event that this account does not have yet."""
        try:
            made = unwrap((await self.http.post("webhooks", {"url": url, "event": event})).json)
        except Rejected:
            if event in BETA:
                return None
            raise
        token = (made.get("configuration") or {}).get("signatureToken")
        if not token:
            raise self._refused("Lever made a webhook without telling its signature token.")
        return str(made["id"]), str(token)

    async def unregister_webhook(self, url: str) -> None:
        for row in await self._hooks(url):
            if not await self._removed(str(row["id"])):
                raise self._refused(
                    "This webhook was made in Lever's settings, and can be removed there only."
                )
