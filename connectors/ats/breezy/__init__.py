"""Breezy HR. Its candidate belongs to one position, so that a person and an application go by the same pair of ids."""

from collections.abc import Mapping
from typing import ClassVar

from connectors.ats.breezy.webhooks import Webhooks
from connectors.contract import Account
from connectors.http import Pool


class Breezy(Webhooks):
    label = "Breezy HR"
    required = frozenset({"access_token", "company_id"})
    optional = frozenset({"webhook_secret"})
    secret_keys = frozenset({"access_token", "webhook_secret"})
    key_help: ClassVar[Mapping[str, str]] = {
        "access_token": "My Settings, API Keys: a personal access token. Make it as a user of its own who sees every position: everything written carries that user's name.",
        "company_id": "The company's id as Breezy's API gives it (its _id), not the name in its address.",
        "webhook_secret": "Left out: Callsheet sets its webhook up, and Breezy tells the secret then.",
    }  # fmt: skip
    checked = "the vendor's documents, the calls of its reference as others collected them and the local stand-in, not a live account"
    abilities = frozenset({
        "listing", "search_email", "custom_fields", "resumes", "postings", "teams", "create_candidate", "update_candidate", "notes",
        "attachments", "tags", "move_stage", "reject", "hire", "read_scorecards", "job_status", "webhooks", "register_webhook",
    })  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "changes": "Breezy has no filter by time: everybody is listed and compared",
        "history": "what Breezy's stream calls a move is not written down: stages are noted from the day of connecting on",
        "create_application": "Breezy holds a person once for each position: add the person to the other one in Breezy",
        "private_notes": "the whole team reads Breezy's notes: a private one is not written",
        "unreject": "Breezy does not tell the stage somebody had before: choose the new one in Breezy",
        "interviews": "Breezy's API has no interviews: they are kept in Callsheet and noted in Breezy",
        "scorecards": "Breezy signs every score with the token's user: the scorecard stays in Callsheet",
        "anonymise": "Breezy's API cannot delete people: erase the person in Breezy",
    }  # fmt: skip
    remarks = (
        "Each candidate of Breezy, a person on one position, is a person of its own here.",
        "Moving somebody runs what is set up for the stage, mails to the candidate among it.",
        "Breezy's API takes no reason of a rejection: the stages of the disqualified stand for reasons, and the note says why.",
        "Users are the token's own and the members of open positions' teams, read every quarter of an hour; whoever is an admin of"
        " all of these positions is taken for an admin.",
        "Everything is written as the token's user; notes name their author in their last line.",
        "How documents, teams and activities are told was not seen in full: what is written is looked for afterwards, and an error"
        " says where it does not show.",
        "Breezy takes a hundred calls a minute for each token, and lists people position by position: a full sync takes its time.",
        "Breezy says nothing of people whom its own data protection rules delete: the next poll sees that they are gone.",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()


connector = Breezy
