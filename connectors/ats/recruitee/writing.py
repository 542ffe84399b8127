"""What Recruitee lets us write. It all carries the name of the token's owner, and what it took is looked for afterwards."""

import contextlib
import mimetypes
from collections.abc import Callable, Sequence
from datetime import date

from connectors import model, repeats
from connectors.ats.recruitee import mapping
from connectors.ats.recruitee.calls import Row
from connectors.ats.recruitee.reading import Reading
from connectors.errors import AlreadyApplied, Conflict, InDoubt, JobClosed, Rejected
from connectors.model import Ref

STATES = {"open": "publish", "closed": "close"}


class Writing(Reading):
    """All writes of one company."""

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """Recruitee makes a new person each time it is asked, so whoever has the address is looked for first."""
        if draft.custom or draft.title or draft.company or draft.location:
            raise self.refused("Recruitee takes a name, addresses, phones, links, a source and tags of a new person.")  # fmt: skip
        if not draft.emails:
            raise self.refused("Recruitee needs an e-mail address, by which the person is found again.")  # fmt: skip
        if known := await self._known(draft):
            return known
        if draft.job:
            await self._open(draft.job.id)
        person: Row = {
            "name": f"{draft.given} {draft.family}".strip(), "emails": [one.value for one in draft.emails],
            "phones": [one.value for one in draft.phones], "links": list(draft.links),
            "sources": [draft.source] if draft.source else [], "tags": list(draft.tags),
        }  # fmt: skip
        offers = [int(draft.job.id)] if draft.job else []
        wish = {"candidate": {name: value for name, value in person.items() if value}, "offers": offers}  # fmt: skip
        try:
            made = (await self.http.post("candidates", wish)).json
        except InDoubt:
            if known := await self._known(draft):
                return known
            raise
        row = made.get("candidate") if isinstance(made, dict) else None
        if not isinstance(row, dict) or not row.get("id"):
            raise InDoubt("Recruitee did not say whom it made.", account=self.account.id)
        return await self.candidate(str(row["id"]))

    async def _known(self, draft: model.CandidateDraft) -> model.Candidate | None:
        for email in draft.emails:
            if found := await self.with_email(email.value):
                return found[0]
        return None

    async def _open(self, job_id: str) -> None:
        job = await self.job(job_id)
        if job.status.kind in ("closed", "archived"):
            raise JobClosed(f"{job.title} is closed in Recruitee.", account=self.account.id)

    async def update_candidate(
        self, id: str, change: model.CandidateChange, *, version: str | None = None
    ) -> model.Candidate:
        """A list replaces the one that was there. What was written is read back, since not everything taken is kept."""
        lost = [*change.custom, *(n for n in ("title", "company", "location") if getattr(change, n) is not None)]  # fmt: skip
        if lost:
            raise self.refused(f"Recruitee's API cannot write this: {', '.join(lost)}.")
        now = await self.candidate(id)
        if version is not None and now.version != version:
            raise Conflict("Somebody changed the person meanwhile.", account=self.account.id)
        wish: Row = {}
        if change.given is not None or change.family is not None:
            given = now.given if change.given is None else change.given
            family = now.family if change.family is None else change.family
            wish["name"] = f"{given or ''} {family or ''}".strip()
        for name, contacts in (("emails", change.emails), ("phones", change.phones)):
            if contacts is not None:
                wish[name] = [one.value for one in contacts]
        if change.links is not None:
            wish["links"] = list(change.links)
        if not wish:
            return now
        with contextlib.suppress(InDoubt):  # whether it was written is seen below
            await self.http.patch(f"candidates/{id}", {"candidate": wish})
        found = await self.candidate(id)
        for name, value in wish.items():
            if (found.name if name == "name" else mapping.texts(found.raw.get(name))) != value:
                raise InDoubt(f"Recruitee does not show the new {name}.", account=self.account.id)
        return found

    async def create_application(
        self,
        candidate_id: str,
        job_id: str,
        *,
        key: str,
        stage_id: str | None = None,
        author: Ref | None = None,
    ) -> model.Application:
        await self._open(job_id)
        id = mapping.pair(candidate_id, job_id)
        if any(one.ref.id == id for one in await self.applications(candidate_id)):
            said = "The person is on this job already."
            raise AlreadyApplied(said, application=id, account=self.account.id)
        wish = {"candidate_id": int(candidate_id), "offer_id": int(job_id)}
        if stage_id:
            wish["stage_id"] = int(self.number(stage_id))
        with contextlib.suppress(InDoubt):  # whether it was made is seen below
            await self.http.post("placements", wish)
        for one in await self.applications(candidate_id):
            if one.ref.id == id:
                return one
        raise InDoubt("Recruitee does not show the application.", account=self.account.id)

    async def set_tags(
        self, candidate_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> tuple[str, ...]:
        have = (await self.candidate(candidate_id)).tags
        path, held = f"candidates/{candidate_id}/tags", {tag.casefold() for tag in have}
        gone = {tag.casefold() for tag in remove}
        if surplus := [tag for tag in have if tag.casefold() in gone]:
            await self.http.delete(path, {"tags": surplus})
        if missing := [tag for tag in dict.fromkeys(add) if tag.casefold() not in held]:
            await self.http.post(path, {"tags": missing})
        return (*(tag for tag in have if tag.casefold() not in gone), *missing)

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
        marker = f"ref: {repeats.marker(key)}"
        found = await self._marked(candidate_id, marker)
        if found is None:
            name = await self.author(author)
            said = f"{body}\n\n{f'— {name}, ' if name else ''}{marker}"
            wish = {"body": mapping.markup(said), "visibility": {"level": "public"}}
            with contextlib.suppress(InDoubt):  # whether it was written is seen below
                await self.http.post(f"candidates/{candidate_id}/notes", {"note": wish})
            found = await self._marked(candidate_id, marker)
        if found is None:
            raise InDoubt("Recruitee does not show the note.", account=self.account.id)
        return found

    async def _marked(self, candidate_id: str, marker: str) -> model.Note | None:
        notes = await self.notes(candidate_id)
        return next((note for note in notes if note.body.endswith(marker)), None)

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
        """The marker stands in the file's name. The person's id belongs into the form: in the address it is passed over."""
        name = repeats.marked_name(filename, key)
        found = await self._attached(candidate_id, name)
        if found is None:
            mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
            with contextlib.suppress(InDoubt):  # whether it was kept is seen below
                await self.http.post(
                    "attachments", files={"attachment[file]": (name, content, mime)},
                    data={"attachment[candidate_id]": self.number(candidate_id)},
                )  # fmt: skip
            found = await self._attached(candidate_id, name)
        if found is None:
            raise InDoubt("Recruitee does not show the file.", account=self.account.id)
        return found.model_copy(update={"kind": kind})

    async def _attached(self, candidate_id: str, name: str) -> model.Attachment | None:
        return next((one for one in await self.attachments(candidate_id) if one.name == name), None)

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        """Recruitee would quietly take a rejection back when it moves somebody who is disqualified."""
        found = await self.application(application_id)
        if found.stage and found.stage.id == stage_id:
            return
        if found.status.kind == "rejected":
            raise self.refused("This person is disqualified in Recruitee: take the rejection back first.")  # fmt: skip
        await self._change(found, "change_stage", {"stage_id": int(self.number(stage_id))}, lambda now: now.stage is not None and now.stage.id == stage_id)  # fmt: skip

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        found = await self.application(application_id)
        if found.status.kind != "rejected":
            if reason_id not in [one.ref.id for one in await self.reasons()]:
                raise self.refused("There is no such reason in Recruitee.")
            wish = {"disqualify_reason_id": int(reason_id)}
            await self._change(found, "disqualify", wish, lambda now: now.status.kind == "rejected")
        if note:
            key = f"reject:{application_id}:{note}"
            await self.add_note(found.candidate.id, note, key=key, author=author)

    async def unreject(self, application_id: str, *, author: Ref | None = None) -> None:
        found = await self.application(application_id)
        if found.status.kind == "rejected":
            wish = {"stage_id": int(found.stage.id)} if found.stage else {}
            await self._change(found, "requalify", wish, lambda now: now.status.kind != "rejected")

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        """Whoever reaches the pipeline's stage of hiring is hired. Recruitee takes the start date in its own form only."""
        found = await self.application(application_id)
        if found.status.kind == "hired":
            return
        offer = await self.offer(application_id.partition("-")[2])
        for stage in mapping.stages(offer, self.account.id):
            if stage.kind == "hired":
                wish = {"stage_id": int(stage.ref.id)}
                await self._change(found, "change_stage", wish, lambda now: now.status.kind == "hired")  # fmt: skip
                return
        raise self.refused("This job's pipeline has no stage of hiring: mark the hire in Recruitee.")  # fmt: skip

    async def _change(
        self,
        found: model.Application,
        deed: str,
        wish: Row,
        done: Callable[[model.Application], bool],
    ) -> None:
        """Change a placement and see that it was changed."""
        with contextlib.suppress(InDoubt):  # whether it was done is seen below
            await self.http.patch(f"placements/{found.raw['id']}/{deed}", wish)
        if not done(await self.application(found.ref.id)):
            raise InDoubt("Recruitee does not show the change.", account=self.account.id)

    async def set_job_status(self, job_id: str, status: str) -> model.Job:
        """Opening a job publishes it, and closing takes it off the careers site."""
        job = await self.job(job_id)
        if job.status.kind == status:
            return job
        with contextlib.suppress(InDoubt):  # whether it was done is seen below
            await self.http.patch(f"offers/{job_id}/{STATES[status]}")
        job = await self.job(job_id)
        if job.status.kind != status:
            raise InDoubt("Recruitee does not show the change.", account=self.account.id)
        return job

    def refused(self, text: str) -> Rejected:
        return Rejected(text, account=self.account.id)
