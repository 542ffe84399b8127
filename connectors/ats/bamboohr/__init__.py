"""BambooHR's applicant tracking: applications with their person inside, statuses for stages and reasons alike, no webhooks."""

from collections.abc import Mapping
from typing import ClassVar

from connectors.ats.bamboohr.writing import Writing
from connectors.contract import Account
from connectors.http import Pool


class BambooHr(Writing):
    label = "BambooHR"
    required = frozenset({"subdomain", "api_key"})
    secret_keys = frozenset({"api_key"})
    key_help: ClassVar[Mapping[str, str]] = {
        "subdomain": "The first part of BambooHR's address: brightwater for brightwater.bamboohr.com.",
        "api_key": "Your picture at the bottom left, API Keys. Make it as a user of its own with access to the ATS's settings: everything is written as that user.",
    }  # fmt: skip
    checked = "BambooHR's own API description of 2026, against which requests and answers are validated, its documents and the local stand-in, not a live account"
    abilities = frozenset({
        "listing", "search_email", "resumes", "postings", "teams", "create_candidate", "notes", "move_stage", "reject", "hire",
    })  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "changes": "BambooHR's lists tell no time of change: everybody is listed and compared",
        "history": "BambooHR tells the present status only: stages are noted from the day of connecting on",
        "custom_fields": "answers to a job's own questions are shown with the application; there are no other fields",
        "create_application": "BambooHR makes a new applicant of each application: move or copy the person in BambooHR",
        "private_notes": "everyone with access to the job reads BambooHR's comments: a private note is not written",
        "attachments": "BambooHR takes files with a new application only: attach the file in BambooHR",
        "unreject": "BambooHR does not tell the status somebody had before: choose the new one in BambooHR",
        "read_interviews": "BambooHR's API has no interviews: only those made with Callsheet are shown",
        "interviews": "BambooHR's API has no interviews: they are kept in Callsheet and noted in BambooHR",
        "scorecards": "BambooHR's API takes no scorecards: they stay in Callsheet",
        "job_status": "open or close the job in BambooHR, whose API only makes new ones",
        "webhooks": "BambooHR tells nothing of applicants by itself: changes are seen at the next poll",
        "register_webhook": "there is none to set up: BambooHR's webhooks are about employees",
    }  # fmt: skip
    remarks = (
        "Each application is a person of its own here: somebody who applied for two jobs is shown twice.",
        "Stages are the company's applicant statuses. Which of them end a candidacy is learned from who is in them, else"
        " from their names; an admin can say it (stage kinds archived and hired).",
        "A rejection's reason is the inactive status that is set.",
        "Comments can be written and not read: notes of BambooHR are not shown, and where a crash leaves it open whether one was"
        " written it may be written again.",
        "A job's hiring lead is taken for its recruiter and its hiring manager, if that employee can sign in.",
        "The one user known to be an admin is the owner of the key, who must have access to the ATS's settings.",
        "Whether a key may download résumés was not seen: where it may not, BambooHR refuses.",
        "Signing in by OAuth is not offered: BambooHR's description binds its applicant tracking to API keys alone.",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()


connector = BambooHr
