"""Greenhouse through Harvest v3. Lists only, joined by us; no name search; scorecards cannot be written."""

from collections.abc import Mapping
from datetime import datetime

from connectors import model
from connectors.ats.greenhouse.mapping import read_link
from connectors.ats.greenhouse.webhooks import read
from connectors.ats.greenhouse.writing import Writing
from connectors.contract import Account
from connectors.http import Pool


class Greenhouse(Writing):
    label = "Greenhouse"
    required = frozenset({"client_id", "client_secret"})
    optional = frozenset({"user_id", "webhook_secret"})
    secret_keys = frozenset({"client_secret", "webhook_secret"})
    abilities = frozenset(
        [
            "listing",
            "search_email",
            "resumes",
            "plans",
            "teams",
            "notes",
            "private_notes",
            "attachments",
            "move_stage",
            "reject",
            "hire",
            "interviews",
            "read_interviews",
            "read_scorecards",
            "read_offers",
            "offers",
            "changes",
            "webhooks",
        ]
    )
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
