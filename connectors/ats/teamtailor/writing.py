"""What can be written in Teamtailor. Some forms were never seen described: after those it is read again whether it is so."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from connectors import model, repeats
from connectors.ats.teamtailor import mapping
from connectors.ats.teamtailor.reading import Reading
from connectors.errors import (
    AlreadyApplied,
    Conflict,
    InDoubt,
    JobClosed,
    NotSupported,
    Rejected,
)
from connectors.model import Ref

UNSEEN = "Teamtailor took this and does not show it: do it there."


class Writing(Reading):
    """All writes of one account. Triggers of a stage may mail candidates; nothing else here does."""

    def _refused(self, text: str) -> Rejected:
        return Rejected(text, account=self.account.id)

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """`merge` lets Teamtailor itself find the address again. The application is a second write."""
        if draft.custom:
            raise self._refused("Add the person first, then fill in the custom fields.")
        if not draft.emails:
            raise self._refused("Teamtailor knows people by their address: give one.")
        person = await self._known(draft)
        if person is None:
            if draft.job:
                await self._open(draft.job.id)
            try:
                made = await self.write("candidates", None, _person(draft))
            except InDoubt:
                person = await self._known(draft)
                if person is None:
                    raise
            else:
                person = await self.candidate(made.id)
        if draft.job and not await self.applications(person.ref.id):
            await self._apply(person.ref.id, draft.job.id)
        return person

    async def _known(self, draft: model.CandidateDraft) -> model.Candidate | None:
        for contact in draft.emails:
            async for found in self.find_candidates(contact.value):
                return await self.candidate(found.ref.id)
        return None

    async def _open(self, job_id: str) -> None:
        if (await self.job(job_id)).status.kind in ("closed", "archived"):
            raise JobClosed("The job is closed: nobody can be added to it.", account=self.account.id)  # fmt: skip

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        wrong = [
            name
            for name, given in (
                ("company", change.company), ("location", change.location), ("a second address", (change.emails or ())[1:]),
                ("a second number", (change.phones or ())[1:]), ("links", change.links),
            )
            if given
        ]  # fmt: skip
        if wrong:
            raise self._refused(f"This is changed in Teamtailor only: {', '.join(wrong)}.")
        fields = await self._fields(change.custom)
        row = await self.record(id)
        if version is not None and version != str(row["updated-at"] or ""):
            raise Conflict("Somebody changed the person meanwhile.", account=self.account.id)
        if wanted := _changed(change):
            await self.write("candidates", id, wanted)
        for field, value in fields:
            await self._fill(id, field, value)
        return await self.candidate(id)

    async def _fields(self, given: Mapping[str, model.Value]) -> list[tuple[str, str]]:
        """Ids of the custom fields named by key or label, with what to write. Raises Rejected by field."""
        if not given:
            return []
        rows, found = await self.listed("custom-fields"), list[tuple[str, str]]()
        for name, value in given.items():
            row = next((r for r in rows if name in (r["api-name"], r["name"])), None)
            if row is None or mapping.custom_field(row, ()).kind not in mapping.WRITABLE:
                said = f"{name} is filled in in Teamtailor only."
                raise Rejected(said, fields={name: said}, account=self.account.id)
            found.append((row.id, _written(value)))
        return found

    async def _fill(self, candidate: str, field: str, value: str) -> None:
        row = await self.record(candidate)
        held = [v for v in row.all("custom-field-values") if v.one("custom-field").id == field]
        if held:
            await self.write("custom-field-values", held[0].id, {"value": value})
            return
        about = {"custom_field": ("custom-fields", field), "owner": ("candidates", candidate)}
        await self.write("custom-field-values", None, {"value": value}, **about)

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """The whole list is written back."""
        held = [str(tag) for tag in (await self.record(candidate_id))["tags"] or ()]
        wanted = repeats.tags_after(held, add, remove)
        if wanted != held:
            await self.write("candidates", candidate_id, {"tags": wanted})
        return tuple(wanted)

    async def create_application(
        self,
        candidate_id: str,
        job_id: str,
        *,
        key: str,
        stage_id: str | None = None,
        author: Ref | None = None,
    ) -> model.Application:
        if known := await self._on(candidate_id, job_id):
            said = "This person has an application for this job already."
            raise AlreadyApplied(said, application=known.ref.id, account=self.account.id)
        await self._open(job_id)
        return await self._apply(candidate_id, job_id, stage_id)

    async def _apply(self, candidate: str, job: str, stage: str | None = None) -> model.Application:
        """Added by us, so that nobody is thanked for applying."""
        about = {"candidate": ("candidates", candidate), "job": ("jobs", job)}
        about |= {"stage": ("stages", stage)} if stage else {}
        try:
            made = await self.write("job-applications", None, {"sourced": True}, **about)
        except InDoubt:
            if known := await self._on(candidate, job):
                return known
            raise
        return await self.application(made.id)

    async def _on(self, candidate_id: str, job_id: str) -> model.Application | None:
        for one in await self.applications(candidate_id):
            if one.job and one.job.id == job_id and one.status.kind in ("active", "hired"):
                return one
        return None

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
        """On the person. The last line is the marker that a repeat looks for, where notes can be looked through."""
        marker, who = f"ref: {repeats.marker(key)}", await self.acting(author)
        if known := await self._marked(candidate_id, marker):
            return known
        said = {"note": f"{body}\n\n{marker}", "private-note": private}
        about = {"candidate": ("candidates", candidate_id), "user": ("users", who)}
        try:
            made = await self.write("notes", None, said, **about)
        except InDoubt:
            if known := await self._marked(candidate_id, marker):
                return known
            raise
        found = mapping.note(made, self.account.id)
        writer = Ref(account=self.account.id, kind="user", id=who)
        return found.model_copy(update={"body": said["note"], "author": writer})

    async def _marked(self, candidate_id: str, marker: str) -> model.Note | None:
        try:
            notes = await self.notes(candidate_id)
        except NotSupported:
            return None
        return next((note for note in notes if marker in note.body), None)

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        found = await self.application(application_id)
        if found.stage is not None and found.stage.id == stage_id:
            return
        held = await self.stage_rows(found.job.id) if found.job else []
        if stage_id not in [row.id for row in held]:
            raise self._refused("The job has no such stage.")
        await self.write("job-applications", application_id, stage=("stages", stage_id))
        now = await self.application(application_id)
        if now.stage is None or now.stage.id != stage_id:
            raise self._refused(UNSEEN)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        """The note goes first, so that a repeat still writes it."""
        found = await self.application(application_id)
        if found.rejected is not None:
            return
        if reason_id not in [row.id for row in await self.listed("reject-reasons")]:
            raise self._refused("There is no such reason in Teamtailor.")
        if note:
            key = f"reject:{application_id}:{reason_id}"
            await self.add_note(found.candidate.id, note, key=key, author=author)
        now = datetime.fromtimestamp(self.pool.now(), UTC).isoformat(timespec="milliseconds")
        about = {"reject_reason": ("reject-reasons", reason_id)}
        await self.write("job-applications", application_id, {"rejected-at": now}, **about)
        if (await self.application(application_id)).rejected is None:
            raise self._refused(UNSEEN)

    async def unreject(self, application_id: str, *, author: Ref | None = None) -> None:
        if (await self.application(application_id)).rejected is None:
            return
        await self.write("job-applications", application_id, {"rejected-at": None})
        if (await self.application(application_id)).rejected is not None:
            raise self._refused(UNSEEN)

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        """The job's last stage; Teamtailor has no day of starting."""
        found = await self.application(application_id)
        if found.status.kind == "hired":
            return
        for row in await self.stage_rows(found.job.id) if found.job else []:
            if mapping.stage_type(row) == "hired":
                await self.move_stage(application_id, row.id, author=author)
                return
        raise self.cannot("hire")


def _person(draft: model.CandidateDraft) -> dict[str, Any]:
    profile = next((link for link in draft.links if "linkedin." in link), None)
    told = {
        "first-name": draft.given, "last-name": draft.family, "email": draft.emails[0].value, "merge": True, "sourced": True,
        "phone": draft.phones[0].value if draft.phones else None, "tags": list(draft.tags), "linkedin-url": profile,
        "pitch": draft.title,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _changed(change: model.CandidateChange) -> dict[str, Any]:
    told: dict[str, Any] = {
        "first-name": change.given, "last-name": change.family, "pitch": change.title,
    }  # fmt: skip
    for name, contacts in (("email", change.emails), ("phone", change.phones)):
        if contacts is not None:
            told[name] = contacts[0].value if contacts else ""
    return {name: value for name, value in told.items() if value is not None}


def _written(value: model.Value) -> str:
    """A value as Teamtailor holds it: a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
