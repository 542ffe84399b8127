"""What Ashby lets us write about an application: notes, files, moves, the end of it. Each write looks first."""

import contextlib
from datetime import date
from typing import Any

from connectors import model, repeats
from connectors.addresses import swap
from connectors.ats.ashby import mapping
from connectors.ats.ashby.calls import NoKey, Row, is_id
from connectors.ats.ashby.people import People, id_of
from connectors.errors import Gone, InDoubt, Rejected
from connectors.model import Ref

STEPS = {
    "open": {"Closed": "Draft", "Archived": "Draft", "Draft": "Open"},
    "closed": {"Draft": "Open", "Open": "Closed"},
}


class Writing(People):
    """All writes of one account. Ashby has no idempotency keys."""

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
        """The last line is the mark a repeat looks for."""
        if known := await self._note(candidate_id, key):
            return known
        text = f"{body}\n\nref: {repeats.marker(key)}"
        wish: Row = {"candidateId": candidate_id, "note": {"type": "text/plain", "value": text}}
        wish |= {"isPrivate": True} if private else {}
        try:
            made = await self.write("candidate.createNote", author=id_of(author), **wish)
        except InDoubt:
            if known := await self._note(candidate_id, key):
                return known
            raise
        return mapping.note({"content": text, "isPrivate": private, **made}, self.account.id)

    async def _note(self, candidate_id: str, key: str) -> model.Note | None:
        mark = f"ref: {repeats.marker(key)}"
        return next((note for note in await self.notes(candidate_id) if mark in note.body), None)

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
        """To Ashby's storage first, then to the person. The mark stands in the file's name."""
        name = repeats.marked_name(filename, key)
        for known in self.files(await self.person(candidate_id)):
            if known.name == name:
                return known
        resume = kind == "resume"
        handle = await self._stored(
            "CandidateResume" if resume else "CandidateFiles", name, content
        )
        call, field = (
            ("candidate.uploadResume", "resumeHandle")
            if resume
            else ("candidate.uploadFile", "fileHandle")
        )
        person = await self.write(
            call, author=id_of(author), candidateId=candidate_id, **{field: handle}
        )
        found = next((file for file in self.files(person) if file.name == name), None)
        return found or mapping.attachment(
            {"id": handle, "name": name}, self.account.id, resume=resume
        )

    async def _stored(self, context: str, name: str, content: bytes) -> str:
        """Put a file where Ashby says, by a form with all its fields before the file; gives the handle."""
        mime = "application/pdf" if name.endswith(".pdf") else "application/octet-stream"
        place = await self.write(
            "file.createFileUploadHandle", fileUploadContext=context, filename=name, contentType=mime, contentLength=len(content)
        )  # fmt: skip
        url = swap(str(place["url"]), self.account.base_url)
        form: list[tuple[str, Any]] = [
            (k, (None, str(v))) for k, v in mapping.part(place, "fields").items()
        ]
        origin = "/".join(url.split("/", 3)[:3])
        with contextlib.suppress(InDoubt):
            # An answer that is no JSON, or none: whether the file arrived shows when its handle is used.
            await self.pool.client(self.account, origin, NoKey()).post(
                url, files=[*form, ("file", (name, content, mime))]
            )
        return str(place["handle"])

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        now = await self.application(application_id)
        if now.stage and now.stage.id == stage_id:
            return
        if not is_id(stage_id):
            raise Rejected(
                "There is no such stage in Ashby.", account=self.account.id, code="stage"
            )
        await self._change(application_id, stage_id, author)

    async def _change(
        self, application_id: str, stage: str, author: Ref | None, **more: Any
    ) -> None:
        wish = {"applicationId": application_id, "interviewStageId": stage, **more}
        await self.write("application.changeStage", author=id_of(author), **wish)

    async def _end(self, application: model.Application, kind: str) -> str:
        """The stage of the application's own plan that ends it this way."""
        plan = str(mapping.part(application.raw, "currentInterviewStage").get("interviewPlanId"))
        row = next((r for r in await self.plan_stages(plan) if r.get("type") == kind), None)
        if row is None:
            raise Rejected(
                f"The job's plan has no stage of type {kind}.",
                account=self.account.id,
                code="stage",
            )
        return str(row["id"])

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        """A move to the plan's archived stage; the note follows, and is looked for should this be repeated."""
        now = await self.application(application_id)
        if now.status.kind not in ("rejected", "withdrawn"):
            if not is_id(reason_id):
                raise Rejected(
                    "There is no such reason in Ashby.", account=self.account.id, code="reason"
                )
            await self._change(
                application_id, await self._end(now, "Archived"), author, archiveReasonId=reason_id
            )
        if note:
            key = f"reject {application_id} {reason_id}"
            await self.add_note(now.candidate.id, note, key=key, author=author)

    async def unreject(self, application_id: str, *, author: Ref | None = None) -> None:
        now = await self.application(application_id)
        if now.status.kind not in ("rejected", "withdrawn"):
            return
        ended = str(now.stage.id) if now.stage else ""
        before = [
            step.to.id
            for step in await self.history(application_id)
            if step.to and step.to.id != ended
        ]
        if not before:
            raise Rejected(
                "Ashby does not tell which stage it had.", account=self.account.id, code="stage"
            )
        await self._change(application_id, before[-1], author)

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        """A move to the plan's hired stage; the first day stands in the offer."""
        now = await self.application(application_id)
        if now.status.kind != "hired":
            await self._change(application_id, await self._end(now, "Hired"), author)

    async def anonymise(self, candidate_id: str, *, author: Ref | None = None) -> None:
        """Ashby does it once all applications are archived or hired, and cannot take it back."""
        try:
            await self.write(
                "candidate.anonymize", author=id_of(author), candidateId=self.known(candidate_id)
            )
        except Gone:
            return

    async def set_job_status(self, job_id: str, status: str) -> model.Job:
        """Step by step: a closed job becomes a draft before it is open again."""
        row = await self.job_row(job_id)
        while str(row.get("status")).casefold() != status:
            to = STEPS.get(status, {}).get(str(row.get("status")))
            if to is None:
                raise Rejected(
                    f"A job that is {row.get('status')} cannot become {status}.",
                    account=self.account.id,
                )
            await self.write("job.setStatus", jobId=job_id, status=to)
            row = {**row, "status": to}
        return await self.job(job_id)
