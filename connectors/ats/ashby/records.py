"""What Ashby tells beside people and jobs: plans, forms, scorecards, notes, files, approvals, the account's lists."""

import asyncio
from collections import Counter
from typing import Any

from connectors import model, values, words
from connectors.addresses import swap
from connectors.ats.ashby import jobs, mapping, scorecards
from connectors.ats.ashby.calls import Row
from connectors.ats.ashby.reading import Reading
from connectors.model import Ref

FEWEST = 5  # people who must share an answer about themselves before it is counted
ENDS = ("Hired", "Archived")  # stages that are reached by hiring and rejecting


class Records(Reading):
    """The other reads of one account."""

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """Those of a job's plan, without the two that end it; of every plan when no job is named."""
        if job_id is not None:
            rows = mapping.parts(
                await self.one("jobInterviewPlan.info", jobId=self.known(job_id)), "stages"
            )
        else:
            plans = [str(plan["id"]) for plan in await self.static("interviewPlan.list")]
            rows = [
                row for rows in await asyncio.gather(*map(self.plan_stages, plans)) for row in rows
            ]
        found = [
            jobs.stage(row, self.account.id, job_id) for row in rows if row.get("type") not in ENDS
        ]
        return sorted(found, key=lambda stage: stage.order)

    async def plan_stages(self, plan_id: str) -> list[Row]:
        return await self.rows("interviewStage.list", interviewPlanId=plan_id)

    async def plan(self, job_id: str, stage_id: str | None) -> list[model.PlannedInterview]:
        """The interviews of a job's activities. A plan's id is the interview's, which making one wants."""
        plan = await self.one("jobInterviewPlan.info", jobId=self.known(job_id))
        account, job = self.account.id, Ref(account=self.account.id, kind="job", id=job_id)
        found: list[model.PlannedInterview] = []
        for stage in mapping.parts(plan, "stages"):
            if stage_id not in (None, stage.get("id")):
                continue
            for activity in mapping.parts(stage, "activities"):
                for row in mapping.parts(activity, "interviews"):
                    found.append(model.PlannedInterview(
                        ref=Ref(account=account, kind="plan", id=str(row.get("interviewId") or row.get("id"))),
                        name=str(row.get("title") or activity.get("title") or "Interview"),
                        minutes=int(values.number(row.get("interviewDurationMinutes")) or 60),
                        job=job, stage=values.ref(account, "stage", stage.get("id")), order=len(found), raw=row,
                    ))  # fmt: skip
        return found

    async def users(self) -> list[model.User]:
        rows = await self.static("user.list", includeDeactivated=True)
        return [mapping.user(row, self.account.id) for row in rows]

    async def user_by_email(self, email: str) -> model.User | None:
        rows = await self.rows("user.search", email=email.strip())
        found = (mapping.user(row, self.account.id) for row in rows)
        wanted = email.strip().casefold()
        return next((user for user in found if (user.email or "").casefold() == wanted), None)

    async def scorecard_form(self, application_id: str, planned: Ref | None) -> model.Form | None:
        """The form of the planned interview, else the account's own default."""
        if planned is not None:
            interview = await self.one("interview.info", id=self.known(planned.id))
            if id := interview.get("feedbackFormDefinitionId"):
                return await self.form(str(id), interview)
        rows = await self.rows("feedbackFormDefinition.list")
        usual = next((row for row in rows if row.get("isDefaultForm")), next(iter(rows), None))
        return scorecards.form(usual, self.account.id) if usual else None

    async def form(self, id: str, interview: Row | None = None) -> model.Form:
        row = await self.one("feedbackFormDefinition.info", feedbackFormDefinitionId=id)
        return scorecards.form(row, self.account.id, interview or {})

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        rows = await self.rows("applicationFeedback.list", applicationId=self.known(application_id))
        return [scorecards.read(row, self.account.id, application_id) for row in rows]

    async def notes(self, candidate_id: str) -> list[model.Note]:
        rows = await self.rows("candidate.listNotes", candidateId=self.known(candidate_id))
        return [mapping.note(row, self.account.id) for row in rows]

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        file = mapping.part(await self.person(candidate_id), "resumeFileHandle")
        return (
            mapping.attachment(file, self.account.id, resume=True) if file.get("handle") else None
        )

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        """The résumé first, then the other files as Ashby orders them: it tells no day of any."""
        return self.files(await self.person(candidate_id))

    def files(self, person: Row) -> list[model.Attachment]:
        resume = mapping.part(person, "resumeFileHandle")
        rows = [
            row for row in mapping.parts(person, "fileHandles") if row.get("id") != resume.get("id")
        ]
        found = [mapping.attachment(row, self.account.id, resume=False) for row in rows]
        first = mapping.attachment(resume, self.account.id, resume=True)
        return [first, *found] if resume.get("handle") else found

    async def download(self, attachment: model.Attachment) -> bytes:
        """The address is signed and short-lived: it is used at once and kept nowhere."""
        place = await self.one("file.info", fileHandle=attachment.raw["handle"])
        return await self.http.raw(swap(str(place["url"]), self.account.base_url), signed=True)

    async def reasons(self) -> list[model.Reason]:
        return [
            model.Reason(
                ref=Ref(account=self.account.id, kind="reason", id=str(row["id"])),
                name=str(row.get("text") or "Reason"),
                party=mapping.PARTY.get(str(row.get("reasonType")), "other"),
                raw=row,
            )
            for row in await self.rows("archiveReason.list")
        ]

    async def sources(self) -> list[model.Source]:
        rows = await self.static("source.list", includeArchived=True)
        return [
            model.Source(
                ref=Ref(account=self.account.id, kind="source", id=str(row["id"])),
                name=str(row.get("title") or "Source"),
                active=not row.get("isArchived"),
            )
            for row in rows
        ]

    async def departments(self) -> list[model.Unit]:
        rows = await self.static("department.list", includeArchived=False)
        return [self._unit("department", row, row.get("parentId")) for row in rows]

    async def offices(self) -> list[model.Unit]:
        rows = await self.static("location.list")
        return [self._unit("office", row, row.get("parentLocationId")) for row in rows]

    def _unit(self, kind: model.Kind, row: Row, parent: Any) -> model.Unit:
        above = values.ref(self.account.id, kind, parent)
        ref = Ref(account=self.account.id, kind=kind, id=str(row["id"]))
        return model.Unit(ref=ref, name=str(row.get("name") or ""), parent=above)

    async def tags(self) -> list[str]:
        return [str(row.get("title")) for row in await self.rows("candidateTag.list")]

    async def openings(self, job_id: str) -> list[model.Opening]:
        job = Ref(account=self.account.id, kind="job", id=job_id)
        rows = mapping.parts(await self.job_row(job_id), "openings")
        return [jobs.opening(row, self.account.id, job) for row in rows]

    async def postings(self, job_id: str) -> list[model.Posting]:
        """Those that are published, each asked for again with its text."""
        rows = [row for row in await self.rows("jobPosting.list") if row.get("jobId") == job_id]
        asked = [self.one("jobPosting.info", jobPostingId=row["id"]) for row in rows]
        return [jobs.posting(row, self.account.id) for row in await asyncio.gather(*asked)]

    async def approvals(self, of: Ref) -> list[model.Approval]:
        """An approval belongs to a version of an offer, so the newest version is asked for first."""
        entity = of.id
        if of.kind == "offer":
            offer = await self.one("offer.info", offerId=self.known(of.id))
            entity = str(mapping.part(offer, "latestVersion").get("id") or of.id)
        rows = await self.rows("approval.list", entityType=of.kind, entityId=entity)
        return [self._approval(row, of) for row in rows]

    def _approval(self, row: Row, of: Ref) -> model.Approval:
        """Its steps come one after the other."""
        groups = []
        for step in mapping.parts(row, "steps"):
            seats = [seat for seat in mapping.parts(step, "approvers") if seat.get("userId")]
            approvers = tuple(
                model.Approver(
                    user=Ref(account=self.account.id, kind="user", id=str(seat["userId"])),
                    status=words.word(self.account.id, "approval.status", seat.get("decision"), mapping.DECISION, none="waiting"),
                    at=values.moment(seat.get("decidedAt")),
                )
                for seat in seats
            )  # fmt: skip
            needed = int(values.number(step.get("approvalsRequired")) or 1)
            groups.append(model.ApprovalGroup(approvers=approvers, needed=needed))
        kinds = {a.status.kind for group in groups for a in group.approvers}
        over = "approved" if row.get("completedAt") else "rejected" if "rejected" in kinds else ""
        return model.Approval(
            ref=Ref(account=self.account.id, kind="approval", id=str(row["id"])),
            of=of, sequential=True, groups=tuple(groups), raw=row,
            status=model.Word(kind=over or ("asked" if row.get("submittedAt") else "waiting")),
        )  # fmt: skip

    async def demographics(self, job_id: str) -> list[model.Count]:
        """Surveys are the account's; the job's applications say which answers are counted."""
        rows = await self.rows("application.list", jobId=self.known(job_id))
        mine = {str(row["id"]) for row in rows}
        counts: Counter[tuple[str, str]] = Counter()
        for kind in ("Diversity", "EEOC"):
            for row in await self.rows("surveySubmission.list", surveyType=kind):
                if str(row.get("applicationId")) not in mine:
                    continue
                told = mapping.part(row, "submittedValues")
                for field in mapping.asked(mapping.part(row, "formDefinition")):
                    value = told.get(str(field.get("path")))
                    if value not in (None, "", []):
                        counts[
                            str(field.get("title") or field.get("path")), mapping.shown(value)
                        ] += 1
        return [
            model.Count(question=question, answer=answer, people=people)
            for (question, answer), people in counts.items()
            if people >= FEWEST
        ]
