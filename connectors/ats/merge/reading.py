"""What Merge tells: people, candidacies, jobs and what belongs to them."""

from collections.abc import AsyncIterator, Sequence

from connectors import model
from connectors.addresses import swap
from connectors.ats.merge import mapping
from connectors.ats.merge.copy import Copy, begun_at, cursor_of, of, packed, unpacked
from connectors.ats.merge.fresh import Row
from connectors.contract import Walkable
from connectors.errors import Gone, NotSupported
from connectors.matching import is_email, matches
from connectors.model import Ref

MOST_NOTES = 20  # pages of notes looked through, since Merge lists them for the whole account only
FEW = 5  # an answer about themselves that fewer people gave is not told
WALKED = {"candidate": "candidates", "application": "applications", "job": "jobs"}


class Reading(Copy):
    """All reads of one linked account."""

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """An address is asked for; a name is found by listing, since Merge only knows whole first and last names."""
        wanted, by_email = text.strip().casefold(), is_email(text)

        def fits(row: Row) -> bool:
            found = mapping.candidate(row, self.account.id)
            if by_email:
                return wanted in {e.value.casefold() for e in found.emails}
            return matches(text, found.name)

        seen = []
        query = {"email_addresses": wanted} if by_email else {}
        async for answer in self.each_answer("candidates", **query):
            for row in self.told("candidates", answer):
                seen.append(str(row["id"]))
                if fits(row):
                    yield mapping.candidate(row, self.account.id)
        for row in self.fresh.missing("candidates", seen, fits):
            yield mapping.candidate(row, self.account.id)

    async def candidate(self, id: str) -> model.Candidate:
        return mapping.candidate(await self.one("candidates", id), self.account.id)

    async def applications(self, candidate_id: str) -> list[model.Application]:
        rows = await self.rows("applications", of("candidate", candidate_id), candidate_id=candidate_id)  # fmt: skip
        return self._newest_first(rows)

    async def applications_of(
        self, candidate_ids: Sequence[str]
    ) -> dict[str, list[model.Application]]:
        """Merge filters by one person only, so a short list of applications is read whole, a long one person by person."""
        pages, rows, whole = 0, list[Row](), False
        if len(candidate_ids) > 3:
            async for answer in self.each_answer("applications"):
                rows += self.told("applications", answer)
                pages, whole = pages + 1, not cursor_of(answer)
                if pages >= len(candidate_ids) // 4:
                    break
        if not whole:
            return await super().applications_of(candidate_ids)
        rows += self.fresh.missing("applications", [str(r["id"]) for r in rows], lambda row: True)
        people = {id: [r for r in rows if mapping.id_of(r.get("candidate")) == id] for id in candidate_ids}  # fmt: skip
        return {id: self._newest_first(mine) for id, mine in people.items()}

    def _newest_first(self, rows: list[Row]) -> list[model.Application]:
        rows = sorted(rows, key=lambda r: str(r.get("applied_at") or ""), reverse=True)
        return [mapping.application(row, self.account.id) for row in rows]

    async def application(self, id: str) -> model.Application:
        return mapping.application(await self.one("applications", id), self.account.id)

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """By Merge's own modified_at. The position is the moment the walk began; within a walk also the next cursor."""
        place = unpacked(position)
        since, begun, cursor = place.get("since"), place.get("begun"), place.get("cursor")
        moved = position is None or bool(cursor)
        async for answer in self.each_answer(
            WALKED[kind], modified_after=since, cursor=cursor or None
        ):
            begun = begun or begun_at(answer) or since
            rows, next_cursor = self.told(WALKED[kind], answer), cursor_of(answer)
            moved = moved or bool(rows)
            if next_cursor:
                reached = packed({"since": since, "begun": begun, "cursor": next_cursor})
            else:
                reached = packed({"since": begun if moved else since}) if begun else "{}"
            yield [self._thing(kind, row) for row in rows], reached

    def _thing(self, kind: Walkable, row: Row) -> model.Thing:
        if kind == "candidate":
            return mapping.candidate(row, self.account.id)
        if kind == "job":
            return mapping.job(row, self.account.id)
        return mapping.application(row, self.account.id)

    async def jobs(self) -> list[model.Job]:
        return [mapping.job(row, self.account.id) for row in await self.rows("jobs")]

    async def job(self, id: str) -> model.Job:
        return mapping.job(await self.one("jobs", id), self.account.id)

    async def pipeline(self, job_id: str) -> list[model.Application]:
        rows = await self.rows("applications", of("job", job_id), job_id=job_id)
        return [one for one in self._newest_first(rows) if one.status.kind == "active"]

    async def postings(self, job_id: str) -> list[model.Posting]:
        rows = await self.rows("job-postings")
        return [mapping.posting(r, self.account.id) for r in rows if mapping.id_of(r.get("job")) == job_id]  # fmt: skip

    async def team(self, job_id: str) -> list[model.TeamMember]:
        return mapping.team(await self.one("jobs", job_id), self.account.id)

    async def memberships(self, user_id: str) -> list[tuple[Ref, model.TeamMember]]:
        found = []
        for row in await self.rows("jobs"):
            job = Ref(account=self.account.id, kind="job", id=str(row["id"]))
            found += [(job, m) for m in mapping.team(row, self.account.id) if m.user.id == user_id]
        return found

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """Where an ATS has stages for the whole account, they belong to no job. Few ATSs tell their order."""
        rows = await self.rows("job-interview-stages", job_id=job_id)
        if not rows and job_id:
            rows = [r for r in await self.rows("job-interview-stages") if not r.get("job")]
        rows = sorted(rows, key=lambda r: (r.get("stage_order") is None, r.get("stage_order") or 0))
        return [mapping.stage(row, self.account.id, order) for order, row in enumerate(rows)]

    async def users(self) -> list[model.User]:
        return [mapping.user(row, self.account.id) for row in await self.rows("users")]

    async def user_by_email(self, email: str) -> model.User | None:
        wanted = email.strip().casefold()
        for row in await self.rows("users", email=wanted):
            if str(row.get("email") or "").casefold() == wanted:
                return mapping.user(row, self.account.id)
        return await super().user_by_email(email)

    async def interviews(self, application_id: str) -> list[model.Interview]:
        rows = await self.rows("interviews", application_id=application_id)
        return [mapping.interview(row, self.account.id) for row in rows]

    async def scorecards(self, application_id: str) -> list[model.Scorecard]:
        rows = await self.rows("scorecards", application_id=application_id)
        return [mapping.scorecard(row, self.account.id) for row in rows]

    async def offers(self, application_id: str) -> list[model.Offer]:
        rows = await self.rows("offers", application_id=application_id)
        return [mapping.offer(row, self.account.id) for row in rows]

    async def notes(self, candidate_id: str) -> list[model.Note]:
        """Raises NotSupported where the account has too many notes to look through for one person's."""
        mine, pages, rows = of("candidate", candidate_id), 0, list[Row]()
        async for answer in self.each_answer("activities"):
            rows += self.told("activities", answer)
            pages += 1
            if pages >= MOST_NOTES and cursor_of(answer):
                said = "Merge tells notes of the whole account only, and there are too many: see the person in the ATS."
                raise NotSupported(said, account=self.account.id)
        rows += self.fresh.missing("activities", [str(r["id"]) for r in rows], mine)
        return [mapping.note(row, self.account.id) for row in rows if mine(row)]

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        return next((a for a in await self.attachments(candidate_id) if a.kind == "resume"), None)

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        rows = await self.rows("attachments", candidate_id=candidate_id)
        rows = sorted(rows, key=lambda r: str(r.get("created_at") or ""), reverse=True)
        return [mapping.attachment(row, self.account.id) for row in rows]

    async def download(self, attachment: model.Attachment) -> bytes:
        """The address carries its own permission and may have ended. Raises Gone where there is none."""
        url = str(attachment.raw.get("file_url") or "")
        if not url:
            raise Gone("The ATS gave no file.", account=self.account.id)
        return await self.http.raw(swap(url, self.account.base_url), signed=True)

    async def reasons(self) -> list[model.Reason]:
        return [
            model.Reason(**mapping.thing(row, self.account.id, "reason"), name=str(row.get("name") or "Reason"), party="other")
            for row in await self.rows("reject-reasons")
        ]  # fmt: skip

    async def departments(self) -> list[model.Unit]:
        return await self._units("departments", "department")

    async def offices(self) -> list[model.Unit]:
        return await self._units("offices", "office")

    async def _units(self, resource: str, kind: model.Kind) -> list[model.Unit]:
        return [
            model.Unit(**mapping.thing(row, self.account.id, kind), name=str(row.get("name") or "Unnamed"))
            for row in await self.rows(resource)
        ]  # fmt: skip

    async def tags(self) -> list[str]:
        return [str(row["name"]) for row in await self.rows("tags") if row.get("name")]

    async def custom_fields(self, kind: model.Kind) -> list[model.CustomField]:
        """The organisation's target fields. Merge tells no types, and writes none of them."""
        name = {"candidate": "Candidate", "application": "Application", "job": "Job", "offer": "Offer"}  # fmt: skip
        told = (await self.static("target-fields")).get(name.get(kind, "")) or ()
        keys = [str(field["name"]) for field in told if isinstance(field, dict) and field.get("name")]  # fmt: skip
        return [model.CustomField(key=key, label=mapping.label(key)) for key in keys]

    async def demographics(self, job_id: str) -> list[model.Count]:
        """EEOC answers of a job's applicants, counted; who gave them is forgotten at once."""
        rows = await self.rows("applications", job_id=job_id)
        people = {mapping.id_of(row.get("candidate")) for row in rows}
        counts: dict[tuple[str, str], int] = {}
        for row in await self.rows("eeocs"):
            for field, question in mapping.ASKED.items():
                if row.get(field) and mapping.id_of(row.get("candidate")) in people:
                    key = (question, str(row[field]).replace("_", " ").capitalize())
                    counts[key] = counts.get(key, 0) + 1
        return [
            model.Count(question=question, answer=answer, people=number)
            for (question, answer), number in counts.items()
            if number >= FEW
        ]
