"""Workable: its candidate is one person on one job, so that a candidate here has one application, with the same id."""

import re
from typing import ClassVar

from connectors import model, values
from connectors.ats.workable.webhooks import Webhooks
from connectors.contract import Account
from connectors.errors import ConnectorError, MissingPermission
from connectors.http import Pool
from connectors.model import Finding

PROBES: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("Read candidates", "candidates", "r_candidates", frozenset()),
    ("Read jobs", "jobs", "r_jobs", frozenset()),
    ("Read interviews", "events", "r_jobs", frozenset({"read_interviews"})),
    ("Read members", "members", "r_account", frozenset()),
    ("Read requisitions", "requisitions", "r_requisitions", frozenset({"openings"})),
    ("Read webhooks", "subscriptions", "r_candidates", frozenset({"register_webhook"})),
)


class Workable(Webhooks):
    label = "Workable"
    hosts = ("workable.com",)
    required = frozenset({"api_key", "subdomain"})
    optional = frozenset({"webhook_secret", "member_id"})
    secret_keys = frozenset({"api_key", "webhook_secret"})
    key_help: ClassVar[dict[str, str]] = {
        "api_key": "Workable, Settings, Integrations, Apps: an API access token with r_jobs, r_candidates, w_candidates, w_comments, "
        "r_account, and r_requisitions and r_offers where they are used. It ends after two years at most: note the day.",
        "subdomain": "The first part of your Workable address, acme in acme.workable.com.",
        "webhook_secret": "Leave it out: Workable signs its webhooks with the token.",
        "member_id": "The id of the member who writes where nobody else is named; else the first admin.",
    }  # fmt: skip
    checked = "Workable's documents and answers others recorded in 2026, a list of its calls, and the local stand-in, not a live account"
    abilities = frozenset({
        "listing", "search_email", "history", "resumes", "openings", "postings", "teams", "create_candidate", "update_candidate",
        "create_application", "notes", "attachments", "tags", "move_stage", "reject", "unreject", "hire", "read_interviews",
        "read_scorecards", "scorecards", "read_offers", "changes", "webhooks", "register_webhook",
    })  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "custom_fields": "Workable tells which fields there are, not what people have in them: they are seen in Workable",
        "private_notes": "Workable hides a comment from roles, not from people: a private note is not written, rather than shown",
        "interviews": "Workable's API only reads interviews: they are kept in Callsheet and noted in Workable",
        "offers": "Workable's API makes no offers: the offer lives in Callsheet and is noted in Workable",
        "job_status": "Workable's API changes no jobs: open or close the job there",
        "anonymise": "Workable's API deletes nobody: erase the person there",
    }
    remarks = (
        "Somebody on two jobs is two candidates at Workable; the same e-mail address says that it is one person.",
        "A token may ask once a second, so that a first sync of many people takes hours; after that only changes are asked for.",
        "Rejecting leaves the stage as it is. Workable sends no mail for what Callsheet writes; whoever is added counts as sourced.",
        "Disqualifying, comments, ratings and interviews are not told by webhooks: they are seen at the next poll.",
        "A webhook's signature has no time, so that an old delivery cannot be told from a new one: each is read again anyway.",
        "The token signs the webhooks: with a new one Callsheet makes its subscriptions anew.",
        "A scorecard becomes a rating of five stars with a comment; the answers of Workable's own form cannot be read or written.",
        "Files are attached to a comment, and links and a second address are not changed.",
        "Hiring where the hiring plan is on may need a requisition: Workable then refuses, and the move is made there.",
        "A pasted address names a person only where Callsheet gave it: Workable's own pages have other ids than its API.",
        "Which stage an older activity led to is read from its words, as far as Workable's recorded answers show them.",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    def ref_of(self, url: str) -> model.Ref | None:
        """The API's id stands behind `#` in the addresses that we give."""
        found = re.match(r"https?://[a-z0-9-]+\.workable\.com/[^#]*#([0-9a-f]+)$", url)
        return values.ref(self.account.id, "candidate", found.group(1)) if found else None

    async def check(self) -> list[Finding]:
        """What the token may write cannot be tried without writing."""
        return [await self._tried(*probe) for probe in PROBES]

    async def _tried(self, what: str, path: str, scope: str, lost: frozenset[str]) -> Finding:
        try:
            await self.http.get(path, limit=1)
        except MissingPermission:
            said = f"The token may not do this: make one that has {scope} too."
            return Finding(what=what, ok=False, detail=said, abilities=lost)
        except ConnectorError as error:
            return Finding(what=what, ok=False, detail=error.text, abilities=lost)
        return Finding(what=what, ok=True)


connector = Workable
