"""What Teamtailor tells: people, their applications, jobs with stages of their own, notes, files."""

from collections.abc import AsyncIterator

from connectors import model
from connectors.addresses import swap
from connectors.ats.teamtailor import mapping
from connectors.ats.teamtailor.calls import SIZE, Calls, Row, begun_at, packed, place_of, rows_of
from connectors.contract import Walkable
from connectors.errors import Gone, MissingPermission
from connectors.http_pages import told
from connectors.matching import is_email, matches, words
from connectors.model import Ref

WHOLE = "candidate,job,stage,reject-reason"  # of an application: without them it has no ids
OWN = "custom-field-values,custom-field-values.custom-field"
PLACE = "department,locations"
ALL = {"filter[status]": "all"}  # without it only published jobs are told
WALKED = {"candidate": "candidates", "application": "job-applications", "job": "jobs"}


class Reading(Calls):
    """All reads of one account."""

    async def find_candidates(self, text: str) -> AsyncIterator[model.Candidate]:
        """An address is asked for; for a name everybody is listed, looked at and forgotten."""
        wanted, by_email = text.strip().casefold(), is_email(text)
        if not by_email and not words(text):
            return
        query = {"filter[email]": wanted} if by_email else {}
        async for answer in self.answers("candidates", **SIZE, **query):
            for row in rows_of(answer):
                found = mapping.candidate(row, self.account.id)
                fits = wanted == (found.email or "").casefold() if by_email else matches(text, found.name)  # fmt: skip
                if fits:
                    yield found

    async def record(self, id: str) -> Row:
        return await self.one(f"candidates/{id}", include=OWN)

    async def candidate(self, id: str) -> model.Candidate:
        return await self._person(await self.record(id))

    async def _person(self, row: Row) -> model.Candidate:
        kinds = {mapping.field_kind(one["field-type"]) for one in row.all("custom-field-values")}
        chosen = kinds & {"select", "multiselect"}
        options = {o.id: mapping.label(o) for o in await self._options()} if chosen else {}
        return mapping.candidate(row, self.account.id, options)

    async def _options(self) -> list[Row]:
        """The choices of custom fields. Where they are not told, the ids stand for them."""
        try:
            return await self.listed("custom-field-options", include="custom-field")
        except (Gone, MissingPermission):
            return []

    async def custom_fields(self, kind: model.Kind) -> list[model.CustomField]:
        """Of people, for whom values are told. A field that does not say whose it is may be one of theirs."""
        if kind != "candidate":
            return []
        rows, options = await self.listed("custom-fields"), await self._options()
        mine = [row for row in rows if str(row["owner-type"] or "Candidate") == "Candidate"]
        return [mapping.custom_field(row, options) for row in mine]

    async def applications(self, candidate_id: str) -> list[model.Application]:
        rows = await self.rows(f"candidates/{candidate_id}/job-applications", include=WHOLE)
        found = [mapping.application(row, self.account.id) for row in rows]
        return sorted(found, key=lambda a: a.version, reverse=True)

    async def application(self, id: str) -> model.Application:
        row = await self.one(f"job-applications/{id}", include=WHOLE)
        return mapping.application(row, self.account.id)

    async def walk(
        self, kind: Walkable, position: str | None
    ) -> AsyncIterator[tuple[list[model.Thing], str]]:
        """By Teamtailor's own updated-at; jobs cannot be asked for by time, so that all of them come."""
        place = place_of(position)
        since, begun, url = (place.get(k) for k in ("since", "begun", "next"))
        moved = since is None or bool(url)
        query = {} if url else {**SIZE, **self._asked(kind, since)}
        async for answer in self.answers(url or WALKED[kind], **query):
            begun = begun or begun_at(answer) or since
            rows, more = rows_of(answer), told("links.next")(answer.json)
            moved = moved or bool(rows)
            reached = packed(since=since, begun=begun, next=more) if more else packed(since=begun if moved else since)  # fmt: skip
            yield [self._thing(kind, row) for row in rows], reached

    def _asked(self, kind: Walkable, since: str | None) -> dict[str, str]:
        if kind == "job":
            return {**ALL, "include": PLACE}
        found = {"filter[updated-at][from]": since} if since else {}
        return found | ({"include": WHOLE} if kind == "application" else {})

    def _thing(self, kind: Walkable, row: Row) -> model.Thing:
        if kind == "job":
            return mapping.job(row, self.account.id)
        if kind == "candidate":
            return mapping.candidate(row, self.account.id)
        return mapping.application(row, self.account.id)

    async def jobs(self) -> list[model.Job]:
        rows = await self.rows("jobs", include=PLACE, **ALL)
        return [mapping.job(row, self.account.id) for row in rows]

    async def job(self, id: str) -> model.Job:
        return mapping.job(await self.one(f"jobs/{id}", include=PLACE), self.account.id)

    async def pipeline(self, job_id: str) -> list[model.Application]:
        """Stage after stage, since applications are listed by stage and not by job."""
        found: list[model.Application] = []
        for stage in await self.stage_rows(job_id):
            rows = await self.rows(f"stages/{stage.id}/job-applications", include=WHOLE)
            found += [mapping.application(row, self.account.id) for row in rows]
        return [one for one in found if one.status.kind == "active"]

    async def postings(self, job_id: str) -> list[model.Posting]:
        return [mapping.posting(await self.one(f"jobs/{job_id}"), self.account.id)]

    async def team(self, job_id: str) -> list[model.TeamMember]:
        wanted = "user,team-memberships,team-memberships.user"
        return mapping.team(await self.one(f"jobs/{job_id}", include=wanted), self.account.id)

    async def stage_rows(self, job_id: str | None) -> list[Row]:
        rows = await self.rows(f"jobs/{job_id}/stages" if job_id else "stages")
        return sorted(rows, key=lambda row: int(row["row-order"] or 0))

    async def stages(self, job_id: str | None) -> list[model.Stage]:
        """Every job has stages of its own. Without the hired: `hire` leads there, not a move."""
        rows = await self.stage_rows(job_id)
        found = [mapping.stage(row, self.account.id, job_id, place) for place, row in enumerate(rows)]  # fmt: skip
        return [stage for stage in found if stage.kind != "hired"]

    async def users(self) -> list[model.User]:
        return [mapping.user(row, self.account.id) for row in await self.rows("users")]

    async def reasons(self) -> list[model.Reason]:
        return [mapping.reason(row, self.account.id) for row in await self.listed("reject-reasons")]

    async def notes(self, candidate_id: str) -> list[model.Note]:
        """Raises NotSupported where Teamtailor does not list the notes of a person, as it is only said to do."""
        try:
            rows = await self.rows(f"candidates/{candidate_id}/notes")
        except Gone:
            await self.record(candidate_id)
            raise self.cannot("notes") from None
        return [mapping.note(row, self.account.id) for row in rows]

    async def resume(self, candidate_id: str) -> model.Attachment | None:
        row = await self.one(f"candidates/{candidate_id}")
        return self._file(candidate_id, "resume", "resume.pdf", "resume") if row["resume"] else None

    async def attachments(self, candidate_id: str) -> list[model.Attachment]:
        """The résumé first, then what was put there, newest first."""
        first = await self.resume(candidate_id)
        rows = await self.rows(f"candidates/{candidate_id}/uploads")
        found = [self._file(candidate_id, r.id, r.text("file-name") or "file", "other") for r in rows]  # fmt: skip
        return [*([first] if first else []), *reversed(found)]

    def _file(self, candidate: str, id: str, name: str, kind: str) -> model.Attachment:
        ref = Ref(account=self.account.id, kind="attachment", id=f"{candidate}/{id}")
        return model.Attachment(ref=ref, name=name, kind=kind)

    async def download(self, attachment: model.Attachment) -> bytes:
        """Its address lives half a minute, so that it is asked for now."""
        candidate, _, id = attachment.ref.id.partition("/")
        if id == "resume":
            url = (await self.one(f"candidates/{candidate}"))["resume"]
        else:
            rows = await self.rows(f"candidates/{candidate}/uploads")
            url = next((row["url"] for row in rows if row.id == id), None)
        if not url:
            raise Gone("The file is not there any more.", account=self.account.id)
        return await self.http.raw(swap(str(url), self.account.base_url), signed=True)
