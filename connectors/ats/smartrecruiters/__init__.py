"""SmartRecruiters: a person with assignments to jobs; a fixed funnel with the customer's own steps inside it."""

from typing import ClassVar

from connectors.ats.smartrecruiters.webhooks import PATH, Webhooks
from connectors.contract import Account
from connectors.errors import ConnectorError, MissingPermission
from connectors.http import Pool
from connectors.model import Finding

PROBES: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("Read candidates", "candidates", "candidates_read", frozenset()),
    ("Read jobs", "jobs", "jobs_read", frozenset()),
    ("Read users", "user-api/v201804/users", "the scope for users", frozenset()),
    ("Read reasons", "configuration/rejection-reasons", "configuration_read", frozenset({"reject"})),
    ("Read offers", "offers", "candidates_offers_read", frozenset({"read_offers"})),
    ("Read webhooks", PATH, "webhooks_manage", frozenset({"register_webhook"})),
)  # fmt: skip


class SmartRecruiters(Webhooks):
    label = "SmartRecruiters"
    optional = frozenset({"api_key", "client_id", "client_secret", "webhook_secret", "environment"})
    secret_keys = frozenset({"api_key", "client_secret", "webhook_secret"})
    key_help: ClassVar[dict[str, str]] = {
        "api_key": "SmartRecruiters, Settings, Credential Manager: an API key. It acts as an admin and reaches everything.",
        "client_id": "Instead of a key: a client credential of the Credential Manager, with a role that sees all jobs.",
        "client_secret": "Shown once beside the client id.",
        "webhook_secret": "Leave it out: SmartRecruiters makes it when Callsheet sets up the webhook.",
        "environment": "sandbox; leave it out for the real one.",
    }
    checked = "the vendor's documents, example answers of 2021, the vendor's own signature example, and the local stand-in, not a live account"
    abilities = frozenset({
        "listing", "search_email", "history", "custom_fields", "resumes", "postings", "teams", "create_candidate", "update_candidate",
        "notes", "attachments", "tags", "move_stage", "reject", "unreject", "hire", "anonymise", "read_scorecards", "read_offers",
        "changes", "webhooks", "register_webhook",
    })  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "search_name": "SmartRecruiters' search is asked for addresses only: people are found through the search index",
        "create_application": "SmartRecruiters has no described call that puts a known person on another job: do it there",
        "private_notes": "everything is written as the API's user, whose private note nobody else would see: it is not written",
        "interviews": "SmartRecruiters cannot be asked for the interviews of a candidate on a job: they are kept in Callsheet and noted",
        "read_interviews": "SmartRecruiters lists interviews by an id that candidates do not tell: only those made with Callsheet are shown",
        "scorecards": "a review would be the API user's own: the scorecard stays in Callsheet and is noted with a link",
        "offers": "SmartRecruiters' API only reads offers: the offer lives in Callsheet and is noted there",
    }  # fmt: skip
    remarks = (
        "Notes, moves and files are written as the user whose key it is; its role and access groups also decide whom Callsheet sees.",
        "A stage is a status of the fixed funnel, with a step of the hiring process below it: New, In review, Interview, Offered.",
        "Which process a job follows is not told: the steps of all active ones are offered, and the vendor refuses another's.",
        "Whoever is rejected has no stage; taking that back leads to the status before, by the history.",
        "The list of candidates may be asked one call at a time and tells the main application only; the others are read one by one.",
        "A person is looked for by the vendor's keyword search, and taken only when the address is the same.",
        "How a change of a person is to be worded was not seen: it is read again, and said where it did not come through.",
        "The kind of a file that is no résumé, and the words for a team's roles, are guesses: an unknown role counts as other.",
        "Erasing a person deletes it with all applications.",
        "Notes are not told by webhooks: they are seen when somebody looks.",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    async def check(self) -> list[Finding]:
        """What the key may write cannot be tried without writing."""
        return [await self._tried(*probe) for probe in PROBES]

    async def _tried(self, what: str, path: str, scope: str, lost: frozenset[str]) -> Finding:
        try:
            await self.http.get(path, limit=None if path == PATH else 1)
        except MissingPermission:
            said = f"The key may not do this: give it {scope}."
            return Finding(what=what, ok=False, detail=said, abilities=lost)
        except ConnectorError as error:
            return Finding(what=what, ok=False, detail=error.text, abilities=lost)
        return Finding(what=what, ok=True)


connector = SmartRecruiters
