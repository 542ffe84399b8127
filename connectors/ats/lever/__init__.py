"""Lever. Its contact is our candidate, its opportunity our application; offers can only be read."""

import re
from collections.abc import Mapping
from typing import ClassVar

from connectors import model, values
from connectors.ats.lever.calls import OAUTH
from connectors.ats.lever.webhooks import Webhooks
from connectors.contract import Account
from connectors.http import Pool


class Lever(Webhooks):
    label = "Lever"
    required = frozenset({"api_key"})
    optional = frozenset({"webhook_secret", "user_id"})
    secret_keys = frozenset({"api_key", "webhook_secret"})
    key_help: ClassVar[Mapping[str, str]] = {
        "api_key": "Made by a super admin in Lever under Settings, Integrations and API, API credentials. Tick access to confidential data then: it cannot be added later.",
        "user_id": "The id of the Lever user whom writes are done as where nobody else is named. Left out: the first super admin.",
        "webhook_secret": "The signature tokens of webhooks that were made in Lever's settings, with blanks between them. Left out where Callsheet sets its webhooks up.",
    }  # fmt: skip
    oauth = OAUTH
    abilities = frozenset(
        [
            "listing",
            "search_email",
            "history",
            "custom_fields",
            "resumes",
            "openings",
            "postings",
            "teams",
            "approvals",
            "create_candidate",
            "update_candidate",
            "create_application",
            "update_application",
            "notes",
            "private_notes",
            "attachments",
            "tags",
            "move_stage",
            "reject",
            "unreject",
            "hire",
            "interviews",
            "read_interviews",
            "read_scorecards",
            "scorecards",
            "read_offers",
            "changes",
            "webhooks",
            "register_webhook",
        ]
    )
    fallbacks: ClassVar[dict[str, str]] = {
        "plans": "Lever has no interview plans; interviews are planned in Callsheet",
        "demographics": "Lever tells EEO answers for the whole account and never by job; see its own EEO report",
        "anonymise": "erase the person in Lever, where its data protection rules are kept",
        "offers": "Lever's offers can only be read; the offer lives in Callsheet and is noted and attached in Lever",
        "job_status": "open or close the posting in Lever, whose API is not clear about how to",
        "search_name": "Lever finds people by exact e-mail address only; people are found through the search index",
    }
    hosts = ("hire.lever.co",)
    checked = "the vendor's documents, a community description of nine of its reads and the local stand-in, not a live account"
    remarks = (
        "A person is a contact; each candidacy is an opportunity, and tags and links are those of the newest one.",
        "Whether a candidate was rejected or withdrew is guessed from the archive reason's name, until an admin says.",
        "Stages belong to the whole account; what each means is guessed from its name.",
        "Custom fields are those of profile forms and requisitions; they can be read, not written.",
        "Setting an application's source replaces all of its sources; its owner can only be changed in Lever.",
        "A hire is not counted against a requisition: choose that in Lever.",
        "Interviews that were made in Lever itself can only be read.",
        "Lever tells nothing at once about offers, feedback, notes or postings: they are seen when they are read.",
        "Old records that nobody touched come with a full sync only; requisitions are always read as a whole.",
        "A webhook's signature does not cover what it says, so everything is read again before it is used.",
        "Lever takes ten calls a second, and twenty in a burst, for each key.",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    def ref_of(self, url: str) -> model.Ref | None:
        """Lever's pages show opportunities."""
        found = re.match(r"https://hire\.(?:\w+\.)?lever\.co/candidates/([0-9a-f-]{36})", url)
        return values.ref(self.account.id, "application", found.group(1)) if found else None


connector = Lever
