"""What SmartRecruiters tells: one call gives a person with every application; lists tell the main one only."""

from collections.abc import AsyncIterator

from connectors import model, values
from connectors.ats.smartrecruiters import mapping
from connectors.ats.smartrecruiters.calls import (
    Calls,
    Row,
    begun_at,
    following,
    packed,
    parts,
    place_of,
    rows_of,
)
from connectors.contract import Walkable
from connectors.errors import Gone, MissingPermission
from connectors.matching import is_email, matches, words
from connectors.model import Ref

ENDED = ("REJECTED", "WITHDRAWN", "TRANSFERRED")


class Reading(Calls):
    """All reads of one account."""

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """The vendor's search is asked for an address; for a name everybody is listed, looked at and forgotten."""
        wanted, by_email = text.strip().casefold(), is_email(text)
        if not by_email and not words(text):
            return
        query = {"q": text.strip()} if by_email else {}
        async for answer in self.pages("candidates", **query):
            for row in rows_of(answer):
                found = mapping.candidate(row, self.account.id)
                fits = wanted == (found.email or "").casefold() if by_email else matches(text, found.name)  # fmt: skip
                if fits:
                    yield found

    async def record(self, id: str) -> Row:
        """A person with every assignment."""
        return await self.one(f"candidates/{id}")

    async def candidate(self, id: str) -> model.Candidate:
        return await self._person(await self.record(id))

    async def _person(self, row: Row) -> model.Candidate:
        """With the account's own properties, where the key may see them."""
        try:
            held = rows_of(await self.http.get(f"candidates/{row['id']}/properties"))
        except (Gone, MissingPermission):
            held = []
        types = await self._types({str(p.get("id")) for p in held})
        full = [{**p, "type": p.get("type") or types.get(str(p.get("id")))} for p in held]
        return mapping.candidate(row, self.account.id, full)

    async def _types(self, wanted: set[str]) -> dict[str, str]:
        """The types of these properties; asked again where one is newer than what is remembered."""
        path, known = "configuration/candidate-properties", dict[str, str]()
        for _ in range(2):
            try:
                rows = await self.listed(path)
            except MissingPermission:
                break
            known = {str(row.get("id")): str(row.get("type") or "") for row in rows}
            if wanted <= known.keys():
                break
            self._static.pop(path)
        return known

    async def custom_fields(self, kind: model.Kind) -> list[model.CustomField]:
        """Read only: how a value is to be written is not described."""
        if kind not in ("candidate", "job", "offer"):
            return []
        return [
            model.CustomField(
                key=str(row["id"]),
                label=mapping.text(row, "label") or str(row["id"]),
                kind=mapping.FIELDS.get(str(row.get("type") or "").casefold(), "unknown"),
            )
            for row in await self.listed(f"configuration/{kind}-properties")
        ]

    def _applications(self, row: Row) -> list[model.Application]:
        return [mapping.application(one, row, self.account.id) for one in mapping.assignments(row)]

    async def applications(self, candidate_id: str) -> list[model.Application]:
        return self._applications(await self.record(candidate_id))

    async def application(self, id: str) -> model.Application:
        return self._one_of(await self.record(parts(id)[0]), id)

    async def candidacy(self, id: str) -> tuple[model.Application, model.Candidate]:
        row = await self.record(parts(id)[0])
        return self._one_of(row, id), await self._person(row)

    def _one_of(self, row: Row, id: str) -> model.Application:
        """The application of this id; without a job in it, the person's main one. Raises Gone."""
        job = parts(id)[1]
        for found in self._applications(row):
            if not job or (found.job and found.job.id == job):
                return found
        raise Gone("It is not there any more.", account=self.account.id)

    async def history(self, application_id: str) -> list[model.StageChange]:
        steps: list[model.StageChange] = []
        rows = await self.past(application_id)
        for row in rows:
            status, step = mapping.said(row)
            stage = next((name for known, name, _, _ in mapping.STAGES if known == status), None)
            steps.append(
                model.StageChange(
                    to=values.ref(self.account.id, "stage", mapping.stage_id(status, step) if stage else None),
                    to_name=step or stage or status.replace("_", " ").capitalize(),
                    was=steps[-1].to if steps else None,
                    was_name=steps[-1].to_name if steps else None,
                    at=values.moment(row.get("changedOn")),
                )
            )  # fmt: skip
        return steps

    async def past(self, application_id: str) -> list[Row]:
        """The statuses an application had, oldest first."""
        found = rows_of(await self.http.get(f"{await self.path(application_id)}/status/history"))
        return sorted(found, key=lambda row: str(row.get("changedOn") or ""))

    async def pair(self, application_id: str) -> tuple[str, str]:
        """The candidate's and the job's id; an application that is named by its person only is looked up."""
        person, job = parts(application_id)
        if not job:
            person, job = parts((await self.application(application_id)).ref.id)
        return person, job

    async def path(self, application_id: str) -> str:
        person, job = await self.pair(application_id)
        return f"candidates/{person}/jobs/{job}"

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """By the vendor's own updatedOn. The position is the moment the walk began; within it the next page's token."""
        place = place_of(position)
        since, begun, page = (place.get(k) for k in ("since", "begun", "page"))
        moved = since is None or bool(page)
        path, order = ("jobs", {"sort": "job_id"}) if kind == "job" else ("candidates", {})
        async for answer in self.pages(path, page, updatedAfter=since, **order):
            begun = begun or begun_at(answer) or since
            rows, more = rows_of(answer), following(answer.json)
            moved = moved or bool(rows)
            reached = packed(since=since, begun=begun, page=more) if more else packed(since=begun if moved else since)  # fmt: skip
            yield [thing for row in rows for thing in await self._things(kind, row)], reached

    async def _things(self, kind: Walkable, row: Row) -> list[model.Thing]:
        if kind == "job":
            return [mapping.job(row, self.account.id)]
        if kind == "candidate":
            return [mapping.candidate(row, self.account.id)]
        try:
            whole = row if mapping.told(row) else await self.record(str(row["id"]))
        except Gone:
            return []
        return [*self._applications(whole)]

    async def jobs(self) -> list[model.Job]:
        rows = await self.rows("jobs", sort="job_id")
        return [mapping.job(row, self.account.id) for row in rows]

    async def job(self, id: str) -> model.Job:
        return mapping.job(await self.one(f"jobs/{id}"), self.account.id)

    async def pipeline(self, job_id: str) -> list[model.Application]:
        found: list[model.Application] = []
        for row in await self.rows("candidates", jobId=job_id):
            whole = row if mapping.told(row) else await self.record(str(row["id"]))
            found += [a for a in self._applications(whole) if a.job and a.job.id == job_id]
        return [one for one in found if one.status.kind == "active"]

    async def postings(self, job_id: str) -> list[model.Posting]:
        return [mapping.posting(await self.one(f"jobs/{job_id}"), self.account.id)]

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return [
            model.TeamMember.model_validate(
                {
                    "user": Ref(account=self.account.id, kind="user", id=str(row["id"])),
                    "role": mapping.ROLE.get(str(row.get("role") or "").upper(), "other"),
                }
            )
            for row in rows_of(await self.http.get(f"jobs/{job_id}/hiring-team"))
        ]

    async def memberships(self, user_id: str) -> list[tuple[Ref, model.TeamMember]]:
        found = []
        for row in await self.rows("jobs", sort="job_id", hiringTeamMemberId=user_id):
            job = Ref(account=self.account.id, kind="job", id=str(row["id"]))
            members = await self.team(job.id)
            found += [(job, member) for member in members if member.user.id == user_id]
        return found

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """A job does not say which hiring process it follows: the steps of all active ones, unless it does."""
        rows = [r for r in await self.listed("configuration/hiring-processes") if r.get("active", True)]  # fmt: skip
        if job_id is not None:
            own = mapping.part(await self.one(f"jobs/{job_id}"), "hiringProcess").get("id")
            rows = [row for row in rows if row.get("id") == own] or rows
        return mapping.stages(rows, self.account.id, job_id)

    async def users(self) -> list[model.User]:
        return [mapping.user(row, self.account.id) for row in await self.rows("user-api/v201804/users")]  # fmt: skip

    async def reasons(self) -> list[model.Reason]:
        return await self.known_reasons()

    async def known_reasons(self) -> list[model.Reason]:
        """Two lists: why we reject, and why they withdraw."""
        found = []
        for name, party in (("rejection", "we"), ("withdrawal", "they")):
            rows = await self.listed(f"configuration/{name}-reasons")
            found += [mapping.reason(row, self.account.id, party) for row in rows]
        return found

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        person, job = await self.pair(application_id)
        query = {"candidateId": person, "jobId": job}
        rows = rows_of(await self.http.get("reviews-api/v201910/reviews", **query))
        return [mapping.scorecard(row, self.account.id, application_id) for row in rows]

    async def offers(self, application_id: str) -> list[model.Offer]:
        rows = rows_of(await self.http.get(f"{await self.path(application_id)}/offers"))
        return [mapping.offer(row, self.account.id, application_id) for row in rows]

    async def notes(self, candidate_id: str) -> list[model.Note]:
        rows = await self.rows("messages", candidateId=candidate_id)
        return [mapping.note(row, self.account.id) for row in rows]

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        """Files have no time: résumés stand first. Pictures of people are left out."""
        rows = rows_of(await self.http.get(f"candidates/{candidate_id}/attachments"))
        found = [mapping.attachment(r, self.account.id) for r in rows if r.get("type") != "AVATAR"]
        return sorted(found, key=lambda file: file.kind != "resume")

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        return next((f for f in await self.attachments(candidate_id) if f.kind == "resume"), None)

    async def download(self, attachment: model.Attachment) -> bytes:
        return await self.http.raw(f"candidates/attachments/{attachment.ref.id}")
