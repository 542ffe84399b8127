"""What can be written in Workable. A member stands behind nearly every write; answers are often empty, so we read again."""

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from connectors import model, repeats
from connectors.ats.workable import mapping
from connectors.ats.workable.calls import Row
from connectors.ats.workable.reading import Reading
from connectors.errors import AlreadyApplied, Conflict, InDoubt, JobClosed, Rejected
from connectors.model import Ref

GRADES = (("4", "Definitely yes"), ("3", "Yes"), ("2", "Undecided"), ("1", "No"), ("0", "Definitely no"))  # fmt: skip
FORM = (
    model.FormField(path="grade", label="Rating", kind="choice", required=True, options=GRADES),
    model.FormField(path="comment", label="Comment", kind="long_text", required=True),
)


class Writing(Reading):
    """All writes of one account."""

    def _refused(self, text: str) -> Rejected:
        return Rejected(text, account=self.account.id)

    async def _open(self, job_id: str) -> None:
        if (await self.job(job_id)).status.kind in ("closed", "archived"):
            raise JobClosed("The job is closed: nobody can be added to it.", account=self.account.id)  # fmt: skip

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """On a job, or in the talent pool. `sourced` keeps Workable from thanking the person for an application."""
        if draft.custom:
            raise self._refused("Workable's API has no custom fields of people: fill them in there.")  # fmt: skip
        if not draft.emails:
            raise self._refused("Workable wants an e-mail address.")
        if known := await self._known(draft):
            return known
        if draft.job:
            await self._open(draft.job.id)
        path = f"jobs/{draft.job.id}/candidates" if draft.job else "talent_pool/sourced/candidates"
        try:
            answer = await self.http.post(path, {"sourced": True, "candidate": _person(draft)})
        except InDoubt:
            if known := await self._known(draft):
                return known
            raise
        return await self.candidate(self._made(answer.json))

    async def _known(self, draft: model.CandidateDraft) -> model.Candidate | None:
        """Somebody with one of these addresses, rather on the wanted job than on another one."""
        wanted = draft.job.id if draft.job else None
        for contact in draft.emails:
            rows = await self.rows("candidates", email=contact.value)
            on_job = [r for r in rows if mapping.part(r, "job").get("shortcode") == wanted]
            for row in [*on_job, *rows][:1]:
                return await self.candidate(str(row["id"]))
        return None

    def _made(self, told: Any) -> str:
        """The id of the candidate that a write made."""
        found = told.get("candidate") if isinstance(told, dict) else None
        if not isinstance(found, dict) or not found.get("id"):
            raise InDoubt("Workable did not say what it made.", account=self.account.id)
        return str(found["id"])

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        """Workable has one address and one telephone number, no company, and links whose kind we do not know."""
        wrong = [
            name
            for name, given in (
                ("the company", change.company), ("links", change.links), ("custom fields", change.custom),
                ("a second address", (change.emails or ())[1:]), ("a second number", (change.phones or ())[1:]),
            )
            if given
        ]  # fmt: skip
        if wrong:
            raise self._refused(f"Workable's API does not take this: {', '.join(wrong)}.")
        row = await self.record(id)
        if version is not None and version != str(row.get("updated_at") or ""):
            raise Conflict("Somebody changed the person meanwhile.", account=self.account.id)
        if wanted := _changed(change):
            await self.http.patch(f"candidates/{id}", {"candidate": wanted})
        return await self.candidate(id)

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Workable replaces the whole list."""
        held = [str(tag) for tag in (await self.record(candidate_id)).get("tags") or ()]
        wanted = repeats.tags_after(held, add, remove)
        if wanted != held:
            await self.http.put(f"candidates/{candidate_id}/tags", {"tags": wanted})
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
        """A copy of the candidate on the other job, with an id of its own."""
        if known := await self._on(candidate_id, job_id):
            said = "This person has an application for this job already."
            raise AlreadyApplied(said, application=known.ref.id, account=self.account.id)
        await self._open(job_id)
        first = [stage for stage in await self.stages(job_id) if stage.kind == "applied"]
        stage = stage_id or (first[0].ref.id if first else None)
        if stage is None:
            raise self._refused("Choose a stage: this job has none for those who applied.")
        who = await self.acting(author)
        wish = {"member_id": who, "target_job_shortcode": job_id, "target_stage": stage}
        try:
            answer = await self.http.post(f"candidates/{candidate_id}/copy", wish)
        except InDoubt:
            if known := await self._on(candidate_id, job_id):
                return known
            raise
        return await self.application(self._made(answer.json))

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
        """A comment; its last line is the marker that a repeat looks for."""
        if private:
            raise self.cannot("private_notes")
        marker = f"ref: {repeats.marker(key)}"
        return await self._comment(application_id or candidate_id, f"{body}\n\n{marker}", marker, author)  # fmt: skip

    async def _comment(
        self, id: str, body: str, mark: str, author: Ref | None, **more: Any
    ) -> model.Note:
        """Write a comment unless one with this mark is there."""
        if known := await self._marked(id, mark):
            return known
        wish = {"member_id": await self.acting(author), "comment": {"body": body, **more}}
        try:
            answer = await self.http.post(f"candidates/{id}/comments", wish)
        except InDoubt:
            if known := await self._marked(id, mark):
                return known
            raise
        told = answer.json if isinstance(answer.json, dict) else {}
        row = {**told, "body": body, "member": {"id": wish["member_id"]}}
        return mapping.note(row, self.account.id)

    async def _marked(self, id: str, mark: str) -> model.Note | None:
        return next((note for note in await self.notes(id) if mark in note.body), None)

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
        """A comment that carries the file is the only way; the marker is in the file's name, which it says."""
        id = application_id or candidate_id
        name = repeats.marked_name(filename, key)
        data = base64.b64encode(content).decode()
        await self._comment(id, f"File: {name}", name, author, attachment={"name": name, "data": data})  # fmt: skip
        return self.file(id, name, kind, "")

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        found = await self.application(application_id)
        if found.stage is not None and found.stage.id == stage_id:
            return
        stages = await self.stage_rows(found.job.id if found.job else None)
        if stage_id not in [str(stage.get("slug")) for stage in stages]:
            raise self._refused("The job has no such stage.")
        wish = {"member_id": await self.acting(author), "target_stage": stage_id}
        await self.http.post(f"candidates/{application_id}/move", wish)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        """The note goes first, as a comment: a disqualification takes a short one, and could not be repeated for it."""
        found = await self.application(application_id)
        if found.rejected is not None:
            return
        reason = next((r for r in await self.reasons() if r.ref.id == reason_id), None)
        if reason is None:
            raise self._refused("There is no such reason in Workable.")
        who = await self.acting(author)
        if note:
            key = f"reject:{application_id}:{reason_id}"
            await self.add_note(application_id, note, key=key, author=author)
        given = reason.raw.get("id", reason_id)
        wish = {"member_id": who, "disqualify_reason_id": given, "withdrew": reason.party == "they"}
        await self.http.post(f"candidates/{application_id}/disqualify", wish)

    async def unreject(self, application_id: str, *, author: Ref | None = None) -> None:
        if (await self.record(application_id)).get("disqualified"):
            wish = {"member_id": await self.acting(author)}
            await self.http.post(f"candidates/{application_id}/revert", wish)

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        """Hired is a stage; the day of starting belongs to a requisition at Workable, and is not written."""
        found = await self.application(application_id)
        if found.status.kind == "hired":
            return
        for stage in await self.stage_rows(found.job.id if found.job else None):
            if stage.get("kind") == "hired":
                await self.move_stage(application_id, str(stage["slug"]), author=author)
                return
        raise self.cannot("hire")

    async def scorecard_form(self, application_id: str, planned: Ref | None) -> model.Form | None:
        """What Workable takes of a scorecard through its API: a grade and a comment."""
        ref = Ref(account=self.account.id, kind="form", id="rating")
        return model.Form(ref=ref, title="Rating", fields=FORM)

    async def submit_scorecard(
        self,
        application_id: str,
        form: model.Form,
        answers: Mapping[str, str | Sequence[str]],
        *,
        author: Ref,
        interview: Ref | None,
        key: str,
    ) -> model.Scorecard:
        """A rating of five stars, whose comment ends with the marker that a repeat looks for."""
        mark, grade = f"ref: {repeats.marker(key)}", str(answers.get("grade") or "")
        if grade not in dict(GRADES):
            raise Rejected("Choose a rating.", fields={"grade": "Choose a rating."}, account=self.account.id)  # fmt: skip
        if known := await self._rated(application_id, mark):
            return known
        body: Row = {
            "member_id": author.id, "scale": "stars", "grade": int(grade), "comment": f"{answers.get('comment') or ''}\n\n{mark}",
        }  # fmt: skip
        try:
            await self.http.post(f"candidates/{application_id}/ratings", body)
        except InDoubt:
            if known := await self._rated(application_id, mark):
                return known
            raise
        made = await self._rated(application_id, mark)
        if made is None:
            raise InDoubt("Workable does not show the rating yet.", account=self.account.id)
        return made

    async def _rated(self, application_id: str, mark: str) -> model.Scorecard | None:
        cards = await self.scorecards(application_id)
        return next((c for c in cards if any(mark in said for _, said in c.answers)), None)


def _person(draft: model.CandidateDraft) -> Row:
    told: Row = {
        "firstname": draft.given, "lastname": draft.family, "email": draft.emails[0].value, "headline": draft.title or draft.company,
        "phone": draft.phones[0].value if draft.phones else None, "address": draft.location, "domain": draft.source,
        "tags": list(draft.tags), "social_profiles": [{"type": "website", "url": link} for link in draft.links],
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _changed(change: model.CandidateChange) -> Row:
    """What was given; an empty text empties a field."""
    told: Row = {
        "firstname": change.given, "lastname": change.family, "headline": change.title, "address": change.location,
    }  # fmt: skip
    for name, contacts in (("email", change.emails), ("phone", change.phones)):
        if contacts is not None:
            told[name] = contacts[0].value if contacts else ""
    return {name: value for name, value in told.items() if value is not None}
