"""Ashby. One schedule holds many events, stages belong to a job's plan, refusals come with status 200."""

from collections.abc import Mapping
from typing import ClassVar

from connectors import model
from connectors.ats.ashby.mapping import read_link
from connectors.ats.ashby.webhooks import Webhooks
from connectors.contract import Account
from connectors.http import Pool


class Ashby(Webhooks):
    label = "Ashby"
    required = frozenset({"api_key"})
    optional = frozenset({"webhook_secret", "on_behalf_of"})
    secret_keys = frozenset({"api_key", "webhook_secret"})
    key_help: ClassVar[Mapping[str, str]] = {
        "api_key": "Admin, Integrations, API keys: tick read and write of candidates, jobs, interviews and offers, and read of organization, "
        "hiring process metadata, approvals and API keys; write of API keys lets Callsheet set up its webhooks.",
        "webhook_secret": "Any long random text: the secret token that the webhooks are made with.",
        "on_behalf_of": "yes, if the key may act on behalf of users (a beta of Ashby); notes and moves then name who made them.",
    }
    abilities = frozenset(
        ["listing", "search_email", "search_name", "history", "custom_fields", "resumes", "openings", "postings", "plans", "teams", "demographics", "approvals", "create_candidate", "update_candidate", "create_application", "update_application", "notes", "private_notes", "attachments", "tags", "move_stage", "reject", "unreject", "hire", "anonymise", "interviews", "read_interviews", "read_scorecards", "scorecards", "read_offers", "offers", "job_status", "changes", "webhooks", "register_webhook"]
    )  # fmt: skip
    checked = (
        "Ashby's documents and its API description of 2026, an older one of which the requests and answers are validated against, "
        "and the local stand-in; not a live account"
    )
    remarks = (
        "Ashby's own search decides who is found by name; when it finds nobody, or as many as it can tell, everybody is listed.",
        "A key that is wrong or switched off is refused as one that lacks the permission.",
        "Confidential jobs and private fields are told only to keys with those switches on; without them they look like they were not there.",
        "Notes and moves are written in the name of the key, unless on_behalf_of is set.",
        "Title and company of a person, and removing an address, can be changed in Ashby only; further phone numbers are not taken.",
        "Only interviews made with this key can be changed; one with feedback is not cancelled, since Ashby would delete the feedback.",
        "Interviewers are named by e-mail and need an Ashby user; whether Ashby invites the candidate depends on the organisation.",
        "Ashby tells no event about scorecards or bulk imports: they are seen at the next poll.",
        "Ashby lists no webhooks: Callsheet keeps the ids of those it makes; one that was made by hand is changed and deleted in Ashby only.",
        "Offers are approved by the people Ashby asks, since its API would approve by force.",
        "Marking an offer sent, accepted or declined uses calls that Ashby added in July 2026.",
        "A walk that Ashby's sync token cannot continue starts with everything again.",
    )
    hosts = ("app.ashbyhq.com",)

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    def ref_of(self, url: str) -> model.Ref | None:
        """An address that holds `/candidates/` and an id, wherever it was opened from."""
        return read_link(self.account.id, url)


connector = Ashby
