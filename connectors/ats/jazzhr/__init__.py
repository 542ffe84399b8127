"""JazzHR, once the Resumator: everything by an account's one key, few writes, and one kind of webhook."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from connectors import model
from connectors.ats.jazzhr import webhooks
from connectors.ats.jazzhr.writing import Writing
from connectors.contract import Account
from connectors.http import Pool


class JazzHr(Writing):
    """One JazzHR account."""

    label = "JazzHR"
    required = frozenset({"api_key"})
    optional = frozenset({"webhook_secret"})
    secret_keys = frozenset({"api_key", "webhook_secret"})
    key_help: ClassVar[Mapping[str, str]] = {
        "api_key": "JazzHR, Settings, Integrations: the API key of the whole account (a plan with API access has one).",
        "webhook_secret": "JazzHR, Settings, Integrations, Candidate Export: the secret key entered there.",
    }
    chooses_webhook_secret = True
    checked = "what JazzHR's own page on its webhook and public clients of its API show, and the local stand-in; its API reference was not readable"
    abilities = frozenset(
        ["listing", "search_email", "resumes", "create_candidate", "create_application", "notes", "attachments", "webhooks"]
    )  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "move_stage": "JazzHR's API has no call that moves an application: move it in JazzHR",
        "reject": "JazzHR's API has no call that rejects: choose a Not Hired step in JazzHR",
        "hire": "JazzHR's API has no call that hires: choose the hired step in JazzHR",
        "tags": "JazzHR's API adds categories and never takes one away: do it in JazzHR",
        "private_notes": "who may read JazzHR's notes is not certain: a private one is not written",
        "teams": "JazzHR tells no hiring teams: only workspace admins may act on its jobs",
        "read_scorecards": "JazzHR's ratings name no interview and no question: only scorecards filled in with Callsheet are shown",
        "history": "JazzHR tells the present step only: steps are noted from the day of connecting on",
        "changes": "JazzHR's lists know no time of change: everything is listed and compared",
        "register_webhook": "an admin enters the address and the secret in JazzHR, Settings, Integrations, Candidate Export",
    }
    remarks = (
        "Lists of people tell no e-mail addresses. Somebody is found by address where a part of the address before the @ is"
        " in the name; by name everybody is found.",
        "JazzHR has no call that lists the steps of a workflow: they are learned from the people who stand in them, a step"
        " where nobody stands is not known, and their order and kind are guessed from their names. Say what a step is with"
        " `callsheet accounts map`: `hired` and `archived` (Not Hired) are what decides whether an application is open.",
        "The reasons for a rejection are the Not Hired steps.",
        "The one webhook is Candidate Export: it tells of a person when somebody exports, or when a workflow helper does at a"
        " step. Add the helper to each step that should be told at once; JazzHR's support switches the feature on.",
        "A failed delivery may not be repeated by JazzHR: the hourly walk heals what was missed.",
        "JazzHR names no rate limit: one call a second is used, two minutes' worth of them at once, until it says otherwise.",
        "The link of a résumé may want somebody who is signed in to JazzHR; then the card says to open it there.",
        "Answers to questions about gender, race, disability, veterans and felonies are thrown away as they arrive.",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        """A delivery carries no time outside its body, so an old one is no lie."""
        secret = self.account.secrets.get("webhook_secret", "")
        return webhooks.read(headers, body, account=self.account.id, secret=secret)


connector = JazzHr
