"""What Merge lets us write. A create says at once what it made; Merge's copy shows it after its next sync."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors import model, repeats
from connectors.ats.merge import mapping
from connectors.ats.merge.copy import of
from connectors.ats.merge.fresh import Row
from connectors.ats.merge.posting import Posting
from connectors.errors import AlreadyApplied, Conflict, Gone, JobClosed, Rejected
from connectors.model import Ref

LOOKED_BACK = timedelta(days=7)  # for a note that an earlier try may have left
EMAILS, PHONES = ("PERSONAL", "WORK"), ("HOME", "WORK", "MOBILE", "SKYPE")
CLOSED = ("closed", "archived")


class Writing(Posting):
    """All writes of one linked account."""

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """Merge holds a person without a job; the application is a second write, made up for when it was cut off."""
        await self.able("create_candidate", "Candidate", "CREATE")
        self._no_custom(draft.custom)
        who = await self.acting(author)
        body = {**_person(draft), "tags": list(draft.tags)}

        async def look() -> Row | None:
            for contact in draft.emails:
                async for known in self.find_candidates(contact.value):
                    return dict(known.raw)
            return None

        row = await self.once("candidates", body, who, key=key, look=look)
        person = mapping.candidate(row, self.account.id)
        if draft.job and not await self.applications(person.ref.id):
            await self._apply(person.ref.id, draft.job.id, who, key=key, source=draft.source)
        return person

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        await self.able("update_candidate", "Candidate", "UPDATE")
        self._no_custom(change.custom)
        row = await self.one("candidates", id)
        if version is not None and version != str(row.get("modified_at") or ""):
            raise Conflict("Somebody changed the person meanwhile.", account=self.account.id)
        return mapping.candidate(await self._patch(row, _person(change)), self.account.id)

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Merge replaces the whole list."""
        await self.able("tags", "Candidate", "UPDATE")
        row = await self.one("candidates", candidate_id)
        held = [str(tag) for tag in row.get("tags") or () if tag]
        wanted = [tag for tag in dict.fromkeys([*held, *add]) if tag not in remove]
        if wanted != held:
            await self._patch(row, {"tags": wanted})
        return tuple(wanted)

    async def _patch(self, row: Row, fields: Row) -> Row:
        """Change a person; what Merge does not tell back stays as it was asked for."""
        who = await self.acting(None)
        made = await self.send("PATCH", f"candidates/{row['id']}", fields, who)
        return self.fresh.wrote("candidates", {**row, **fields, **made}, row.get("modified_at"))

    async def create_application(
        self,
        candidate_id: str,
        job_id: str,
        *,
        key: str,
        stage_id: str | None = None,
        author: Ref | None = None,
    ) -> model.Application:
        await self.able("create_application", "Application", "CREATE")
        for known in await self.applications(candidate_id):
            if known.job and known.job.id == job_id and known.status.kind == "active":
                said = "This person has an application for this job already."
                raise AlreadyApplied(said, application=known.ref.id, account=self.account.id)
        who = await self.acting(author)
        return await self._apply(candidate_id, job_id, who, key=key, stage=stage_id)

    async def _apply(
        self,
        candidate: str,
        job_id: str,
        who: str,
        *,
        key: str,
        stage: str | None = None,
        source: str | None = None,
    ) -> model.Application:
        job = await self.one("jobs", job_id)
        if mapping.job(job, self.account.id).status.kind in CLOSED:
            raise JobClosed("The job is closed: nobody can be added to it.", account=self.account.id)  # fmt: skip
        body = {"candidate": candidate, "job": job_id, "current_stage": stage, "source": source}
        given = {name: value for name, value in body.items() if value}

        async def look() -> Row | None:
            rows = await self.rows("applications", of("candidate", candidate), candidate_id=candidate)  # fmt: skip
            mine = [r for r in rows if of("job", job_id)(r) and mapping.status(r).kind == "active"]
            return mine[0] if mine else None

        row = await self.once("applications", given, who, key=key, look=look)
        at = mapping.id_of(row.get("current_stage"))
        full = {
            "job": job,
            "current_stage": await self.one("job-interview-stages", at) if at else None,
        }
        return mapping.application(self.fresh.wrote("applications", {**row, **full}, None), self.account.id)  # fmt: skip

    async def add_note(
        self,
        candidate_id: str,
        body: str,
        *,
        key: str,
        application_id: str | None = None,
        author: Ref | None = None,
        private: bool = False,
    ) -> model.Note:
        """The last line is the marker that a repeat looks for; notes hang on the person."""
        await self.able("notes", "Activity", "CREATE")
        who, marker = await self.acting(author), f"ref: {repeats.marker(key)}"
        fields = {
            "user": who, "activity_type": "NOTE", "subject": "Note", "body": f"{body}\n\n{marker}",
            "visibility": "PRIVATE" if private else "PUBLIC", "candidate": candidate_id,
        }  # fmt: skip
        asked = await self.wanted("activities", {"candidate_merge_id": candidate_id})

        def ours(row: Row) -> bool:
            return of("candidate", candidate_id)(row) and marker in str(row.get("body"))

        async def look() -> Row | None:
            since = datetime.fromtimestamp(time.time(), UTC) - LOOKED_BACK
            rows = await self.rows("activities", ours, user_id=who, created_after=since.isoformat())
            return next((row for row in rows if ours(row)), None)

        row = await self.once("activities", fields | asked, who, key=key, look=look)
        return mapping.note(row, self.account.id)

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        row = await self.one("applications", application_id)
        if mapping.id_of(row.get("current_stage")) == stage_id:
            return
        try:
            stage = await self.one("job-interview-stages", stage_id)
        except Gone:
            raise Rejected("There is no such stage any more.", account=self.account.id) from None
        who = await self.acting(author)
        wish = {"job_interview_stage": stage_id, "remote_user_id": who}
        await self.call("POST", f"applications/{application_id}/change-stage", wish)
        self.fresh.wrote("applications", {**row, "current_stage": stage}, row.get("modified_at"))

    def _no_custom(self, custom: Any) -> None:
        if custom:
            said = "Merge writes no custom fields: change them in the ATS."
            raise Rejected(said, account=self.account.id)


def _person(told: model.CandidateDraft | model.CandidateChange) -> Row:
    """The fields that were given. A list replaces the whole list."""
    found: Row = {
        "first_name": told.given, "last_name": told.family, "title": told.title, "company": told.company,
    }  # fmt: skip
    if told.location is not None:
        found["locations"] = [told.location] if told.location else []
    if told.emails is not None:
        found["email_addresses"] = _contacts(told.emails, "email_address_type", EMAILS)
    if told.phones is not None:
        found["phone_numbers"] = _contacts(told.phones, "phone_number_type", PHONES)
    if told.links is not None:
        found["urls"] = [{"value": link, "url_type": "OTHER"} for link in told.links]
    return {name: value for name, value in found.items() if value is not None}


def _contacts(given: Sequence[model.Contact], field: str, known: Sequence[str]) -> list[Row]:
    kinds = [(contact.type or "").upper() for contact in given]
    return [
        {"value": contact.value, field: kind if kind in known else "OTHER"}
        for contact, kind in zip(given, kinds, strict=True)
    ]
