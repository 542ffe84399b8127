"""What Lever tells of postings, requisitions, stages, users and the account's own lists."""

from connectors import model
from connectors.ats.lever import fields, mapping, postings
from connectors.ats.lever.calls import Row
from connectors.ats.lever.reading import Reading
from connectors.errors import MissingPermission
from connectors.model import Ref


class Jobs(Reading):
    """The reads of one account that are about jobs and the company."""

    async def jobs(self) -> list[model.Job]:
        return [postings.posting(row, self.account.id) for row in await self.all_rows("postings")]

    async def job(self, id: str) -> model.Job:
        return postings.posting(await self.one(f"postings/{id}"), self.account.id)

    async def postings(self, job_id: str) -> list[model.Posting]:
        """A posting is its own advertisement."""
        return [postings.advertisement(await self.one(f"postings/{job_id}"), self.account.id)]

    async def openings(self, job_id: str) -> list[model.Opening]:
        known = await self._requisition_fields()
        return [
            postings.opening(row, self.account.id, job_id, known)
            for row in await self._requisitions(job_id)
        ]

    async def _requisitions(self, job_id: str) -> list[Row]:
        """There is no filter by posting; a requisition names its postings."""
        rows = await self.all_rows("requisitions")
        return [r for r in rows if job_id in [mapping.id_of(p) for p in r.get("postings") or ()]]

    async def _requisition_fields(self) -> dict[str, Row]:
        """What the account's own fields are called; without that right they go by their keys."""
        try:
            rows = await self.listed("requisition_fields")
        except MissingPermission:
            return {}
        return {str(row.get("id")): row for row in rows}

    async def approvals(self, of: Ref) -> list[model.Approval]:
        """Those of a job's requisitions, or of one requisition. Of an offer Lever tells no more than its status."""
        if of.kind == "job":
            rows = await self._requisitions(of.id)
        elif of.kind == "opening":
            rows = [await self.one(f"requisitions/{of.id}")]
        else:
            return []
        made = [postings.approval(row, self.account.id, of) for row in rows]
        return [approval for approval in made if approval]

    async def custom_fields(self, kind: model.Kind) -> list[model.CustomField]:
        """People's are those of the profile forms, openings' those of requisitions. Offers' are told by offers alone."""
        if kind == "candidate":
            forms = await self.listed("form_templates")
            rows = [field for form in forms for field in form.get("fields") or ()]
        elif kind == "opening":
            rows = await self.listed("requisition_fields")
        else:
            return []
        found = [fields.definition(row) for row in rows if isinstance(row, dict)]
        return list({field.key: field for field in found}.values())

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return self._team(await self.one(f"postings/{job_id}"))

    def _team(self, row: Row) -> list[model.TeamMember]:
        found: list[model.TeamMember] = []
        for key, role in (
            ("hiringManager", "hiring_manager"),
            ("owner", "recruiter"),
            ("user", "other"),
        ):
            user = mapping.ref(self.account.id, "user", row.get(key))
            if user and user not in [m.user for m in found]:
                found.append(model.TeamMember.model_validate({"user": user, "role": role}))
        return found

    async def memberships(self, user_id: str) -> list[tuple[Ref, model.TeamMember]]:
        found: list[tuple[Ref, model.TeamMember]] = []
        for row in await self.listed("postings", all=True):
            job = Ref(account=self.account.id, kind="job", id=str(row["id"]))
            found += [(job, member) for member in self._team(row) if member.user.id == user_id]
        return found

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """Stages belong to the account, whatever the posting."""
        rows = await self.rows("stages")
        return [mapping.stage(row, self.account.id, n) for n, row in enumerate(rows)]

    async def users(self) -> list[model.User]:
        return [mapping.user(row, self.account.id) for row in await self.rows("users")]

    async def user_by_email(self, email: str) -> model.User | None:
        for row in await self.rows("users", email=email):
            if str(row.get("email") or "").casefold() == email.casefold():
                return mapping.user(row, self.account.id)
        return None

    async def reasons(self) -> list[model.Reason]:
        """Those one can reject with. Who ended it is guessed from the name, until an admin says."""
        return [
            mapping.reason(row, self.account.id)
            for row in await self.rows("archive_reasons")
            if row.get("type") != "hired" and row.get("status") != "inactive"
        ]

    async def sources(self) -> list[model.Source]:
        """A source is its name."""
        return [
            model.Source(ref=Ref(account=self.account.id, kind="source", id=name), name=name)
            for name in await self._texts("sources")
        ]

    async def tags(self) -> list[str]:
        return await self._texts("tags")

    async def _texts(self, path: str) -> list[str]:
        return [str(row["text"]) for row in await self.rows(path) if row.get("text")]

    async def departments(self) -> list[model.Unit]:
        """Lever lists none: those that its postings name."""
        return self._units("department", [job.department for job in await self.jobs()])

    async def offices(self) -> list[model.Unit]:
        """The places that postings name."""
        return self._units("office", [place for job in await self.jobs() for place in job.offices])

    def _units(self, kind: model.Kind, names: list[str | None]) -> list[model.Unit]:
        return [
            model.Unit(ref=Ref(account=self.account.id, kind=kind, id=name), name=name)
            for name in sorted({name for name in names if name})
        ]
