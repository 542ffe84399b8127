"""Ashby's webhooks: `Ashby-Signature: sha256=<hex>` over the raw bytes, one registration for each type of event."""

import contextlib
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors import deliveries, model, values
from connectors.ats.ashby.writing import Writing
from connectors.contract import Account
from connectors.errors import BadWebhook, Conflict, Gone, Rejected
from connectors.model import Event

KINDS = {
    "applicationSubmit": "application.created", "applicationUpdate": "application.changed", "candidateHire": "application.hired",
    "candidateStageChange": "application.moved", "candidateDelete": "candidate.deleted", "candidateMerge": "candidate.merged",
    "interviewPlanTransition": "job.changed", "interviewScheduleCreate": "interview.created",
    "interviewScheduleUpdate": "interview.changed", "jobCreate": "job.created", "jobUpdate": "job.changed",
    "jobPostingUpdate": "posting.changed", "jobPostingPublish": "posting.changed", "jobPostingUnpublish": "posting.changed",
    "openingCreate": "opening.created", "offerCreate": "offer.created", "offerUpdate": "offer.changed", "offerDelete": "offer.deleted",
    "signatureRequestUpdate": "offer.changed", "surveySubmit": "survey.submitted", "pushToHRIS": "application.changed",
}  # fmt: skip
HOOKS = " hooks "
# Those that can be registered through the API; a stage change, a hire and a new schedule also come as these.
WANTED = (
    "applicationSubmit", "applicationUpdate", "candidateHire", "candidateStageChange", "candidateDelete", "candidateMerge",
    "interviewPlanTransition", "interviewScheduleCreate", "interviewScheduleUpdate", "offerCreate", "offerUpdate", "offerDelete",
)  # fmt: skip


class Webhooks(Writing):
    """Registering and reading. Ashby lists no webhooks, so their ids are kept behind the secret."""

    async def register_webhook(self, url: str, secret: str) -> str:
        """One for each type. One that was made by hand for this address stays: Ashby does not tell its id.

        A new one that Ashby's ping did not reach is taken back, so that the next try finds nothing in its way.
        """
        token, ids = kept(secret)
        found: dict[str, str] = {}
        for kind in WANTED:
            id = await self._healed(ids.get(kind), url) or await self._made(kind, url, token)
            found |= {kind: id} if id else {}
        pairs = " ".join(f"{kind}:{id}" for kind, id in found.items())
        return f"{token}{HOOKS}{pairs}" if pairs else token

    async def _healed(self, id: str | None, url: str) -> str | None:
        """A webhook we know, active and for this address again; None when it is gone."""
        if id is None:
            return None
        try:
            known = await self.one("webhook.info", webhookId=id)
            if known.get("enabled") is False or known.get("requestUrl") != url:
                known = await self.write(
                    "webhook.update", webhookId=id, requestUrl=url, enabled=True
                )
        except Gone:
            return None
        if known.get("enabled") is False:
            raise self._unreached()
        return id

    async def _made(self, kind: str, url: str, token: str) -> str | None:
        try:
            made = await self.write(
                "webhook.create", webhookType=kind, requestUrl=url, secretToken=token
            )
        except Conflict:
            return None
        if made.get("enabled") is False:
            await self.write("webhook.delete", webhookId=made["id"])
            raise self._unreached()
        return str(made["id"])

    def _unreached(self) -> Rejected:
        said = "Ashby could not reach the webhook's address. See that it can be reached from the internet, then try again."
        return Rejected(said, account=self.account.id, code="ping")

    async def webhooks(self, url: str) -> list[model.Webhook]:
        """Those whose ids were kept when they were made."""
        found = []
        for id in kept(self.account.secrets.get("webhook_secret", ""))[1].values():
            try:
                row = await self.one("webhook.info", webhookId=id)
            except Gone:
                continue
            if row.get("requestUrl") == url:
                found.append(model.Webhook(id=id, url=url, active=row.get("enabled") is not False))
        return found

    async def unregister_webhook(self, url: str) -> None:
        for hook in await self.webhooks(url):
            with contextlib.suppress(Gone):
                await self.write("webhook.delete", webhookId=hook.id)

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        return read(headers, body, self.account)


def kept(secret: str) -> tuple[str, dict[str, str]]:
    """The secret that deliveries are signed with, and the ids of the webhooks by type that are kept behind it."""
    token, _, tail = secret.partition(HOOKS)
    pairs = [pair.partition(":") for pair in tail.split()]
    return token, {kind: id for kind, _, id in pairs if id}


def read(headers: Mapping[str, str], body: bytes, account: Account) -> list[Event]:
    """Check and read one delivery. Raises BadWebhook or ValueError; a ping gives []."""
    secret, _ = kept(account.secrets.get("webhook_secret", ""))
    want = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = headers.get("ashby-signature", "")
    if not secret or not hmac.compare_digest(want.encode(), given.encode("utf-8", "replace")):
        raise BadWebhook("The signature is wrong.", account=account.id)
    told = deliveries.read(body)
    action, data = told.get("action"), deliveries.part(told, "data")
    if not isinstance(action, str):
        raise ValueError("a webhook without an action")
    if action == "ping":
        return []
    if not data:
        raise ValueError("a webhook without data")
    return [_event(account.id, told.get("webhookActionId"), action, data)]


def _event(account: str, delivery: Any, action: str, data: Mapping[str, Any]) -> Event:
    """What it is about. `version` tells events of one change apart from the next: a hire is told three times."""
    application, schedule = (
        deliveries.part(data, "application"),
        deliveries.part(data, "interviewSchedule"),
    )
    offer, job = deliveries.part(data, "offer"), deliveries.part(data, "job")
    person = (
        deliveries.part(application, "candidate")
        or deliveries.part(data, "candidate")
        or deliveries.part(data, "mergedCandidate")
    )
    about = application or schedule or offer or job
    version = str(about.get("updatedAt") or "")
    id = about.get("id") or person.get("id") or data.get("jobId") or ""
    name = delivery or hashlib.sha256(f"{action} {id} {version}".encode()).hexdigest()
    subject = values.ref(account, "interview", schedule.get("id")) or values.ref(
        account, "offer", offer.get("id")
    )
    post = deliveries.part(data, "jobPosting")
    return Event(
        delivery=str(name),
        kind=KINDS.get(action, "other"),
        vendor_kind=action,
        subject=subject or values.ref(account, "posting", post.get("id")),
        candidate=values.ref(account, "candidate", person.get("id") or schedule.get("candidateId")),
        application=values.ref(account, "application", application.get("id") or (schedule or offer).get("applicationId")),
        job=values.ref(account, "job", job.get("id") or data.get("jobId") or post.get("jobId") or deliveries.part(application, "job").get("id")),
        at=values.moment(version),
        version=version,
        before=_merged(data),
    )  # fmt: skip


def _merged(data: Mapping[str, Any]) -> dict[str, str]:
    """Whom a merge took away."""
    gone = deliveries.part(data, "deletedCandidate").get("id")
    return {"candidate": str(gone)} if gone else {}
