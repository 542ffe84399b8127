"""Greenhouse through Harvest v3. Lists only, joined by us; no name search; scorecards cannot be written."""

from collections.abc import Mapping
from datetime import datetime

from connectors import model
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
    key_help = {
        "client_id": "Of a Harvest v3 custom integration: Configure, Dev Center, API Credential Management.",
        "client_secret": "Shown once beside the client id.",
        "user_id": "The number of the Site Admin it acts as. Without it lists are empty.",
        "webhook_secret": "What you give as secret key where you make the webhook. Left out: we make one.",
    }
    abilities = frozenset(
        {
            "search_email",
            "interviews",
            "notes",
            "attachments",
            "move_stage",
            "reject",
            "hire",
            "offers",
            "webhooks",
        }
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        return read(headers, body, self.account)


connector = Greenhouse
