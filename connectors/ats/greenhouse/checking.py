"""What an account may do in Greenhouse, found by asking each list for one row and naming the permission that is missing."""

import asyncio

from connectors.ats.greenhouse.reading_records import Records
from connectors.errors import ConnectorError, MissingPermission
from connectors.model import Finding

PROBES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    # what, its lists, the abilities that need them
    ("Read candidates", ("candidates",), (
        "listing", "search_email", "create_candidate", "update_candidate", "anonymise", "changes",
    )),
    ("Read applications", ("applications", "application_stages", "job_interview_stages"), (
        "create_application", "update_application", "history", "move_stage", "reject", "unreject", "hire",
    )),
    ("Read jobs", ("jobs", "departments", "offices"), ("create_application",)),
    ("Read users", ("users",), ("interviews",)),
    ("Read rejections", ("rejection_reasons", "rejection_details"), ("reject",)),
    ("Read sources", ("sources", "referrers"), ("update_application",)),
    ("Read custom fields", ("custom_fields", "custom_field_options"), ("custom_fields",)),
    ("Read tags", ("candidate_tags", "applied_candidate_tags"), ("tags",)),
    ("Read openings", ("openings",), ("openings",)),
    ("Read job posts", ("job_posts", "job_post_locations"), ("postings",)),
    ("Read hiring teams", ("job_owners", "job_hiring_managers"), ("teams",)),
    ("Read interview plans", ("job_interviews", "interview_kits", "default_interviewers"), ("plans",)),
    ("Read scorecard forms", ("scorecard_questions", "scorecard_question_options"), ()),
    ("Read interviews", ("interviews", "interviewers"), ("interviews", "read_interviews")),
    ("Read scorecards", (
        "scorecards", "scorecard_candidate_attributes", "job_candidate_attributes", "scorecard_question_answers",
        "scorecard_question_answer_options",
    ), ("read_scorecards",)),
    ("Read notes", ("notes",), ("notes", "private_notes")),
    ("Read files", ("attachments",), ("resumes", "attachments")),
    ("Read offers", ("offers",), ("read_offers", "offers")),
    ("Read approvals", ("approval_flows", "approver_groups", "approvers"), ("approvals",)),
    ("Count demographic answers", (
        "demographic_questions", "demographic_answer_options", "demographic_answers", "eeoc",
    ), ("demographics",)),
)  # fmt: skip


class Checking(Records):
    """Looks only: whether writes are permitted shows when the first one is made."""

    async def check(self) -> list[Finding]:
        """A few lists at a time, so that an account's whole budget is not used up by the check."""
        found = [await self._sees_all()]
        for what, lists, abilities in PROBES:
            problems = [p for p in await asyncio.gather(*map(self._problem, lists)) if p]
            about = frozenset(abilities) if problems else frozenset[str]()
            detail = " ".join(dict.fromkeys(problems))
            found.append(Finding(what=what, ok=not problems, detail=detail, abilities=about))
        return found

    async def _problem(self, resource: str) -> str:
        try:
            await self.http.get(resource, per_page=1)
        except MissingPermission:
            return f"The permission harvest:{resource}:list is missing."
        except ConnectorError as error:
            return error.text
        return ""

    async def _sees_all(self) -> Finding:
        """Greenhouse answers anybody but a Site Admin with empty lists, without a word of why."""
        what, user = "See everything", self.account.config.get("user_id")
        if not user:
            return Finding(what=what, ok=True, detail="Callsheet acts as its own service user.")
        try:
            rows = await self.by_ids("users", [user])
        except ConnectorError as error:
            return Finding(
                what=what, ok=False, detail=error.text, abilities=frozenset(self.abilities)
            )
        if any(row.get("site_admin") for row in rows):
            return Finding(what=what, ok=True)
        detail = f"user_id {user} is no Site Admin, and Greenhouse shows lists to Site Admins only."
        return Finding(what=what, ok=False, detail=detail, abilities=frozenset(self.abilities))
