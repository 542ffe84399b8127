"""What JazzHR takes: people, applications, notes and files. It knows no idempotency keys: we look before we repeat."""

import base64
import contextlib

from connectors import model, repeats
from connectors.ats.jazzhr.calls import Row
from connectors.ats.jazzhr.reading import Reading
from connectors.errors import AlreadyApplied, InDoubt, JobClosed, Rejected
from connectors.model import Ref

NOBODY = "usr_anonymous"  # the user that notes of the outside world belong to


class Writing(Reading):
    """All writes of one account."""

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """Somebody known is looked for by the family name and then the address, since lists tell no addresses."""
        if not draft.emails:
            raise Rejected("JazzHR wants an e-mail address.", account=self.account.id)
        if known := await self._same(draft):
            return known
        if draft.job and (await self.job(draft.job.id)).status.kind != "open":
            raise JobClosed("The job is closed: nobody can be added to it.", account=self.account.id)  # fmt: skip
        try:
            id = await self.write("applicants", _person(draft), "prospect_id")
        except InDoubt:
            if known := await self._same(draft):
                return known
            raise
        return await self.candidate(id)

    async def _same(self, draft: model.CandidateDraft) -> model.Candidate | None:
        for contact in draft.emails:
            for person in await self.by_address(contact.value, [draft.family or draft.given]):
                return person
        return None

    async def create_application(
        self,
        candidate_id: str,
        job_id: str,
        *,
        key: str,
        stage_id: str | None = None,
        author: Ref | None = None,
    ) -> model.Application:
        """JazzHR takes a pair once; the one that is there is named."""
        if known := await self._pair(candidate_id, job_id):
            raise AlreadyApplied(
                "This person has an application for this job already.",
                account=self.account.id,
                application=known,
            )
        if (await self.job(job_id)).status.kind != "open":
            raise JobClosed("The job is closed: nobody can be added to it.", account=self.account.id)  # fmt: skip
        await self.person(candidate_id)
        body: Row = {"applicant_id": candidate_id, "job_id": job_id}
        if stage_id:
            body["workflow_step_id"] = stage_id
        try:
            id = await self.write("applicants2jobs", body, "appjob_id")
        except InDoubt:
            found = await self._pair(candidate_id, job_id)
            if found is None:
                raise
            id = found
        return await self.application(id)

    async def _pair(self, candidate: str, job: str) -> str | None:
        rows = await self.rows("applicants2jobs", "applicant_id", candidate)
        return next((str(row.get("id")) for row in rows if str(row.get("job_id")) == job), None)

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
        """The last line is the marker that a repeat looks for; notes hang on the person, not on the application."""
        if private:
            raise self.cannot("private_notes")
        marker = f"ref: {repeats.marker(key)}"
        found = await self._marked(candidate_id, marker)
        if found is None:
            wish = {
                "applicant_id": candidate_id, "contents": f"{body}\n\n{marker}", "user_id": author.id if author else NOBODY,
                "security": "1",
            }  # fmt: skip
            with contextlib.suppress(InDoubt):  # whether it was written is seen below
                await self.write("notes", wish, "comment_id")
            found = await self._marked(candidate_id, marker)
        if found is None:
            raise InDoubt("JazzHR does not show the note.", account=self.account.id)
        return found

    async def _marked(self, candidate_id: str, marker: str) -> model.Note | None:
        return next((n for n in await self.notes(candidate_id) if marker in n.body), None)

    async def attach(
        self,
        candidate_id: str,
        filename: str,
        content: bytes,
        *,
        kind: str,
        key: str,
        application_id: str | None = None,
        author: Ref | None = None,
    ) -> model.Attachment:
        """The marker stands in the file's name."""
        name = repeats.marked_name(filename, key)
        found = await self._file(candidate_id, name)
        if found is None:
            await self.person(candidate_id)
            wish = {
                "applicant_id": candidate_id, "filename": name, "file_data": base64.b64encode(content).decode(),
                "file_privacy": "0",
            }  # fmt: skip
            with contextlib.suppress(InDoubt):  # whether it was taken is seen below
                await self.write("files", wish, "file_id")
            found = await self._file(candidate_id, name)
        if found is None:
            raise InDoubt("JazzHR does not show the file.", account=self.account.id)
        return found.model_copy(update={"kind": kind})

    async def _file(self, candidate_id: str, name: str) -> model.Attachment | None:
        return next((f for f in await self.files(candidate_id) if f.name == name), None)


def _person(draft: model.CandidateDraft) -> Row:
    """A new person in JazzHR's words; what is not known is left out."""
    linkedin = next((link for link in draft.links if "linkedin." in link), None)
    told = {
        "first_name": draft.given, "last_name": draft.family, "email": draft.emails[0].value,
        "phone": draft.phones[0].value if draft.phones else None, "job": draft.job.id if draft.job else None,
        "source": draft.source, "linkedin": linkedin,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}
