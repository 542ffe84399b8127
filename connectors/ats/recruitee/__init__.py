"""Recruitee (Tellent). Its offer is a job, its placement an application; webhooks are signed but not dated."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from connectors import deliveries, model, values
from connectors.ats.recruitee import mapping
from connectors.ats.recruitee.calls import Row
from connectors.ats.recruitee.writing import Writing
from connectors.contract import Account
from connectors.errors import BadWebhook
from connectors.http import Pool

EVENTS = {
    "new_candidate": "application.created", "candidate_moved": "application.moved", "candidate_assigned": "application.changed",
    "candidate_deleted": "candidate.deleted", "offer_published": "job.changed", "offer_updated": "job.changed",
    "candidate_moved/disqualified": "application.rejected", "candidate_moved/requalified": "application.changed",
}  # fmt: skip


class Recruitee(Writing):
    label = "Recruitee"
    required = frozenset({"api_token", "company_id"})
    optional = frozenset({"webhook_secret"})
    secret_keys = frozenset({"api_token", "webhook_secret"})
    key_help: ClassVar[Mapping[str, str]] = {
        "api_token": "Settings, Apps and plugins, Personal API tokens. Make it as a user of its own: everything written carries that user's name, and it sees what that user sees.",
        "company_id": "The company's number, or its careers site's name: brightwater for brightwater.recruitee.com.",
        "webhook_secret": "Settings, Apps and plugins, Webhooks: shown there once the webhook is saved.",
    }  # fmt: skip
    checked = "the vendor's documents, the paths of its reference as others collected them and the local stand-in, not a live account"
    abilities = frozenset({
        "listing", "search_email", "custom_fields", "resumes", "postings", "teams", "create_candidate", "update_candidate",
        "create_application", "notes", "attachments", "tags", "move_stage", "reject", "unreject", "hire", "read_scorecards",
        "job_status", "webhooks",
    })  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "changes": "Recruitee does not tell what changed since a time: everybody is listed and compared",
        "history": "Recruitee's feed of activities is not described: stages are noted from the day of connecting on",
        "update_application": "a placement's source and owner are changed in Recruitee",
        "private_notes": "a private note would be seen by the token's owner only: it is not written",
        "anonymise": "what Recruitee's API deletes can be restored: erase the person in Recruitee",
        "interviews": "how Recruitee wants an interview worded was not seen: it is kept in Callsheet and noted in Recruitee",
        "scorecards": "Recruitee signs every evaluation with the token owner's name: the scorecard stays in Callsheet",
        "offers": "Recruitee's API has no offers of employment: they live in Callsheet and are noted in Recruitee",
        "register_webhook": "an admin pastes the address into Recruitee, Settings, Apps and plugins, Webhooks, and its secret into Callsheet",
    }  # fmt: skip
    remarks = (
        "An application goes by its person's and its job's numbers, since Recruitee's webhooks name no placement.",
        "Everything is written as the token's owner; notes name their author in their last line.",
        "Moving somebody may set off the pipeline's own automations, mails to the candidate among them.",
        "An empty list may mean that the token's user is not shown something: its hiring role decides.",
        "Who is an admin is told by the name of the role, where Recruitee tells it with a user.",
        "People are found by address through Recruitee's quick search; whom it has not indexed yet it does not find.",
        "Recruitee tells nothing at once about notes, evaluations, tags or hires: they are seen at the next poll.",
        "Not seen in documents, and refused rather than lost where it is otherwise: how the reason of a rejection is sent,"
        " and the names of some webhook events.",
    )
    hosts = ("app.recruitee.com",)

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        """HMAC-SHA256 of the raw body in hex. Recruitee posts an unsigned `test` before it tells the secret: that says nothing."""
        secret = self.account.secrets.get("webhook_secret", "")
        given = headers.get("x-recruitee-signature", "").casefold()
        if not given and deliveries.read(body).get("test") is True:
            return []
        want = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if not secret or not hmac.compare_digest(want.encode(), given.encode("utf-8", "replace")):
            raise BadWebhook("The signature is wrong.", account=self.account.id)
        told = deliveries.read(body)
        return [] if told.get("test") is True else [self._event(told, body)]

    def _event(self, told: Row, body: bytes) -> model.Event:
        """Raises ValueError where it makes no sense."""
        said, more = told.get("event_type"), str(told.get("event_subtype") or "")
        if not isinstance(said, str) or not said:
            raise ValueError("a webhook without an event type")
        payload = deliveries.part(told, "payload")
        person = deliveries.part(payload, "candidate").get("id")
        offer = deliveries.part(payload, "offer").get("id")
        offers = payload.get("offers")
        if not offer and isinstance(offers, list) and len(offers) == 1 and isinstance(offers[0], dict):  # fmt: skip
            offer = offers[0].get("id")
        kind = EVENTS.get(f"{said}/{more}") or EVENTS.get(said, "other")
        if kind == "application.created" and not offer:
            kind = "candidate.created"
        account = self.account.id
        candidate, job = values.ref(account, "candidate", person), values.ref(account, "job", offer)
        both = mapping.pair(person, offer) if person and offer else None
        application = values.ref(account, "application", both)
        details = deliveries.part(payload, "details")
        return model.Event(
            delivery=str(told.get("id") or hashlib.sha256(body).hexdigest()),
            kind=kind,
            vendor_kind=f"{said}/{more}" if more else said,
            subject={"candidate": candidate, "job": job}.get(kind.partition(".")[0], application or candidate or job),
            candidate=candidate,
            application=application,
            job=job,
            at=values.moment(told.get("created_at")),
            before=_stage(details, "from_stage"),
            after=_stage(details, "to_stage"),
        )  # fmt: skip

    def ref_of(self, url: str) -> model.Ref | None:
        """The numbers of people stand in the addresses of Recruitee's app."""
        found = re.match(r"https://app\.recruitee\.com/.*\bcandidates?/(\d+)", url)
        return self.ref("candidate", found.group(1)) if found else None


def _stage(details: Row, name: str) -> dict[str, str]:
    id = deliveries.part(details, name).get("id")
    return {"stage": str(id)} if id else {}


connector = Recruitee
