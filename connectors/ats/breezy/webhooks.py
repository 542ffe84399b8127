"""Breezy's webhooks: made through its API, signed over the body by a secret that is told once, without a time."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from connectors import deliveries, model, values
from connectors.ats.breezy import mapping
from connectors.ats.breezy.calls import Row
from connectors.ats.breezy.writing import Writing
from connectors.errors import BadWebhook, Gone

KINDS = {
    "candidateAdded": "application.created", "candidateDeleted": "candidate.deleted", "candidateStatusUpdated": "application.moved",
    "candidateResumeAdded": "candidate.changed", "candidateResumeUpdated": "candidate.changed", "companyPositionAdded": "job.created",
    "companyPositionUpdated": "job.changed", "companyPositionDeleted": "job.deleted", "companyPositionStateUpdated": "job.changed",
}  # fmt: skip
# Those of Breezy's own pages; the two about résumés are known from elsewhere, and one unknown may spoil the whole list.
EVENTS = [name for name in KINDS if "Resume" not in name]


class Webhooks(Writing):
    """Those of one company, which holds ten at the most."""

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        """A delivery carries no time, so an old one cannot be told from a new one: each is read once, by its id."""
        secret = self.account.secrets.get("webhook_secret", "")
        want = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        given = headers.get("x-hook-signature", "").casefold()
        if not secret or not hmac.compare_digest(want.encode(), given.encode("utf-8", "replace")):
            raise BadWebhook("The signature is wrong.", account=self.account.id)
        told = deliveries.read(body)
        said = told.get("type")
        if not isinstance(said, str) or not said:
            raise ValueError("a webhook without a type")
        about = deliveries.part(told, "object")
        company = mapping.id_of(about.get("company"))
        if said == "ping" or (company and company != self.company):
            return []
        return [self._event(told, said, about, body)]

    def _event(self, told: Row, said: str, about: Row, body: bytes) -> model.Event:
        account, kind = self.account.id, KINDS.get(said, "other")
        position = deliveries.part(about, "position")
        person = deliveries.part(about, "candidate").get("_id")
        place = position.get("_id") or (about.get("_id") if kind.startswith("job.") else None)
        id = mapping.pair(place, person) if place and person else None
        job = values.ref(account, "job", place)
        candidate = values.ref(account, "candidate", id)
        application = values.ref(account, "application", id)
        stage = deliveries.part(about, "stage").get("id")
        return model.Event(
            delivery=str(told.get("_id") or hashlib.sha256(body).hexdigest()),
            kind=kind,
            vendor_kind=said,
            subject={"candidate": candidate, "job": job}.get(kind.partition(".")[0], application or job),
            candidate=candidate,
            application=application,
            job=job,
            at=values.moment(told.get("creation_date")),
            after={"stage": str(stage)} if stage else {},
        )  # fmt: skip

    async def _endpoints(self, url: str) -> list[Row]:
        """Those of an address of ours; old ones, which cannot be changed, are left out."""
        rows = await self.rows("webhook_endpoints")
        return [row for row in rows if row.get("url") == url and not row.get("is_legacy")]

    def _ours(self, row: Row) -> bool:
        """Whether we hold its secret, of which Breezy tells the beginning."""
        secret = self.account.secrets.get("webhook_secret", "")
        return bool(secret) and secret.startswith(str(row.get("secret_prefix") or ""))

    async def webhooks(self, url: str) -> list[model.Webhook]:
        return [
            model.Webhook(id=mapping.id_of(row), url=url, active=_alive(row) and self._ours(row))
            for row in await self._endpoints(url)
        ]

    async def register_webhook(self, url: str, secret: str) -> str:
        """One whose secret we do not hold is made anew; one that Breezy switched off is switched on again."""
        held = ""
        for row in await self._endpoints(url):
            path = f"webhook_endpoint/{mapping.id_of(row)}"
            if held or not self._ours(row):
                await self.http.delete(path)
                continue
            held = self.account.secrets["webhook_secret"]
            if row.get("enabled") is False:
                await self.http.put(path, {"enabled": True})
            if row.get("status") == "paused":
                await self.http.post(f"{path}/resume")
        if held:
            return held
        wish = {"url": url, "events": EVENTS, "description": "Callsheet"}
        made = (await self.http.post("webhook_endpoints", wish)).json
        told = made.get("secret") if isinstance(made, dict) else None
        if not told:
            raise self.refused("Breezy made a webhook without telling its secret.")
        return str(told)

    async def unregister_webhook(self, url: str) -> None:
        for row in await self._endpoints(url):
            try:
                await self.http.delete(f"webhook_endpoint/{mapping.id_of(row)}")
            except Gone:
                continue


def _alive(row: Row) -> bool:
    return row.get("enabled") is not False and row.get("status") in ("active", None)
