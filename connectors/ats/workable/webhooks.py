"""Workable's webhooks: one subscription for each event, each at an address of its own, signed with the account's token.

A delivery carries the candidate as it is when it is sent, and no time that is signed: it is a hint to read again.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from connectors import deliveries, model, values
from connectors.ats.workable.calls import Row
from connectors.ats.workable.writing import Writing
from connectors.errors import BadWebhook, Gone

KINDS = {
    "candidate_created": "application.created", "candidate_moved": "application.moved",
    "candidate_deleted": "application.deleted", "job_deleted": "job.deleted",
}  # fmt: skip
WANTED = ("candidate_created", "candidate_moved", "candidate_deleted")


class Webhooks(Writing):
    """The token is the secret: with another token the subscriptions are made anew."""

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        given = headers.get("x-workable-signature", "").casefold().encode("utf-8", "replace")
        keys = {self.key, self.account.secrets.get("webhook_secret", "")} - {""}
        wanted = [hmac.new(key.encode(), body, hashlib.sha256).hexdigest() for key in keys]
        if not any(hmac.compare_digest(one.encode(), given) for one in wanted):
            raise BadWebhook("The signature is wrong.", account=self.account.id)
        told = deliveries.read(body)
        said, about = told.get("event_type"), deliveries.part(told, "data")
        if not isinstance(said, str) or not said:
            raise ValueError("a webhook without an event type")
        if not said.startswith(("candidate_", "job_")):
            return []  # employees and their days off
        return [self._event(said, about, told, body)]

    def _event(self, said: str, about: Row, told: Row, body: bytes) -> model.Event:
        id, job = about.get("id"), deliveries.part(about, "job").get("shortcode")
        if said.startswith("job_"):
            job, id = job or about.get("shortcode"), None
        account = self.account.id
        application, candidate = (values.ref(account, kind, id) for kind in ("application", "candidate"))  # fmt: skip
        on = values.ref(account, "job", job)
        if (application or on) is None:
            raise ValueError("a webhook that names nothing")
        return model.Event(
            delivery=str(told.get("id") or hashlib.sha256(body).hexdigest()),
            kind=KINDS.get(said, "other"),
            vendor_kind=said,
            subject=application or on,
            candidate=candidate,
            application=application,
            job=on,
            at=values.moment(told.get("fired_at")),
            version=str(about.get("updated_at") or ""),
        )

    async def webhooks(self, url: str) -> list[model.Webhook]:
        """All subscriptions of an address as one, active while every event comes and our token signs them."""
        rows = await self._hooks(url)
        if not rows:
            return []
        ends = [at for at in (values.moment(row.get("valid_until")) for row in rows) if at]
        now = datetime.fromtimestamp(self.pool.now(), UTC)
        whole = {str(row.get("event")) for row in rows} >= set(WANTED)
        ours = self.account.secrets.get("webhook_secret") == self.key
        ids, end = " ".join(str(row.get("id")) for row in rows), min(ends, default=None)
        alive = whole and ours and (end is None or end > now)
        return [model.Webhook(id=ids, url=url, active=alive, expires=end)]

    async def _hooks(self, url: str) -> list[Row]:
        rows = await self.rows("subscriptions")
        return [row for row in rows if str(row.get("target") or "").startswith(f"{url}/")]

    async def register_webhook(self, url: str, secret: str) -> str:
        """Those that are there were perhaps made with an earlier token, unless the account says otherwise."""
        held = await self._hooks(url)
        if not (held and (await self.webhooks(url))[0].active):
            await self.unregister_webhook(url)
            held = []
        for event in WANTED:
            if event not in [row.get("event") for row in held]:
                everywhere = {"account_id": self.subdomain, "job_shortcode": "", "stage_slug": ""}
                wish = {"target": f"{url}/{event}", "event": event, "args": everywhere}
                await self.http.post("subscriptions", wish)
        return self.key

    async def unregister_webhook(self, url: str) -> None:
        for row in await self._hooks(url):
            try:
                await self.http.delete(f"subscriptions/{row.get('id')}")
            except Gone:
                continue
