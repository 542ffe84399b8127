"""What can be written through Knit, and past it into Workable. Knit has no idempotency keys: we look before we repeat."""

import base64
import mimetypes
from datetime import date

from connectors import model, repeats
from connectors.ats.knit import mapping, workable
from connectors.ats.knit.calls import Row
from connectors.ats.knit.records import Records
from connectors.errors import Gone, InDoubt, JobClosed, Rejected
from connectors.model import Ref

KINDS = {"resume": "RESUME", "cover_letter": "COVER_LETTER", "offer": "OFFER_LETTER"}


class Writing(Records):
    """All writes of one integration."""

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """A person comes with an application: Knit knows no others, and wants a telephone number."""
        for contact in draft.emails:
            if known := await self.search(contact.value):
                return await self.candidate(str(known[0].get("id")))
        if draft.job is None:
            raise Rejected("Knit adds a person to a job only: choose one.", account=self.account.id)
        if (await self.job(draft.job.id)).status.kind != "open":
            raise JobClosed("The job is closed: nobody can be added to it.", account=self.account.id)  # fmt: skip
        if not draft.emails or not draft.phones:
            raise Rejected("Knit wants an e-mail address and a telephone number.", account=self.account.id)  # fmt: skip
        body = {"jobId": draft.job.id, "candidate": _person(draft)}
        try:
            made = await self.write("ats.application.create", body)
        except Gone:
            # The job was there a moment ago, so it is the call that Knit lacks for this ATS.
            raise self.cannot("create_candidate") from None
        except InDoubt:
            if known := await self.search(draft.emails[0].value):
                return await self.candidate(str(known[0].get("id")))
            raise
        ids = mapping.both(made.get("applicationId"), made.get("candidateId"))
        return (await self.candidacy(ids))[1]

    async def put(self, ability: str, call: str, application: str, body: Row) -> None:
        """Write about an application. Knit says 404 for one that is gone and for a call it lacks for the ATS behind it."""
        own, _ = mapping.parts(application)
        try:
            await self.write(call, {"applicationId": own, **body})
        except Gone:
            await self.told(application)
            raise self.cannot(ability) from None

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
        """The marker stands in the file's name, which is all that Knit tells of a file."""
        row = await self.told(application_id) if application_id else (await self.whole_of(candidate_id))[0]  # fmt: skip
        name = repeats.marked_name(filename, key)
        id = mapping.application_id(row)
        if name not in [file.name for file in self.files(row)]:
            body = {
                "fileName": name, "fileType": KINDS.get(kind, "NOT_SPECIFIED"),
                "contentType": mimetypes.guess_type(name)[0] or "application/octet-stream",
                "fileContent": base64.b64encode(content).decode(),
            }  # fmt: skip
            await self.put("attachments", "ats.application.attachment.add", id, body)
        ref = mapping.file_ref(self.account.id, id, name)
        return model.Attachment(ref=ref, name=name, kind=kind, mime=mimetypes.guess_type(name)[0])

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        await self._move(await self.application(application_id), stage_id, "move_stage")

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        """Hired is a stage like any other, known by its name; Knit takes no start date."""
        found = await self.application(application_id)
        if found.status.kind == "hired":
            return
        for stage in await self.all_stages(found):
            if stage.kind == "hired":
                await self._move(found, stage.ref.id, "hire")
                return
        raise self.cannot("hire")

    async def _move(self, found: model.Application, stage_id: str, ability: str) -> None:
        if found.stage and found.stage.id == stage_id:
            return
        known = await self.all_stages(found)
        if known and stage_id not in [stage.ref.id for stage in known]:
            raise Rejected("The job has no such stage.", account=self.account.id)
        body = {"stageId": stage_id}
        await self.put(ability, "ats.application.stage.update", found.ref.id, body)

    async def all_stages(self, found: model.Application) -> list[model.Stage]:
        """Every stage of an application's job, the last one too; none where Knit tells none."""
        if found.job is None:
            return []
        return mapping.stages(await self.row_of(found.job.id), self.account.id)

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
        """A comment in Workable, with the marker as its last line. A person behind Workable has one application."""
        if private:
            raise self.cannot("private_notes")
        self.only_behind("notes")
        marker = f"ref: {repeats.marker(key)}"
        if known := await self._note(candidate_id, marker):
            return known
        said = f"{body}\n\n{marker}"
        wish = {"member_id": await self.acting(author), "comment": {"body": said}}
        try:
            made = await self.through("POST", f"/candidates/{candidate_id}/comments", wish)
        except InDoubt:
            if known := await self._note(candidate_id, marker):
                return known
            raise
        told = made if isinstance(made, dict) else {}
        member = {"id": wish["member_id"]}
        return workable.note({**told, "body": said, "member": member}, self.account.id)

    async def _note(self, candidate_id: str, marker: str) -> model.Note | None:
        return next((n for n in await self.notes(candidate_id) if marker in n.body), None)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        """Knit's own call for it is not described; Workable's is."""
        self.only_behind("reject")
        found = await self.application(application_id)
        if found.status.kind == "rejected":
            return
        reason = next((r for r in await self.reasons() if r.ref.id == reason_id), None)
        if reason is None:
            raise Rejected("There is no such reason in Workable.", account=self.account.id)
        _, person = mapping.parts(application_id)
        wish = {
            "member_id": await self.acting(author), "disqualify_reason_id": reason_id, "withdrew": reason.party == "they",
        }  # fmt: skip
        await self.through("POST", f"/candidates/{person}/disqualify", wish)
        if note:
            await self.add_note(person, note, key=f"reject:{application_id}", author=author)

    async def unreject(self, application_id: str, *, author: Ref | None = None) -> None:
        self.only_behind("unreject")
        if (await self.application(application_id)).status.kind != "rejected":
            return
        _, person = mapping.parts(application_id)
        wish = {"member_id": await self.acting(author)}
        await self.through("POST", f"/candidates/{person}/revert", wish)

    async def acting(self, author: Ref | None) -> str:
        """Whom Workable writes down as the one who did it: the author, else an admin."""
        if author is not None:
            return author.id
        for user in await self.users():
            if user.admin and user.active:
                return user.ref.id
        raise Rejected("Workable wants a member to act as, and has no admin.", account=self.account.id)  # fmt: skip


def _person(draft: model.CandidateDraft) -> Row:
    """A whole person, as some ATSs behind Knit want it; kinds that Knit does not know become NOT_SPECIFIED."""
    kinds = ("WORK", "PERSONAL", "SKYPE")

    def kind(contact: model.Contact) -> str:
        said = (contact.type or "").upper()
        return said if said in kinds else "NOT_SPECIFIED"

    person: Row = {
        "firstName": draft.given, "lastName": draft.family,
        "emails": [{"type": kind(c), "email": c.value} for c in draft.emails],
        "phones": [{"type": kind(c), "phoneNumber": c.value} for c in draft.phones],
        "links": list(draft.links),
    }  # fmt: skip
    return person | ({"location": draft.location} if draft.location else {})
