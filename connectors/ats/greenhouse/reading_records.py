"""What Greenhouse keeps beside an application: notes, files, offers, approvals, and answers that are only counted."""

import asyncio
from collections import defaultdict

from connectors import model
from connectors.addresses import swap
from connectors.ats.greenhouse import mapping_people, mapping_records
from connectors.ats.greenhouse.reading_interviews import Interviews
from connectors.ats.greenhouse.rows import grouped, ordered
from connectors.model import Ref

FEWEST = 5  # people who gave an answer; of fewer nothing is told, since they could be recognised
LAWFUL = ("gender", "race", "veteran_status", "disability_status")  # what the EEOC form asks


class Records(Interviews):
    """The reads of one account that are about records."""

    async def notes(self, candidate_id: str) -> list[model.Note]:
        rows = await self.by_ids("notes", [candidate_id], key="candidate_ids")
        return [
            mapping_records.note(r, self.account.id) for r in rows if mapping_records.is_note(r)
        ]

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        rows = await self.by_ids("attachments", [candidate_id], key="candidate_ids")
        rows.sort(key=lambda r: (str(r.get("created_at") or ""), int(r["id"])), reverse=True)
        return [mapping_records.attachment(row, self.account.id) for row in rows if row.get("url")]

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        files = await self.attachments(candidate_id)
        return next((file for file in files if file.kind == "resume"), None)

    async def download(self, attachment: model.Attachment) -> bytes:
        """The address is signed and short-lived: it is used at once and kept nowhere."""
        return await self.http.raw(
            swap(str(attachment.raw["url"]), self.account.base_url), signed=True
        )

    async def offers(self, application_id: str) -> list[model.Offer]:
        rows = await self.by_ids(
            "offers", [application_id], key="application_ids", current_only="true"
        )
        return [mapping_records.offer(row, self.account.id) for row in rows]

    async def approvals(self, of: Ref) -> list[model.Approval]:
        """Flows of a job are those for opening it and for its offers in general, not for one candidate's offer."""
        if of.kind not in ("offer", "job"):
            return []
        flows = await self.by_ids("approval_flows", [of.id], key=f"{of.kind}_ids")
        if of.kind == "job":
            flows = [row for row in flows if row.get("approval_type") != "offer_candidate"]
        groups = await self.by_ids("approver_groups", (f["id"] for f in flows), "approval_flow_ids")
        people = await self.by_ids("approvers", (g["id"] for g in groups), "approver_group_ids")
        members, parts = grouped(ordered(people), "approver_group_id"), grouped(ordered(groups), "approval_flow_id")  # fmt: skip
        found = []
        for flow in flows:
            steps = []
            for group in parts.get(str(flow["id"]), ()):
                asked = (
                    mapping_records.approver(a, self.account.id)
                    for a in members.get(str(group["id"]), ())
                )
                needed = int(group.get("approvals_required") or 1)
                steps.append(
                    model.ApprovalGroup(approvers=tuple(a for a in asked if a), needed=needed)
                )
            found.append(mapping_records.approval(flow, self.account.id, of, tuple(steps)))
        return found

    async def demographics(self, job_id: str) -> list[model.Count]:
        """Answers of the company's own questions and of the EEOC form, each counted once an application."""
        applications = [r["id"] for r in await self.by_ids("applications", [job_id], "job_ids")]
        answers, lawful = await asyncio.gather(
            self.by_ids("demographic_answers", applications, "application_ids"),
            self.allowed("eeoc", applications, "application_ids"),
        )
        questions, options = await asyncio.gather(
            self.remembered("demographic_questions", (a.get("demographic_question_id") for a in answers)),
            self.remembered(
                "demographic_answer_options", (a.get("demographic_answer_option_id") for a in answers)
            ),
        )  # fmt: skip
        people: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in answers:
            question = questions.get(str(row.get("demographic_question_id")), {})
            option = options.get(str(row.get("demographic_answer_option_id")), {})
            told = (mapping_people.text(question.get("name")), str(option.get("name") or ""))
            people[told].add(str(row.get("application_id")))
        for row in lawful:
            for name in LAWFUL:
                held = row.get(name)
                said = (
                    held.get("description") or held.get("name") if isinstance(held, dict) else held
                )
                told = (f"EEOC: {name.replace('_', ' ')}", str(said or ""))
                people[told].add(str(row.get("application_id")))
        return [
            model.Count(question=question, answer=answer, people=len(who))
            for (question, answer), who in sorted(people.items())
            if question and answer and len(who) >= FEWEST
        ]
