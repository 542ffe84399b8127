"""What can be written in SmartRecruiters. It has no idempotency keys: a write looks before it repeats."""

import mimetypes
from collections.abc import Sequence
from datetime import date
from typing import Any

from connectors import model, repeats
from connectors.ats.smartrecruiters import mapping
from connectors.ats.smartrecruiters.calls import Row, rows_of
from connectors.ats.smartrecruiters.reading import ENDED, Reading
from connectors.errors import Conflict, Gone, InDoubt, JobClosed, Rejected
from connectors.model import Ref


class Writing(Reading):
    """All writes of one account, all of them as the user whose key it is."""

    def _refused(self, text: str) -> Rejected:
        return Rejected(text, account=self.account.id)

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """With a job, or in the talent pool. Whether the vendor would itself find a known address is not certain."""
        if draft.custom:
            raise self._refused("Custom fields of people are filled in in SmartRecruiters only.")
        if not draft.emails:
            raise self._refused("SmartRecruiters wants an e-mail address.")
        if known := await self._known(draft):
            return known
        if draft.job and (await self.job(draft.job.id)).status.kind in ("closed", "archived"):
            raise JobClosed("The job is closed: nobody can be added to it.", account=self.account.id)  # fmt: skip
        path = f"jobs/{draft.job.id}/candidates" if draft.job else "candidates"
        try:
            made = (await self.http.post(path, _person(draft))).json
        except InDoubt:
            if known := await self._known(draft):
                return known
            raise
        if not isinstance(made, dict) or not made.get("id"):
            raise InDoubt("SmartRecruiters did not say whom it added.", account=self.account.id)
        return await self.candidate(str(made["id"]))

    async def _known(self, draft: model.CandidateDraft) -> model.Candidate | None:
        for contact in draft.emails:
            async for found in self.find_candidates(contact.value):
                return await self.candidate(found.ref.id)
        return None

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        """Whether fields are taken so is not certain: they are read again, and what is not there was refused."""
        wrong = [
            name
            for name, given in (
                ("title", change.title), ("company", change.company), ("location", change.location), ("links", change.links),
                ("custom fields", change.custom), ("a second address", (change.emails or ())[1:]),
                ("a second number", (change.phones or ())[1:]),
            )
            if given
        ]  # fmt: skip
        if wrong:
            raise self._refused(f"This is changed in SmartRecruiters only: {', '.join(wrong)}.")
        row = await self.record(id)
        if version is not None and version != str(row.get("updatedOn") or ""):
            raise Conflict("Somebody changed the person meanwhile.", account=self.account.id)
        if wanted := _changed(change):
            await self.http.patch(f"candidates/{id}", wanted)
        row = await self.record(id)
        if any((row.get(name) or "") != value for name, value in wanted.items()):
            raise self._refused("SmartRecruiters took the change and does not show it: edit the person there.")  # fmt: skip
        return await self._person(row)

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """PUT replaces the whole list."""
        held = [str(tag) for tag in (await self.record(candidate_id)).get("tags") or ()]
        wanted = repeats.tags_after(held, add, remove)
        if wanted != held:
            await self.http.put(f"candidates/{candidate_id}/tags", {"tags": wanted})
        return tuple(wanted)

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
        """A message for all who may see the person, tied to it by a token; its last line is the marker of a repeat."""
        if private:
            raise self.cannot("private_notes")
        marker = f"ref: {repeats.marker(key)}"
        if known := await self._marked(candidate_id, marker):
            return known
        said = f"#[CANDIDATE:{candidate_id}] {body}\n\n{marker}"
        wish = {
            "content": said,
            "correlationId": repeats.marker(key),
            "shareWith": {"openNote": True},
        }
        try:
            made = (await self.http.post("messages/shares", wish)).json
        except InDoubt:
            if known := await self._marked(candidate_id, marker):
                return known
            raise
        return mapping.note({**(made if isinstance(made, dict) else {}), "content": said}, self.account.id)  # fmt: skip

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
        """The marker is in the file's name, which is all that tells files apart."""
        name = repeats.marked_name(filename, key)
        path, mime = f"candidates/{candidate_id}/attachments", mimetypes.guess_type(name)[0]
        row = next((r for r in rows_of(await self.http.get(path)) if r.get("name") == name), None)
        if row is None:
            said = {"attachmentType": "RESUME" if kind == "resume" else "GENERIC_FILE"}
            files = {"file": (name, content, mime or "application/octet-stream")}
            row = (await self.http.post(path, files=files, data=said)).json
        told: Row = row if isinstance(row, dict) else {}
        found = mapping.attachment({**told, "name": name}, self.account.id)
        return found.model_copy(update={"kind": kind})

    async def _status(self, application_id: str, status: str, step: str = "", **more: Any) -> None:
        wish = {"status": status, **({"subStatus": step} if step else {}), **more}
        await self.http.put(f"{await self.path(application_id)}/status", wish)

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        """A step must belong to the job's hiring process; which one that is only the vendor knows."""
        found = await self.application(application_id)
        if found.stage is not None and found.stage.id == stage_id:
            return
        status, _, step = stage_id.partition("/")
        if status not in [known for known, *_ in mapping.STAGES]:
            raise self._refused("There is no such stage in SmartRecruiters.")
        await self._status(found.ref.id, status, step)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        """Rejected or withdrawn, by the list the reason is from. The note goes first, so that a repeat still writes it."""
        found = await self.application(application_id)
        if found.rejected is not None:
            return
        reason = next((r for r in await self.known_reasons() if r.ref.id == reason_id), None)
        if reason is None:
            raise self._refused("There is no such reason in SmartRecruiters.")
        if note:
            key = f"reject:{application_id}:{reason_id}"
            await self.add_note(found.candidate.id, note, key=key, author=author)
        status = "WITHDRAWN" if reason.party == "they" else "REJECTED"
        await self._status(found.ref.id, status, reason=reason_id)

    async def unreject(self, application_id: str, *, author: Ref | None = None) -> None:
        """Back to the status it had before, by its history."""
        found = await self.application(application_id)
        if found.rejected is None:
            return
        before = [mapping.said(row) for row in await self.past(found.ref.id)]
        status, step = next((one for one in reversed(before) if one[0] not in ENDED), ("NEW", ""))
        await self._status(found.ref.id, status, step)

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        found = await self.application(application_id)
        if found.status.kind != "hired":
            starts = f"{start_on.isoformat()}T00:00:00.000Z"
            await self._status(found.ref.id, "HIRED", startsOn=starts)

    async def anonymise(self, candidate_id: str, *, author: Ref | None = None) -> None:
        """Deleted with everything; the vendor has no milder way."""
        try:
            await self.http.delete(f"candidates/{candidate_id}")
        except Gone:
            return


def _person(draft: model.CandidateDraft) -> Row:
    told: Row = {
        "firstName": draft.given, "lastName": draft.family, "email": draft.emails[0].value,
        "phoneNumber": draft.phones[0].value if draft.phones else None, "tags": list(draft.tags),
        "web": {"website": draft.links[0]} if draft.links else None,
        "experience": [{"title": draft.title or "", "company": draft.company or "", "current": True}] if draft.title or draft.company else None,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _changed(change: model.CandidateChange) -> Row:
    told: Row = {"firstName": change.given, "lastName": change.family}
    for name, contacts in (("email", change.emails), ("phoneNumber", change.phones)):
        if contacts is not None:
            told[name] = contacts[0].value if contacts else ""
    return {name: value for name, value in told.items() if value is not None}
