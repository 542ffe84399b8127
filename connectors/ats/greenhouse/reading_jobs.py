"""What Greenhouse tells of the company: jobs, openings, posts, teams, stages, plans, users and the account's lists."""

import asyncio

from connectors import model, values
from connectors.ats.greenhouse import custom, mapping_jobs, mapping_people
from connectors.ats.greenhouse.client import Asking
from connectors.ats.greenhouse.rows import Row, grouped, ordered
from connectors.model import Ref

OWNED = ("candidate", "application", "job", "offer")  # what has custom fields of its own
OWNERS = {"recruiter": "recruiter", "coordinator": "coordinator", "sourcer": "sourcer"}


class Jobs(Asking):
    """The reads of one account that are about no candidate."""

    async def jobs(self) -> list[model.Job]:
        return await self._jobs(await self.rows("jobs"))

    async def job(self, id: str) -> model.Job:
        """With the number of its open openings, which a list of jobs does not tell."""
        row, openings = await asyncio.gather(
            self.one("jobs", id), self.allowed("openings", [id], "job_ids")
        )
        (found,) = await self._jobs([row])
        return found.model_copy(update={"openings": sum(bool(o.get("open")) for o in openings)})

    async def _jobs(self, rows: list[Row]) -> list[model.Job]:
        departments, offices = await asyncio.gather(
            self.named("departments", (r.get("department_id") for r in rows)),
            self.known("offices", (i for row in rows for i in row.get("office_ids") or ())),
        )
        return [
            mapping_jobs.job(
                row, self.account.id, openings=None,
                department=departments.get(str(row.get("department_id"))) or None,
                offices=[offices[str(i)] for i in row.get("office_ids") or () if str(i) in offices],
            )
            for row in rows
        ]  # fmt: skip

    async def openings(self, job_id: str) -> list[model.Opening]:
        rows = await self.by_ids("openings", [job_id], key="job_ids")
        return [mapping_jobs.opening(row, self.account.id) for row in ordered(rows)]

    async def postings(self, job_id: str) -> list[model.Posting]:
        """The posts in use. A place is plain text, or an office by its id."""
        rows = await self.by_ids("job_posts", [job_id], key="job_ids")
        rows = [row for row in rows if row.get("active") is not False]
        places = grouped(
            await self.allowed("job_post_locations", (r["id"] for r in rows), "job_post_ids"),
            "job_post_id",
        )
        offices = await self.named(
            "offices", (p.get("office_id") for each in places.values() for p in each)
        )
        found = []
        for row in rows:
            said = [
                str(p.get("plain_text_location") or offices.get(str(p.get("office_id"))) or "")
                for p in places.get(str(row["id"]), ())
            ]
            found.append(mapping_jobs.posting(row, self.account.id, [s for s in said if s]))
        return found

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return [member for _, member in await self._team(job_ids=job_id)]

    async def memberships(self, user_id: str) -> list[tuple[Ref, model.TeamMember]]:
        return await self._team(user_ids=user_id)

    async def _team(self, **filters: str) -> list[tuple[Ref, model.TeamMember]]:
        owners, managers = await asyncio.gather(
            self.rows("job_owners", **filters), self.rows("job_hiring_managers", **filters)
        )
        found = []
        for row, role in [(r, "hiring_manager") for r in managers] + [
            (r, OWNERS.get(str(r.get("type")).lower(), "other")) for r in owners
        ]:
            job = values.ref(self.account.id, "job", row.get("job_id"))
            user = values.ref(self.account.id, "user", row.get("user_id"))
            if job and user:
                about = {"user": user, "role": role, "responsible": bool(row.get("responsible"))}
                found.append((job, model.TeamMember.model_validate(about)))
        return found

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        if job_id is None:
            return []
        rows = await self.rows("job_interview_stages", job_ids=job_id)
        active = [row for row in rows if row.get("active") is not False]
        return [mapping_jobs.stage(row, self.account.id) for row in ordered(active)]

    async def plan(self, job_id: str, stage_id: str | None) -> list[model.PlannedInterview]:
        """The usual interviewers hang at the interview's kit, which is the scorecard's form, too."""
        filters = {"job_interview_stage_ids": stage_id} if stage_id else {"job_ids": job_id}
        rows = [
            r for r in await self.rows("job_interviews", **filters) if r.get("active") is not False
        ]
        kits = await self.by_ids("interview_kits", (r["id"] for r in rows), key="job_interview_ids")
        usual = grouped(
            await self.by_ids("default_interviewers", (k["id"] for k in kits), "interview_kit_ids"),
            "interview_kit_id",
        )
        forms = {str(k.get("job_interview_id")): str(k["id"]) for k in kits}
        found = []
        for row in ordered(rows):
            form = forms.get(str(row["id"]))
            people = (u.get("user_id") for u in usual.get(form or "", ()))
            refs = tuple(r for r in (values.ref(self.account.id, "user", p) for p in people) if r)
            found.append(mapping_jobs.planned(row, self.account.id, form, refs))
        return found

    async def users(self) -> list[model.User]:
        return [mapping_people.user(row, self.account.id) for row in await self.rows("users")]

    async def user_by_email(self, email: str) -> model.User | None:
        wanted = email.casefold()
        for row in await self.rows("users", primary_email=email):
            found = mapping_people.user(row, self.account.id)
            if wanted in {
                (found.email or "").casefold(),
                *(str(e).casefold() for e in row.get("emails") or ()),
            }:
                return found
        return None

    async def reasons(self) -> list[model.Reason]:
        return [
            model.Reason(
                ref=Ref(account=self.account.id, kind="reason", id=str(row["id"])),
                name=str(row.get("name") or "Reason"),
                party=mapping_people.party(row),
                raw=row,
            )
            for row in await self.rows("rejection_reasons", include_defaults="true")
        ]

    async def sources(self) -> list[model.Source]:
        return [
            model.Source(
                ref=Ref(account=self.account.id, kind="source", id=str(row["id"])),
                name=str(row.get("name") or "Unnamed source"),
                raw=row,
            )
            for row in await self.rows("sources")
        ]

    async def departments(self) -> list[model.Unit]:
        rows = await self.rows("departments")
        return [mapping_jobs.unit(row, self.account.id, "department") for row in rows]

    async def offices(self) -> list[model.Unit]:
        rows = await self.rows("offices")
        return [mapping_jobs.unit(row, self.account.id, "office") for row in rows]

    async def tags(self) -> list[str]:
        return [str(row.get("name") or "") for row in await self.rows("candidate_tags")]

    async def custom_fields(self, kind: model.Kind) -> list[model.CustomField]:
        return [d.field for d in await self.definitions(kind) if d.active]

    async def definitions(self, kind: model.Kind) -> list[custom.Definition]:
        """Fields in use and archived ones with all their choices. Jobs cannot be written, so their fields cannot."""
        if kind not in OWNED:
            return []
        rows = await self.rows("custom_fields", field_type=kind)
        chosen = [
            r["id"] for r in rows if str(r.get("value_type")) in ("single_select", "multi_select")
        ]
        options = await self.by_ids("custom_field_options", chosen, key="custom_field_ids")
        known = grouped(ordered(options), "custom_field_id")
        return custom.defined(ordered(rows), known, writable=kind != "job")
