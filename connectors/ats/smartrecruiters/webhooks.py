"""SmartRecruiters' webhooks: ids only, signed over the time, the raw body and four headers as they were sent.

A subscription is made, given a secret, then activated: the vendor first asks our address to say its header back.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from connectors import deliveries, model, values
from connectors.ats.smartrecruiters.calls import Row, both, rows_of
from connectors.ats.smartrecruiters.writing import Writing
from connectors.errors import BadWebhook, Gone, Unreadable

PATH = "webhooks-api/v201907/subscriptions"
KINDS = {
    "candidate.created": "candidate.created", "candidate.updated": "candidate.changed", "candidate.deleted": "candidate.deleted",
    "application.created": "application.created", "application.status.updated": "application.moved",
    "application.fields.updated": "application.changed", "application.attachment.created": "application.changed",
    "application.source.updated": "application.changed", "job.created": "job.created", "job.updated": "job.changed",
    "job.status.updated": "job.changed", "job.hiring-team.updated": "job.changed", "offer.created": "offer.created",
    "offer.updated": "offer.changed", "review.created": "scorecard.created", "review.updated": "scorecard.changed",
    "review.deleted": "scorecard.deleted", "interview.created": "interview.created", "interview.updated": "interview.changed",
    "interview.canceled": "interview.deleted",
}  # fmt: skip
SIGNED = ("event-id", "event-name", "event-version", "link")


class Webhooks(Writing):
    """One subscription holds every event."""

    webhook_status = 202  # anything else is a failure there, 200 too
    webhook_echo = "x-hook-secret"

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        """Tried again for days, so that an old delivery is no lie; a replayed one has the same event-id."""
        key = self.account.secrets.get("webhook_secret", "")
        at = headers.get("smartrecruiters-timestamp", "")
        want = signature(key, at, body, headers).encode()
        given = headers.get("smartrecruiters-signature", "").split(";")
        marks = [one.strip().removeprefix("v1=").encode("utf-8", "replace") for one in given]
        if not key or not any(hmac.compare_digest(want, mark) for mark in marks):
            raise BadWebhook("The signature is wrong.", account=self.account.id)
        name = headers.get("event-name", "")
        told = deliveries.read(body)
        if not name:
            raise ValueError("a webhook without an event name")
        if name.startswith("onboarding."):
            return []
        return [self._event(name, told, headers, at, body)]

    def _event(
        self, name: str, told: Row, headers: Mapping[str, str], at: str, body: bytes
    ) -> model.Event:
        person, job = told.get("candidate_id"), told.get("job_id")
        account, kind = self.account.id, KINDS.get(name, "other")
        about = not name.startswith(("candidate.", "job.")) and person
        application = values.ref(account, "application", both(person, job) if about else None)
        candidate, on = values.ref(account, "candidate", person), values.ref(account, "job", job)
        subject = on if name.startswith("job.") else application or candidate or on
        if subject is None and kind != "other":
            raise ValueError("a webhook that names nothing")
        moment = values.millis(int(at) * 1_000) if at.isdecimal() else None
        return model.Event(
            delivery=headers.get("event-id") or hashlib.sha256(body).hexdigest(),
            kind=kind,
            vendor_kind=name[:80],
            subject=subject,
            candidate=candidate,
            application=application,
            job=on,
            at=moment,
        )

    async def webhooks(self, url: str) -> list[model.Webhook]:
        return [
            model.Webhook(id=str(row["id"]), url=url, active=row.get("status") == "active" and _whole(row))
            for row in await self._hooks(url)
        ]  # fmt: skip

    async def _hooks(self, url: str) -> list[Row]:
        return [row for row in rows_of(await self.http.get(PATH)) if row.get("callbackUrl") == url]

    async def register_webhook(self, url: str, secret: str) -> str:
        """The vendor makes the secret, and tells it again. One that it suspended is activated anew."""
        held = await self._hooks(url)
        for row in held:
            if not _whole(row):
                await self.unregister_webhook(url)
                held = []
                break
        if held:
            row = held[0]
        else:
            made = (await self.http.post(PATH, {"callbackUrl": url, "events": sorted(KINDS)})).json
            row = made if isinstance(made, dict) else {}
        key = await self._key(str(row.get("id")))
        if row.get("status") != "active":
            await self.http.put(f"{PATH}/{row.get('id')}/activation")
        return key

    async def _key(self, id: str) -> str:
        """The secret of a subscription, made where there is none: without one deliveries are not signed."""
        try:
            told = (await self.http.get(f"{PATH}/{id}/secret-key")).json
        except Gone:
            told = None
        if not isinstance(told, dict) or not told.get("secretKey"):
            told = (await self.http.post(f"{PATH}/{id}/secret-key")).json
        if not isinstance(told, dict) or not told.get("secretKey"):
            raise Unreadable("The webhook's secret was not told.", account=self.account.id)
        return str(told["secretKey"])

    async def unregister_webhook(self, url: str) -> None:
        for row in await self._hooks(url):
            try:
                await self.http.delete(f"{PATH}/{row['id']}")
            except Gone:
                continue


def signature(key: str, at: str, body: bytes, headers: Mapping[str, str]) -> str:
    """Hex of HMAC-SHA256 over these, joined by dots; a header that was not sent counts as empty."""
    rest = [headers.get(name, "").encode("utf-8", "replace") for name in SIGNED]
    message = b".".join([at.encode("utf-8", "replace"), body, *rest])
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def _whole(row: Row) -> bool:
    """Whether a subscription has every event that we read."""
    names = {str(one.get("name")) for one in row.get("events") or () if isinstance(one, dict)}
    return names >= KINDS.keys()
