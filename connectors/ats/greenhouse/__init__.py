"""Greenhouse through Harvest v3. Lists only, joined by us; no name search; scorecards cannot be written."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from connectors import model
from connectors.ats.greenhouse.mapping_people import read_link
from connectors.ats.greenhouse.webhooks import read
from connectors.ats.greenhouse.writing import Writing
from connectors.contract import Account
from connectors.http import Pool


class Greenhouse(Writing):
    label = "Greenhouse"
    required = frozenset({"client_id", "client_secret"})
    optional = frozenset({"user_id", "webhook_secret"})
    secret_keys = frozenset({"client_secret", "webhook_secret"})
    chooses_webhook_secret = True
    key_help: ClassVar[Mapping[str, str]] = {
        "client_id": "In Greenhouse under Configure, Dev Center, API Credentials: create one for Harvest v3 (OAuth).",
        "client_secret": "Shown once beside the client id when the credential is made.",
        "user_id": (
            "The number in the address of a Site Admin's page under Configure, Users: Callsheet acts as this user."
            " Without it Callsheet acts as the credential's own service user."
        ),
        "webhook_secret": "Your own choice of a long text: the secret key of the webhooks under Configure, Dev Center, Web Hooks.",
    }  # fmt: skip
    abilities = frozenset(
        [
            "listing", "search_email", "history", "custom_fields", "resumes", "openings", "postings", "plans", "teams",
            "demographics", "approvals", "create_candidate", "update_candidate", "create_application",
            "update_application", "notes", "private_notes", "attachments", "tags", "move_stage", "reject", "unreject",
            "hire", "anonymise", "interviews", "read_interviews", "read_scorecards", "read_offers", "offers", "changes",
            "webhooks",
        ]
    )  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "scorecards": "Greenhouse takes no scorecards through its API, so it is written as a private note with a link",
        "job_status": "open or close the job in Greenhouse",
        "register_webhook": "an admin adds the webhooks under Configure, Dev Center, Web Hooks with the address and secret shown",
    }  # fmt: skip
    checked = (
        "the vendor's documents of Harvest v3 and its webhook examples, a community registry of v3's lists, and the"
        " local stand-in; not a live account"
    )
    remarks = (
        "Harvest v1 and v2 ended on 31 August 2026: an old API key does not connect, a v3 credential does.",
        "Greenhouse shows its lists to Site Admins only, so user_id has to be one; confidential jobs stay hidden from admins outside their team.",
        "There is no webhook for a new or moved interview or a submitted scorecard: those are seen at the next poll.",
        "A webhook whose first ping fails is saved switched off and has to be switched on by hand.",
        "A change of custom fields sends all of them again; where one cannot be read or sent back, nothing is changed.",
        "A source belongs to an application, so a new person's source is kept only when a job is given, too.",
        "Interviews are records: Greenhouse sends no invite for them, and those made in its own pages may refuse changes.",
        "Documents do not say in full what makes an application, a tag or an erasure: what Greenhouse refuses is said, and an erasure is looked at afterwards.",
    )  # fmt: skip
    hosts = ("app.greenhouse.io",)

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    def ref_of(self, url: str) -> model.Ref | None:
        """`/people/5?application_id=7` is an application, without it a person."""
        return read_link(self.account.id, url)

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        return read(headers, body, self.account)


connector = Greenhouse
