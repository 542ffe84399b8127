"""What BambooHR lets us write: a new application, a status, and a comment that nobody can read back."""

from datetime import date

from connectors import model, repeats
from connectors.ats.bamboohr import mapping
from connectors.ats.bamboohr.reading import AREA, Reading
from connectors.errors import InDoubt, JobClosed, Rejected
from connectors.model import Ref


class Writing(Reading):
    """All writes of one company, done as the owner of the key."""

    async def create_candidate(
        self, draft: model.CandidateDraft, *, key: str, author: Ref | None = None
    ) -> model.Candidate:
        """BambooHR makes a new applicant each time it is asked, so whoever has the address is looked for first."""
        if draft.custom or draft.title or draft.company or draft.location or draft.tags:
            raise self.refused("BambooHR takes a name, an address, a phone, links and a source of a new person.")  # fmt: skip
        if not draft.emails:
            raise self.refused("BambooHR needs an e-mail address, by which the person is found again.")  # fmt: skip
        if known := await self._known(draft):
            return known
        if draft.job is None:
            raise self.refused("BambooHR adds a person together with an application only: choose a job.")  # fmt: skip
        job = await self.job(draft.job.id)
        if job.status.kind in ("closed", "archived"):
            raise JobClosed(f"{job.title} is closed in BambooHR.", account=self.account.id)
        form = {name: (None, value) for name, value in _form(draft, draft.job.id).items()}
        try:
            made = (await self.http.post(f"{AREA}/application", files=form)).json
        except InDoubt:
            if known := await self._known(draft):
                return known
            raise
        id = made.get("candidateId") if isinstance(made, dict) else None  # the application's number
        if not id:
            raise InDoubt("BambooHR did not say whom it made.", account=self.account.id)
        return await self.candidate(str(id))

    async def _known(self, draft: model.CandidateDraft) -> model.Candidate | None:
        for email in draft.emails:
            async for found in self.find_candidates(email.value):
                return found
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
        """A comment. Since none can be read, a lost answer is looked for in their number alone, and told if in doubt."""
        if private:
            raise self.cannot("private_notes")
        before = (await self.one(candidate_id)).get("commentCount")
        name = next((u.name for u in await self.users() if author and u.ref == author), "")
        marker = f"ref: {repeats.marker(key)}"
        said = f"{body}\n\n{f'— {name}, ' if name else ''}{marker}"
        try:
            wish = {"type": "comment", "comment": said}
            made = (await self.http.post(f"{AREA}/applications/{candidate_id}/comments", wish)).json
        except InDoubt:
            after = (await self.one(candidate_id)).get("commentCount")
            if not isinstance(before, int) or after != before + 1:
                raise
            made = {}
        id = made.get("id") if isinstance(made, dict) else None
        ref = Ref(account=self.account.id, kind="note", id=str(id or marker))
        return model.Note(ref=ref, body=said, author=author)

    async def move_stage(
        self, application_id: str, stage_id: str, *, author: Ref | None = None
    ) -> None:
        found = await self.application(application_id)
        if found.stage and found.stage.id == stage_id:
            return
        if stage_id not in [stage.ref.id for stage in await self.stages(None)]:
            raise self.refused("There is no such stage in BambooHR.")
        await self._status(found, stage_id)

    async def reject(
        self, application_id: str, reason_id: str, note: str, *, author: Ref | None = None
    ) -> None:
        """The reason is the status that the application gets."""
        found = await self.application(application_id)
        if found.status.kind == "rejected":
            return
        if reason_id not in [one.ref.id for one in await self.reasons()]:
            raise self.refused("There is no such inactive status in BambooHR.")
        await self._status(found, reason_id)
        if note:
            await self.add_note(application_id, note, key=f"reject:{application_id}", author=author)

    async def hire(self, application_id: str, *, start_on: date, author: Ref | None = None) -> None:
        """BambooHR takes no start date with it: the employee's record is begun in BambooHR."""
        found = await self.application(application_id)
        if found.status.kind == "hired":
            return
        for stage, kind in await self.statuses():
            if kind == "hired":
                await self._status(found, stage.ref.id)
                return
        raise self.refused("This company has no status of the hired: mark the hire in BambooHR.")

    async def _status(self, found: model.Application, status: str) -> None:
        """Set a status, which may be done twice; when the answer is lost, look whether it is set."""
        path = f"{AREA}/applications/{found.ref.id}/status"
        try:
            await self.http.post(path, {"status": int(status)})
        except InDoubt:
            now = mapping.part(await self.one(found.ref.id), "status")
            if str(now.get("id")) != status:
                raise

    def refused(self, text: str) -> Rejected:
        return Rejected(text, account=self.account.id)


def _form(draft: model.CandidateDraft, job: str) -> dict[str, str]:
    """The fields of a new application: one address and one phone, one link of each kind."""
    linked = [link for link in draft.links if "linkedin.com/" in link]
    others = [link for link in draft.links if link not in linked]
    told = {
        "firstName": draft.given, "lastName": draft.family, "jobId": job, "email": draft.emails[0].value,
        "phoneNumber": draft.phones[0].value if draft.phones else "", "source": draft.source or "",
        "linkedinUrl": linked[0] if linked else "", "websiteUrl": others[0] if others else "",
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}
