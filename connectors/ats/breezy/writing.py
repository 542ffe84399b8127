"""What Breezy HR lets us write, all as the token's user. Changes are answered without a word, so they are looked for."""

import contextlib
import json
import mimetypes
from collections.abc import Sequence
from datetime import date

from connectors import model, repeats
from connectors.ats.breezy import mapping
from connectors.ats.breezy.calls import Row
from connectors.ats.breezy.reading import Reading
from connectors.errors import Conflict, InDoubt, JobClosed, Rejected
from connectors.model import Ref

STATES = {"open": "published", "closed": "closed"}


class Writing(Reading):
    """All writes of one company."""

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """As sourced: an applicant would be sent a form first, and nobody would be there until it is filled in."""
        if draft.title or draft.company or draft.links:
            raise self.refused("Breezy takes a name, an address, a phone, a place, tags, attributes and a source of a new person.")  # fmt: skip
        if not draft.emails:
            raise self.refused("Breezy needs an e-mail address, by which the person is found again.")  # fmt: skip
        if known := await self._known(draft):
            return known
        if draft.job is None:
            raise self.refused("Breezy holds people on a position only: choose a job.")
        job = await self.job(draft.job.id)
        if job.status.kind in ("closed", "archived"):
            raise JobClosed(f"{job.title} is closed in Breezy.", account=self.account.id)
        wish = {
            "name": f"{draft.given} {draft.family}".strip(), "email_address": draft.emails[0].value, "origin": "sourced",
            "phone_number": draft.phones[0].value if draft.phones else None, "address": draft.location, "source": draft.source,
            "tags": list(draft.tags),
            "custom_attributes": [{"name": name, "value": model.shown(value)} for name, value in draft.custom.items()],
        }  # fmt: skip
        try:
            answer = await self.http.post(f"position/{job.ref.id}/candidates", {k: v for k, v in wish.items() if v})  # fmt: skip
        except (InDoubt, Conflict):
            if known := await self._known(draft):
                return known
            raise
        made = answer.json if isinstance(answer.json, dict) else {}
        if answer.status == 202 or (not made.get("_id") and made.get("error")):
            error = made.get("error")
            said = str(error.get("message") or "") if isinstance(error, dict) else ""
            raise self.refused(f"Breezy has not made this person. {said}".strip())
        if not made.get("_id"):
            raise InDoubt("Breezy did not say whom it made.", account=self.account.id)
        return await self.candidate(mapping.pair(job.ref.id, made["_id"]))

    async def _known(self, draft: model.CandidateDraft) -> model.Candidate | None:
        for email in draft.emails:
            if found := await self.with_email(email.value):
                return found[0]
        return None

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        """What can be changed is not written down in full, so that what was changed is read back."""
        if change.links is not None or change.company is not None or len(change.emails or ()) > 1 or len(change.phones or ()) > 1:  # fmt: skip
            raise self.refused("Breezy takes one address and one phone, and no links or companies.")
        now = await self.candidate(id)
        if version is not None and now.version != version:
            raise Conflict("Somebody changed the person meanwhile.", account=self.account.id)
        wish: Row = {}
        if change.given is not None or change.family is not None:
            given = now.given if change.given is None else change.given
            family = now.family if change.family is None else change.family
            wish["name"] = f"{given or ''} {family or ''}".strip()
        for name, contacts in (("email_address", change.emails), ("phone_number", change.phones)):
            if contacts is not None:
                wish[name] = contacts[0].value if contacts else ""
        wish |= {name: value for name, value in (("headline", change.title), ("address", change.location)) if value is not None}  # fmt: skip
        path = mapping.path(id)
        for label, value in change.custom.items():
            told = {"name": label, "value": model.shown(value)}
            with contextlib.suppress(InDoubt):  # whether it was written is seen below
                await self.http.put(f"{path}/custom-attribute", told)
        found = await self._changed(id, wish) if wish else await self.candidate(id)
        held = {name.casefold(): str(one) for name, one in found.custom.items()}
        for label, value in change.custom.items():
            if held.get(label.casefold(), "") != model.shown(value):
                raise InDoubt(f"Breezy does not show the new {label}.", account=self.account.id)
        return found

    async def _changed(self, id: str, wish: Row) -> model.Candidate:
        """Change fields of a person and see that they were changed."""
        with contextlib.suppress(InDoubt):  # whether it was written is seen below
            await self.http.put(mapping.path(id), wish)
        found = await self.candidate(id)
        for name, value in wish.items():
            if (found.raw.get(name) or type(value)()) != value:
                raise InDoubt(f"Breezy does not show the new {name}.", account=self.account.id)
        return found

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        have = (await self.candidate(candidate_id)).tags
        wanted = repeats.tags_after(have, add, remove)
        if wanted == list(have):
            return have
        return (await self._changed(candidate_id, {"tags": wanted})).tags

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
        """The last line is the marker that a repeat looks for; before it stands whose words these are."""
        if private:
            raise self.cannot("private_notes")
        path, marker = mapping.path(candidate_id), f"ref: {repeats.marker(key)}"
        name = next((u.name for u in await self.users() if author and u.ref == author), "")
        said = f"{body}\n\n{f'— {name}, ' if name else ''}{marker}"
        found = await self._marked(path, marker)
        if found is None:
            try:
                await self.http.post(f"{path}/stream", {"body": said})
            except InDoubt:
                found = await self._marked(path, marker)
                if found is None:
                    raise
        told = mapping.note(found, self.account.id) if found else None
        return told or model.Note(ref=self.ref("note", marker), body=said, author=author)

    async def _marked(self, path: str, marker: str) -> Row | None:
        """The activity that holds our marker, wherever it stands in it."""
        rows = await self.stream(path)
        return next((row for row in rows if marker in json.dumps(row)), None)

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
        path = f"{mapping.path(candidate_id)}/documents"
        found = await self._document(path, name)
        if found is None:
            mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
            with contextlib.suppress(InDoubt):  # whether it was kept is seen below
                await self.http.post(path, files={"data": (name, content, mime)})
            found = await self._document(path, name)
        if found is None:
            raise InDoubt("Breezy does not show the document.", account=self.account.id)
        return self.document(found).model_copy(update={"name": name, "kind": kind})

    async def _document(self, path: str, name: str) -> Row | None:
        rows = await self.rows(path)
        return next((row for row in rows if name in map(str, row.values())), None)

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        """Breezy then does what is set up for the stage, such as a mail to the candidate."""
        found = await self.application(application_id)
        if found.stage and found.stage.id == stage_id:
            return
        stages = await self.stages_of(application_id.partition("-")[0])
        known = {stage.ref.id: stage.kind for stage in stages}
        if known.get(stage_id) in (None, "hired", "archived"):
            raise self.refused("The position has no such stage in Breezy.")
        await self._stage(found, stage_id)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        """The stage of the disqualified. Breezy takes no reason: it is written in the note."""
        found = await self.application(application_id)
        if found.status.kind != "rejected":
            stages = await self.stages_of(application_id.partition("-")[0])
            if reason_id not in [one.ref.id for one in stages if one.kind == "archived"]:
                raise self.refused("The position has no such stage of the disqualified in Breezy.")
            await self._stage(found, reason_id)
        if note:
            key = f"reject:{application_id}:{note}"
            await self.add_note(application_id, note, key=key, author=author)

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        """Whoever reaches a stage of the hired is hired. Breezy takes no start date."""
        found = await self.application(application_id)
        if found.status.kind == "hired":
            return
        for stage in await self.stages_of(application_id.partition("-")[0]):
            if stage.kind == "hired":
                await self._stage(found, stage.ref.id)
                return
        raise self.refused("This position has no stage of the hired: mark the hire in Breezy.")

    async def _stage(self, found: model.Application, stage: str) -> None:
        """Move, and see that the move was made."""
        with contextlib.suppress(InDoubt):  # whether it was done is seen below
            await self.http.put(f"{mapping.path(found.ref.id)}/stage", {"stage_id": stage})
        now = await self.application(found.ref.id)
        if now.stage is None or now.stage.id != stage:
            raise InDoubt("Breezy does not show the new stage.", account=self.account.id)

    async def set_job_status(self, job_id: str, status: str) -> model.Job:
        """Opening a position publishes it."""
        job = await self.job(job_id)
        if job.status.kind == status:
            return job
        with contextlib.suppress(InDoubt):  # whether it was done is seen below
            await self.http.put(f"position/{job_id}/state", {"state": STATES[status]})
        job = await self.job(job_id)
        if job.status.kind != status:
            raise InDoubt("Breezy does not show the change.", account=self.account.id)
        return job

    def refused(self, text: str) -> Rejected:
        return Rejected(text, account=self.account.id)
